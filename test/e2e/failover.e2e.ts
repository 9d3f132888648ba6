/**
 * What a load balancer does when targets die, hang, come back and leave: who gets new connections, who keeps old ones, and
 * for how long connections fail.
 */
import assert from 'node:assert/strict'
import { AcceptVpcEndpointConnectionsCommand, RejectVpcEndpointConnectionsCommand } from '@aws-sdk/client-ec2'
import {
  CreateListenerCommand,
  CreateTargetGroupCommand,
  type CreateTargetGroupCommandInput,
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  ModifyLoadBalancerAttributesCommand,
  ModifyTargetGroupAttributesCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Playground } from '../../src/cli/demo/playground.ts'
import {
  allow,
  createEndpoint,
  createGroup,
  runInstance,
  targetHealth,
  tcpFrom,
  until,
  untilAllHealthy,
  untilEndpointIs,
} from '../../src/cli/demo/scenario.ts'
import { aPlayground, kernelTest } from '../support/e2e-underpass.ts'
import type { Probed } from '../support/session-inside.ts'
import { Resident } from '../support/session-resident.ts'
import {
  aWorld,
  cidr,
  interfaceAddresses,
  mentions,
  nodeAddresses,
  patienceMs,
  quickChecks,
  servicePort,
  silenceMs,
  tableText,
  targetPort,
  untilApplied,
  type World,
} from '../support/session-world.ts'

const checks = { intervalSeconds: 5, timeoutSeconds: 2, unhealthyThreshold: 2 }
/** A target that dies just after a check: that many intervals, and the last check's timeout. */
const boundMs = (checks.unhealthyThreshold * checks.intervalSeconds + checks.timeoutSeconds) * 1000
const perSecond = 20

interface Stage extends World {
  /** In zone a beside `targets[0]`. */
  readonly second: Resident
  readonly vpcEndpointId: string
  /** Zone letter → the endpoint's address. */
  readonly addresses: Readonly<Record<string, string>>
}

/** Three targets: zone-a and second in zone a, zone-b in b; all healthy. */
async function aStage(playground: Playground, health: Partial<CreateTargetGroupCommandInput> = {}): Promise<Stage> {
  const world = await aWorld(playground, { acceptanceRequired: false, health: { ...quickChecks, ...health } })
  const { provider, consumer, service } = world
  const groupId = await createGroup(provider, 'second', [
    tcpFrom(targetPort, cidr),
    { IpProtocol: 'udp', FromPort: targetPort + 1, ToPort: targetPort + 1, IpRanges: [{ CidrIp: cidr }] },
  ])
  const second = await Resident.in(playground, await runInstance(provider, 'a', '10.0.1.11', [groupId]))
  await second.serve(targetPort, 'second')
  await register(world, second)
  await allow(provider.tenant, service, consumer.tenant.accountId)
  const created = await createEndpoint(consumer, service, 'ab', [world.openGroupId])
  const endpoint = await untilEndpointIs(consumer.tenant, created.VpcEndpointId, 'available')
  await untilAllHealthy(provider.tenant, service, patienceMs)
  await untilApplied(playground)
  return {
    ...world,
    second,
    vpcEndpointId: created.VpcEndpointId ?? '',
    addresses: await interfaceAddresses(consumer, endpoint),
  }
}

const register = async ({ provider, service }: World, ...residents: readonly Resident[]): Promise<void> => {
  const Targets = residents.map(({ machine }) => ({ Id: machine.instanceId }))
  await provider.tenant.elbv2.send(new RegisterTargetsCommand({ TargetGroupArn: service.targetGroupArn, Targets }))
}

const stateOf = async ({ provider, service }: World, { machine }: Resident): Promise<string | undefined> =>
  (await targetHealth(provider.tenant, service)).get(machine.instanceId)

/** @returns when it was seen, in epoch milliseconds */
const untilState = (world: World, resident: Resident, state: string): Promise<number> =>
  until(
    `${resident.machine.privateIp} to be ${state}`,
    async () => ((await stateOf(world, resident)) === state ? Date.now() : undefined),
    patienceMs,
    50,
  )

/** The chains of the provider's listeners; a target that is in none of them gets no new connection. */
function listenerChains({ playground, provider }: World): string {
  return tableText(playground, provider.vpcId)
    .split(/\n(?=\tchain )/)
    .filter((text) => text.startsWith('\tchain lsn-'))
    .join('\n')
}

/** @returns when it was seen to be so, in epoch milliseconds */
const untilWithdrawn = (world: World, { machine }: Resident): Promise<number> =>
  until(
    `${machine.privateIp} to be out of every listener`,
    async () => (mentions(listenerChains(world), machine.privateIp) ? undefined : Date.now()),
    patienceMs,
    20,
  )

/** Waits for attempts that began after a moment. */
const untilProbedAfter = (stage: Stage, at: number, count: number): Promise<true> =>
  until(
    `${count} more attempts of the probe`,
    async () => ((await stage.client.probed()).filter((attempt) => attempt.at > at).length >= count ? true : undefined),
    patienceMs,
    100,
  )

const names = (attempts: readonly Probed[]): readonly string[] =>
  [...new Set(attempts.flatMap(({ name }) => name ?? []))].sort()

/** Connections failed until the target was withdrawn and never after. @returns the figures, in words */
function judge(attempts: readonly Probed[], moments: { stoppedAt: number; withdrawnAt: number }, gone: string): string {
  const { stoppedAt, withdrawnAt } = moments
  const failed = attempts.filter(({ error }) => error !== undefined)
  const before = attempts.filter(({ at }) => at < stoppedAt - 1000)
  const after = attempts.filter(({ at }) => at > withdrawnAt)
  assert(before.length > 0 && before.every(({ error }) => error === undefined), 'it failed before anything happened')
  assert(names(before).includes(gone), `${gone} had no share: ${names(before)}`)
  assert(failed.length > 0, 'nothing failed: was anything stopped?')
  assert(after.length > 0)
  assert.deepEqual(
    after.filter(({ error, name }) => error !== undefined || name === gone),
    [],
    'after it was withdrawn',
  )
  const lastMs = Math.max(...failed.map(({ at }) => at)) - stoppedAt
  const reasons = [...new Set(failed.map(({ error }) => error))]
  return (
    `${attempts.length} connections at ${perSecond}/s: ${failed.length} failed (${reasons}), the last one began ${lastMs} ms after; ` +
    `withdrawn after ${withdrawnAt - stoppedAt} ms; the settings imply at most ${boundMs} ms; 0 of ${after.length} failed from then on`
  )
}

kernelTest('a target is killed, and comes back', async (t) => {
  const playground = await aPlayground(t, 'failover')
  await playground.up()
  const stage = await aStage(playground)
  const { client, second, addresses } = stage
  const zoneA = addresses.a ?? ''

  await t.test('each healthy target gets its share', async (t) => {
    const { answers, errors } = await client.askMany(zoneA, servicePort, 200, 8)
    assert.deepEqual(errors, {})
    // Two hundred coins: less than 60 of one side is a chance of one in a hundred million.
    assert((answers['zone-a'] ?? 0) >= 60 && (answers.second ?? 0) >= 60, JSON.stringify(answers))
    assert.deepEqual(Object.keys(answers).sort(), ['second', 'zone-a'], 'targets of another zone')
    t.diagnostic(`200 connections: ${JSON.stringify(answers)}`)
  })

  await t.test('killed: connections fail until the threshold, then none', async (t) => {
    await client.startProbe(zoneA, servicePort, perSecond, 20_000)
    await untilProbedAfter(stage, 0, 60)
    second.child.kill('SIGKILL')
    const stoppedAt = Date.now()
    const [withdrawnAt, unhealthyAt] = await Promise.all([
      untilWithdrawn(stage, second),
      untilState(stage, second, 'unhealthy'),
    ])
    await untilProbedAfter(stage, withdrawnAt, 60)
    t.diagnostic(judge(await client.endProbe(), { stoppedAt, withdrawnAt }, 'second'))
    t.diagnostic(`DescribeTargetHealth: unhealthy after ${unhealthyAt - stoppedAt} ms`)
  })

  await t.test('back: healthy, and its share again', async (t) => {
    const from = Date.now()
    const again = await Resident.in(playground, second.machine)
    await again.serve(targetPort, 'second')
    const healthyAt = await untilState(stage, second, 'healthy')
    const { answers } = await until('a share for the target that is back', async () => {
      const tally = await client.askMany(zoneA, servicePort, 40, 8)
      assert.deepEqual(tally.errors, {})
      return (tally.answers.second ?? 0) > 0 ? tally : undefined
    })
    t.diagnostic(
      `healthy ${healthyAt - from} ms after its process was back; 40 connections: ${JSON.stringify(answers)}`,
    )
  })
})

kernelTest('a target hangs: its kernel accepts, an HTTP check does not', async (t) => {
  const playground = await aPlayground(t, 'failover')
  await playground.up()
  const stage = await aStage(playground, { HealthCheckProtocol: 'HTTP', HealthCheckPath: '/' })
  const { client, second, addresses } = stage

  await t.test('stopped: new connections hang until the threshold, then none', async (t) => {
    await client.startProbe(addresses.a ?? '', servicePort, perSecond, 20_000)
    await untilProbedAfter(stage, 0, 60)
    second.child.kill('SIGSTOP')
    const stoppedAt = Date.now()
    const [withdrawnAt] = await Promise.all([untilWithdrawn(stage, second), untilState(stage, second, 'unhealthy')])
    await untilProbedAfter(stage, withdrawnAt, 60)
    const attempts = await client.endProbe()
    t.diagnostic(judge(attempts, { stoppedAt, withdrawnAt }, 'second'))
    const { TargetHealthDescriptions } = await stage.provider.tenant.elbv2.send(
      new DescribeTargetHealthCommand({
        TargetGroupArn: stage.service.targetGroupArn,
        Targets: [{ Id: second.machine.instanceId }],
      }),
    )
    assert.equal(TargetHealthDescriptions?.[0]?.TargetHealth?.Reason, 'Target.Timeout')
  })

  await t.test('continued: healthy, and its share again', async (t) => {
    const from = Date.now()
    second.child.kill('SIGCONT')
    const healthyAt = await untilState(stage, second, 'healthy')
    await until('a share for the target that goes on', async () => {
      const { answers, errors } = await client.askMany(addresses.a ?? '', servicePort, 40, 8)
      assert.deepEqual(errors, {})
      return (answers.second ?? 0) > 0 ? true : undefined
    })
    t.diagnostic(`healthy ${healthyAt - from} ms after it went on`)
  })
})

kernelTest('fail open, cross-zone, deregistration and UDP', async (t) => {
  const playground = await aPlayground(t, 'failover')
  await playground.up()
  const stage = await aStage(playground)
  const { client, targets, second, provider, service, addresses, vpcEndpointId } = stage
  const [targetA, targetB] = targets
  const { elbv2, ec2 } = provider.tenant
  const zoneA = addresses.a ?? ''

  await t.test('no healthy target anywhere: everybody gets connections', async (t) => {
    // Nobody listens where this group is checked, everybody where its traffic goes.
    const { TargetGroups } = await elbv2.send(
      new CreateTargetGroupCommand({
        Name: 'dead',
        Protocol: 'TCP',
        Port: targetPort,
        VpcId: provider.vpcId,
        TargetType: 'instance',
        ...quickChecks,
        HealthCheckPort: '9',
      }),
    )
    const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn
    const Targets = [targetA, targetB, second].map(({ machine }) => ({ Id: machine.instanceId }))
    await elbv2.send(new RegisterTargetsCommand({ TargetGroupArn, Targets }))
    await elbv2.send(
      new CreateListenerCommand({
        LoadBalancerArn: service.loadBalancerArn,
        Protocol: 'TCP',
        Port: 81,
        DefaultActions: [{ Type: 'forward', TargetGroupArn }],
      }),
    )
    await until(
      'all to be unhealthy',
      async () => {
        const { TargetHealthDescriptions = [] } = await elbv2.send(new DescribeTargetHealthCommand({ TargetGroupArn }))
        return TargetHealthDescriptions.every(({ TargetHealth }) => TargetHealth?.State === 'unhealthy')
          ? true
          : undefined
      },
      patienceMs,
      100,
    )
    await untilApplied(playground)
    const a = await client.askMany(zoneA, 81, 100, 8)
    const b = await client.askMany(addresses.b ?? '', 81, 20, 8)
    assert.deepEqual([a.errors, b.errors], [{}, {}])
    assert.deepEqual([Object.keys(a.answers).sort(), Object.keys(b.answers)], [['second', 'zone-a'], ['zone-b']])
    t.diagnostic(`all unhealthy; zone a ${JSON.stringify(a.answers)}, zone b ${JSON.stringify(b.answers)}`)
  })

  await t.test('cross-zone: every zone reaches the targets of all; off again: its own', async (t) => {
    const crossZone = async (on: boolean): Promise<void> => {
      await elbv2.send(
        new ModifyLoadBalancerAttributesCommand({
          LoadBalancerArn: service.loadBalancerArn,
          Attributes: [{ Key: 'load_balancing.cross_zone.enabled', Value: `${on}` }],
        }),
      )
    }
    await crossZone(true)
    // A node must have found the other zone's targets healthy before it uses them.
    const share = await until(
      'a share for every target in both zones',
      async () => {
        const tallies = await Promise.all(
          [zoneA, addresses.b ?? ''].map((ip) => client.askMany(ip, servicePort, 150, 8)),
        )
        for (const { errors } of tallies) assert.deepEqual(errors, {})
        return tallies.every(({ answers }) => Object.values(answers).filter((n) => n >= 15).length === 3)
          ? tallies
          : undefined
      },
      patienceMs,
    )
    await crossZone(false)
    await untilApplied(playground)
    const own = await client.askMany(zoneA, servicePort, 60, 8)
    assert.deepEqual([own.errors, Object.keys(own.answers).sort()], [{}, ['second', 'zone-a']])
    t.diagnostic(
      `on: zone a ${JSON.stringify(share[0]?.answers)}, zone b ${JSON.stringify(share[1]?.answers)}; off: zone a ${JSON.stringify(own.answers)}`,
    )
  })

  await t.test('deregistered: no new connection, the established one lives on', async (t) => {
    const delaySeconds = 3
    await elbv2.send(
      new ModifyTargetGroupAttributesCommand({
        TargetGroupArn: service.targetGroupArn,
        Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: `${delaySeconds}` }],
      }),
    )
    const line = await until('a connection to the second target', async () => {
      const { name } = await client.open('kept', zoneA, servicePort)
      if (name === 'second') return 'kept'
      await client.end('kept')
      return undefined
    })
    await elbv2.send(
      new DeregisterTargetsCommand({
        TargetGroupArn: service.targetGroupArn,
        Targets: [{ Id: second.machine.instanceId }],
      }),
    )
    assert.equal(await stateOf(stage, second), 'draining')
    await until('it to be out of the service’s listener', async () => {
      const chains = listenerChains(stage).split(/\n(?=\tchain )/)
      const ofService = chains.filter((chain) => chain.includes(`-tcp-${servicePort} {`))
      assert(ofService.length > 0, chains.join('\n'))
      return ofService.some((chain) => mentions(chain, second.machine.privateIp)) ? undefined : true
    })
    const { answers, errors } = await client.askMany(zoneA, servicePort, 60, 8)
    assert.deepEqual([errors, Object.keys(answers)], [{}, ['zone-a']])
    assert.equal((await client.say(line, 'while it drains')).answer, 'while it drains')
    await until(
      'the delay to be over',
      async () => ((await stateOf(stage, second)) === undefined ? true : undefined),
      patienceMs,
      100,
    )
    assert.equal((await client.say(line, 'after the delay')).answer, 'after the delay')
    await client.end(line)
    await register(stage, second)
    await untilState(stage, second, 'healthy')
    t.diagnostic(
      `60 new connections ${JSON.stringify(answers)}; the old one spoke during and after the ${delaySeconds} s`,
    )
  })

  await t.test('UDP: a flow keeps its target, flows are spread, the target sees the node, reject cuts', async (t) => {
    const udpPort = 5300
    const group = await createGroup(provider, 'udp', [
      { IpProtocol: 'udp', FromPort: targetPort + 1, ToPort: targetPort + 1, IpRanges: [{ CidrIp: cidr }] },
      tcpFrom(targetPort, cidr),
    ])
    const third = await Resident.in(playground, await runInstance(provider, 'a', '10.0.1.12', [group]))
    const udp = targetPort + 1
    // The group is checked over TCP, where both listen.
    await Promise.all([third.serve(targetPort, 'third'), third.serveUdp(udp, 'third'), second.serveUdp(udp, 'second')])
    const { TargetGroups } = await elbv2.send(
      new CreateTargetGroupCommand({
        Name: 'udp',
        Protocol: 'UDP',
        Port: udp,
        VpcId: provider.vpcId,
        TargetType: 'instance',
        ...quickChecks,
        HealthCheckProtocol: 'TCP',
        HealthCheckPort: `${targetPort}`,
      }),
    )
    const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn
    await elbv2.send(
      new RegisterTargetsCommand({
        TargetGroupArn,
        Targets: [second, third].map(({ machine }) => ({ Id: machine.instanceId })),
      }),
    )
    await elbv2.send(
      new CreateListenerCommand({
        LoadBalancerArn: service.loadBalancerArn,
        Protocol: 'UDP',
        Port: udpPort,
        DefaultActions: [{ Type: 'forward', TargetGroupArn }],
      }),
    )
    await untilApplied(playground)
    await until('an echo over UDP', async () => (await client.askUdp(zoneA, udpPort, silenceMs)).answer)

    const tally: Record<string, number> = {}
    const seenFrom = new Set<string>()
    for (let n = 0; n < 60; n++) {
      const { answer, error } = await client.askUdp(zoneA, udpPort)
      assert(answer, `flow ${n}: ${error}`)
      tally[answer.name] = (tally[answer.name] ?? 0) + 1
      seenFrom.add(answer.target.remote.split(':')[0] ?? '')
    }
    assert.deepEqual([...seenFrom], [(await nodeAddresses(provider)).a])

    const name = await client.openUdp('flow', zoneA, udpPort)
    for (let n = 0; n < 20; n++) assert.equal((await client.say('flow', `datagram ${n}`)).answer, name)

    // The target of the flow fails its check, though its UDP server would answer on: the flow goes to the other.
    const [holder, otherName] = name === 'third' ? [third, 'second'] : [second, 'third']
    await holder.stop(targetPort)
    const movedFrom = performance.now()
    await until(
      'the flow to go to the healthy target',
      async () => {
        const { answer } = await client.say('flow', `${Math.random()}`, silenceMs)
        return answer === otherName ? true : undefined
      },
      patienceMs,
      100,
    )
    const movedMs = Math.round(performance.now() - movedFrom)
    await holder.serve(targetPort, name)

    const decision = { ServiceId: service.serviceId, VpcEndpointIds: [vpcEndpointId] }
    await ec2.send(new RejectVpcEndpointConnectionsCommand(decision))
    await until('the flow to be cut', async () => (await client.say('flow', `${Math.random()}`, silenceMs)).error)
    const cut = await client.say('flow', 'still there?', silenceMs)
    assert.equal(cut.error, 'timed out')
    await ec2.send(new AcceptVpcEndpointConnectionsCommand(decision))
    await untilEndpointIs(stage.consumer.tenant, vpcEndpointId, 'available')
    const { answer, error } = await client.say('flow', 'again')
    assert(answer, `the same socket after the endpoint was accepted again: ${error}`)
    t.diagnostic(
      `60 flows: ${JSON.stringify(tally)}, seen from ${[...seenFrom]}; a held flow kept its target 20 times, and left it ${movedMs} ms after its health check began to fail`,
    )
  })
})
