import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { NetworkAclEntry } from '@aws-sdk/client-ec2'
import { aContext } from '../../../test/support/fake-context.ts'
import type { OperationContext } from '../operation.ts'
import { createNetworkAcl } from './create-network-acl.ts'
import { createNetworkAclEntry } from './create-network-acl-entry.ts'
import { createSubnet } from './create-subnet.ts'
import { createVpc } from './create-vpc.ts'
import { deleteNetworkAcl } from './delete-network-acl.ts'
import { deleteNetworkAclEntry } from './delete-network-acl-entry.ts'
import { describeNetworkAcls } from './describe-network-acls.ts'
import { replaceNetworkAclAssociation } from './replace-network-acl-association.ts'
import { replaceNetworkAclEntry } from './replace-network-acl-entry.ts'

function aNetwork(ctx: OperationContext) {
  const vpcId = createVpc.handle({ CidrBlock: '10.0.0.0/16' }, ctx).Vpc?.VpcId ?? ''
  const subnetId = createSubnet.handle({ VpcId: vpcId, CidrBlock: '10.0.1.0/24' }, ctx).Subnet?.SubnetId ?? ''
  const aclId = createNetworkAcl.handle({ VpcId: vpcId }, ctx).NetworkAcl?.NetworkAclId ?? ''
  return { vpcId, subnetId, aclId, defaultAcl: defaultAcl(ctx, vpcId) }
}

function defaultAcl(ctx: OperationContext, vpcId: string) {
  const Filters = [
    { Name: 'default', Values: ['true'] },
    { Name: 'vpc-id', Values: [vpcId] },
  ]
  const [acl, ...others] = describeNetworkAcls.handle({ Filters }, ctx).NetworkAcls ?? []
  assert.ok(acl)
  assert.deepEqual(others, [])
  return acl
}

const lineOf = ({ Egress, RuleNumber, RuleAction }: NetworkAclEntry) => `${Egress} ${RuleNumber} ${RuleAction}`

test('a new VPC has a default list that lets everything pass, and its subnets have it; a new list denies', () => {
  const ctx = aContext()
  const { subnetId, aclId, defaultAcl } = aNetwork(ctx)
  assert.deepEqual(defaultAcl.Entries?.map(lineOf), [
    'true 100 allow',
    'true 32767 deny',
    'false 100 allow',
    'false 32767 deny',
  ])
  assert.deepEqual(
    defaultAcl.Associations?.map(({ SubnetId }) => SubnetId),
    [subnetId],
  )
  const [own] = describeNetworkAcls.handle({ NetworkAclIds: [aclId] }, ctx).NetworkAcls ?? []
  assert.deepEqual(own?.Entries?.map(lineOf), ['true 32767 deny', 'false 32767 deny'])
})

test('entries are made, replaced and deleted, and shown by number', () => {
  const ctx = aContext()
  const { aclId: NetworkAclId } = aNetwork(ctx)
  const entry = { NetworkAclId, Egress: false, Protocol: '6', RuleAction: 'allow' as const, CidrBlock: '10.1.2.3/8' }
  const at = (RuleNumber: number) => ({ ...entry, RuleNumber, PortRange: { From: 80, To: 80 } })
  const inbound = () =>
    describeNetworkAcls
      .handle({ NetworkAclIds: [NetworkAclId] }, ctx)
      .NetworkAcls?.[0]?.Entries?.filter(({ Egress }) => !Egress)
  createNetworkAclEntry.handle(at(200), ctx)
  createNetworkAclEntry.handle(at(100), ctx)
  replaceNetworkAclEntry.handle({ ...at(100), RuleAction: 'deny' }, ctx)
  assert.deepEqual(inbound()?.map(lineOf), ['false 100 deny', 'false 200 allow', 'false 32767 deny'])
  assert.equal(inbound()?.[0]?.CidrBlock, '10.0.0.0/8')
  deleteNetworkAclEntry.handle({ NetworkAclId, Egress: false, RuleNumber: 100 }, ctx)
  assert.deepEqual(inbound()?.map(lineOf), ['false 200 allow', 'false 32767 deny'])
})

test('a subnet moves from the default list to another and back', () => {
  const ctx = aContext()
  const { vpcId, subnetId, aclId, defaultAcl: before } = aNetwork(ctx)
  const move = (AssociationId: string | undefined, NetworkAclId: string | undefined) =>
    replaceNetworkAclAssociation.handle({ AssociationId, NetworkAclId }, ctx).NewAssociationId
  const moved = move(before.Associations?.[0]?.NetworkAclAssociationId, aclId)
  assert.deepEqual(defaultAcl(ctx, vpcId).Associations, [])
  assert.throws(() => deleteNetworkAcl.handle({ NetworkAclId: aclId }, ctx), { code: 'DependencyViolation' })
  const back = move(moved, before.NetworkAclId)
  assert.deepEqual(defaultAcl(ctx, vpcId).Associations, [
    { NetworkAclAssociationId: back, NetworkAclId: before.NetworkAclId, SubnetId: subnetId },
  ])
  deleteNetworkAcl.handle({ NetworkAclId: aclId }, ctx)
})

const allow = { Egress: false, RuleNumber: 100, Protocol: '-1', RuleAction: 'allow', CidrBlock: '0.0.0.0/0' } as const
for (const { name, code, entry } of [
  { name: 'a number that is taken', code: 'NetworkAclEntryAlreadyExists', entry: allow },
  { name: 'the last number', code: 'InvalidParameterValue', entry: { ...allow, RuleNumber: 32767 } },
  { name: 'no protocol of IANA', code: 'InvalidParameterValue', entry: { ...allow, RuleNumber: 1, Protocol: 'tcp' } },
  { name: 'TCP without ports', code: 'MissingParameter', entry: { ...allow, RuleNumber: 1, Protocol: '6' } },
  { name: 'no block', code: 'MissingParameter', entry: { ...allow, RuleNumber: 1, CidrBlock: undefined } },
]) {
  test(`an entry is refused: ${name}: ${code}`, () => {
    const ctx = aContext()
    const { defaultAcl } = aNetwork(ctx)
    const call = () => createNetworkAclEntry.handle({ ...entry, NetworkAclId: defaultAcl.NetworkAclId }, ctx)
    assert.throws(call, { code })
  })
}

test('the default list cannot be deleted', () => {
  const ctx = aContext()
  const { defaultAcl } = aNetwork(ctx)
  assert.throws(() => deleteNetworkAcl.handle({ NetworkAclId: defaultAcl.NetworkAclId }, ctx), {
    code: 'InvalidParameterValue',
  })
})
