import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as sdk from '@aws-sdk/client-elastic-load-balancing-v2'
import { aContext } from '../../../test/support/fake-context.ts'
import {
  aListener,
  aLoadBalancer,
  aNetwork,
  aTargetGroup,
  must,
  throwsAwsError,
} from '../../../test/support/privatelink.ts'
import { sslPolicies } from '../../resource/ssl-policy.ts'
import type { OperationContext } from '../operation.ts'
import { describeAccountLimits } from './describe-account-limits.ts'
import { describeRules } from './describe-rules.ts'
import { describeSslPolicies } from './describe-ssl-policies.ts'
import { elbv2Operations } from './operations.ts'

/** What network load balancers do not have: asked for, it is refused in AWS's manner and changes nothing. */

function aWorld(ctx: OperationContext) {
  const { vpcId, subnetIds } = aNetwork(ctx)
  const LoadBalancerArn = aLoadBalancer(ctx, subnetIds)
  const ListenerArn = aListener(ctx, LoadBalancerArn, aTargetGroup(ctx, vpcId))
  const RuleArn = must(describeRules.handle({ ListenerArn }, ctx).Rules?.[0]?.RuleArn)
  return { LoadBalancerArn, ListenerArn, RuleArn }
}

const trustStore = 'arn:aws:elasticloadbalancing:us-east-1:111111111111:truststore/ca/0123456789abcdef'
const bundle = { CaCertificatesBundleS3Bucket: 'b', CaCertificatesBundleS3Key: 'k' }

for (const [operation, input, code, text] of [
  [
    'CreateRule',
    { ListenerArn: 'LISTENER', Conditions: [], Actions: [], Priority: 1 },
    'InvalidConfigurationRequest',
    /Rules/,
  ],
  ['CreateRule', { ListenerArn: 'LISTENER0' }, 'ListenerNotFound', /not found/],
  ['ModifyRule', { RuleArn: 'RULE' }, 'OperationNotPermitted', /Default rule/],
  ['ModifyRule', { RuleArn: 'RULE0' }, 'RuleNotFound', /not found/],
  ['DeleteRule', { RuleArn: 'RULE' }, 'OperationNotPermitted', /Default rule/],
  ['DeleteRule', { RuleArn: 'x' }, 'ValidationError', "'x' is not a valid listener rule ARN"],
  ['SetRulePriorities', { RulePriorities: [{ RuleArn: 'RULE', Priority: 1 }] }, 'OperationNotPermitted', /priority/],
  ['SetRulePriorities', { RulePriorities: [] }, 'ValidationError', /At least one/],
  ['ModifyIpPools', { LoadBalancerArn: 'BALANCER' }, 'InvalidConfigurationRequest', /type 'network'/],
  [
    'ModifyCapacityReservation',
    { LoadBalancerArn: 'BALANCER', MinimumLoadBalancerCapacity: { CapacityUnits: 3000 } },
    'OperationNotPermitted',
    /Capacity cannot be reserved/,
  ],
  ['ModifyCapacityReservation', { LoadBalancerArn: 'BALANCER' }, 'ValidationError', /either/],
  ['SetIpAddressType', { LoadBalancerArn: 'BALANCER', IpAddressType: 'dualstack' }, 'InvalidSubnet', /IPv6 CIDR/],
  ['SetIpAddressType', { LoadBalancerArn: 'BALANCER0', IpAddressType: 'ipv4' }, 'LoadBalancerNotFound', /not found/],
  ['GetResourcePolicy', { ResourceArn: trustStore }, 'ResourceNotFound', /truststore/],
  ['CreateTrustStore', { Name: 'ca', ...bundle }, 'CaCertificatesBundleNotFound', /Amazon S3/],
  ['DescribeTrustStores', { Names: ['ca'] }, 'TrustStoreNotFound', "Trust store 'ca' not found"],
  ['DescribeTrustStores', { PageSize: 0 }, 'ValidationError', /pageSize/],
  ['DeleteTrustStore', { TrustStoreArn: 'x' }, 'ValidationError', /not a valid trust store ARN/],
  ...[
    'AddTrustStoreRevocations',
    'DeleteSharedTrustStoreAssociation',
    'DeleteTrustStore',
    'DescribeTrustStoreAssociations',
    'DescribeTrustStoreRevocations',
    'GetTrustStoreCaCertificatesBundle',
    'GetTrustStoreRevocationContent',
    'ModifyTrustStore',
    'RemoveTrustStoreRevocations',
  ].map((name) => [name, { TrustStoreArn: trustStore }, 'TrustStoreNotFound', /not found/] as const),
] as const) {
  test(`${operation} ${JSON.stringify(input)}: ${code}`, () => {
    const ctx = aContext()
    const { LoadBalancerArn, ListenerArn, RuleArn } = aWorld(ctx)
    const named = JSON.stringify(input)
      .replaceAll('LISTENER', ListenerArn)
      .replaceAll('RULE', RuleArn)
      .replaceAll('BALANCER', LoadBalancerArn)
    const before = ctx.tx.revision
    const { handle } = elbv2Operations[operation as keyof typeof elbv2Operations]
    throwsAwsError(() => handle(JSON.parse(named) as never, ctx), code, text)
    assert.equal(ctx.tx.revision, before)
  })
}

test('every operation that AWS has is answered', () => {
  const known = Object.entries(sdk).flatMap(([name, schema]) =>
    name.endsWith('$') && Array.isArray(schema) && schema[0] === 9 ? [name.slice(0, -1)] : [],
  )
  assert.deepEqual(Object.keys(elbv2Operations).sort(), known.sort())
})

test('what may be asked: no trust store, no reservation, the address type that it is', () => {
  const ctx = aContext()
  const { LoadBalancerArn } = aWorld(ctx)
  const { DescribeTrustStores, ModifyCapacityReservation, SetIpAddressType } = elbv2Operations
  assert.deepEqual(DescribeTrustStores.handle({}, ctx), { TrustStores: [] })
  assert.deepEqual(
    ModifyCapacityReservation.handle({ LoadBalancerArn, ResetCapacityReservation: true }, ctx).CapacityReservationState,
    [],
  )
  assert.deepEqual(SetIpAddressType.handle({ LoadBalancerArn, IpAddressType: 'ipv4' }, ctx), { IpAddressType: 'ipv4' })
})

test('security policies: all, named, in pages', () => {
  const ctx = aContext()
  const all = describeSslPolicies.handle({}, ctx).SslPolicies ?? []
  assert.deepEqual(
    all.map(({ Name }) => Name),
    sslPolicies.map(({ name }) => name),
  )
  const names = ['ELBSecurityPolicy-FS-1-2-Res-2020-10', 'ELBSecurityPolicy-TLS13-1-3-2021-06']
  const named = describeSslPolicies.handle({ Names: names }, ctx).SslPolicies
  assert.deepEqual(named?.map(({ Name }) => Name).sort(), names)
  assert.deepEqual(named?.find(({ Name }) => Name === names[0])?.Ciphers?.[3], {
    Name: 'ECDHE-RSA-AES256-GCM-SHA384',
    Priority: 4,
  })
  const first = describeSslPolicies.handle({ PageSize: 5 }, ctx)
  const second = describeSslPolicies.handle({ PageSize: 5, Marker: first.NextMarker }, ctx)
  assert.deepEqual([...(first.SslPolicies ?? []), ...(second.SslPolicies ?? [])], all.slice(0, 10))
  assert.deepEqual(describeSslPolicies.handle({ LoadBalancerType: 'gateway' }, ctx).SslPolicies, [])
  throwsAwsError(
    () => describeSslPolicies.handle({ Names: ['x'] }, ctx),
    'SSLPolicyNotFound',
    "SSL policy 'x' not found",
  )
})

test('account limits say what is refused: no application and no gateway load balancer', () => {
  const { Limits } = describeAccountLimits.handle({}, aContext())
  const limits = new Map(Limits?.map(({ Name, Max }) => [Name, Number(Max)]))
  assert.deepEqual(
    ['application-load-balancers', 'gateway-load-balancers', 'certificates-per-network-load-balancer'].map((name) =>
      limits.get(name),
    ),
    [0, 0, 25],
  )
  assert.ok((limits.get('network-load-balancers') ?? 0) > 0)
})
