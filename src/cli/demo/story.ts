/**
 * `underpass demo`: the whole of a private link's life, told while it happens, with what was measured.
 *
 * Every figure printed is of this run, and every claim is checked: a step that does not hold ends the demo with what was
 * expected and what was seen, and exit code 1.
 */
import assert from 'node:assert/strict'
import {
  AcceptVpcEndpointConnectionsCommand,
  AuthorizeSecurityGroupIngressCommand,
  DeleteVpcEndpointsCommand,
  DescribeVpcEndpointsCommand,
  RejectVpcEndpointConnectionsCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2'
import { Playground } from './playground.ts'
import {
  allow,
  createEndpoint,
  createGroup,
  createNetwork,
  createOrganization,
  createTenant,
  describeEndpoint,
  endpointAddresses,
  publishService,
  runInstance,
  stateOf,
  targetHealth,
  tcpFrom,
  until,
  untilAllHealthy,
  untilEndpointIs,
} from './scenario.ts'
import type { ProbeLine } from './workload.ts'

const cidr = '10.0.0.0/16'
const servicePort = 80
const targetPort = 8080
/** The shortest that the API allows, so that the story is short. */
const healthCheck = { intervalSeconds: 5, timeoutSeconds: 2, unhealthyThresholdCount: 2 }
/** From the last good check: a whole interval may pass before the first bad one, and each may take its timeout. */
const failoverBoundSeconds =
  healthCheck.intervalSeconds * healthCheck.unhealthyThresholdCount + healthCheck.timeoutSeconds

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
const say = (line: string): void => console.log(`   ${line}`)
let chapterNumber = 0
const chapter = (title: string): void => console.log(`\n${++chapterNumber}. ${title}`)

const failures = (lines: readonly ProbeLine[]): readonly ProbeLine[] => lines.filter((line) => 'error' in line)

export async function demo(): Promise<void> {
  const started = performance.now()
  const playground = await Playground.create('demo')
  let interrupted = false
  const stop = (): void => {
    if (interrupted) process.exit(130)
    interrupted = true
    console.error('\nInterrupted: removing what the demo made. Once more to leave it.')
    void playground.remove().finally(() => process.exit(130))
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  try {
    await tell(playground)
  } catch (error) {
    if (interrupted) return
    console.error(`\nThe demo ended here: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  } finally {
    if (!interrupted) {
      await playground.remove()
      console.log(
        `\nEverything is removed again: namespaces, processes, files. ${seconds(performance.now() - started)} in all.`,
      )
      process.off('SIGINT', stop)
      process.off('SIGTERM', stop)
    }
  }
}

async function tell(playground: Playground): Promise<void> {
  chapter('Start: one control process, one agent, an API that speaks AWS')
  for (const line of (await playground.up()).trim().split('\n')) say(line)
  const management = playground.caller()

  chapter('Three accounts, three VPCs, one and the same CIDR')
  await createOrganization(management)
  const [shop, bank, stranger] = await Promise.all(
    ['shop', 'bank', 'stranger'].map((name) => createTenant(management, name)),
  )
  assert(shop && bank && stranger)
  const bankNetwork = await createNetwork(bank, 'ab', cidr)
  const shopNetwork = await createNetwork(shop, 'ab', cidr)
  const strangerNetwork = await createNetwork(stranger, 'a', cidr)
  say(`provider ${bank.accountId} ${bankNetwork.vpcId} ${cidr}`)
  say(`consumer ${shop.accountId} ${shopNetwork.vpcId} ${cidr}`)
  say(`stranger ${stranger.accountId} ${strangerNetwork.vpcId} ${cidr}`)

  const targetGroupId = await createGroup(bankNetwork, 'targets', [tcpFrom(targetPort, cidr)])
  const clientGroupId = await createGroup(shopNetwork, 'clients', [])
  const fromClients = {
    IpProtocol: 'tcp',
    FromPort: servicePort,
    ToPort: servicePort,
    UserIdGroupPairs: [{ GroupId: clientGroupId }],
  }
  const endpointGroupId = await createGroup(shopNetwork, 'endpoint', [fromClients])
  const [targetA1, targetA2, targetB, client] = await Promise.all([
    runInstance(bankNetwork, 'a', '10.0.1.10', [targetGroupId]),
    runInstance(bankNetwork, 'a', '10.0.1.11', [targetGroupId]),
    runInstance(bankNetwork, 'b', '10.0.2.10', [targetGroupId]),
    runInstance(shopNetwork, 'a', '10.0.1.10', [clientGroupId]),
  ])
  say(`the client and the first target have the same address: ${client.privateIp} and ${targetA1.privateIp}`)
  const [serverA1] = await Promise.all([
    playground.serve(targetA1, targetPort, 'zone-a/1'),
    playground.serve(targetA2, targetPort, 'zone-a/2'),
    playground.serve(targetB, targetPort, 'zone-b'),
  ])

  chapter('The provider publishes one service behind a network load balancer in two zones')
  const service = await publishService(bankNetwork, {
    name: 'payments',
    listenerPort: servicePort,
    targetPort,
    targets: [targetA1, targetA2, targetB],
    health: {
      HealthCheckIntervalSeconds: healthCheck.intervalSeconds,
      HealthCheckTimeoutSeconds: healthCheck.timeoutSeconds,
      UnhealthyThresholdCount: healthCheck.unhealthyThresholdCount,
    },
  })
  say(service.serviceName)

  chapter('Not permitted: the service does not exist')
  const refusal = await createEndpoint(shopNetwork, service, 'ab', [endpointGroupId]).then(
    () => undefined,
    (error: Error) => error,
  )
  assert.equal(
    refusal?.name,
    'InvalidServiceName',
    `expected InvalidServiceName, got ${refusal?.name ?? 'an endpoint'}`,
  )
  say(`consumer: ${refusal?.name}: ${refusal?.message}`)

  chapter('Permitted: waiting for the provider, and no packet passes')
  await allow(bank, service, shop.accountId)
  const endpoint = await createEndpoint(shopNetwork, service, 'ab', [endpointGroupId])
  const vpcEndpointId = endpoint.VpcEndpointId ?? ''
  assert.equal(stateOf(endpoint), 'pendingAcceptance')
  const url = `http://${endpoint.DnsEntries?.[0]?.DnsName}/`
  const tooEarly = await playground.ask(client, url, 1000)
  assert(tooEarly.error, 'a connection passed before acceptance')
  say(`${vpcEndpointId} is ${stateOf(endpoint)}; a connection to it: ${tooEarly.error}`)
  const strangerRefusal = await createEndpoint(strangerNetwork, service, 'a', []).then(
    () => undefined,
    (error: Error) => error,
  )
  assert.equal(strangerRefusal?.name, 'InvalidServiceName')
  say(`stranger: ${strangerRefusal?.name}, as if it were not there`)

  chapter('Accepted: pending, available, connected by name')
  const acceptedAt = performance.now()
  await bank.ec2.send(
    new AcceptVpcEndpointConnectionsCommand({ ServiceId: service.serviceId, VpcEndpointIds: [vpcEndpointId] }),
  )
  await untilEndpointIs(shop, vpcEndpointId, 'available')
  say(`available ${Math.round(performance.now() - acceptedAt)} ms after the provider's accept`)
  await untilAllHealthy(bank, service)
  const { sighting, error } = await playground.ask(client, url)
  assert(sighting, `no answer by name: ${error}`)
  say(
    `the client sees   ${sighting.client.local} → ${sighting.client.remote}   (its own VPC, the endpoint's interface)`,
  )
  say(
    `the target sees   ${sighting.target.remote} → ${sighting.target.local}   (its own VPC, the load balancer's node)`,
  )
  say(`neither sees the other's network; both are ${cidr}. Answered by ${sighting.name}.`)

  chapter('A security group says no: silence, and a count of it')
  const groupEdit = { GroupId: endpointGroupId, IpPermissions: [fromClients] }
  await shop.ec2.send(new RevokeSecurityGroupIngressCommand(groupEdit))
  const refused = await until('the security group to refuse', async () => {
    const attempt = await playground.ask(client, url, 500)
    return attempt.error
  })
  const drop = (await playground.status()).agent?.drops.find(
    ({ vpcId, reason, packets }) => vpcId === shopNetwork.vpcId && reason === 'security-group-ingress' && packets > 0,
  )
  assert(drop, 'the refusal was not counted')
  say(`the rule is revoked: ${refused}; counted ${drop.packets} packets, reason ${drop.reason}`)
  await shop.ec2.send(new AuthorizeSecurityGroupIngressCommand(groupEdit))
  await until('the security group to admit', async () => (await playground.ask(client, url, 500)).sighting)
  say('authorised again: connected')

  chapter('A target is killed: failures until the threshold, then none')
  const perSecond = 20
  const zoneUrl = `http://${endpoint.DnsEntries?.find(({ DnsName }) => DnsName?.includes('-us-east-1a.'))?.DnsName}/`
  say('through the zone that loses one of its two targets')
  const failover = playground.probe(client, [zoneUrl], perSecond, failoverBoundSeconds + 8)
  await new Promise((resolve) => setTimeout(resolve, 1000))
  serverA1.kill('SIGKILL')
  const killedAt = Date.now()
  const unhealthy = until(
    'the target to be unhealthy',
    async () => ((await targetHealth(bank, service)).get(targetA1.instanceId) === 'unhealthy' ? Date.now() : undefined),
    30_000,
    50,
  )
  const lines = await failover.ended
  const failed = failures(lines)
  const unhealthyMs = (await unhealthy) - killedAt
  const lastFailureMs = failed.length > 0 ? Math.max(...failed.map(({ at }) => at)) - killedAt : 0
  say(
    `${lines.length} connections at ${perSecond}/s: ${failed.length} failed, the last one ${seconds(lastFailureMs)} after the kill`,
  )
  say(
    `unhealthy after ${seconds(unhealthyMs)}; the settings promise at most ${failoverBoundSeconds} s (${healthCheck.unhealthyThresholdCount} checks of ${healthCheck.intervalSeconds} s, ${healthCheck.timeoutSeconds} s timeout)`,
  )
  assert(
    lastFailureMs <= failoverBoundSeconds * 1000 + 1000,
    `the last failure came ${seconds(lastFailureMs)} after the kill`,
  )

  chapter('Both processes are killed: the kernel does not mind')
  // By address: names are the agent's to answer, connections the kernel's.
  const addresses = await endpointAddresses(shop, endpoint)
  const survival = playground.probe(
    client,
    addresses.map((address) => `http://${address}/`),
    100,
    4,
  )
  await new Promise((resolve) => setTimeout(resolve, 500))
  await playground.crash()
  const deadAt = Date.now()
  const survived = await survival.ended
  const whileDead = survived.filter(({ at }) => at > deadAt)
  assert.equal(failures(survived).length, 0, `${failures(survived).length} connections failed`)
  say(
    `kill -9 of control and agent: ${whileDead.length} new connections made while both were dead, ${failures(whileDead).length} failed`,
  )
  await playground.up()
  const writes = (await playground.status()).agent?.kernelWrites
  assert.equal(writes, 0, `the restarted agent wrote ${writes} times`)
  say(`started again: ${writes} kernel writes, for nothing had changed`)

  chapter('What was carried')
  const counted = (await playground.status()).agent?.endpoints.find((e) => e.vpcEndpointId === vpcEndpointId)
  assert(counted && counted.bytes > 0, 'no bytes were counted')
  say(`${counted.connections} connections tracked now, ${counted.bytes} bytes, both directions`)

  chapter('Rejected: refused at once. Deleted: gone')
  await bank.ec2.send(
    new RejectVpcEndpointConnectionsCommand({ ServiceId: service.serviceId, VpcEndpointIds: [vpcEndpointId] }),
  )
  const rejectedAt = performance.now()
  const cut = await until('the rejected endpoint to refuse', async () => (await playground.ask(client, url, 500)).error)
  say(
    `${stateOf(await describeEndpoint(shop, vpcEndpointId))}: ${cut}, ${Math.round(performance.now() - rejectedAt)} ms after the provider's reject (500 of them the client's own patience)`,
  )
  await shop.ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [vpcEndpointId] }))
  const gone = await until('the endpoint to be gone', async () =>
    shop.ec2.send(new DescribeVpcEndpointsCommand({ VpcEndpointIds: [vpcEndpointId] })).then(
      () => undefined,
      (reason: Error) => reason,
    ),
  )
  say(`${gone.name}: ${gone.message}`)
}
