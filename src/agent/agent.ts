/**
 * One agent, from its start to its end: the only file that wires plan, kernel, link and the services together.
 *
 * Order at start: the host is asked what it can do; what hangs in the kernel is read; control says what is wished; the
 * difference is applied; only then are names answered and targets checked, and only then is the agent ready.
 */
import { rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { createDnsServer } from '../dns/server.ts'
import { withoutWithdrawn } from '../dns/withdrawal.ts'
import { createHealthChecker } from '../health/checker.ts'
import { type Runner, runCommand } from '../kernel/command.ts'
import { preflight } from '../kernel/features.ts'
import { removeEverything } from '../kernel/remove.ts'
import { connectToControl } from '../link/client.ts'
import type { AgentStatus, Failure } from '../link/messages.ts'
import { netnsKey } from '../plan/keys.ts'
import type { DnsConfig, HealthView, Program } from '../plan/program.ts'
import { agentFabricIp } from '../resource/fabric.ts'
import { watchCapacity } from './capacity.ts'
import { assertInFabric, keepFabricName, prepareFabric } from './fabric.ts'
import { HealthMemory } from './health-memory.ts'
import { Reconciler } from './reconciler.ts'
import { RelayHand, relayStatusOf } from './relay.ts'
import { ResolvConfFiles } from './resolv-conf.ts'
import { readTraffic } from './status.ts'
import { TargetHealthReporter, targetHealthOf } from './target-health.ts'
import { whois } from './whois.ts'

export interface AgentOptions {
  readonly name: string
  readonly stateDir: string
  readonly log: Logger
  /** The agent's work is over; the process may end. */
  onStopped(): void
}

export interface Agent {
  /** Ends it and leaves the kernel as it is: traffic goes on. */
  stop(): Promise<void>
}

export async function startAgent({ name, stateDir, log, onStopped }: AgentOptions): Promise<Agent> {
  const startedAt = new Date().toISOString()
  assertInFabric(name)

  let kernelWrites = 0
  const run: Runner = (command) => {
    if (command.writes) kernelWrites++
    log.trace({ step: command.step, argv: command.argv, input: command.input }, 'run')
    return runCommand(command)
  }

  const dataPlane = await preflight(run)
  log.info({ dataPlane }, 'this host can carry links')
  await prepareFabric(run, name)

  const healthMemory = new HealthMemory(stateDir)
  let isChecking = false
  /** Saved after the cycle that brings it to the kernel: a restart must not find the memory ahead of it. */
  let isHealthUnsaved = false
  /** What the checks said before a restart; nothing when the kernel was emptied since, for then the targets were too. */
  let known: HealthView | undefined
  const checker = createHealthChecker({
    log,
    onChange(checkKey, state, reason) {
      log[state === 'unhealthy' ? 'info' : 'debug']({ checkKey, state, reason: reason?.code }, 'target health')
      isHealthUnsaved = true
      reportHealthSoon()
      reconciler.wake()
    },
  })

  const reporter = new TargetHealthReporter((targets, full) => link.send({ type: 'health', targets, full }))
  const reportHealth = (full: boolean): void => {
    const checks = reconciler.program?.healthChecks
    if (!checks || !isChecking) return
    reporter.report(
      targetHealthOf(checks, checker.view(), (key) => checker.reasonOf(key)),
      full,
    )
  }
  let isReportDue = false
  const reportHealthSoon = (): void => {
    if (isReportDue) return
    isReportDue = true
    setImmediate(() => {
      isReportDue = false
      reportHealth(false)
    })
  }

  const dns = createDnsServer({
    listenIp: agentFabricIp,
    port: 53,
    log,
    async resolveUpstream(query) {
      const answer = await link.resolve(query)
      return answer && Buffer.from(answer)
    },
  })

  const resolvConfFiles = new ResolvConfFiles(stateDir)
  const pidFile = join(stateDir, 'agent.json')
  let appliedRevision = 0
  /** What the resolvers were told last. */
  let names: DnsConfig | undefined
  let isReady = false

  const relay = new RelayHand({ name, stateDir, log, onTrouble: () => reconciler.wake() })

  const reconciler = new Reconciler({
    name,
    run,
    log,
    health() {
      if (isChecking) return checker.view()
      known ??= reconciler.observed.size > 0 ? healthMemory.load() : new Map()
      return known
    },
    fullInterfaceIds: () => capacity.fullInterfaceIds,
    async beforeRead() {
      const wasLost = await keepFabricName(run, name)
      if (wasLost) log.warn({ what: 'our own namespace had lost its name' }, 'the kernel is not as we left it')
    },
    async beforeRun(program) {
      if (names) dns.update(withoutWithdrawn(names, program.dns))
      resolvConfFiles.update(program)
      await relay.prepare(program.relay)
    },
    async afterRun(program, kernelFailures) {
      await relay.finish(program.relay)
      const failures = [...kernelFailures, ...relay.failures]
      dns.update(program.dns)
      names = program.dns
      checker.update(program.healthChecks, isChecking ? undefined : known)
      isChecking = true
      if (isHealthUnsaved) healthMemory.saveSoon(() => checker.view())
      isHealthUnsaved = false
      appliedRevision = program.revision
      link.send({ type: 'outcome', revision: program.revision, failures, kernelWrites })
      reportHealthSoon()
      if (!isReady) becomeReady(program, failures)
    },
  })

  const capacity = watchCapacity({
    run,
    name,
    log,
    snapshot: () => (isReady ? reconciler.snapshot : undefined),
    onChange: () => reconciler.wake(),
  })

  function becomeReady(program: Program, failures: readonly Failure[]): void {
    isReady = true
    dns.start().then(
      () => {
        writeFileSync(pidFile, `${JSON.stringify({ pid: process.pid, name, startedAt })}\n`, { mode: 0o600 })
        log.info({ revision: program.revision, failures: failures.length, kernelWrites }, 'ready')
      },
      (error: unknown) => {
        log.fatal({ err: error }, `cannot answer DNS on ${agentFabricIp}:53`)
        void stop().then(onStopped)
      },
    )
  }

  const link = connectToControl({
    socketPath: join(stateDir, 'agent.sock'),
    hello: () => ({ hostName: hostname(), pid: process.pid, dataPlane }),
    onConnected() {
      log.info('connected to control')
      reportHealth(true)
    },
    onDisconnected: (reason) => log.warn({ reason }, 'control is gone; traffic goes on, and we try to reach it'),
    onSnapshot: (snapshot) => reconciler.setSnapshot(snapshot),
    onChanges(revision, changes) {
      for (const { kind, id, value } of changes) if (kind === 'target' && !value) reporter.forget(id)
      reconciler.applyChanges(revision, changes)
    },
    onStatusRequest: () => status(),
    async onWhoisRequest({ ip, port, vpcId }) {
      const { snapshot } = reconciler
      if (!snapshot) return []
      const findRelayed = (relayIp: string, relayPort: number) =>
        relay.ask({ type: 'find', ip: relayIp, port: relayPort }).then((found) => found?.connection)
      return whois({ name, run, snapshot, findRelayed }, { ip, port }, vpcId)
    },
    onStop(removeKernelObjects) {
      log.info({ removeKernelObjects }, 'control asks us to stop')
      void stop(removeKernelObjects).then(onStopped)
    },
  })

  let statusUnderWay: Promise<AgentStatus> | undefined
  /** Who asks while an answer is being prepared gets the same one: the kernel is read once. */
  function status(): Promise<AgentStatus> {
    statusUnderWay ??= readStatus().finally(() => {
      statusUnderWay = undefined
    })
    return statusUnderWay
  }

  async function readStatus(): Promise<AgentStatus> {
    const { observed, snapshot } = reconciler
    const traffic = snapshot
      ? await readTraffic(run, name, snapshot, (netns) => observed.has(netnsKey(netns)))
      : { drops: [], endpoints: [], connectionTables: [] }
    const relayStatus = relayStatusOf(await relay.ask({ type: 'statistics' }))
    let namespaces = 0
    for (const { object } of observed.values()) if (object.kind === 'netns') namespaces++
    return {
      pid: process.pid,
      startedAt,
      appliedRevision,
      kernelWrites,
      objects: observed.size,
      namespaces,
      failures: [...reconciler.failures, ...relay.failures],
      ...traffic,
      warnings: capacity.warnings,
      residentMemoryBytes: process.memoryUsage.rss(),
      ...(relayStatus ? { relay: relayStatus } : {}),
    }
  }

  let stopping: Promise<void> | undefined
  function stop(removeKernelObjects = false): Promise<void> {
    stopping ??= end(removeKernelObjects)
    return stopping
  }

  async function end(removeKernelObjects: boolean): Promise<void> {
    capacity.stop()
    await reconciler.stop()
    await relay.close(removeKernelObjects)
    if (isChecking) healthMemory.saveNow(checker.view())
    checker.close()
    await dns.close()
    if (removeKernelObjects) {
      const left = await removeEverything(run, name)
      if (left) log.error({ err: left }, `namespaces of ${name} are left. Run: ip netns list`)
      resolvConfFiles.removeAll()
      healthMemory.forget()
    }
    rmSync(pidFile, { force: true })
    link.send({ type: 'stopped' })
    link.close()
    log.info({ removeKernelObjects, kernelWrites }, 'stopped')
  }

  return { stop: () => stop() }
}
