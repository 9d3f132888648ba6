import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RunInstancesRequest } from '@aws-sdk/client-ec2'
import { aContext, type ContextOptions } from '../../../test/support/fake-context.ts'
import { throwsAwsError } from '../../../test/support/privatelink.ts'
import type { OperationContext } from '../operation.ts'
import { createKeyPair } from './create-key-pair.ts'
import { createSecurityGroup } from './create-security-group.ts'
import { createSubnet } from './create-subnet.ts'
import { createVpc } from './create-vpc.ts'
import { ensureDefaultVpc } from './default-vpc.ts'
import { describeImages } from './describe-images.ts'
import { describeInstanceAttribute } from './describe-instance-attribute.ts'
import { describeInstances } from './describe-instances.ts'
import { describeNetworkInterfaces } from './describe-network-interfaces.ts'
import { modifyInstanceAttribute } from './modify-instance-attribute.ts'
import { runInstances } from './run-instances.ts'
import { startInstances } from './start-instances.ts'
import { stopInstances } from './stop-instances.ts'
import { terminateInstances } from './terminate-instances.ts'

const image = 'ami-0123456789abcdef0'
const one = { ImageId: image, MinCount: 1, MaxCount: 1 }

function aSubnet(ctx: OperationContext, CidrBlock = '10.0.1.0/24'): { VpcId: string; SubnetId: string } {
  const VpcId = createVpc.handle({ CidrBlock: '10.0.0.0/16' }, ctx).Vpc?.VpcId ?? ''
  const SubnetId = createSubnet.handle({ VpcId, CidrBlock, AvailabilityZone: `${ctx.region}a` }, ctx).Subnet?.SubnetId
  return { VpcId, SubnetId: SubnetId ?? '' }
}

function only(ctx: OperationContext, InstanceIds?: string[]) {
  const instances = describeInstances.handle({ InstanceIds }, ctx).Reservations?.flatMap((r) => r.Instances ?? [])
  assert.equal(instances?.length, 1)
  return instances?.[0]
}

/** An agent that has applied nothing yet. */
const unapplied: ContextOptions = { observed: { isConfirmed: () => false, isApplied: () => false } }

test('an instance is pending until the agent confirmed it and its interface', () => {
  const ctx = aContext(unapplied)
  const { SubnetId } = aSubnet(ctx)
  const { Instances, ReservationId, OwnerId } = runInstances.handle({ ...one, SubnetId }, ctx)
  assert.match(ReservationId ?? '', /^r-[0-9a-f]{17}$/)
  assert.equal(OwnerId, '111111111111')
  assert.deepEqual(Instances?.[0]?.State, { Code: 0, Name: 'pending' })
  assert.deepEqual(only(ctx)?.StateReason, { Code: 'pending', Message: 'pending' })

  const whole = aContext({ tx: ctx.tx })
  assert.deepEqual(only(whole)?.State, { Code: 16, Name: 'running' })
  assert.equal(only(whole)?.StateReason, undefined)

  const tagged = aContext({ tx: ctx.tx, observed: { isApplied: () => false } })
  assert.deepEqual(
    only(tagged)?.State,
    { Code: 16, Name: 'running' },
    'new tags of it and its interface are on their way',
  )

  for (const refusedKind of ['instance', 'network-interface']) {
    const failureOf = (kind: string) => (kind === refusedKind ? 'no space left' : undefined)
    const refused = aContext({ tx: ctx.tx, observed: { isApplied: (kind) => kind !== refusedKind, failureOf } })
    assert.deepEqual(only(refused)?.State, { Code: 0, Name: 'pending' })
    assert.deepEqual(only(refused)?.StateReason, {
      Code: 'Server.InternalError',
      Message: 'Server.InternalError: no space left',
    })
  }
})

test('an instance shows what its one interface is', () => {
  const ctx = aContext()
  const { VpcId, SubnetId } = aSubnet(ctx)
  const TagSpecifications = [
    { ResourceType: 'instance' as const, Tags: [{ Key: 'Name', Value: 'web' }] },
    { ResourceType: 'network-interface' as const, Tags: [{ Key: 'of', Value: 'web' }] },
    { ResourceType: 'volume' as const, Tags: [{ Key: 'ignored', Value: 'there is none' }] },
  ]
  throwsAwsError(() => runInstances.handle({ ...one, SubnetId, KeyName: 'mine' }, ctx), 'InvalidKeyPair.NotFound')
  createKeyPair.handle({ KeyName: 'mine', KeyType: 'ed25519' }, ctx)
  const wish = { ...one, SubnetId, PrivateIpAddress: '10.0.1.10', KeyName: 'mine', TagSpecifications }
  runInstances.handle(wish, ctx)
  const instance = only(ctx)
  assert.equal(instance?.PrivateIpAddress, '10.0.1.10')
  assert.equal(instance?.PrivateDnsName, 'ip-10-0-1-10.ec2.internal')
  assert.equal(instance?.VpcId, VpcId)
  assert.equal(instance?.SubnetId, SubnetId)
  assert.equal(instance?.KeyName, 'mine')
  assert.equal(instance?.InstanceType, 'm1.small')
  assert.equal(instance?.Placement?.AvailabilityZone, 'us-east-1a')
  assert.deepEqual(instance?.LaunchTime, ctx.now)
  assert.deepEqual(instance?.Tags, [{ Key: 'Name', Value: 'web' }])
  assert.deepEqual(
    instance?.SecurityGroups?.map((group) => group.GroupName),
    ['default'],
  )

  const [shown] = instance?.NetworkInterfaces ?? []
  const [eni] = describeNetworkInterfaces.handle({}, ctx).NetworkInterfaces ?? []
  assert.equal(shown?.NetworkInterfaceId, eni?.NetworkInterfaceId)
  assert.equal(shown?.Attachment?.AttachmentId, eni?.Attachment?.AttachmentId)
  assert.match(eni?.Attachment?.AttachmentId ?? '', /^eni-attach-[0-9a-f]{17}$/)
  assert.equal(eni?.Attachment?.InstanceId, instance?.InstanceId)
  assert.equal(eni?.Attachment?.InstanceOwnerId, '111111111111')
  assert.equal(eni?.Attachment?.DeleteOnTermination, true)
  assert.equal(eni?.InterfaceType, 'interface')
  assert.equal(eni?.Status, 'in-use')
  assert.deepEqual(eni?.TagSet, [{ Key: 'of', Value: 'web' }])
})

test('the private name is of the Region', () => {
  const ctx = aContext({ region: 'eu-west-1' })
  const { SubnetId } = aSubnet(ctx)
  runInstances.handle({ ...one, SubnetId }, ctx)
  assert.equal(only(ctx)?.PrivateDnsName, 'ip-10-0-1-4.eu-west-1.compute.internal')
})

test('the form with a network interface means the same', () => {
  const ctx = aContext()
  const { VpcId, SubnetId } = aSubnet(ctx)
  const group = createSecurityGroup.handle({ VpcId, GroupName: 'web', Description: 'd' }, ctx).GroupId ?? ''
  const card = { DeviceIndex: 0, SubnetId, Groups: [group], PrivateIpAddress: '10.0.1.20', Description: 'primary' }
  runInstances.handle({ ...one, NetworkInterfaces: [card] }, ctx)
  const instance = only(ctx)
  assert.equal(instance?.PrivateIpAddress, '10.0.1.20')
  assert.deepEqual(instance?.SecurityGroups, [{ GroupId: group, GroupName: 'web' }])
  assert.equal(instance?.NetworkInterfaces?.[0]?.Description, 'primary')
})

test('without a subnet an instance goes to the default one, of the zone that is asked for', () => {
  const ctx = aContext()
  ensureDefaultVpc(ctx)
  runInstances.handle({ ...one, SecurityGroups: ['default'] }, ctx)
  runInstances.handle({ ...one, Placement: { AvailabilityZone: 'us-east-1c' } }, ctx)
  const instances = describeInstances.handle({}, ctx).Reservations?.flatMap((r) => r.Instances ?? [])
  assert.deepEqual(
    instances?.map((instance) => `${instance.Placement?.AvailabilityZone} ${instance.PrivateIpAddress}`),
    ['us-east-1a 172.31.0.4', 'us-east-1c 172.31.32.4'],
  )
})

test('as many as fit are made between MinCount and MaxCount, in one reservation', () => {
  const ctx = aContext()
  const { SubnetId } = aSubnet(ctx, '10.0.1.0/28')
  const { Instances } = runInstances.handle({ ImageId: image, MinCount: 2, MaxCount: 20, SubnetId }, ctx)
  assert.equal(Instances?.length, 11)
  assert.deepEqual(
    Instances?.map((instance) => instance.AmiLaunchIndex),
    Array.from({ length: 11 }, (_, i) => i),
  )
  assert.equal(new Set(Instances?.map((instance) => instance.PrivateIpAddress)).size, 11)
  assert.equal(describeInstances.handle({}, ctx).Reservations?.length, 1)
  assert.throws(() => runInstances.handle({ ...one, SubnetId }, ctx), {
    code: 'InsufficientFreeAddressesInSubnet',
    message: `There are not enough free addresses in subnet '${SubnetId}' to satisfy the requested number of instances.`,
  })
})

for (const { input, code } of [
  { input: { ImageId: undefined }, code: 'MissingParameter' },
  { input: { ImageId: 'debian' }, code: 'InvalidAMIID.Malformed' },
  { input: { ImageId: 'ami-xyz' }, code: 'InvalidAMIID.Malformed' },
  { input: { InstanceType: 'huge' as 't3.micro' }, code: 'InvalidParameterValue' },
  { input: { MinCount: 0 }, code: 'InvalidParameterValue' },
  { input: { MinCount: 2, MaxCount: 1 }, code: 'InvalidParameterCombination' },
  { input: { MinCount: 1e9, MaxCount: 1e9 }, code: 'InstanceLimitExceeded' },
  { input: { SubnetId: 'subnet-12345678' }, code: 'InvalidSubnetID.NotFound' },
  { input: { SubnetId: 'here' }, code: 'InvalidSubnetID.Malformed' },
  { input: { SubnetId: undefined }, code: 'VPCIdNotSpecified' },
  { input: { SecurityGroupIds: ['sg-12345678'] }, code: 'InvalidGroup.NotFound' },
  { input: { SecurityGroups: ['default'] }, code: 'InvalidParameterCombination' },
  { input: { PrivateIpAddress: '10.0.1.1' }, code: 'InvalidParameterValue' },
  { input: { PrivateIpAddress: '10.0.1.100' }, code: 'InvalidIPAddress.InUse' },
  { input: { PrivateIpAddress: '10.0.1.10', MaxCount: 2 }, code: 'InvalidParameterCombination' },
  { input: { Placement: { AvailabilityZone: 'us-east-1b' } }, code: 'InvalidParameterValue' },
  { input: { NetworkInterfaces: [{ DeviceIndex: 0 }] }, code: 'InvalidParameterCombination' },
  {
    input: { SubnetId: undefined, NetworkInterfaces: [{ AssociatePublicIpAddress: true }] },
    code: 'UnsupportedOperation',
  },
  {
    input: { SubnetId: undefined, NetworkInterfaces: [{ NetworkInterfaceId: 'eni-1' }] },
    code: 'InvalidNetworkInterfaceID.NotFound',
  },
  { input: { NetworkInterfaces: [{}, {}] }, code: 'UnsupportedOperation' },
  { input: { LaunchTemplate: { LaunchTemplateName: 'x' } }, code: 'UnsupportedOperation' },
  {
    input: { TagSpecifications: [{ ResourceType: 'vpc', Tags: [{ Key: 'k', Value: 'v' }] }] },
    code: 'InvalidParameterValue',
  },
] satisfies { input: Partial<RunInstancesRequest>; code: string }[]) {
  test(`RunInstances with ${JSON.stringify(input)} answers ${code}`, () => {
    const ctx = aContext()
    const { SubnetId } = aSubnet(ctx)
    runInstances.handle({ ...one, SubnetId, PrivateIpAddress: '10.0.1.100' }, ctx)
    assert.throws(() => runInstances.handle({ ...one, SubnetId, ...input }, ctx), { code })
  })
}

test('a group of another VPC is refused with both names', () => {
  const ctx = aContext()
  const { SubnetId } = aSubnet(ctx)
  const { VpcId } = aSubnet(ctx)
  const group = createSecurityGroup.handle({ VpcId, GroupName: 'web', Description: 'd' }, ctx).GroupId ?? ''
  assert.throws(() => runInstances.handle({ ...one, SubnetId, SecurityGroupIds: [group] }, ctx), {
    code: 'InvalidParameter',
    message: `Security group ${group} and subnet ${SubnetId} belong to different networks.`,
  })
})

test('a terminated instance shuts down until the agent confirmed it, and keeps its address until then', () => {
  const ctx = aContext()
  const { SubnetId } = aSubnet(ctx)
  runInstances.handle({ ...one, SubnetId }, ctx)
  const id = only(ctx)?.InstanceId ?? ''

  assert.deepEqual(terminateInstances.handle({ InstanceIds: [id, id] }, ctx), {
    TerminatingInstances: [
      {
        InstanceId: id,
        PreviousState: { Code: 16, Name: 'running' },
        CurrentState: { Code: 32, Name: 'shutting-down' },
      },
    ],
  })
  const before = aContext({ tx: ctx.tx, ...unapplied })
  assert.equal(only(before)?.State?.Name, 'shutting-down')
  assert.equal(only(before)?.PrivateIpAddress, '10.0.1.4')
  assert.equal(describeNetworkInterfaces.handle({}, before).NetworkInterfaces?.length, 1)

  const after = only(ctx)
  assert.deepEqual(after?.State, { Code: 48, Name: 'terminated' })
  assert.equal(after?.StateTransitionReason, 'User initiated (2026-01-02 03:04:05 GMT)')
  assert.equal(after?.StateReason?.Code, 'Client.UserInitiatedShutdown')
  assert.equal(after?.PrivateIpAddress, undefined)
  assert.equal(after?.SubnetId, undefined)
  assert.deepEqual(after?.NetworkInterfaces, [])

  const [again] = terminateInstances.handle({ InstanceIds: [id] }, ctx).TerminatingInstances ?? []
  assert.deepEqual(again?.CurrentState, { Code: 48, Name: 'terminated' })

  const [eni] = ctx.tx.all('network-interface')
  ctx.tx.delete('network-interface', eni?.networkInterfaceId ?? '')
  assert.equal(only(before)?.State?.Name, 'terminated', 'without an interface nothing is left to shut down')
})

test('unknown instances: nothing is terminated, and all are named', () => {
  const ctx = aContext()
  const { SubnetId } = aSubnet(ctx)
  runInstances.handle({ ...one, SubnetId }, ctx)
  const id = only(ctx)?.InstanceId ?? ''
  const stranger = aContext({ tx: ctx.tx, accountId: '222222222222' })
  assert.throws(() => terminateInstances.handle({ InstanceIds: [id] }, stranger), {
    code: 'InvalidInstanceID.NotFound',
    message: `The instance ID '${id}' does not exist`,
  })
  assert.throws(() => terminateInstances.handle({ InstanceIds: [id, 'i-1', 'i-2'] }, ctx), {
    code: 'InvalidInstanceID.NotFound',
    message: "The instance IDs 'i-1, i-2' do not exist",
  })
  assert.throws(() => terminateInstances.handle({ InstanceIds: [] }, ctx), { code: 'MissingParameter' })
  assert.throws(() => describeInstances.handle({ InstanceIds: ['x'] }, ctx), {
    code: 'InvalidInstanceID.Malformed',
    message: 'Invalid id: "x" (expecting "i-...")',
  })
  assert.equal(only(ctx)?.State?.Name, 'running')
})

for (const { name, value, count } of [
  { name: 'instance-state-name', value: 'running', count: 2 },
  { name: 'instance-state-code', value: '48', count: 1 },
  { name: 'private-ip-address', value: '10.0.1.5', count: 1 },
  { name: 'private-dns-name', value: 'ip-10-0-1-*', count: 2 },
  { name: 'network-interface.addresses.private-ip-address', value: '10.0.1.5', count: 1 },
  { name: 'subnet-id', value: 'subnet-*', count: 2 },
  { name: 'instance.group-name', value: 'default', count: 2 },
  { name: 'image-id', value: image, count: 3 },
  { name: 'platform', value: '*', count: 0 },
]) {
  test(`DescribeInstances with ${name}=${value} finds ${count}`, () => {
    const ctx = aContext()
    const { SubnetId } = aSubnet(ctx)
    const { Instances } = runInstances.handle({ ImageId: image, MinCount: 3, MaxCount: 3, SubnetId }, ctx)
    terminateInstances.handle({ InstanceIds: [Instances?.[2]?.InstanceId ?? ''] }, ctx)
    const { Reservations } = describeInstances.handle({ Filters: [{ Name: name, Values: [value] }] }, ctx)
    assert.equal(Reservations?.flatMap((r) => r.Instances ?? []).length, count)
    if (count === 0) assert.deepEqual(Reservations, [])
  })
}

test('pages of instances; ids and a page size exclude each other', () => {
  const ctx = aContext()
  const { SubnetId } = aSubnet(ctx)
  runInstances.handle({ ImageId: image, MinCount: 7, MaxCount: 7, SubnetId }, ctx)
  const first = describeInstances.handle({ MaxResults: 5 }, ctx)
  assert.equal(first.Reservations?.[0]?.Instances?.length, 5)
  const second = describeInstances.handle({ MaxResults: 5, NextToken: first.NextToken }, ctx)
  assert.equal(second.Reservations?.[0]?.Instances?.length, 2)
  assert.equal(second.NextToken, undefined)
  assert.throws(() => describeInstances.handle({ MaxResults: 5, InstanceIds: ['i-1'] }, ctx), {
    code: 'InvalidParameterCombination',
    message: 'The parameter instancesSet cannot be used with the parameter maxResults',
  })
})

test('stopped and started again: the interface stays, states wait for the agent', () => {
  const ctx = aContext()
  const { SubnetId } = aSubnet(ctx)
  const InstanceIds = [runInstances.handle({ ...one, SubnetId }, ctx).Instances?.[0]?.InstanceId ?? '']
  const [InstanceId = ''] = InstanceIds
  const slow = aContext({ tx: ctx.tx, ...unapplied })
  const names = (
    changes: readonly { PreviousState?: { Name?: string }; CurrentState?: { Name?: string } }[] | undefined,
  ) => changes?.map((change) => `${change.PreviousState?.Name} ${change.CurrentState?.Name}`)
  const type = { InstanceId, InstanceType: { Value: 't3.large' } }
  throwsAwsError(() => modifyInstanceAttribute.handle(type, ctx), 'IncorrectInstanceState')
  assert.deepEqual(names(stopInstances.handle({ InstanceIds }, ctx).StoppingInstances), ['running stopping'])
  assert.deepEqual(only(slow)?.State, { Code: 64, Name: 'stopping' })
  throwsAwsError(() => startInstances.handle({ InstanceIds }, slow), 'IncorrectInstanceState')
  const stopped = only(ctx)
  assert.deepEqual(stopped?.State, { Code: 80, Name: 'stopped' })
  assert.match(stopped?.StateTransitionReason ?? '', /^User initiated \(2026/)
  assert.ok(stopped?.PrivateIpAddress)
  assert.deepEqual(names(stopInstances.handle({ InstanceIds }, ctx).StoppingInstances), ['stopped stopped'])
  modifyInstanceAttribute.handle(type, ctx)
  assert.deepEqual(names(startInstances.handle({ InstanceIds }, ctx).StartingInstances), ['stopped pending'])
  const again = only(ctx)
  assert.deepEqual(
    [again?.State?.Name, again?.InstanceType, again?.PrivateIpAddress, again?.StateTransitionReason],
    ['running', 't3.large', stopped?.PrivateIpAddress, ''],
  )

  const protect = (DisableApiTermination: boolean) =>
    modifyInstanceAttribute.handle({ InstanceId, DisableApiTermination: { Value: DisableApiTermination } }, ctx)
  modifyInstanceAttribute.handle({ InstanceId, Attribute: 'disableApiStop', Value: 'true' }, ctx)
  protect(true)
  throwsAwsError(() => stopInstances.handle({ InstanceIds }, ctx), 'OperationNotPermitted', /may not be stopped/)
  throwsAwsError(
    () => terminateInstances.handle({ InstanceIds }, ctx),
    'OperationNotPermitted',
    /disableApiTermination/,
  )
  const read = describeInstanceAttribute.handle({ InstanceId, Attribute: 'disableApiTermination' }, ctx)
  assert.equal(read.DisableApiTermination?.Value, true)
  protect(false)
  terminateInstances.handle({ InstanceIds }, ctx)
  throwsAwsError(() => stopInstances.handle({ InstanceIds }, ctx), 'IncorrectInstanceState')
  throwsAwsError(() => startInstances.handle({ InstanceIds }, ctx), 'IncorrectInstanceState')
})

test('attributes of an instance: one per call, and only what there is', () => {
  const ctx = aContext()
  const { SubnetId, VpcId } = aSubnet(ctx)
  const InstanceId = runInstances.handle({ ...one, SubnetId }, ctx).Instances?.[0]?.InstanceId ?? ''
  const GroupId = createSecurityGroup.handle({ VpcId, GroupName: 'web', Description: 'web' }, ctx).GroupId ?? ''
  modifyInstanceAttribute.handle({ InstanceId, Groups: [GroupId] }, ctx)
  assert.deepEqual(only(ctx)?.SecurityGroups, [{ GroupId, GroupName: 'web' }])
  for (const { input, code } of [
    { input: {}, code: 'InvalidParameterCombination' },
    { input: { DisableApiStop: { Value: true }, EbsOptimized: { Value: true } }, code: 'InvalidParameterCombination' },
    { input: { SourceDestCheck: { Value: false } }, code: 'UnsupportedOperation' },
    { input: { UserData: { Value: new Uint8Array([1]) } }, code: 'UnsupportedOperation' },
    { input: { Attribute: 'kernel' as const, Value: 'x' }, code: 'InvalidParameterValue' },
    { input: { Attribute: 'instanceType' as const }, code: 'MissingParameter' },
    { input: { InstanceInitiatedShutdownBehavior: { Value: 'sleep' } }, code: 'InvalidParameterValue' },
    { input: { Groups: ['sg-0'] }, code: 'InvalidGroup.NotFound' },
  ]) {
    throwsAwsError(() => modifyInstanceAttribute.handle({ InstanceId, ...input }, ctx), code)
  }
  assert.deepEqual(modifyInstanceAttribute.handle({ InstanceId, SourceDestCheck: { Value: true } }, ctx), {})
})

test('images are found by owner and name, and have an id in each Region', () => {
  const find = (Owners: string[] | undefined, name: string, region?: string) =>
    describeImages.handle(
      { Owners, Filters: [{ Name: 'name', Values: [name] }] },
      aContext({ ...(region && { region }) }),
    ).Images ?? []
  const [image] = find(['amazon'], 'al2023-ami-*-x86_64')
  assert.equal(image?.OwnerId, '137112412989')
  assert.equal(find(['099720109477'], 'ubuntu/images/hvm-ssd*/ubuntu-*').length, 3)
  assert.deepEqual(find(['self'], '*'), [])
  assert.notEqual(find(undefined, image?.Name ?? '', 'eu-west-1')[0]?.ImageId, image?.ImageId)
  const byId = (id: string) => describeImages.handle({ ImageIds: [id] }, aContext()).Images
  assert.deepEqual(byId(image?.ImageId ?? ''), [image])
  throwsAwsError(() => byId('ami-0'), 'InvalidAMIID.NotFound', "The image id '[ami-0]' does not exist")
  throwsAwsError(() => byId('x'), 'InvalidAMIID.Malformed')
})
