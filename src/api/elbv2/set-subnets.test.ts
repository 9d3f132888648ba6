import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aContext } from '../../../test/support/fake-context.ts'
import {
  aListener,
  aLoadBalancer,
  aNetwork,
  aService,
  aTargetGroup,
  must,
  throwsAwsError,
} from '../../../test/support/privatelink.ts'
import { describeListenerAttributes } from './describe-listener-attributes.ts'
import { describeRules } from './describe-rules.ts'
import { modifyListenerAttributes } from './modify-listener-attributes.ts'
import { setSecurityGroups } from './set-security-groups.ts'
import { setSubnets } from './set-subnets.ts'

test('a zone is added with a node of its own, and the others keep theirs', () => {
  const ctx = aContext()
  const { subnetIds } = aNetwork(ctx)
  const [first = '', second = ''] = subnetIds
  const LoadBalancerArn = aLoadBalancer(ctx, [first])
  const nodes = () => must(ctx.tx.get('load-balancer', LoadBalancerArn)).zones
  const [before] = nodes()
  const { AvailabilityZones } = setSubnets.handle({ LoadBalancerArn, Subnets: [second, first] }, ctx)
  assert.deepEqual(
    AvailabilityZones?.map(({ SubnetId }) => SubnetId),
    [second, first],
  )
  assert.deepEqual(nodes()[1], before)
  const added = ctx.tx.get('network-interface', nodes()[0]?.networkInterfaceId)
  assert.equal(added?.subnetId, second)
  assert.equal(added?.loadBalancerArn, LoadBalancerArn)
  assert.ok(added?.fabricIp)
})

test('a zone goes with its node, unless an endpoint service stands on the load balancer', () => {
  const ctx = aContext()
  const { subnetIds } = aNetwork(ctx)
  const LoadBalancerArn = aLoadBalancer(ctx, subnetIds)
  const shrink = () => setSubnets.handle({ LoadBalancerArn, Subnets: subnetIds.slice(1) }, ctx)
  const enis = () => ctx.tx.by('network-interface', 'subnetId', subnetIds[0] ?? '').length
  shrink()
  assert.equal(enis(), 0)
  setSubnets.handle({ LoadBalancerArn, Subnets: subnetIds }, ctx)
  aService(ctx, LoadBalancerArn)
  throwsAwsError(shrink, 'ResourceInUse')
  assert.equal(enis(), 1)
})

test('a node that stays keeps its address, and only a chosen one is shown', () => {
  const ctx = aContext()
  const { subnetIds } = aNetwork(ctx)
  const [first = '', second = ''] = subnetIds
  const LoadBalancerArn = aLoadBalancer(ctx, [first])
  const set = (address: string) =>
    setSubnets.handle(
      {
        LoadBalancerArn,
        SubnetMappings: [
          { SubnetId: first, PrivateIPv4Address: address },
          { SubnetId: second, PrivateIPv4Address: '10.0.2.77' },
        ],
      },
      ctx,
    )
  throwsAwsError(
    () => set('10.0.1.77'),
    'InvalidConfigurationRequest',
    /cannot be changed from '10.0.1.4' to '10.0.1.77'/,
  )
  assert.deepEqual(
    set('10.0.1.4').AvailabilityZones?.map((zone) => zone.LoadBalancerAddresses),
    [[], [{ PrivateIPv4Address: '10.0.2.77' }]],
  )
})

test('subnets of another VPC and security groups are refused', () => {
  const ctx = aContext()
  const LoadBalancerArn = aLoadBalancer(ctx, aNetwork(ctx).subnetIds)
  const Subnets = aNetwork(ctx).subnetIds
  throwsAwsError(() => setSubnets.handle({ LoadBalancerArn, Subnets }, ctx), 'InvalidConfigurationRequest')
  throwsAwsError(() => setSubnets.handle({ LoadBalancerArn, Subnets: [] }, ctx), 'ValidationError')
  throwsAwsError(
    () => setSecurityGroups.handle({ LoadBalancerArn, SecurityGroups: ['sg-1'] }, ctx),
    'InvalidConfigurationRequest',
  )
})

test('a listener has one attribute and one rule', () => {
  const ctx = aContext()
  const { vpcId, subnetIds } = aNetwork(ctx)
  const ListenerArn = aListener(ctx, aLoadBalancer(ctx, subnetIds), aTargetGroup(ctx, vpcId))
  const modify = (Key: string, Value: string) =>
    modifyListenerAttributes.handle({ ListenerArn, Attributes: [{ Key, Value }] }, ctx)
  const shown = () => describeListenerAttributes.handle({ ListenerArn }, ctx).Attributes
  assert.deepEqual(shown(), [{ Key: 'tcp.idle_timeout.seconds', Value: '350' }])
  modify('tcp.idle_timeout.seconds', '600')
  assert.deepEqual(shown(), [{ Key: 'tcp.idle_timeout.seconds', Value: '600' }])
  throwsAwsError(() => modify('tcp.idle_timeout.seconds', '59'), 'ValidationError')
  throwsAwsError(() => modify('routing.http.response.server.enabled', 'true'), 'InvalidConfigurationRequest')
  throwsAwsError(() => modify('other', 'x'), 'ValidationError', "Listener attribute key 'other' is not recognized")

  const { Rules } = describeRules.handle({ ListenerArn }, ctx)
  assert.deepEqual(
    Rules?.map(({ Priority, IsDefault }) => [Priority, IsDefault]),
    [['default', true]],
  )
  assert.deepEqual(describeRules.handle({ RuleArns: [must(Rules?.[0]?.RuleArn)] }, ctx), { Rules })
  throwsAwsError(() => describeRules.handle({ RuleArns: [`${Rules?.[0]?.RuleArn}0`] }, ctx), 'RuleNotFound')
})
