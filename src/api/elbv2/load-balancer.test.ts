import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CreateLoadBalancerInput } from '@aws-sdk/client-elastic-load-balancing-v2'
import { aContext } from '../../../test/support/fake-context.ts'
import {
  accounts,
  aListener,
  aLoadBalancer,
  aNetwork,
  anInstance,
  aService,
  aTargetGroup,
  consumer,
  must,
  provider,
  throwsAwsError,
} from '../../../test/support/privatelink.ts'
import type { Kind } from '../../resource/kind.ts'
import { createSecurityGroup } from '../ec2/create-security-group.ts'
import { createSubnet } from '../ec2/create-subnet.ts'
import type { OperationContext } from '../operation.ts'
import { quotas } from '../quota.ts'
import { createLoadBalancer } from './create-load-balancer.ts'
import { deleteLoadBalancer } from './delete-load-balancer.ts'
import { describeLoadBalancers } from './describe-load-balancers.ts'
import { modifyLoadBalancerAttributes } from './modify-load-balancer-attributes.ts'

const create = (ctx: OperationContext, more: Partial<CreateLoadBalancerInput>) =>
  must(createLoadBalancer.handle({ Name: 'web', Type: 'network', ...more }, ctx).LoadBalancers?.[0])

test('a load balancer has a node in every zone, with a private and a fabric address', () => {
  const ctx = aContext()
  const { vpcId, subnetIds } = aNetwork(ctx)
  const made = create(ctx, { Subnets: subnetIds, Tags: [{ Key: 'a', Value: 'b' }] })

  const arn = must(made.LoadBalancerArn)
  const id = must(arn.split('/').at(-1))
  assert.match(arn, /^arn:aws:elasticloadbalancing:us-east-1:111111111111:loadbalancer\/net\/web\/[0-9a-f]{16}$/)
  assert.equal(made.DNSName, `web-${id}.elb.us-east-1.amazonaws.com`)
  assert.equal(made.CanonicalHostedZoneId, 'Z26RNL4JYFTOTI')
  assert.equal(made.Scheme, 'internet-facing')
  assert.deepEqual(
    made.AvailabilityZones?.map((zone) => [zone.ZoneName, zone.SubnetId]),
    [
      ['us-east-1a', subnetIds[0]],
      ['us-east-1b', subnetIds[1]],
    ],
  )
  const nodes = ctx.tx.by('network-interface', 'vpcId', vpcId)
  assert.deepEqual(
    nodes.map((node) => [node.interfaceType, node.description, node.requesterManaged, node.groupIds]),
    subnetIds.map(() => ['network_load_balancer', `ELB net/web/${id}`, true, []]),
  )
  assert.deepEqual(
    nodes.map((node) => node.privateIp),
    ['10.0.1.4', '10.0.2.4'],
  )
  assert.equal(new Set(nodes.map((node) => node.fabricIp)).size, 2)
  for (const node of nodes) assert.match(node.fabricIp ?? '', /^240\./)
})

test('state: provisioning until applied, and why not when the kernel refused it', () => {
  for (const [observed, state] of [
    [{ isApplied: () => false }, { Code: 'provisioning' }],
    [{ isApplied: () => true }, { Code: 'active' }],
    [{ isApplied: (kind: Kind) => kind === 'network-interface' }, { Code: 'active' }],
    [{ failureOf: () => 'no memory' }, { Code: 'provisioning', Reason: 'no memory' }],
  ] as const) {
    const ctx = aContext({ observed })
    assert.deepEqual(create(ctx, { Subnets: aNetwork(ctx).subnetIds }).State, state)
  }
})

test('the same call again answers the same load balancer; other settings are refused', () => {
  const ctx = aContext()
  const { subnetIds } = aNetwork(ctx)
  const first = create(ctx, { Subnets: subnetIds })
  assert.deepEqual(create(ctx, { Subnets: subnetIds.toReversed() }).LoadBalancerArn, first.LoadBalancerArn)
  assert.equal([...ctx.tx.all('load-balancer')].length, 1)
  assert.equal([...ctx.tx.all('network-interface')].length, 2)
  throwsAwsError(
    () => create(ctx, { Subnets: subnetIds, Scheme: 'internal' }),
    'DuplicateLoadBalancerName',
    "A load balancer with the same name 'web' exists, but with different settings",
  )
})

test('fixed private addresses of an internal load balancer', () => {
  const ctx = aContext()
  const { subnetId } = aNetwork(ctx)
  const mapping = { SubnetId: subnetId, PrivateIPv4Address: '10.0.1.77' }
  create(ctx, { Scheme: 'internal', SubnetMappings: [mapping] })
  assert.deepEqual(
    [...ctx.tx.all('network-interface')].map((node) => node.privateIp),
    ['10.0.1.77'],
  )
  for (const [wish, code, text] of [
    [{ Scheme: 'internal' }, 'InvalidConfigurationRequest', /10\.0\.1\.77 is in use/],
    [{ Scheme: 'internet-facing' }, 'InvalidConfigurationRequest', /only for internal/],
  ] as const) {
    throwsAwsError(() => create(ctx, { Name: 'other', SubnetMappings: [mapping], ...wish }), code, text)
  }
})

test('what AWS refuses, and what we do not serve', () => {
  const ctx = aContext()
  const { vpcId, subnetIds } = aNetwork(ctx)
  const [subnetId = ''] = subnetIds
  const other = aNetwork(ctx)
  const sibling = must(
    createSubnet.handle({ VpcId: vpcId, CidrBlock: '10.0.9.0/24', AvailabilityZone: 'us-east-1a' }, ctx).Subnet
      ?.SubnetId,
  )
  const small = must(
    createSubnet.handle({ VpcId: vpcId, CidrBlock: '10.0.8.0/28', AvailabilityZone: 'us-east-1c' }, ctx).Subnet
      ?.SubnetId,
  )
  for (let i = 0; i < 4; i++) anInstance(ctx, small)
  const own = must(createSecurityGroup.handle({ GroupName: 'lb', Description: 'lb', VpcId: vpcId }, ctx).GroupId)
  const six = Array.from({ length: 6 }, (_, n) =>
    must(createSecurityGroup.handle({ GroupName: `g${n}`, Description: 'g', VpcId: vpcId }, ctx).GroupId),
  )
  const { serviceCode, quotaCode } = quotas.securityGroupsPerInterface
  ctx.tx.put('quota', { accountId: ctx.accountId, region: ctx.region, serviceCode, quotaCode, value: 5 })
  const foreign = must(
    createSecurityGroup.handle({ GroupName: 'x', Description: 'x', VpcId: other.vpcId }, ctx).GroupId,
  )

  const cases: readonly (readonly [Partial<CreateLoadBalancerInput>, string, string | RegExp])[] = [
    [{ Type: undefined }, 'OperationNotPermitted', /type 'application' are not supported by this installation/],
    [{ Type: 'gateway' }, 'OperationNotPermitted', /specify the type 'network'/],
    [{ Name: 'x'.repeat(33) }, 'ValidationError', /cannot be longer than '32' characters/],
    [{ Name: 'a_b' }, 'ValidationError', /alphanumeric characters or hyphens/],
    [{ Name: '-a' }, 'ValidationError', "The load balancer name '-a' cannot begin or end with '-'"],
    [{ Name: 'internal-a' }, 'ValidationError', /cannot begin with 'internal-'/],
    [{ Subnets: [] }, 'ValidationError', 'At least one subnet must be specified'],
    [{ SubnetMappings: [{ SubnetId: subnetId }] }, 'ValidationError', /at the same time/],
    [{ Subnets: ['subnet-0123'] }, 'SubnetNotFound', "The subnet ID 'subnet-0123' is not valid"],
    [
      { Subnets: [subnetId, sibling] },
      'InvalidConfigurationRequest',
      'A load balancer cannot be attached to multiple subnets in the same Availability Zone',
    ],
    [{ Subnets: [subnetId, must(other.subnetIds[1])] }, 'InvalidConfigurationRequest', /one VPC/],
    [
      { Subnets: [small] },
      'InvalidSubnet',
      `Not enough IP space available in ${small}. ELB requires at least 8 free IP addresses in each subnet.`,
    ],
    [{ SecurityGroups: [foreign] }, 'InvalidSecurityGroup', new RegExp(foreign)],
    [{ SecurityGroups: [own, foreign] }, 'InvalidSecurityGroup', new RegExp(foreign)],
    [{ SecurityGroups: six }, 'InvalidConfigurationRequest', /more than 5 security groups/],
    [{ Scheme: 'public' as 'internal' }, 'ValidationError', /enum value set: \[internal, internet-facing\]/],
    [{ IpAddressType: 'ipv6' as 'ipv4' }, 'ValidationError', /enum value set/],
    [{ IpAddressType: 'dualstack-without-public-ipv4' }, 'InvalidConfigurationRequest', /type 'network'/],
    [{ EnablePrefixForIpv6SourceNat: 'on' }, 'InvalidConfigurationRequest', /dualstack/],
    [{ IpamPools: { Ipv4IpamPoolId: 'ipam-pool-1' } }, 'InvalidConfigurationRequest', /pools/],
    [
      { Subnets: undefined, SubnetMappings: [{ SubnetId: subnetId, AllocationId: 'eipalloc-1' }] },
      'AllocationIdNotFound',
      /eipalloc-1/,
    ],
    [{ IpAddressType: 'dualstack' }, 'InvalidSubnet', /IPv6 CIDR/],
    [{ Tags: [{ Key: 'a' }, { Key: 'a' }] }, 'DuplicateTagKeys', /'a'/],
  ]
  for (const [wish, code, text] of cases) {
    throwsAwsError(() => create(ctx, { Subnets: subnetIds, ...wish }), code, text)
  }
  assert.deepEqual([...ctx.tx.all('load-balancer')], [])
})

test('another account sees no load balancer, and an unknown name is an error', () => {
  const as = accounts()
  const arn = aLoadBalancer(as(provider), aNetwork(as(provider)).subnetIds)
  assert.deepEqual(describeLoadBalancers.handle({}, as(consumer)), { LoadBalancers: [] })
  throwsAwsError(() => describeLoadBalancers.handle({ LoadBalancerArns: [arn] }, as(consumer)), 'LoadBalancerNotFound')
  throwsAwsError(
    () => describeLoadBalancers.handle({ Names: ['web', 'nope'] }, as(provider)),
    'LoadBalancerNotFound',
    "Load balancers '[nope]' not found",
  )
  throwsAwsError(() => describeLoadBalancers.handle({ LoadBalancerArns: ['x'] }, as(provider)), 'ValidationError')
  assert.equal(describeLoadBalancers.handle({ Names: ['web'] }, as(provider)).LoadBalancers?.length, 1)
})

test('deleting takes listeners and nodes along, and leaves target groups', () => {
  const ctx = aContext()
  const { vpcId, subnetIds } = aNetwork(ctx)
  const arn = aLoadBalancer(ctx, subnetIds)
  const groupArn = aTargetGroup(ctx, vpcId)
  aListener(ctx, arn, groupArn)
  const fabricBefore = ctx.tx.get('fabric', 'fabric')?.nextAddress

  assert.deepEqual(deleteLoadBalancer.handle({ LoadBalancerArn: arn }, ctx), {})
  for (const kind of ['load-balancer', 'listener', 'network-interface'] as const) {
    assert.deepEqual([...ctx.tx.all(kind)], [], kind)
  }
  assert.ok(ctx.tx.get('target-group', groupArn))
  assert.equal(ctx.tx.get('fabric', 'fabric')?.nextAddress, fabricBefore, 'fabric addresses are not given back')
  assert.deepEqual(deleteLoadBalancer.handle({ LoadBalancerArn: arn }, ctx), {}, 'again: no error')
  throwsAwsError(
    () => deleteLoadBalancer.handle({ LoadBalancerArn: 'web' }, ctx),
    'ValidationError',
    /'web' is not a valid/,
  )
})

test('not deleted: under protection, of another account, or attached to an endpoint service', () => {
  const as = accounts()
  const ctx = as(provider)
  const arn = aLoadBalancer(ctx, aNetwork(ctx).subnetIds)
  const protect = (Value: string) =>
    modifyLoadBalancerAttributes.handle(
      { LoadBalancerArn: arn, Attributes: [{ Key: 'deletion_protection.enabled', Value }] },
      ctx,
    )
  protect('true')
  throwsAwsError(() => deleteLoadBalancer.handle({ LoadBalancerArn: arn }, ctx), 'OperationNotPermitted', /protection/)
  protect('false')
  deleteLoadBalancer.handle({ LoadBalancerArn: arn }, as(consumer))
  assert.ok(ctx.tx.get('load-balancer', arn))
  aService(ctx, arn)
  throwsAwsError(
    () => deleteLoadBalancer.handle({ LoadBalancerArn: arn }, ctx),
    'ResourceInUse',
    `Load balancer '${arn}' cannot be deleted because it is currently associated with another service`,
  )
})
