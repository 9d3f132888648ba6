import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aContext } from '../../../test/support/fake-context.ts'
import { aLoadBalancer, aNetwork, aTargetGroup, throwsAwsError } from '../../../test/support/privatelink.ts'
import { describeLoadBalancerAttributes } from './describe-load-balancer-attributes.ts'
import { describeTargetGroupAttributes } from './describe-target-group-attributes.ts'
import { loadBalancerAttributeRules } from './load-balancer-attributes.ts'
import { modifyLoadBalancerAttributes } from './modify-load-balancer-attributes.ts'
import { modifyTargetGroupAttributes } from './modify-target-group-attributes.ts'
import { targetGroupAttributeRules } from './target-group-attributes.ts'

const asObject = (attributes: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined) =>
  Object.fromEntries((attributes ?? []).map(({ Key, Value }) => [Key, Value]))

test('load balancer: every key is described, set values are kept, defaults are not stored', () => {
  const ctx = aContext()
  const LoadBalancerArn = aLoadBalancer(ctx, aNetwork(ctx).subnetIds)
  const described = asObject(describeLoadBalancerAttributes.handle({ LoadBalancerArn }, ctx).Attributes)
  assert.deepEqual(Object.keys(described).sort(), Object.keys(loadBalancerAttributeRules).sort())
  assert.equal(described['load_balancing.cross_zone.enabled'], 'false')
  assert.equal(described['ipv6.deny_all_igw_traffic'], 'true', 'internal')

  const set = (Value: string) =>
    modifyLoadBalancerAttributes.handle(
      { LoadBalancerArn, Attributes: [{ Key: 'load_balancing.cross_zone.enabled', Value }] },
      ctx,
    )
  assert.equal(asObject(set('true').Attributes)['load_balancing.cross_zone.enabled'], 'true')
  assert.deepEqual(ctx.tx.get('load-balancer', LoadBalancerArn)?.attributes, {
    'load_balancing.cross_zone.enabled': 'true',
  })
  set('false')
  assert.deepEqual(ctx.tx.get('load-balancer', LoadBalancerArn)?.attributes, {})
})

test('load balancer: refused keys and values', () => {
  const ctx = aContext()
  const LoadBalancerArn = aLoadBalancer(ctx, aNetwork(ctx).subnetIds)
  modifyLoadBalancerAttributes.handle(
    { LoadBalancerArn, Attributes: [{ Key: 'secondary_ips.auto_assigned.per_subnet', Value: '2' }] },
    ctx,
  )
  for (const [Key, Value, code, text] of [
    ['no.such.key', '1', 'ValidationError', "Load balancer attribute key 'no.such.key' is not recognized"],
    ['constructor', '1', 'ValidationError', "Load balancer attribute key 'constructor' is not recognized"],
    [
      'idle_timeout.timeout_seconds',
      '60',
      'InvalidConfigurationRequest',
      "Load balancer attribute key 'idle_timeout.timeout_seconds' is not supported on load balancers with type 'network'",
    ],
    ['deletion_protection.enabled', 'yes', 'ValidationError', /must be one of 'true, false'/],
    ['dns_record.client_routing_policy', 'nearest', 'ValidationError', /any_availability_zone/],
    ['secondary_ips.auto_assigned.per_subnet', '8', 'ValidationError', /between 0 and 7/],
    ['access_logs.s3.enabled', 'true', 'InvalidConfigurationRequest', /'access_logs\.s3\.bucket' must be specified/],
    ['access_logs.s3.prefix', 'x'.repeat(1025), 'ValidationError', /at most 1024 characters/],
    ['secondary_ips.auto_assigned.per_subnet', '1', 'InvalidConfigurationRequest', /cannot be decreased/],
  ] as const) {
    const change = { LoadBalancerArn, Attributes: [{ Key, Value }] }
    throwsAwsError(() => modifyLoadBalancerAttributes.handle(change, ctx), code, text)
  }
})

test('target group: defaults depend on protocol and target type', () => {
  const ctx = aContext()
  const { vpcId } = aNetwork(ctx)
  for (const [more, terminate, preserve] of [
    [{ Name: 'tcp-instance' }, 'false', 'true'],
    [{ Name: 'tcp-ip', TargetType: 'ip' }, 'false', 'false'],
    [{ Name: 'udp-ip', Protocol: 'UDP', TargetType: 'ip' }, 'true', 'true'],
  ] as const) {
    const TargetGroupArn = aTargetGroup(ctx, vpcId, more)
    const described = asObject(describeTargetGroupAttributes.handle({ TargetGroupArn }, ctx).Attributes)
    assert.deepEqual(Object.keys(described).sort(), Object.keys(targetGroupAttributeRules).sort())
    assert.equal(described['deregistration_delay.timeout_seconds'], '300')
    assert.equal(described['deregistration_delay.connection_termination.enabled'], terminate, more.Name)
    assert.equal(described['preserve_client_ip.enabled'], preserve, more.Name)
  }
})

test('target group: refused keys, values and combinations leave everything as it was', () => {
  const ctx = aContext()
  const { vpcId } = aNetwork(ctx)
  const tcp = aTargetGroup(ctx, vpcId, { Name: 'tcp' })
  const udp = aTargetGroup(ctx, vpcId, { Name: 'udp', Protocol: 'UDP' })
  const tls = aTargetGroup(ctx, vpcId, { Name: 'tls', Protocol: 'TLS' })
  const alb = aTargetGroup(ctx, vpcId, { Name: 'alb', TargetType: 'alb' })
  for (const [TargetGroupArn, Key, Value, code, text] of [
    [tcp, 'nope', '1', 'ValidationError', "Target group attribute key 'nope' is not recognized"],
    [tcp, 'slow_start.duration_seconds', '30', 'InvalidConfigurationRequest', /is not supported on/],
    [tcp, 'deregistration_delay.timeout_seconds', '8', 'ValidationError', /more than once/],
    [
      tcp,
      'target_health_state.unhealthy.draining_interval_seconds',
      '360001',
      'ValidationError',
      /between 0 and 360000/,
    ],
    [tcp, 'stickiness.type', 'round_robin', 'ValidationError', /source_ip/],
    [
      tcp,
      'stickiness.type',
      'lb_cookie',
      'InvalidConfigurationRequest',
      "Stickiness type 'lb_cookie' is not supported for target groups with the TCP protocol",
    ],
    [tls, 'stickiness.enabled', 'true', 'InvalidConfigurationRequest', /stickiness/],
    [alb, 'load_balancing.cross_zone.enabled', 'true', 'InvalidConfigurationRequest', /'alb'/],
    [tcp, 'send_tcp_reset.on_unhealthy.enabled', 'true', 'InvalidConfigurationRequest', /is not supported on/],
    [
      tcp,
      'target_group_health.dns_failover.minimum_healthy_targets.percentage',
      '0',
      'ValidationError',
      /'off' or an integer between 1 and 100/,
    ],
    [
      tcp,
      'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count',
      'off',
      'ValidationError',
      /an integer between 1 and/,
    ],
    [udp, 'preserve_client_ip.enabled', 'false', 'InvalidConfigurationRequest', /UDP/],
    [
      udp,
      'target_health_state.unhealthy.connection_termination.enabled',
      'true',
      'InvalidConfigurationRequest',
      /cannot be enabled/,
    ],
    [
      tcp,
      'target_health_state.unhealthy.draining_interval_seconds',
      '30',
      'InvalidConfigurationRequest',
      /can only be set when/,
    ],
    [
      tcp,
      'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count',
      '2',
      'InvalidConfigurationRequest',
      /greater than or equal/,
    ],
  ] as const) {
    const Attributes = [
      { Key: 'deregistration_delay.timeout_seconds', Value: '7' },
      { Key, Value },
    ]
    throwsAwsError(() => modifyTargetGroupAttributes.handle({ TargetGroupArn, Attributes }, ctx), code, text)
    assert.deepEqual(ctx.tx.get('target-group', TargetGroupArn)?.attributes, {})
  }
  const Attributes = [{ Key: 'deregistration_delay.timeout_seconds', Value: '5' }]
  const { Attributes: all } = modifyTargetGroupAttributes.handle({ TargetGroupArn: tcp, Attributes }, ctx)
  assert.equal(asObject(all)['deregistration_delay.timeout_seconds'], '5')
})
