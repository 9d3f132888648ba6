/**
 * Security groups, as packets meet them: in both directions, by block and by group, on instances, on endpoints and between
 * neighbours of one subnet. A refusal is silence and a count with its reason; whoever was let in stays.
 */
import assert from 'node:assert/strict'
import {
  AuthorizeSecurityGroupEgressCommand,
  type IpPermission,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2'
import { DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Playground } from '../../src/cli/demo/playground.ts'
import {
  allow,
  createEndpoint,
  createGroup,
  createNetwork,
  createOrganization,
  createTenant,
  type Network,
  publishService,
  tcpFrom,
  tenantOf,
  until,
  untilAllHealthy,
  untilEndpointIs,
} from '../../src/cli/demo/scenario.ts'
import { executableOnPath } from '../../src/cli/host-tools.ts'
import { aPlayground, dropped, kernelTest } from '../support/e2e-underpass.ts'
import type { Attempt, Resident } from '../support/session-resident.ts'
import {
  anythingFrom,
  aResident,
  aWorld,
  cidr,
  countedDrops,
  interfaceAddresses,
  nodeAddresses,
  patienceMs,
  permit,
  quickChecks,
  servicePort,
  silenceMs,
  targetPort,
  untilAnswered,
  untilApplied,
} from '../support/session-world.ts'

const port = 8080
const anything = anythingFrom('0.0.0.0/0')

const fromGroup = (groupId: string, protocol: string, from: number, to = from): IpPermission => ({
  IpProtocol: protocol,
  FromPort: from,
  ToPort: to,
  UserIdGroupPairs: [{ GroupId: groupId }],
})

const udpFrom = (from: number, block: string): IpPermission => ({ ...tcpFrom(from, block), IpProtocol: 'udp' })

async function forbid(network: Network, groupId: string, ...permissions: readonly IpPermission[]): Promise<void> {
  await network.tenant.ec2.send(
    new RevokeSecurityGroupIngressCommand({ GroupId: groupId, IpPermissions: [...permissions] }),
  )
}
async function permitOut(network: Network, groupId: string, ...permissions: readonly IpPermission[]): Promise<void> {
  await network.tenant.ec2.send(
    new AuthorizeSecurityGroupEgressCommand({ GroupId: groupId, IpPermissions: [...permissions] }),
  )
}
async function forbidOut(network: Network, groupId: string, ...permissions: readonly IpPermission[]): Promise<void> {
  await network.tenant.ec2.send(
    new RevokeSecurityGroupEgressCommand({ GroupId: groupId, IpPermissions: [...permissions] }),
  )
}

const passes = async (attempt: () => Promise<Attempt<unknown>>, what: string): Promise<void> => {
  await untilAnswered(what, attempt)
}

/** Refused from now on, in silence, and counted in this VPC with this reason. */
async function isRefused(
  playground: Playground,
  vpcId: string,
  reason: string,
  attempt: () => Promise<Attempt<unknown>>,
  what: string,
): Promise<void> {
  await until(
    `${what} to be refused and counted as ${reason}`,
    async () => {
      const before = await countedDrops(playground, vpcId, reason)
      const { error } = await attempt()
      if (error === undefined) return undefined
      assert.equal(error, 'timed out', `${what}: it must be silence`)
      return (await countedDrops(playground, vpcId, reason)) > before ? true : undefined
    },
    patienceMs,
  )
}

/** ICMP echo; undefined where this machine has nothing that sends one. */
function pinger(playground: Playground, from: Resident): ((to: string) => Promise<Attempt<string>>) | undefined {
  const ping = executableOnPath('ping')
  const python = executableOnPath('python3')
  const script = `
import os, socket, struct, sys
s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
s.settimeout(${silenceMs / 1000})
def sum16(b):
    t = sum(struct.unpack('!%dH' % (len(b) // 2), b))
    t = (t >> 16) + (t & 0xffff)
    return ~(t + (t >> 16)) & 0xffff
head = struct.pack('!BBHHH', 8, 0, 0, os.getpid() & 0xffff, 1)
head = struct.pack('!BBHHH', 8, 0, sum16(head), os.getpid() & 0xffff, 1)
s.sendto(head, (sys.argv[1], 0))
try:
    while True:
        data, peer = s.recvfrom(2048)
        if data[20] == 0 and peer[0] == sys.argv[1]: sys.exit(0)
except socket.timeout:
    sys.exit(1)
`
  const argv = ping ? [ping, '-c', '1', '-W', String(Math.ceil(silenceMs / 1000))] : python && [python, '-c', script]
  if (!argv) return undefined
  return async (to) => {
    const { code, stderr } = await playground.run(from.machine, ...argv, to)
    if (code !== 0 && code !== 1) throw new Error(`the echo request ended with ${code}: ${stderr}`)
    return code === 0 ? { answer: 'echo reply' } : { error: 'timed out' }
  }
}

kernelTest('security groups between instances', async (t) => {
  const playground = await aPlayground(t, 'groups')
  await playground.up()
  const network = await createNetwork(tenantOf('', playground.caller()), 'ab', cidr)
  const [aliceGroup, bobGroup, carolGroup] = await Promise.all([
    createGroup(network, 'alice', []),
    createGroup(network, 'bob', []),
    createGroup(network, 'carol', []),
  ])
  // Alice and Bob are neighbours of one subnet, Carol is in another zone.
  const [alice, bob, carol] = await Promise.all([
    aResident(playground, network, 'a', '10.0.1.10', [aliceGroup]),
    aResident(playground, network, 'a', '10.0.1.11', [bobGroup]),
    aResident(playground, network, 'b', '10.0.2.10', [carolGroup]),
  ])
  const bobIp = bob.machine.privateIp
  const carolIp = carol.machine.privateIp
  await Promise.all([
    ...[port, 8081, 9000, 9005, 9010, 8999, 9011].map((each) => bob.serve(each, `bob:${each}`)),
    bob.serveUdp(5353, 'bob'),
    carol.serve(port, 'carol'),
  ])
  const refused = (reason: string, attempt: () => Promise<Attempt<unknown>>, what: string): Promise<void> =>
    isRefused(playground, network.vpcId, reason, attempt, what)
  const refusedIn = (attempt: () => Promise<Attempt<unknown>>, what: string) =>
    refused('security-group-ingress', attempt, what)
  const refusedOut = (attempt: () => Promise<Attempt<unknown>>, what: string) =>
    refused('security-group-egress', attempt, what)

  await t.test('ingress by block, between neighbours of one subnet: that port and no other', async () => {
    await refusedIn(() => alice.ask(bobIp, port, silenceMs), 'a group without rules')
    assert((await dropped(playground, network.vpcId, 'security-group-ingress')) > 0, 'not in `status --json`')
    await permit(network, bobGroup, tcpFrom(port, '10.0.1.10/32'))
    await passes(() => alice.ask(bobIp, port, silenceMs), 'the permitted port')
    await refusedIn(() => alice.ask(bobIp, 8081, silenceMs), 'another port')
    await refusedIn(() => carol.ask(bobIp, port, silenceMs), 'another address')
  })

  await t.test('a refusal by the group is silence, one by the instance is a RST', async () => {
    await permit(network, bobGroup, tcpFrom(7, '10.0.1.10/32'))
    const { error } = await until('the instance itself to refuse', async () => {
      const attempt = await alice.ask(bobIp, 7, silenceMs)
      return attempt.error === 'timed out' ? undefined : attempt
    })
    assert.equal(error, 'ECONNREFUSED')
  })

  await t.test('stateful: who is in stays when the rule goes, and replies need no rule', async (t) => {
    // Alice has no ingress rule at all, and still reads Bob's replies.
    await alice.open('kept', bobIp, port)
    assert.equal((await alice.say('kept', 'one')).answer, 'one')
    await forbid(network, bobGroup, tcpFrom(port, '10.0.1.10/32'))
    await refusedIn(() => alice.ask(bobIp, port, silenceMs), 'a new connection after the rule has gone')
    for (let n = 0; n < 20; n++) assert.equal((await alice.say('kept', `line ${n}`)).answer, `line ${n}`)
    await alice.end('kept')
    t.diagnostic('20 lines on a connection whose rule was gone')
  })

  await t.test('ingress by group: members now and later, and nobody else', async (t) => {
    await permit(network, bobGroup, fromGroup(aliceGroup, 'tcp', port))
    await passes(() => alice.ask(bobIp, port, silenceMs), 'a member')
    await refusedIn(() => carol.ask(bobIp, port, silenceMs), 'one who is no member')
    const dave = await aResident(playground, network, 'b', '10.0.2.11', [carolGroup, aliceGroup])
    const { ms } = await untilAnswered('a member who came later', () => dave.ask(bobIp, port, silenceMs))
    t.diagnostic(`a member who came later is admitted, ${ms} ms after its first attempt`)
    await forbid(network, bobGroup, fromGroup(aliceGroup, 'tcp', port))
    await refusedIn(() => alice.ask(bobIp, port, silenceMs), 'a member after the rule has gone')
  })

  await t.test('a range of ports, its ends included', async () => {
    await permit(network, bobGroup, { ...tcpFrom(9000, cidr), ToPort: 9010 })
    for (const each of [9000, 9005, 9010]) await passes(() => alice.ask(bobIp, each, silenceMs), `port ${each}`)
    for (const each of [8999, 9011]) await refusedIn(() => alice.ask(bobIp, each, silenceMs), `port ${each}`)
    await forbid(network, bobGroup, { ...tcpFrom(9000, cidr), ToPort: 9010 })
  })

  await t.test('UDP is not TCP, and its reply passes', async () => {
    await refusedIn(() => alice.askUdp(bobIp, 5353, silenceMs), 'UDP without a rule')
    await permit(network, bobGroup, tcpFrom(5353, cidr))
    await refusedIn(() => alice.askUdp(bobIp, 5353, silenceMs), 'UDP with a rule for TCP')
    await permit(network, bobGroup, udpFrom(5353, cidr))
    await passes(() => alice.askUdp(bobIp, 5353, silenceMs), 'UDP with a rule for UDP')
    await refusedIn(() => alice.ask(bobIp, 8081, silenceMs), 'TCP elsewhere')
    await forbid(network, bobGroup, tcpFrom(5353, cidr), udpFrom(5353, cidr))
  })

  const echo = pinger(playground, alice)
  const skip = echo ? false : 'neither ping nor python3 is here to send an echo request'
  if (skip) console.error(`SKIPPED: ICMP between instances: ${skip}`)
  await t.test('ICMP: all of it, one type, and none', { skip }, async () => {
    assert(echo)
    const icmp = (type: number, code = -1): IpPermission => ({
      IpProtocol: 'icmp',
      FromPort: type,
      ToPort: code,
      IpRanges: [{ CidrIp: cidr }],
    })
    await refusedIn(() => echo(bobIp), 'an echo request without a rule')
    await permit(network, bobGroup, icmp(-1))
    await passes(() => echo(bobIp), 'an echo request, all ICMP permitted')
    await forbid(network, bobGroup, icmp(-1))
    await permit(network, bobGroup, icmp(13))
    await refusedIn(() => echo(bobIp), 'an echo request where timestamps are permitted')
    await permit(network, bobGroup, icmp(8))
    await passes(() => echo(bobIp), 'an echo request, type 8 permitted')
    await refusedIn(() => alice.ask(bobIp, 8081, silenceMs), 'TCP where ICMP is permitted')
    await forbid(network, bobGroup, icmp(13), icmp(8))
  })

  await t.test('all protocols', async () => {
    await permit(network, bobGroup, anythingFrom('10.0.1.0/24'))
    await passes(() => alice.ask(bobIp, port, silenceMs), 'TCP')
    await passes(() => alice.askUdp(bobIp, 5353, silenceMs), 'UDP')
    if (echo) await passes(() => echo(bobIp), 'ICMP')
    await refusedIn(() => carol.ask(bobIp, port, silenceMs), 'one who is not in the block')
  })

  await t.test('egress: by block, by port, by group; and replies need none', async (t) => {
    await permit(network, carolGroup, anything)
    await permit(network, bobGroup, anything)
    await passes(() => carol.ask(bobIp, port, silenceMs), 'everything permitted')
    await alice.open('kept', bobIp, port)
    await forbidOut(network, aliceGroup, anything)
    await refusedOut(() => alice.ask(bobIp, port, silenceMs), 'no egress rule')
    await refusedOut(() => alice.askUdp(bobIp, 5353, silenceMs), 'UDP without egress rule')
    assert.equal((await alice.say('kept', 'still')).answer, 'still')
    await alice.end('kept')

    await permitOut(network, aliceGroup, tcpFrom(port, `${bobIp}/32`))
    await passes(() => alice.ask(bobIp, port, silenceMs), 'egress to one address')
    await refusedOut(() => alice.ask(carolIp, port, silenceMs), 'egress to another address')
    await refusedOut(() => alice.ask(bobIp, 8081, silenceMs), 'egress to another port')
    await forbidOut(network, aliceGroup, tcpFrom(port, `${bobIp}/32`))

    await permitOut(network, aliceGroup, fromGroup(carolGroup, 'tcp', port))
    await passes(() => alice.ask(carolIp, port, silenceMs), 'egress to members of a group')
    await refusedOut(() => alice.ask(bobIp, port, silenceMs), 'egress to others')
    await forbidOut(network, aliceGroup, fromGroup(carolGroup, 'tcp', port))

    // Alice may send nothing by herself; what she is asked, she answers.
    await permit(network, aliceGroup, tcpFrom(port, cidr))
    await alice.serve(port, 'alice')
    await passes(() => bob.ask(alice.machine.privateIp, port, silenceMs), 'a reply without egress rule')
    t.diagnostic('an instance without egress rules answered, and kept a connection from before')
  })
})

kernelTest('security groups on the way through an endpoint', async (t) => {
  const playground = await aPlayground(t, 'groups')
  await playground.up()
  const world = await aWorld(playground, { acceptanceRequired: false })
  const { consumer, provider, service, client } = world
  await allow(provider.tenant, service, consumer.tenant.accountId)
  const endpointGroup = await createGroup(consumer, 'endpoint', [])
  const created = await createEndpoint(consumer, service, 'a', [endpointGroup])
  await untilEndpointIs(consumer.tenant, created.VpcEndpointId, 'available')
  const { a: endpointIp = '' } = await interfaceAddresses(consumer, created)
  const ask = (from: Resident) => () => from.ask(endpointIp, servicePort, silenceMs)
  const refused = (reason: string, attempt: () => Promise<Attempt<unknown>>, what: string): Promise<void> =>
    isRefused(playground, consumer.vpcId, reason, attempt, what)

  const memberGroup = await createGroup(consumer, 'member', [])
  const member = await aResident(playground, consumer, 'b', '10.0.2.20', [memberGroup])

  await t.test('the endpoint interface: no rule, by block, by group, by port', async (t) => {
    await refused('security-group-ingress', ask(client), 'an endpoint without rules')
    await permit(consumer, endpointGroup, tcpFrom(servicePort, '10.0.1.10/32'))
    await passes(ask(client), 'the permitted address')
    await refused('security-group-ingress', ask(member), 'another address')
    await permit(consumer, endpointGroup, fromGroup(memberGroup, 'tcp', servicePort))
    await passes(ask(member), 'a member of the permitted group')

    await client.open('kept', endpointIp, servicePort)
    await forbid(consumer, endpointGroup, tcpFrom(servicePort, '10.0.1.10/32'))
    await refused('security-group-ingress', ask(client), 'the address after its rule has gone')
    assert.equal((await client.say('kept', 'still')).answer, 'still')
    await client.end('kept')
    await passes(ask(member), 'the member still')

    await permit(consumer, endpointGroup, tcpFrom(servicePort + 1, cidr))
    await refused('security-group-ingress', ask(client), 'a rule for another port')
    await permit(consumer, endpointGroup, udpFrom(servicePort, cidr))
    await refused('security-group-ingress', ask(client), 'a rule for another protocol')
    await permit(consumer, endpointGroup, tcpFrom(servicePort, cidr))
    await passes(ask(client), 'the whole block')
    t.diagnostic(`endpoint ${endpointIp}:${servicePort}: six rules tried, the established connection kept its way`)
  })

  await t.test('egress of the client towards the endpoint: by its address and by its group', async () => {
    await forbidOut(consumer, memberGroup, anything)
    await refused('security-group-egress', ask(member), 'no egress rule')
    await permitOut(consumer, memberGroup, tcpFrom(targetPort, '10.0.0.0/8'))
    await refused('security-group-egress', ask(member), "egress to the target's port")
    await permitOut(consumer, memberGroup, tcpFrom(servicePort, `${endpointIp}/32`))
    await passes(ask(member), "egress to the endpoint's address")
    await forbidOut(consumer, memberGroup, tcpFrom(servicePort, `${endpointIp}/32`))
    await refused('security-group-egress', ask(member), 'egress elsewhere')
    await permitOut(consumer, memberGroup, fromGroup(endpointGroup, 'tcp', servicePort))
    await passes(ask(member), "egress to the endpoint's group")
  })

  await t.test('the endpoint sends nothing by itself: its own egress rules do not matter', async () => {
    await forbidOut(consumer, endpointGroup, anything)
    await untilApplied(playground)
    assert.equal((await ask(client)()).answer?.name, 'zone-a')
  })
})

kernelTest("a target's group must admit the load balancer's node, not the consumer", async (t) => {
  const playground = await aPlayground(t, 'groups')
  await playground.up()
  const management = playground.caller()
  await createOrganization(management)
  const [provider, consumer] = await Promise.all([
    createTenant(management, 'provider').then((tenant) => createNetwork(tenant, 'a', '10.1.0.0/16')),
    createTenant(management, 'consumer').then((tenant) => createNetwork(tenant, 'a', '10.2.0.0/16')),
  ])
  // As somebody writes it who thinks that the target sees the consumer.
  const targetGroup = await createGroup(provider, 'targets', [tcpFrom(targetPort, '10.2.0.0/16')])
  const clientGroup = await createGroup(consumer, 'client', [])
  const openGroup = await createGroup(consumer, 'open', [anythingFrom('10.2.0.0/16')])
  const [target, client] = await Promise.all([
    aResident(playground, provider, 'a', '10.1.1.10', [targetGroup]),
    aResident(playground, consumer, 'a', '10.2.1.10', [clientGroup]),
  ])
  await target.serve(targetPort, 'target')
  const service = await publishService(provider, {
    name: 'service',
    listenerPort: servicePort,
    targetPort,
    targets: [target.machine],
    zones: 'a',
    acceptanceRequired: false,
    health: quickChecks,
  })
  await allow(provider.tenant, service, consumer.tenant.accountId)
  const created = await createEndpoint(consumer, service, 'a', [openGroup])
  await untilEndpointIs(consumer.tenant, created.VpcEndpointId, 'available')
  const { a: endpointIp = '' } = await interfaceAddresses(consumer, created)
  const ask = (): Promise<Attempt<unknown>> => client.ask(endpointIp, servicePort, silenceMs)

  await t.test('a rule for the consumer: the check fails, connections are dropped and counted', async (t) => {
    await isRefused(playground, provider.vpcId, 'security-group-ingress', ask, 'a connection')
    const from = performance.now()
    const health = await until(
      'the target to be unhealthy',
      async () => {
        const { TargetHealthDescriptions } = await provider.tenant.elbv2.send(
          new DescribeTargetHealthCommand({ TargetGroupArn: service.targetGroupArn }),
        )
        const found = TargetHealthDescriptions?.[0]?.TargetHealth
        assert.notEqual(found?.State, 'healthy')
        return found?.State === 'unhealthy' ? found : undefined
      },
      patienceMs,
      100,
    )
    // Fail open sends it to the target nevertheless, whose group refuses it nevertheless.
    await isRefused(playground, provider.vpcId, 'security-group-ingress', ask, 'a connection to an unhealthy target')
    t.diagnostic(
      `unhealthy (${health.Reason}: ${health.Description}) ${Math.round(performance.now() - from)} ms later; refused by the target's group throughout`,
    )
  })

  await t.test("a rule for the node's address: healthy and connected", async (t) => {
    const { a: nodeIp = '' } = await nodeAddresses(provider)
    await permit(provider, targetGroup, tcpFrom(targetPort, `${nodeIp}/32`))
    await untilAllHealthy(provider.tenant, service, patienceMs)
    const { answer } = await untilAnswered('a connection', () => client.ask(endpointIp, servicePort, silenceMs))
    assert.equal(answer.name, 'target')
    assert.equal(answer.target.remote.split(':')[0], nodeIp)
    await forbid(provider, targetGroup, tcpFrom(targetPort, '10.2.0.0/16'))
    await passes(ask, 'without the rule for the consumer')
    t.diagnostic(`the target sees ${answer.target.remote}, the node of the load balancer`)
  })

  await t.test('two targets, one of whose groups refuses: its share is dropped and counted', async (t) => {
    const shyGroup = await createGroup(provider, 'shy', [])
    const shy = await aResident(playground, provider, 'a', '10.1.1.11', [shyGroup])
    await shy.serve(targetPort, 'shy')
    await permit(provider, targetGroup, tcpFrom(targetPort, '10.1.0.0/16'))
    // Nobody listens where health is checked: with no healthy target both get connections (fail open), for good.
    const both = await publishService(provider, {
      name: 'both',
      listenerPort: servicePort,
      targetPort,
      targets: [target.machine, shy.machine],
      zones: 'a',
      acceptanceRequired: false,
      health: { ...quickChecks, HealthCheckPort: '9' },
    })
    await allow(provider.tenant, both, consumer.tenant.accountId)
    const endpoint = await createEndpoint(consumer, both, 'a', [openGroup])
    await untilEndpointIs(consumer.tenant, endpoint.VpcEndpointId, 'available')
    const { a: ip = '' } = await interfaceAddresses(consumer, endpoint)
    const before = await countedDrops(playground, provider.vpcId, 'security-group-ingress')
    const total = 60
    const { answers, errors } = await client.askMany(ip, servicePort, total, 20, silenceMs)
    const counted = (await countedDrops(playground, provider.vpcId, 'security-group-ingress')) - before
    assert.deepEqual(Object.keys(answers), ['target'])
    assert.deepEqual(Object.keys(errors), ['timed out'])
    // Sixty coins: less than 12 of one side is a chance of one in a million.
    assert((answers.target ?? 0) >= 12 && (errors['timed out'] ?? 0) >= 12, JSON.stringify({ answers, errors }))
    assert(counted >= (errors['timed out'] ?? 0), `${counted} packets counted`)
    t.diagnostic(`${total} connections: ${JSON.stringify({ answers, errors })}, ${counted} packets counted`)
  })
})
