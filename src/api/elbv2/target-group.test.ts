import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CreateTargetGroupInput, ModifyTargetGroupInput } from '@aws-sdk/client-elastic-load-balancing-v2'
import { aContext } from '../../../test/support/fake-context.ts'
import {
  accounts,
  aListener,
  aLoadBalancer,
  aNetwork,
  anInstance,
  aTargetGroup,
  consumer,
  must,
  provider,
  throwsAwsError,
} from '../../../test/support/privatelink.ts'
import { createTargetGroup } from './create-target-group.ts'
import { deleteListener } from './delete-listener.ts'
import { deleteTargetGroup } from './delete-target-group.ts'
import { describeTargetGroups } from './describe-target-groups.ts'
import { modifyTargetGroup } from './modify-target-group.ts'
import { registerTargets } from './register-targets.ts'

test('health check defaults by protocol, and what the caller chooses', () => {
  const ctx = aContext()
  const { vpcId } = aNetwork(ctx)
  for (const [name, wish, expected] of [
    ['tcp', {}, ['TCP', 'traffic-port', 30, 10, 5, 2, undefined, undefined]],
    ['http', { HealthCheckProtocol: 'HTTP' }, ['HTTP', 'traffic-port', 30, 6, 5, 2, '/', '200-399']],
    ['https', { HealthCheckProtocol: 'HTTPS' }, ['HTTPS', 'traffic-port', 30, 10, 5, 2, '/', '200-399']],
    ['fast', { HealthCheckIntervalSeconds: 5 }, ['TCP', 'traffic-port', 5, 5, 5, 2, undefined, undefined]],
    [
      'chosen',
      {
        HealthCheckProtocol: 'HTTP',
        HealthCheckPort: '9090',
        HealthCheckIntervalSeconds: 5,
        HealthCheckTimeoutSeconds: 2,
        HealthyThresholdCount: 2,
        UnhealthyThresholdCount: 10,
        HealthCheckPath: '/live?x=1',
        Matcher: { HttpCode: '200,301-303' },
      },
      ['HTTP', '9090', 5, 2, 2, 10, '/live?x=1', '200,301-303'],
    ],
  ] as const) {
    const request: CreateTargetGroupInput = { Name: name, Protocol: 'TCP', Port: 80, VpcId: vpcId, ...wish }
    const group = must(createTargetGroup.handle(request, ctx).TargetGroups?.[0])
    assert.deepEqual(
      [
        group.HealthCheckProtocol,
        group.HealthCheckPort,
        group.HealthCheckIntervalSeconds,
        group.HealthCheckTimeoutSeconds,
        group.HealthyThresholdCount,
        group.UnhealthyThresholdCount,
        group.HealthCheckPath,
        group.Matcher?.HttpCode,
      ],
      expected,
      name,
    )
    assert.equal(group.TargetType, 'instance')
    assert.match(must(group.TargetGroupArn), /:targetgroup\/\w+\/[0-9a-f]{16}$/)
  }
})

test('refused at creation', () => {
  const as = accounts()
  const ctx = as(provider)
  const { vpcId } = aNetwork(ctx)
  const foreignVpc = aNetwork(as(consumer)).vpcId
  const http = { HealthCheckProtocol: 'HTTP' } as const
  const cases: readonly (readonly [Partial<CreateTargetGroupInput>, string, string | RegExp])[] = [
    [{ Name: 'a_b' }, 'ValidationError', /Target group name 'a_b' can only contain/],
    [{ Protocol: undefined }, 'ValidationError', 'A protocol must be specified'],
    [{ Port: undefined }, 'ValidationError', 'A port must be specified'],
    [{ VpcId: undefined }, 'ValidationError', 'A VPC ID must be specified'],
    [{ VpcId: foreignVpc }, 'ValidationError', `The VPC ID '${foreignVpc}' is not found`],
    [{ Port: 0 }, 'ValidationError', /between 1 and 65535/],
    [{ Protocol: 'QUIC' }, 'UnsupportedProtocol', /use one of 'TLS, TCP, TCP_UDP, UDP'/],
    [{ Protocol: 'SCTP' as 'TCP' }, 'ValidationError', /enum value set/],
    [{ Protocol: 'HTTP' }, 'UnsupportedProtocol', /'HTTP'/],
    [{ TargetType: 'lambda' }, 'InvalidConfigurationRequest', /application load balancers only/],
    [{ TargetType: 'alb', Protocol: 'UDP' }, 'InvalidConfigurationRequest', /'alb' do not support the UDP protocol/],
    [{ TargetType: 'alb', HealthCheckProtocol: 'TCP' }, 'ValidationError', /must be one of 'HTTP, HTTPS'/],
    [{ TargetControlPort: 9 }, 'InvalidConfigurationRequest', /target control port/],
    [{ IpAddressType: 'ipv6', TargetType: 'alb' }, 'InvalidConfigurationRequest', /ipv6/],
    [{ IpAddressType: 'dualstack' as 'ipv6' }, 'ValidationError', /enum value set: \[ipv4, ipv6\]/],
    [{ HealthCheckProtocol: 'UDP' }, 'ValidationError', /must be one of 'HTTP, HTTPS, TCP'/],
    [{ HealthCheckIntervalSeconds: 4 }, 'ValidationError', "Health check interval '4' must be between 5 and 300"],
    [{ HealthCheckTimeoutSeconds: 1 }, 'ValidationError', /between 2 and 120/],
    [{ HealthyThresholdCount: 11 }, 'ValidationError', /between 2 and 10/],
    [{ UnhealthyThresholdCount: 1 }, 'ValidationError', /between 2 and 10/],
    [
      { HealthCheckIntervalSeconds: 5, HealthCheckTimeoutSeconds: 6 },
      'ValidationError',
      "Health check timeout '6' must be smaller than or equal to the interval '5'",
    ],
    [{ HealthCheckPort: '65536' }, 'ValidationError', /traffic-port/],
    [{ HealthCheckPort: '080' }, 'ValidationError', /traffic-port/],
    [{ HealthCheckPath: '/x' }, 'InvalidConfigurationRequest', /TCP health checks/],
    [{ ...http, HealthCheckPath: '/a b' }, 'ValidationError', /printable/],
    [{ ...http, HealthCheckPath: '/a\r\nX: y' }, 'ValidationError', /printable/],
    [{ ...http, Matcher: { HttpCode: '199' } }, 'ValidationError', /200-599/],
    [{ ...http, Matcher: { HttpCode: '399-200' } }, 'ValidationError', /200-599/],
    [{ HealthCheckEnabled: false }, 'ValidationError', /must be enabled/],
  ]
  for (const [wish, code, text] of cases) {
    throwsAwsError(() => aTargetGroup(ctx, vpcId, wish), code, text)
  }
  assert.deepEqual([...ctx.tx.all('target-group')], [])
})

test('the same call again answers the same group; other settings are refused', () => {
  const ctx = aContext()
  const { vpcId } = aNetwork(ctx)
  const arn = aTargetGroup(ctx, vpcId)
  assert.equal(aTargetGroup(ctx, vpcId), arn)
  throwsAwsError(
    () => aTargetGroup(ctx, vpcId, { Port: 81 }),
    'DuplicateTargetGroupName',
    "A target group with the same name 'web' exists, but with different settings",
  )
})

test('modifying keeps what is not named', () => {
  const ctx = aContext()
  const arn = aTargetGroup(ctx, aNetwork(ctx).vpcId)
  const modify = (wish: Partial<ModifyTargetGroupInput>) => {
    modifyTargetGroup.handle({ TargetGroupArn: arn, ...wish }, ctx)
    return ctx.tx.get('target-group', arn)?.healthCheck
  }
  const tcp = modify({ HealthCheckIntervalSeconds: 10, HealthCheckTimeoutSeconds: 2, UnhealthyThresholdCount: 3 })
  assert.deepEqual(tcp, {
    protocol: 'TCP',
    port: 'traffic-port',
    intervalSeconds: 10,
    timeoutSeconds: 2,
    healthyThresholdCount: 5,
    unhealthyThresholdCount: 3,
  })
  assert.deepEqual(modify({ HealthCheckProtocol: 'HTTP', HealthCheckPath: '/up' }), {
    ...tcp,
    protocol: 'HTTP',
    timeoutSeconds: 6,
    path: '/up',
    matcherHttpCode: '200-399',
  })
  throwsAwsError(() => modify({ HealthCheckIntervalSeconds: 5 }), 'ValidationError', /smaller than or equal/)
  throwsAwsError(
    () => modifyTargetGroup.handle({ TargetGroupArn: `${arn}0` }, ctx),
    'TargetGroupNotFound',
    /Target group 'arn.*0' not found/,
  )
})

test('describing by load balancer, ARN and name', () => {
  const as = accounts()
  const ctx = as(provider)
  const { vpcId, subnetIds } = aNetwork(ctx)
  const idle = aTargetGroup(ctx, vpcId, { Name: 'idle' })
  const used = aTargetGroup(ctx, vpcId, { Name: 'used' })
  const loadBalancer = aLoadBalancer(ctx, subnetIds)
  aListener(ctx, loadBalancer, used)
  const arns = (input: object) => describeTargetGroups.handle(input, ctx).TargetGroups?.map((g) => g.TargetGroupArn)
  assert.deepEqual(arns({}), [idle, used])
  assert.deepEqual(arns({ LoadBalancerArn: loadBalancer }), [used])
  assert.deepEqual(arns({ TargetGroupArns: [idle] }), [idle])
  assert.deepEqual(arns({ Names: ['idle'] }), [idle])
  const lbs = describeTargetGroups.handle({}, ctx).TargetGroups?.map((g) => g.LoadBalancerArns)
  assert.deepEqual(lbs, [[], [loadBalancer]])
  throwsAwsError(() => arns({ Names: ['nope'] }), 'TargetGroupNotFound', 'One or more target groups not found')
  throwsAwsError(() => arns({ Names: ['idle'], TargetGroupArns: [idle] }), 'ValidationError')
  assert.deepEqual(describeTargetGroups.handle({}, as(consumer)).TargetGroups, [])
})

test('a group in use is not deleted; a free one goes with its targets', () => {
  const ctx = aContext()
  const { vpcId, subnetIds, subnetId } = aNetwork(ctx)
  const arn = aTargetGroup(ctx, vpcId)
  registerTargets.handle({ TargetGroupArn: arn, Targets: [{ Id: anInstance(ctx, subnetId) }] }, ctx)
  const listener = aListener(ctx, aLoadBalancer(ctx, subnetIds), arn)
  throwsAwsError(
    () => deleteTargetGroup.handle({ TargetGroupArn: arn }, ctx),
    'ResourceInUse',
    `Target group '${arn}' is currently in use by a listener or a rule`,
  )
  deleteListener.handle({ ListenerArn: listener }, ctx)
  deleteTargetGroup.handle({ TargetGroupArn: arn }, ctx)
  assert.deepEqual([...ctx.tx.all('target')], [])
  assert.deepEqual(deleteTargetGroup.handle({ TargetGroupArn: arn }, ctx), {}, 'again: no error')
  throwsAwsError(() => deleteTargetGroup.handle({ TargetGroupArn: 'x' }, ctx), 'ValidationError', /'x' is not a valid/)
})
