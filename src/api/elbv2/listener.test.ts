import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CreateListenerInput, ModifyListenerInput } from '@aws-sdk/client-elastic-load-balancing-v2'
import { aContext } from '../../../test/support/fake-context.ts'
import { aListener, aLoadBalancer, aNetwork, aTargetGroup, throwsAwsError } from '../../../test/support/privatelink.ts'
import type { OperationContext } from '../operation.ts'
import { createListener } from './create-listener.ts'
import { deleteListener } from './delete-listener.ts'
import { describeListeners } from './describe-listeners.ts'
import { modifyListener } from './modify-listener.ts'

function aWorld(ctx: OperationContext) {
  const { vpcId, subnetIds } = aNetwork(ctx)
  return {
    loadBalancer: aLoadBalancer(ctx, subnetIds),
    otherLoadBalancer: aLoadBalancer(ctx, subnetIds, 'other'),
    tcp: aTargetGroup(ctx, vpcId, { Name: 'tcp' }),
    tcp2: aTargetGroup(ctx, vpcId, { Name: 'tcp2' }),
    udp: aTargetGroup(ctx, vpcId, { Name: 'udp', Protocol: 'UDP' }),
    elsewhere: aTargetGroup(ctx, aNetwork(ctx).vpcId, { Name: 'elsewhere' }),
  }
}

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
    [{ Protocol: 'TLS' }, 'UnsupportedProtocol', /'TLS' is not supported by this installation/],
    [{ Protocol: 'TCP_UDP' }, 'UnsupportedProtocol', /use one of 'TCP, UDP'/],
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
    [
      {
        DefaultActions: [
          { Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: tcp }, { TargetGroupArn: tcp2 }] } },
        ],
      },
      'InvalidLoadBalancerAction',
      /only one target group/,
    ],
    [{ SslPolicy: 'ELBSecurityPolicy-2016-08' }, 'InvalidConfigurationRequest', /TCP protocol/],
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

test('fifty listeners and no more', () => {
  const ctx = aContext()
  const { loadBalancer, tcp } = aWorld(ctx)
  for (let port = 1; port <= 50; port++) aListener(ctx, loadBalancer, tcp, port)
  throwsAwsError(() => aListener(ctx, loadBalancer, tcp, 51), 'TooManyListeners')
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
