import assert from 'node:assert/strict'
import { describe as group, test } from 'node:test'
import { aWorld, idFor } from '../../test/support/world.ts'
import { explainPaths } from '../plan/explain.ts'
import type { Explanation, NameStep } from '../plan/explanation.ts'
import type { HealthView } from '../plan/program.ts'
import { CliError } from './cli-error.ts'
import { concluded, describe, queryOf } from './explain.ts'

type World = ReturnType<typeof aWorld>

const surroundings = {
  region: 'us-east-1',
  exec: (instanceId: string, ...command: readonly string[]) => `underpass exec ${instanceId} -- ${command.join(' ')}`,
}

function explanationOf(
  { world, consumer }: World,
  { port = 80, ip = '10.0.1.50', health = new Map() as HealthView, more = {} as Partial<Explanation> } = {},
): Explanation {
  const fromInstanceId = consumer.client.instanceId
  const attempt = { fromInstanceId, protocol: 'tcp', fromPort: 40_000, toIp: ip, toPort: port } as const
  const paths = explainPaths(world.snapshot(), health, attempt)
  return {
    ...{ fromInstanceId, protocol: 'tcp', port, attempts: [{ ip, paths }] },
    basis: { revision: 7, confirmedRevision: 7, isAgentConnected: true, failures: [] },
    ...more,
  }
}

test('what works is told step by step, and asks for nothing', () => {
  const given = aWorld()
  const answer = concluded(explanationOf(given), surroundings)
  assert.deepEqual([answer.connects, answer.next], [true, []])
  const lines = describe(answer)
  const marks = lines.filter((line) => /^ {2}(ok|NO) /.test(line)).map((line) => line.slice(2, 22).trim())
  assert.deepEqual(marks, [
    'ok  sender',
    'ok  destination',
    'ok  security group',
    'ok  endpoint',
    'ok  service',
    'ok  listener',
    'ok  security group',
    'ok  enforcement',
    'ok  targets',
    'ok  target',
    'ok  security group',
    'ok  arrival',
  ])
  assert.ok(lines.includes('It connects, if something listens there.'))
})

group('a refusal comes with the command that mends it, and whose it is', () => {
  const provider = '111111111111'
  const consumer = '222222222222'
  const cases: readonly {
    readonly what: string
    readonly change?: (given: World) => void
    readonly wish?: Parameters<typeof explanationOf>[1]
    readonly accountId: string
    readonly commands: (given: World) => readonly string[]
  }[] = [
    {
      what: 'not accepted',
      change: ({ world, consumer: { endpoint } }) =>
        world.put('vpc-endpoint', { ...endpoint, state: 'pendingAcceptance' }),
      accountId: provider,
      commands: ({ provider: { service }, consumer: { endpoint } }) => [
        `aws ec2 accept-vpc-endpoint-connections --service-id ${service.serviceId} --vpc-endpoint-ids ${endpoint.vpcEndpointId}`,
      ],
    },
    {
      what: "the endpoint's group lacks a rule: the sender's group is let in, and not an address",
      change: ({ world, consumer: { endpointSg } }) =>
        world.delete('security-group-rule', idFor('sgr', `${endpointSg.groupId}0`)),
      accountId: consumer,
      commands: ({ consumer: { endpointSg, clientSg } }) => [
        `aws ec2 authorize-security-group-ingress --group-id ${endpointSg.groupId} --protocol tcp --port 80 ` +
          `--source-group ${clientSg.groupId}`,
      ],
    },
    {
      what: 'expired',
      change: ({ world, consumer: { endpoint } }) => world.put('vpc-endpoint', { ...endpoint, state: 'expired' }),
      accountId: consumer,
      commands: ({ consumer: { endpoint, vpc, subnet, endpointSg } }) => [
        `aws ec2 delete-vpc-endpoints --vpc-endpoint-ids ${endpoint.vpcEndpointId}`,
        `aws ec2 create-vpc-endpoint --vpc-endpoint-type Interface --vpc-id ${vpc.vpcId} --service-name ${endpoint.serviceName} ` +
          `--subnet-ids ${subnet.subnetId} --security-group-ids ${endpointSg.groupId}`,
      ],
    },
    {
      what: 'a port without a listener, in another Region',
      change: ({ world, provider: { loadBalancer } }) =>
        world.put('load-balancer', { ...loadBalancer, region: 'eu-west-1' }),
      wish: { port: 443 },
      accountId: provider,
      commands: ({ provider: { loadBalancer, group: targets } }) => [
        `aws elbv2 create-listener --load-balancer-arn ${loadBalancer.loadBalancerArn} --protocol TCP --port 443 ` +
          `--default-actions Type=forward,TargetGroupArn=${targets.targetGroupArn} --region eu-west-1`,
      ],
    },
    {
      what: 'targets in other zones only',
      change: ({ world, provider: { registrations } }) => world.delete('target', registrations[0]?.targetKey ?? ''),
      accountId: provider,
      commands: ({ provider: { group: targets } }) => [
        `aws elbv2 modify-target-group-attributes --target-group-arn ${targets.targetGroupArn} ` +
          '--attributes Key=load_balancing.cross_zone.enabled,Value=true',
      ],
    },
    {
      what: 'all weights are 0',
      change: ({ world, provider: { listener, group: targets } }) =>
        world.put('listener', {
          ...listener,
          weightedTargetGroups: [{ targetGroupArn: targets.targetGroupArn, weight: 0 }],
        }),
      accountId: provider,
      commands: ({ provider: { listener, group: targets } }) => [
        `aws elbv2 modify-listener --listener-arn ${listener.listenerArn} --default-actions ` +
          `'[{"Type":"forward","ForwardConfig":{"TargetGroups":[{"TargetGroupArn":"${targets.targetGroupArn}","Weight":1}]}}]'`,
      ],
    },
    {
      what: 'the only entry that could be asked first is the one that refuses',
      change: ({ world, consumer: { vpc, subnet, client } }) => {
        const away = world.subnet(vpc, 'away', '10.0.3.0/24')
        world.put('network-interface', {
          ...(world.snapshot().resources['network-interface'].get(client.networkInterfaceId) ?? assert.fail()),
          subnetId: away.subnetId,
        })
        world.acl(vpc, 'home', [{ ruleNumber: 1, ruleAction: 'deny' }], [subnet])
      },
      accountId: consumer,
      commands: ({ world }) => [
        `aws ec2 replace-network-acl-entry --network-acl-id ${[...world.snapshot().resources['network-acl'].keys()].at(-1)} --ingress ` +
          '--rule-number 1 --protocol tcp --port-range From=80,To=80 --cidr-block 10.0.1.10/32 --rule-action allow',
      ],
    },
  ]
  for (const { what, change, wish, accountId, commands } of cases) {
    test(what, () => {
      const given = aWorld()
      change?.(given)
      const answer = concluded(explanationOf(given, wish), surroundings)
      assert.equal(answer.connects, false)
      assert.deepEqual(answer.next, [{ accountId, commands: commands(given) }])
      const lines = describe(answer)
      assert.equal(lines.filter((line) => line.startsWith('  NO ')).length, 1)
      assert.ok(lines.includes(`Next, as account ${accountId}:`))
    })
  }
})

test('an unhealthy target is reached and not called a connection; what to look at is told', () => {
  const given = aWorld()
  const { loadBalancer, registrations, targets } = given.provider
  const check = `${loadBalancer.zones[0]?.networkInterfaceId}|${registrations[0]?.targetKey}`
  const answer = concluded(explanationOf(given, { health: new Map([[check, 'unhealthy']]) }), surroundings)
  assert.equal(answer.connects, false)
  assert.equal(answer.next[0]?.commands[1], `underpass exec ${targets[0].instanceId} -- ss -ltn sport = :8080`)
  assert.ok(describe(answer).some((line) => line.startsWith('It gets there')))
})

test('several ways share their beginning, and each has an end of its own', () => {
  const given = aWorld()
  const { world, provider } = given
  world.put('load-balancer', { ...provider.loadBalancer, attributes: { 'load_balancing.cross_zone.enabled': 'true' } })
  const refusing = world.group(provider.vpc, 'refusing', [])
  const eni = world.snapshot().resources['network-interface'].get(provider.targets[1].networkInterfaceId)
  world.put('network-interface', { ...(eni ?? assert.fail()), groupIds: [refusing.groupId] })
  const lines = describe(concluded(explanationOf(given), surroundings))
  assert.equal(lines.filter((line) => line.startsWith('  ok  listener')).length, 1)
  assert.deepEqual(
    lines.filter((line) => /way \d/.test(line)),
    ['  way 1 of 2', '  way 2 of 2'],
  )
  assert.ok(lines.includes('Of 2 ways: 1 connecting, 1 refused (security-group-ingress).'))
  assert.equal(lines.filter((line) => line.startsWith('  aws ec2 authorize-security-group-ingress')).length, 1)
})

test('a name that leads nowhere, and a private name that nobody switched on', () => {
  const given = aWorld()
  const name: NameStep = {
    ...{ step: 'name', verdict: 'refuses', ownerId: '222222222222', region: 'us-east-1', name: 'api.example.com' },
    ...{ vpcId: 'vpc-1', addresses: [], isUpstream: false, reason: 'dns-support-off' },
  }
  const commandsOf = (step: NameStep) =>
    concluded(explanationOf(given, { more: { name: step, attempts: [] } }), surroundings).next.map(
      (each) => each.commands,
    )
  assert.deepEqual(commandsOf(name), [['aws ec2 modify-vpc-attribute --vpc-id vpc-1 --enable-dns-support Value=true']])
  const privateName = { vpcEndpointId: 'vpce-1', isEnabled: false, areHostnamesEnabled: true }
  const unknown = { ...name, reason: 'no-such-name', isUpstream: true, privateName } as const
  assert.deepEqual(commandsOf(unknown), [
    ['aws ec2 modify-vpc-endpoint --vpc-endpoint-id vpce-1 --private-dns-enabled'],
  ])
  const lines = describe(concluded(explanationOf(given, { more: { name: unknown, attempts: [] } }), surroundings))
  assert.match(lines.join('\n'), /^NO {2}name .*does not exist.*\n.*PrivateDnsEnabled of the endpoint is false\n/)
})

test('what the answer rests on is told where it is not firm', () => {
  const basis = {
    ...{ revision: 9, confirmedRevision: 7, isAgentConnected: false },
    failures: [{ owner: 'vpc-endpoint/vpce-1', message: 'no room' }],
  }
  const lines = describe(concluded(explanationOf(aWorld(), { more: { basis } }), surroundings))
  const notes = lines.filter((line) => line.startsWith('Note: '))
  assert.equal(notes.length, 4)
  assert.match(notes.join('\n'), /no agent(.|\n)+revision 9; the kernel is at 7(.|\n)+vpce-1: no room/)
})

test('what is typed wrong is told, with exit code 2', () => {
  const wrong: readonly (readonly [string, string, RegExp])[] = [
    ['eni-1', '10.0.1.50:443', /no instance's id/],
    ['i-0', '10.0.1.50', /has no port/],
    ['i-0', '10.0.1.50:0', /1 to 65535/],
    ['i-0', '10.0.1.50:65536', /1 to 65535/],
    ['i-0', 'https://10.0.1.50:443', /without a scheme/],
  ]
  for (const [from, to, message] of wrong) {
    assert.throws(
      () => queryOf(from, to, false),
      (error) => error instanceof CliError && error.exitCode === 2 && message.test(error.message),
    )
  }
  assert.equal(queryOf('i-0', 'a.example:53', true), 'from=i-0&to=a.example&port=53&protocol=udp')
})
