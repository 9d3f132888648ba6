import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TargetDescription } from '@aws-sdk/client-elastic-load-balancing-v2'
import { aContext, type ContextOptions } from '../../../test/support/fake-context.ts'
import {
  accounts,
  aListener,
  aLoadBalancer,
  aNetwork,
  anInstance,
  aTargetGroup,
  consumer,
  provider,
  throwsAwsError,
} from '../../../test/support/privatelink.ts'
import type { TargetHealthReport } from '../../resource/target-group.ts'
import { stopInstances } from '../ec2/stop-instances.ts'
import { terminateInstances } from '../ec2/terminate-instances.ts'
import type { OperationContext } from '../operation.ts'
import { quotas } from '../quota.ts'
import { deleteLoadBalancer } from './delete-load-balancer.ts'
import { deregisterTargets } from './deregister-targets.ts'
import { describeTargetHealth } from './describe-target-health.ts'
import { modifyTargetGroupAttributes } from './modify-target-group-attributes.ts'
import { registerTargets } from './register-targets.ts'
import { setSubnets } from './set-subnets.ts'

function register(ctx: OperationContext, TargetGroupArn: string, ...Targets: TargetDescription[]) {
  registerTargets.handle({ TargetGroupArn, Targets }, ctx)
  return ctx.tx.by('target', 'targetGroupArn', TargetGroupArn)
}

function healthOf(ctx: OperationContext, TargetGroupArn: string, Targets?: TargetDescription[]) {
  const { TargetHealthDescriptions } = describeTargetHealth.handle({ TargetGroupArn, Targets }, ctx)
  return (TargetHealthDescriptions ?? []).map(({ TargetHealth: health }) =>
    [health?.State, health?.Reason, health?.Description].filter((part) => part !== undefined),
  )
}

test('instances: address and zone are the interface’s, the port is the group’s unless given', () => {
  const ctx = aContext()
  const { vpcId, subnetIds } = aNetwork(ctx)
  const [a, b] = subnetIds.map((subnetId) => anInstance(ctx, subnetId))
  const group = aTargetGroup(ctx, vpcId)
  const targets = register(ctx, group, { Id: a }, { Id: b, Port: 9090 }, { Id: a, Port: 9090 }, { Id: a })
  assert.deepEqual(
    targets.map(({ id, port, ip, availabilityZone, healthSlot, state }) => [
      id,
      port,
      ip,
      availabilityZone,
      healthSlot,
      state,
    ]),
    [
      [a, 8080, '10.0.1.4', 'us-east-1a', 1, 'registered'],
      [b, 9090, '10.0.2.4', 'us-east-1b', 2, 'registered'],
      [a, 9090, '10.0.1.4', 'us-east-1a', 3, 'registered'],
    ],
  )
})

test('health slots are unique in the VPC, the lowest free one first, and free again after removal', () => {
  const ctx = aContext()
  const { vpcId, subnetId } = aNetwork(ctx)
  const [one = '', two = ''] = ['one', 'two'].map((Name) => aTargetGroup(ctx, vpcId, { Name }))
  const Id = anInstance(ctx, subnetId)
  const slots = (group: string) => ctx.tx.by('target', 'targetGroupArn', group).map((target) => target.healthSlot)
  register(ctx, one, { Id, Port: 1 }, { Id, Port: 2 }, { Id, Port: 3 })
  register(ctx, two, { Id, Port: 1 })
  assert.deepEqual([slots(one), slots(two)], [[1, 2, 3], [4]])
  deregisterTargets.handle({ TargetGroupArn: one, Targets: [{ Id, Port: 2 }] }, ctx)
  register(ctx, two, { Id, Port: 2 }, { Id, Port: 3 })
  assert.deepEqual(
    [slots(one), slots(two)],
    [
      [1, 3],
      [4, 2, 5],
    ],
  )
})

test('addresses: in the VPC the zone is the subnet’s; outside it must be given', () => {
  const ctx = aContext()
  const { vpcId } = aNetwork(ctx)
  const group = aTargetGroup(ctx, vpcId, { TargetType: 'ip' })
  const targets = register(
    ctx,
    group,
    { Id: '10.0.2.200' },
    { Id: '10.0.1.200', AvailabilityZone: 'us-east-1a' },
    { Id: '192.168.7.7', AvailabilityZone: 'all' },
    { Id: '100.64.0.9', AvailabilityZone: 'us-east-1c' },
  )
  assert.deepEqual(
    targets.map(({ id, ip, availabilityZone }) => [id === ip, availabilityZone]),
    [
      [true, 'us-east-1b'],
      [true, 'us-east-1a'],
      [true, 'all'],
      [true, 'us-east-1c'],
    ],
  )
})

test('refused targets, and none of the call is registered', () => {
  const as = accounts()
  const ctx = as(provider)
  const { vpcId, subnetId } = aNetwork(ctx)
  const good = anInstance(ctx, subnetId)
  const elsewhere = anInstance(ctx, aNetwork(ctx).subnetId)
  const foreign = anInstance(as(consumer), aNetwork(as(consumer)).subnetId)
  const ended = anInstance(ctx, subnetId)
  terminateInstances.handle({ InstanceIds: [ended] }, ctx)
  const instances = aTargetGroup(ctx, vpcId, { Name: 'instances' })
  const ips = aTargetGroup(ctx, vpcId, { Name: 'ips', TargetType: 'ip' })
  for (const [group, target, code, text] of [
    [instances, { Id: '10.0.1.4' }, 'ValidationError', "Instance ID '10.0.1.4' is not valid"],
    [
      instances,
      { Id: 'i-0123456789abcdef0' },
      'InvalidTarget',
      "The following instances do not exist: 'i-0123456789abcdef0'",
    ],
    [instances, { Id: foreign }, 'InvalidTarget', `The following instances do not exist: '${foreign}'`],
    [
      instances,
      { Id: ended },
      'InvalidTarget',
      `The following targets are not in a running state and cannot be registered: '${ended}'`,
    ],
    [instances, { Id: elsewhere }, 'InvalidTarget', /not in the target group VPC/],
    [instances, { Id: good, AvailabilityZone: 'us-east-1a' }, 'ValidationError', /target type 'instance'/],
    [instances, { Id: good, Port: 70000 }, 'ValidationError', /between 1 and 65535/],
    [ips, { Id: good }, 'ValidationError', `The IP address '${good}' is not a valid IPv4 address`],
    [ips, { Id: '8.8.8.8', AvailabilityZone: 'all' }, 'InvalidTarget', /8\.8\.8\.8/],
    [
      ips,
      { Id: '10.9.9.9' },
      'ValidationError',
      "You must specify a valid Availability Zone or select 'all' for all enabled Availability zones, since the IP address '10.9.9.9' is outside the VPC",
    ],
    [
      ips,
      { Id: '10.0.1.9', AvailabilityZone: 'all' },
      'ValidationError',
      "The IP address '10.0.1.9' is within the VPC, and cannot have its Availability Zone overridden to 'all' from 'us-east-1a'",
    ],
  ] as const) {
    const first = group === instances ? { Id: good } : { Id: '10.0.1.99' }
    throwsAwsError(() => register(ctx, group, first, target), code, text)
  }
  assert.deepEqual([...ctx.tx.all('target')], [])
})

test('deregistration drains while a listener sends traffic, and registering again revives', () => {
  const ctx = aContext()
  const { vpcId, subnetIds, subnetId } = aNetwork(ctx)
  const group = aTargetGroup(ctx, vpcId)
  const Id = anInstance(ctx, subnetId)
  const deregister = () => deregisterTargets.handle({ TargetGroupArn: group, Targets: [{ Id }] }, ctx)
  const states = () => ctx.tx.by('target', 'targetGroupArn', group).map((t) => [t.state, t.drainingSince, t.healthSlot])

  register(ctx, group, { Id })
  deregister()
  assert.deepEqual(states(), [], 'no listener, nothing to drain')

  aListener(ctx, aLoadBalancer(ctx, subnetIds), group)
  register(ctx, group, { Id })
  deregister()
  const draining = [['draining', '2026-01-02T03:04:05.678Z', 1]]
  assert.deepEqual(states(), draining)
  const later = { ...ctx, now: new Date('2026-01-02T03:05:00.000Z') }
  deregisterTargets.handle({ TargetGroupArn: group, Targets: [{ Id }] }, later)
  assert.deepEqual(states(), draining, 'again: the delay does not begin anew')
  register(ctx, group, { Id })
  assert.deepEqual(states(), [['registered', undefined, 1]])

  const delay = { Key: 'deregistration_delay.timeout_seconds', Value: '0' }
  modifyTargetGroupAttributes.handle({ TargetGroupArn: group, Attributes: [delay] }, ctx)
  deregister()
  assert.deepEqual(states(), [], 'no delay, nothing to drain')
  throwsAwsError(deregister, 'InvalidTarget', `The following targets are not registered: '${Id}'`)

  const cut = { Key: 'deregistration_delay.connection_termination.enabled', Value: 'true' }
  modifyTargetGroupAttributes.handle({ TargetGroupArn: group, Attributes: [cut] }, ctx)
  register(ctx, group, { Id })
  deregister()
  assert.deepEqual(
    states().map(([state]) => state),
    ['draining'],
    'no delay, and connections to cut',
  )
})

test('target health: what is decided stands before what was observed', () => {
  let report: TargetHealthReport | undefined
  let isApplied = true
  const observed: ContextOptions['observed'] = { targetHealth: () => report, isApplied: () => isApplied }
  const ctx = aContext({ observed })
  const { vpcId, subnetIds, subnetId } = aNetwork(ctx)
  const group = aTargetGroup(ctx, vpcId)
  const Id = anInstance(ctx, subnetId)
  register(ctx, group, { Id })

  report = { state: 'healthy' }
  assert.deepEqual(healthOf(ctx, group), [
    ['unused', 'Target.NotInUse', 'Target group is not configured to receive traffic from the load balancer'],
  ])
  aListener(ctx, aLoadBalancer(ctx, subnetIds), group)
  const cases: readonly (readonly [TargetHealthReport | undefined, boolean, readonly string[]])[] = [
    [undefined, false, ['initial', 'Elb.RegistrationInProgress', 'Target registration is in progress']],
    [undefined, true, ['initial', 'Elb.InitialHealthChecking', 'Initial health checks in progress']],
    [{ state: 'initial' }, true, ['initial', 'Elb.InitialHealthChecking', 'Initial health checks in progress']],
    [{ state: 'healthy' }, true, ['healthy']],
    [{ state: 'unhealthy' }, true, ['unhealthy', 'Target.FailedHealthChecks', 'Health checks failed']],
    [
      { state: 'unhealthy.draining', reason: 'Target.Timeout' },
      true,
      ['unhealthy.draining', 'Target.Timeout', 'Request timed out'],
    ],
    [
      { state: 'unhealthy.draining' },
      true,
      ['unhealthy.draining', 'Target.FailedHealthChecks', 'Health checks failed'],
    ],
    [
      {
        state: 'unhealthy',
        reason: 'Target.ResponseCodeMismatch',
        description: 'Health checks failed with these codes: [500]',
      },
      true,
      ['unhealthy', 'Target.ResponseCodeMismatch', 'Health checks failed with these codes: [500]'],
    ],
  ]
  for (const [seen, applied, expected] of cases) {
    report = seen
    isApplied = applied
    assert.deepEqual(healthOf(ctx, group), [expected])
  }
  isApplied = true
  report = { state: 'healthy' }
  assert.deepEqual(healthOf(ctx, group, [{ Id, Port: 1 }, { Id }]), [
    ['unused', 'Target.NotRegistered', 'Target is not registered to the target group'],
    ['healthy'],
  ])
  stopInstances.handle({ InstanceIds: [Id] }, ctx)
  assert.deepEqual(healthOf(ctx, group), [['unused', 'Target.InvalidState', 'Target is in the stopped state']])
  terminateInstances.handle({ InstanceIds: [Id] }, ctx)
  assert.deepEqual(healthOf(ctx, group), [['unused', 'Target.InvalidState', 'Target is in the terminated state']])
  deregisterTargets.handle({ TargetGroupArn: group, Targets: [{ Id }] }, ctx)
  assert.deepEqual(healthOf(ctx, group), [
    ['draining', 'Target.DeregistrationInProgress', 'Target deregistration is in progress'],
  ])
})

test('target health: a zone that is not enabled, and an address that is a load balancer’s', () => {
  const ctx = aContext({ observed: { targetHealth: () => ({ state: 'healthy' }) } })
  const { vpcId, subnetId } = aNetwork(ctx)
  const group = aTargetGroup(ctx, vpcId, { TargetType: 'ip' })
  aListener(ctx, aLoadBalancer(ctx, [subnetId]), group)
  register(ctx, group, { Id: '10.0.2.9' }, { Id: '10.0.1.4' }, { Id: '192.168.0.1', AvailabilityZone: 'all' })
  assert.deepEqual(healthOf(ctx, group), [
    ['unused', 'Target.NotInUse', 'Target is in an Availability Zone that is not enabled for the load balancer'],
    ['unused', 'Target.IpUnusable', 'The IP address cannot be used as a target, as it is in use by a load balancer'],
    ['healthy'],
  ])
  const [described] = describeTargetHealth.handle({ TargetGroupArn: group }, ctx).TargetHealthDescriptions ?? []
  assert.deepEqual(described?.Target, { Id: '10.0.2.9', Port: 8080, AvailabilityZone: 'us-east-1b' })
  assert.equal(described?.HealthCheckPort, '8080')
})

test('alb: one load balancer, by its address, on the group’s port, for every zone', () => {
  const ctx = aContext()
  const { vpcId } = aNetwork(ctx)
  const group = aTargetGroup(ctx, vpcId, { Name: 'alb', TargetType: 'alb' })
  const [target] = register(ctx, group, { Id: '10.0.1.99' }, { Id: '10.0.1.99', Port: 8080 })
  assert.deepEqual(
    [target?.id, target?.ip, target?.port, target?.availabilityZone],
    ['10.0.1.99', '10.0.1.99', 8080, 'all'],
  )
  const arn = 'arn:aws:elasticloadbalancing:us-east-1:111111111111:loadbalancer/app/web/0123456789abcdef'
  for (const [wish, code, text] of [
    [{ Id: arn }, 'InvalidTarget', `Load balancer '${arn}' not found`],
    [{ Id: '10.0.1.99', Port: 80 }, 'ValidationError', /must be '8080'/],
    [{ Id: '10.0.1.99', AvailabilityZone: 'all' }, 'ValidationError', /Availability Zone/],
    [{ Id: 'x' }, 'ValidationError', /not a valid IPv4 address/],
    [{ Id: '8.8.8.8' }, 'InvalidTarget', /8\.8\.8\.8/],
    [{ Id: '10.0.1.98' }, 'TooManyTargets', /targets/],
  ] as const) {
    throwsAwsError(() => register(ctx, group, wish), code, text)
  }
  const [described] = describeTargetHealth.handle({ TargetGroupArn: group }, ctx).TargetHealthDescriptions ?? []
  assert.deepEqual(described?.Target, { Id: '10.0.1.99', Port: 8080 })
  deregisterTargets.handle({ TargetGroupArn: group, Targets: [{ Id: '10.0.1.99' }] }, ctx)
  assert.equal(register(ctx, group, { Id: '192.168.9.9' }).length, 1)
})

test('alb: another network load balancer by its ARN, which then stays; two can follow each other and no more', () => {
  const ctx = aContext({ observed: { targetHealth: () => ({ state: 'healthy' }) } })
  const { vpcId, subnetIds, subnetId } = aNetwork(ctx)
  const [front, back, other] = ['front', 'back', 'other'].map((name) => aLoadBalancer(ctx, subnetIds, name))
  if (!front || !back || !other) throw new Error('three were made')
  const alb = aTargetGroup(ctx, vpcId, { Name: 'alb', TargetType: 'alb' })
  const elsewhere = aLoadBalancer(ctx, aNetwork(ctx).subnetIds, 'elsewhere')
  throwsAwsError(() => register(ctx, alb, { Id: elsewhere }), 'InvalidTarget', /not in the target group VPC/)
  throwsAwsError(() => register(ctx, alb, { Id: back }), 'InvalidTarget', /TCP listener on port '8080'/)
  aListener(ctx, back, aTargetGroup(ctx, vpcId), 8080)
  const [target] = register(ctx, alb, { Id: back })
  const node = ctx.tx.get('load-balancer', back)?.zones[0]?.networkInterfaceId
  assert.deepEqual([target?.id, target?.ip], [back, ctx.tx.get('network-interface', node)?.privateIp])
  throwsAwsError(() => register(ctx, alb, { Id: target?.ip }), 'InvalidTarget', /name that by its ARN/)

  const alb2 = aTargetGroup(ctx, vpcId, { Name: 'alb2', TargetType: 'alb' })
  throwsAwsError(() => aListener(ctx, back, alb, 9), 'InvalidConfigurationRequest', /is a target itself/)
  throwsAwsError(() => aListener(ctx, back, alb2, 9), 'InvalidConfigurationRequest', /is a target itself/)
  aListener(ctx, front, alb, 8080)
  throwsAwsError(() => register(ctx, alb2, { Id: front }), 'InvalidTarget', /no more than two/)
  aListener(ctx, other, alb2, 8080)
  throwsAwsError(() => register(ctx, alb2, { Id: other }), 'InvalidTarget', /no more than two/)
  assert.deepEqual(healthOf(ctx, alb), [['healthy']])
  assert.equal(
    describeTargetHealth.handle({ TargetGroupArn: alb }, ctx).TargetHealthDescriptions?.[0]?.Target?.Id,
    back,
  )

  throwsAwsError(() => deleteLoadBalancer.handle({ LoadBalancerArn: back }, ctx), 'ResourceInUse', /a target/)
  const shrink = (Subnets: string[]) => setSubnets.handle({ LoadBalancerArn: back, Subnets }, ctx)
  throwsAwsError(() => shrink(subnetIds.slice(1)), 'ResourceInUse', /a target/)
  shrink([subnetId])
  const Attributes = [{ Key: 'deregistration_delay.timeout_seconds', Value: '0' }]
  modifyTargetGroupAttributes.handle({ TargetGroupArn: alb, Attributes }, ctx)
  deregisterTargets.handle({ TargetGroupArn: alb, Targets: [{ Id: back }] }, ctx)
  deleteLoadBalancer.handle({ LoadBalancerArn: back }, ctx)
})

test('no target beyond the quota of its group, and none of the call is registered then', () => {
  const ctx = aContext()
  const { vpcId } = aNetwork(ctx)
  const group = aTargetGroup(ctx, vpcId, { TargetType: 'ip' })
  const { serviceCode, quotaCode } = quotas.targetsPerTargetGroup
  ctx.tx.put('quota', { accountId: ctx.accountId, region: ctx.region, serviceCode, quotaCode, value: 2 })
  register(ctx, group, { Id: '10.0.1.9' })
  throwsAwsError(() => register(ctx, group, { Id: '10.0.1.10' }, { Id: '10.0.1.11' }), 'TooManyTargets')
  assert.equal(register(ctx, group, { Id: '10.0.1.9' }, { Id: '10.0.1.10' }).length, 2)
  throwsAwsError(() => register(ctx, group), 'ValidationError', /At least one target/)
  throwsAwsError(() => register(ctx, group, { Id: '10.0.1.9', QuicServerId: '0x0' }), 'ValidationError', /QUIC/)
})
