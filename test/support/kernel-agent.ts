/**
 * An agent process in a fabric namespace of its own, and a control that says what a World holds: the agent as `underpass
 * up` starts it, without the API.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { inNetns, runCommand } from '../../src/kernel/command.ts'
import { ourNamespaces } from '../../src/kernel/observe.ts'
import { removeEverything } from '../../src/kernel/remove.ts'
import type { AgentStatus, AgentToControl } from '../../src/link/messages.ts'
import { createLinkServer, type LinkServer } from '../../src/link/server.ts'
import { fabricNetns } from '../../src/plan/names.ts'
import { type AgentKind, agentKinds, type Batch, type Change, type ResourceOfKind } from '../../src/resource/kind.ts'
import type { World } from './world.ts'

type Outcome = Extract<AgentToControl, { type: 'outcome' }>
type Health = Extract<AgentToControl, { type: 'health' }>

const agentMain = fileURLToPath(new URL('../../src/agent/main.ts', import.meta.url))

export interface AgentHost {
  readonly name: string
  readonly stateDir: string
  readonly world: World
  /** Everything the agent printed. */
  log(): string
  startAgent(): Promise<void>
  /** Resolves when the process is gone. */
  killAgent(signal: NodeJS.Signals): Promise<void>
  /** Cuts the agent off from control, or connects it again. */
  stopControl(): Promise<void>
  startControl(): Promise<void>
  /** Writes to the world and sends the change; resolves with the outcome that confirms it. */
  put<K extends AgentKind>(kind: K, value: ResourceOfKind[K]): Promise<Outcome>
  /** Sends whatever `change` does to the world, as one batch; resolves with the outcome that confirms it. */
  apply(change: () => void): Promise<Outcome>
  outcome(revision: number): Promise<Outcome>
  /** Packets that a VPC refused for a reason so far. */
  drops(vpcId: string, reason: string): Promise<number>
  /** The last report on each target. */
  readonly health: ReadonlyMap<string, Health['targets'][string]>
  status(): Promise<AgentStatus>
  stop(removeKernelObjects: boolean): Promise<boolean>
  /** A command in one of our namespaces, by the end of its name. */
  inside(suffix: string, ...argv: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }>
  /** Starts a command there that goes on until the test ends. */
  background(suffix: string, ...argv: string[]): Promise<ChildProcess>
  namespaces(): Promise<string[]>
}

/** Waits until `what` gives something; throws what it is called after half a minute. */
export async function eventually<T>(
  name: string,
  what: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const deadline = performance.now() + 30_000
  for (;;) {
    const value = await what()
    if (value !== undefined && value !== false) return value
    if (performance.now() > deadline) throw new Error(`waited 30 s in vain: ${name}`)
    await sleep(20)
  }
}

export async function anAgentHost(t: TestContext, world: World): Promise<AgentHost> {
  const name = `t${randomBytes(4).toString('hex')}`
  const stateDir = mkdtempSync(join(tmpdir(), 'underpass-agent-'))
  const health = new Map<string, Health['targets'][string]>()
  const listeners = new Set<(batch: Batch) => void>()
  const waiting = new Map<number, (outcome: Outcome) => void>()
  const children: ChildProcess[] = []
  let last: Outcome | undefined
  let agent: ChildProcess | undefined
  let control: LinkServer | undefined
  let log = ''

  await runCommand({ step: 'test', argv: ['ip', 'netns', 'add', fabricNetns(name)], writes: true })
  t.after(async () => {
    agent?.kill('SIGKILL')
    for (const child of children) child.kill('SIGKILL')
    await control?.close()
    const left = await removeEverything(runCommand, name)
    rmSync(stateDir, { recursive: true, force: true })
    if (left) throw left
  })

  const outcome = (revision: number): Promise<Outcome> => {
    if (last && last.revision >= revision) return Promise.resolve(last)
    return new Promise((resolve) => waiting.set(revision, resolve))
  }

  const host: AgentHost = {
    name,
    stateDir,
    world,
    health,
    outcome,
    log: () => log,
    async startControl() {
      control = await createLinkServer({
        socketPath: join(stateDir, 'agent.sock'),
        source: {
          snapshot: async () => world.snapshot(),
          subscribe(listener) {
            listeners.add(listener)
            return () => listeners.delete(listener)
          },
        },
        onConnected() {},
        onOutcome(message) {
          last = message
          for (const [revision, resolve] of waiting) {
            if (revision > message.revision) continue
            waiting.delete(revision)
            resolve(message)
          }
        },
        onHealth({ targets, full }) {
          if (full) health.clear()
          for (const [targetKey, report] of Object.entries(targets)) health.set(targetKey, report)
        },
        onResolve: async () => undefined,
        onDisconnected() {},
        onRefused() {},
      })
    },
    async stopControl() {
      await control?.close()
      control = undefined
    },
    async startAgent() {
      const argv = inNetns(fabricNetns(name), [process.execPath, agentMain, '--name', name, '--state-dir', stateDir])
      const child = spawn(argv[0] ?? '', argv.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] })
      agent = child
      child.stdout.on('data', (chunk) => (log += chunk))
      child.stderr.on('data', (chunk) => (log += chunk))
      await eventually('the agent is ready', () => {
        if (child.exitCode !== null) throw new Error(`the agent ended: ${log}`)
        return existsSync(join(stateDir, 'agent.json'))
      })
    },
    async killAgent(signal) {
      const child = agent
      if (!child || child.exitCode !== null) return
      child.kill(signal)
      await once(child, 'exit')
      if (signal === 'SIGKILL') rmSync(join(stateDir, 'agent.json'), { force: true })
    },
    async put(kind, value) {
      world.put(kind, value)
      const { revision } = world.snapshot()
      const batch = { revision, at: '', changes: [{ kind, id: Object.values(value)[0], value } as Change] }
      for (const listener of listeners) listener(batch)
      return await outcome(revision)
    },
    async apply(change) {
      const before = world.snapshot().resources
      change()
      const { revision, resources } = world.snapshot()
      const changes = agentKinds.flatMap((kind) => {
        const [old, now] = [
          before[kind] as ReadonlyMap<string, unknown>,
          resources[kind] as ReadonlyMap<string, unknown>,
        ]
        const ids = [...new Set([...old.keys(), ...now.keys()])].filter((id) => old.get(id) !== now.get(id))
        return ids.map((id) => ({ kind, id, value: now.get(id) }) as Change)
      })
      const batch = { revision, at: '', changes }
      for (const listener of listeners) listener(batch)
      return await outcome(revision)
    },
    async drops(vpcId, reason) {
      const { drops } = await host.status()
      return drops.find((each) => each.vpcId === vpcId && each.reason === reason)?.packets ?? 0
    },
    async status() {
      const status = await control?.status(5_000)
      if (!status) throw new Error(`the agent gives no status: ${log}`)
      return status
    },
    stop: async (removeKernelObjects) => (await control?.stopAgent(removeKernelObjects, 5_000)) ?? false,
    async inside(suffix, ...argv) {
      const netns = (await ourNamespaces(name)).find((each) => each.endsWith(suffix)) ?? suffix
      return await runCommand({ step: 'test', argv: inNetns(netns, argv), writes: false })
    },
    async background(suffix, ...argv) {
      const netns = (await ourNamespaces(name)).find((each) => each.endsWith(suffix)) ?? suffix
      const [program = '', ...rest] = inNetns(netns, argv)
      const child = spawn(program, rest, { stdio: 'ignore' })
      children.push(child)
      return child
    },
    namespaces: () => ourNamespaces(name),
  }
  await host.startControl()
  return host
}
