import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CreateListenerInput, ModifyListenerInput } from '@aws-sdk/client-elastic-load-balancing-v2'
import { aContext } from '../../../test/support/fake-context.ts'
import {
  aCertificate,
  aListener,
  aLoadBalancer,
  aNetwork,
  aTargetGroup,
  must,
  throwsAwsError,
} from '../../../test/support/privatelink.ts'
import type { OperationContext } from '../operation.ts'
import { quotas } from '../quota.ts'
import { createListener } from './create-listener.ts'
import { deleteListener } from './delete-listener.ts'
import { deleteTargetGroup } from './delete-target-group.ts'
import { describeListeners } from './describe-listeners.ts'
import { describeTargetGroups } from './describe-target-groups.ts'
import { modifyListener } from './modify-listener.ts'

function aWorld(ctx: OperationContext) {
  const { vpcId, subnetIds } = aNetwork(ctx)
  return {
    vpcId,
    loadBalancer: aLoadBalancer(ctx, subnetIds),
    otherLoadBalancer: aLoadBalancer(ctx, subnetIds, 'other'),
    tcp: aTargetGroup(ctx, vpcId, { Name: 'tcp' }),
    tcp2: aTargetGroup(ctx, vpcId, { Name: 'tcp2' }),
    udp: aTargetGroup(ctx, vpcId, { Name: 'udp', Protocol: 'UDP' }),
    elsewhere: aTargetGroup(ctx, aNetwork(ctx).vpcId, { Name: 'elsewhere' }),
  }
}

const weighted = (...groups: readonly (readonly [string, number | undefined])[]) => [
  {
    Type: 'forward' as const,
    ForwardConfig: { TargetGroups: groups.map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight })) },
  },
]

const forward = (TargetGroupArn: string) => [{ Type: 'forward' as const, TargetGroupArn }]

test('a listener as AWS shows it, and the same call again', () => {
  const ctx = aContext()
  const { loadBalancer, tcp } = aWorld(ctx)
  const arn = aListener(ctx, loadBalancer, tcp)
  assert.equal(arn.replace(/\/[0-9a-f]{16}$/, ''), loadBalancer.replace(':loadbalancer/', ':listener/'))
  assert.equal(aListener(ctx, loadBalancer, tcp), arn)
  assert.deepEqual(describeListeners.handle({ LoadBalancerArn: loadBalancer }, ctx).Listeners, [
    {
      ListenerArn: arn,
      LoadBalancerArn: loadBalancer,
      Port: 80,
      Protocol: 'TCP',
      DefaultActions: [
        {
          Type: 'forward',
          TargetGroupArn: tcp,
          Order: 1,
          ForwardConfig: {
            TargetGroups: [{ TargetGroupArn: tcp }],
            TargetGroupStickinessConfig: { Enabled: false },
          },
        },
      ],
    },
  ])
})

test('refused at creation', () => {
  const ctx = aContext()
  const world = aWorld(ctx)
  const { loadBalancer, otherLoadBalancer, tcp, tcp2, udp, elsewhere } = world
  aListener(ctx, loadBalancer, tcp)
  const cases: readonly (readonly [Partial<CreateListenerInput>, string, string | RegExp])[] = [
    [{ Port: undefined }, 'ValidationError', 'A listener port must be specified'],
    [{ Protocol: undefined }, 'ValidationError', 'A listener protocol must be specified'],
    [{ Port: 65536 }, 'ValidationError', /between 1 and 65535/],
    [{ Protocol: 'HTTP' }, 'ValidationError', "Listener protocol 'HTTP' must be one of 'TLS, TCP, TCP_UDP, UDP'"],
    [{ Protocol: 'QUIC' }, 'UnsupportedProtocol', /use one of 'TLS, TCP, TCP_UDP, UDP'/],
    [{ Protocol: 'SCTP' as 'TCP' }, 'ValidationError', /enum value set: \[TLS, TCP, TCP_UDP, UDP\]/],
    [{ Protocol: 'TLS' }, 'ValidationError', 'A certificate must be specified for TLS listeners'],
    [{ Protocol: 'TCP_UDP' }, 'IncompatibleProtocols', /'TCP_UDP' and 'TCP'/],
    [{ MutualAuthentication: { Mode: 'verify' } }, 'InvalidConfigurationRequest', /Mutual authentication/],
    [
      { Port: 80, DefaultActions: forward(tcp2) },
      'DuplicateListener',
      `A listener already exists on this port for this load balancer '${loadBalancer}'`,
    ],
    [{ Port: 80, Protocol: 'UDP', DefaultActions: forward(udp) }, 'DuplicateListener', /this port/],
    [
      { DefaultActions: forward(udp) },
      'IncompatibleProtocols',
      `The listener and its associated target group '${udp}' have incompatible protocols: 'TCP' and 'UDP'`,
    ],
    [{ DefaultActions: forward(elsewhere) }, 'InvalidConfigurationRequest', /same VPC/],
    [
      { LoadBalancerArn: otherLoadBalancer },
      'TargetGroupAssociationLimit',
      `The following target groups cannot be associated with more than one load balancer: ${tcp}`,
    ],
    [{ DefaultActions: forward(`${tcp}0`) }, 'TargetGroupNotFound', /not found/],
    [{ LoadBalancerArn: `${loadBalancer}0` }, 'LoadBalancerNotFound', /not found/],
    [{ DefaultActions: [] }, 'ValidationError', /default action/],
    [{ DefaultActions: [{ Type: 'redirect' }] }, 'InvalidLoadBalancerAction', /'redirect'/],
    [{ DefaultActions: weighted([tcp, 1000]) }, 'ValidationError', /between 0 and 999/],
    [{ DefaultActions: weighted([tcp, 1], [tcp, 2]) }, 'ValidationError', /only once/],
    [{ DefaultActions: weighted([tcp, 1], [udp, 1]) }, 'IncompatibleProtocols', /'TCP' and 'UDP'/],
    [{ DefaultActions: weighted([tcp, 1], [`${tcp}0`, 1]) }, 'TargetGroupNotFound', /not found/],
    [
      { DefaultActions: [{ ...weighted([tcp, 1])[0], TargetGroupArn: tcp2, Type: 'forward' }] },
      'ValidationError',
      /same/,
    ],
    [
      { DefaultActions: weighted(...Array.from({ length: 6 }, (_, n): [string, number] => [`${tcp}${n}`, 1])) },
      'InvalidLoadBalancerAction',
      /more than 5 target groups/,
    ],
    [
      {
        DefaultActions: [
          {
            Type: 'forward',
            ForwardConfig: { TargetGroups: [{ TargetGroupArn: tcp }], TargetGroupStickinessConfig: { Enabled: true } },
          },
        ],
      },
      'InvalidConfigurationRequest',
      /stickiness/,
    ],
    [
      { Certificates: [{ CertificateArn: 'x' }] },
      'ValidationError',
      'A certificate cannot be specifed for TCP listeners',
    ],
    [{ AlpnPolicy: ['HTTP2Only'] }, 'ValidationError', /ALPN policy/],
    [
      { SslPolicy: 'ELBSecurityPolicy-2016-08' },
      'ValidationError',
      'An SSL policy cannot be specifed for TCP listeners',
    ],
  ]
  for (const [wish, code, text] of cases) {
    const request: CreateListenerInput = {
      LoadBalancerArn: loadBalancer,
      Protocol: 'TCP',
      Port: 81,
      DefaultActions: forward(tcp),
      ...wish,
    }
    throwsAwsError(() => createListener.handle(request, ctx), code, text)
  }
  assert.equal([...ctx.tx.all('listener')].length, 1)
})

test('ForwardConfig alone names the group', () => {
  const ctx = aContext()
  const { loadBalancer, tcp } = aWorld(ctx)
  const DefaultActions: CreateListenerInput['DefaultActions'] = [
    { Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: tcp, Weight: 1 }] } },
  ]
  createListener.handle({ LoadBalancerArn: loadBalancer, Protocol: 'TCP', Port: 80, DefaultActions }, ctx)
  assert.deepEqual(
    [...ctx.tx.all('listener')].map((listener) => listener.targetGroupArn),
    [tcp],
  )
})

test('weights: kept, shown, compared; the load balancer’s other groups follow', () => {
  const ctx = aContext()
  const { loadBalancer, tcp, tcp2 } = aWorld(ctx)
  const create = (DefaultActions: CreateListenerInput['DefaultActions']) =>
    createListener.handle({ LoadBalancerArn: loadBalancer, Protocol: 'TCP', Port: 80, DefaultActions }, ctx).Listeners
  const [made] = create(weighted([tcp, 3], [tcp2, undefined])) ?? []
  assert.deepEqual(made?.DefaultActions, [
    {
      Type: 'forward',
      Order: 1,
      ForwardConfig: {
        TargetGroups: [
          { TargetGroupArn: tcp, Weight: 3 },
          { TargetGroupArn: tcp2, Weight: 1 },
        ],
        TargetGroupStickinessConfig: { Enabled: false },
      },
    },
  ])
  assert.deepEqual(create(weighted([tcp2, 1], [tcp, 3])), [made], 'the same call, in another order')
  throwsAwsError(() => create(weighted([tcp, 3], [tcp2, 2])), 'DuplicateListener')
  const described = describeTargetGroups.handle({ LoadBalancerArn: loadBalancer }, ctx).TargetGroups
  assert.deepEqual(described?.map((group) => group.TargetGroupArn).sort(), [tcp, tcp2].sort())
  throwsAwsError(() => deleteTargetGroup.handle({ TargetGroupArn: tcp2 }, ctx), 'ResourceInUse')

  // An action that is not named stays with its weights; one group with a weight is shown both ways.
  const ListenerArn = must(made?.ListenerArn)
  const [moved] = modifyListener.handle({ ListenerArn, Port: 81 }, ctx).Listeners ?? []
  assert.deepEqual(moved?.DefaultActions, made?.DefaultActions)
  const [single] = modifyListener.handle({ ListenerArn, DefaultActions: weighted([tcp2, 5]) }, ctx).Listeners ?? []
  assert.equal(single?.DefaultActions?.[0]?.TargetGroupArn, tcp2)
  assert.deepEqual(single?.DefaultActions?.[0]?.ForwardConfig?.TargetGroups, [{ TargetGroupArn: tcp2, Weight: 5 }])
  deleteTargetGroup.handle({ TargetGroupArn: tcp }, ctx)
})

test('which groups a listener can use', () => {
  const ctx = aContext()
  const { loadBalancer, vpcId } = aWorld(ctx)
  const certificate = aCertificate(ctx)
  const usable = {
    TCP: ['TCP', 'TCP_UDP'],
    TLS: ['TCP', 'TLS'],
    UDP: ['UDP', 'TCP_UDP'],
    TCP_UDP: ['TCP_UDP'],
  } as const
  let Port = 1000
  for (const listener of ['TCP', 'TLS', 'UDP', 'TCP_UDP'] as const) {
    for (const group of ['TCP', 'TLS', 'UDP', 'TCP_UDP'] as const) {
      const Name = `${listener}-${group}`.replaceAll('_', '-')
      const request: CreateListenerInput = {
        LoadBalancerArn: loadBalancer,
        Protocol: listener,
        Port: Port++,
        DefaultActions: forward(aTargetGroup(ctx, vpcId, { Name, Protocol: group })),
        ...(listener === 'TLS' && { Certificates: [{ CertificateArn: certificate }] }),
      }
      if ((usable[listener] as readonly string[]).includes(group)) createListener.handle(request, ctx)
      else throwsAwsError(() => createListener.handle(request, ctx), 'IncompatibleProtocols', RegExp(`'${group}'`))
    }
  }
})

test('no listener beyond the quota', () => {
  const ctx = aContext()
  const { loadBalancer, tcp } = aWorld(ctx)
  const { serviceCode, quotaCode } = quotas.listenersPerNetworkLoadBalancer
  ctx.tx.put('quota', { accountId: ctx.accountId, region: ctx.region, serviceCode, quotaCode, value: 2 })
  for (const port of [1, 2]) aListener(ctx, loadBalancer, tcp, port)
  throwsAwsError(() => aListener(ctx, loadBalancer, tcp, 3), 'TooManyListeners')
  aListener(ctx, loadBalancer, tcp, 2)
})

test('modifying keeps what is not named; deleting forgets', () => {
  const ctx = aContext()
  const { loadBalancer, tcp, tcp2, udp } = aWorld(ctx)
  const arn = aListener(ctx, loadBalancer, tcp)
  aListener(ctx, loadBalancer, tcp, 81)
  const modify = (wish: Partial<ModifyListenerInput>) => {
    const [listener] = modifyListener.handle({ ListenerArn: arn, ...wish }, ctx).Listeners ?? []
    return [listener?.Protocol, listener?.Port, listener?.DefaultActions?.[0]?.TargetGroupArn]
  }
  assert.deepEqual(modify({ Port: 8080 }), ['TCP', 8080, tcp])
  assert.deepEqual(modify({ DefaultActions: forward(tcp2) }), ['TCP', 8080, tcp2])
  assert.deepEqual(modify({ Protocol: 'UDP', DefaultActions: forward(udp) }), ['UDP', 8080, udp])
  throwsAwsError(() => modify({ Protocol: 'TCP' }), 'IncompatibleProtocols')
  throwsAwsError(() => modify({ Port: 81 }), 'DuplicateListener')

  deleteListener.handle({ ListenerArn: arn }, ctx)
  throwsAwsError(() => deleteListener.handle({ ListenerArn: arn }, ctx), 'ListenerNotFound', /not found/)
  throwsAwsError(() => describeListeners.handle({ ListenerArns: [arn] }, ctx), 'ListenerNotFound')
  throwsAwsError(
    () => describeListeners.handle({}, ctx),
    'ValidationError',
    'You must specify either listener ARNs or a load balancer ARN',
  )
})
