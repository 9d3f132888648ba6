/**
 * An Underpass for one end-to-end test: made and removed with it, checked to have left nothing, and the load program of
 * `e2e-load.ts` inside its instances.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { childEnvironment } from '../../src/cli/command.ts'
import { finished, Playground, type PlaygroundWish, type Status } from '../../src/cli/demo/playground.ts'
import { type Machine, until } from '../../src/cli/demo/scenario.ts'
import { logFile } from '../../src/cli/home.ts'
import { executableOnPath } from '../../src/cli/host-tools.ts'
import { findProcesses, isLive } from '../../src/cli/processes.ts'
import { netnsPrefix, vpcNetns } from '../../src/plan/names.ts'
import type { Attempt, Hold, Knock, Storm } from './e2e-load.ts'

const loadModule = fileURLToPath(new URL('./e2e-load.ts', import.meta.url))

/** Why this machine cannot run the tests that need root; undefined when it can. */
export function obstacle(): string | undefined {
  if (process.getuid?.() !== 0) return 'it needs root: it makes and breaks network namespaces of the machine'
  const missing = ['nft', 'ip', 'conntrack', 'nsenter', 'unshare'].filter((tool) => !executableOnPath(tool))
  if (missing.length > 0) return `it needs ${missing.join(', ')}; run: make install`
  const probe = spawnSync('unshare', ['--net', '--mount', 'true'], { encoding: 'utf8', env: childEnvironment() })
  return probe.status === 0 ? undefined : `this machine lets even root make no namespaces: ${probe.stderr.trim()}`
}

/** A test against the real kernel. Where that is not to be had it is skipped, and says so. */
export function kernelTest(name: string, body: (t: TestContext) => Promise<void>): void {
  const why = obstacle()
  if (why) console.error(`SKIPPED: ${name}: ${why}`)
  test(name, { skip: why ?? false, timeout: 600_000 }, body)
}

/** Nothing runs in it yet; it goes with the test, and then nothing of it may be left. */
export async function aPlayground(t: TestContext, purpose: string, wish: PlaygroundWish = {}): Promise<Playground> {
  const playground = await Playground.create(purpose, wish)
  t.after(async () => {
    await playground.remove()
    assert.deepEqual(leftoversOf(playground), [], 'down left something')
  })
  return playground
}

/** Namespaces and processes of an Underpass, as the machine shows them. */
export function leftoversOf({ home }: Playground): string[] {
  return [
    ...namespacesOf(home.name),
    ...findProcesses(home).map(({ name, pid }) => `${name} ${pid}`),
    ...(existsSync(home.stateDir) ? [home.stateDir] : []),
  ]
}

export function namespacesOf(name: string): string[] {
  if (!existsSync('/run/netns')) return []
  return readdirSync('/run/netns').filter((netns) => netns.startsWith(netnsPrefix(name)))
}

/** Kills both processes, or one of them, in this very moment: `Playground.crash` asks for their ids first. */
export async function killNow(playground: Playground, ...names: ('control' | 'agent')[]): Promise<void> {
  const victims: readonly string[] = names.length > 0 ? names : ['control', 'agent']
  const pids = findProcesses(playground.home).flatMap(({ name, pid }) => (victims.includes(name) ? [pid] : []))
  assert.equal(pids.length, victims.length, `${victims.join(' and ')} run`)
  for (const pid of pids) process.kill(pid, 'SIGKILL')
  await until('the killed to be gone', async () => (pids.some(isLive) ? undefined : true), 20_000, 5)
}

export function pidOf({ home }: Playground, process: 'control' | 'agent'): number {
  return findProcesses(home).find(({ name }) => name === process)?.pid ?? assert.fail(`no ${process} runs`)
}

const load = (verb: string, ...words: readonly (string | number)[]): string[] => [
  process.execPath,
  loadModule,
  verb,
  ...words.map(String),
]

/** Runs one verb of the load program to its end. */
function runLoad<T>(playground: Playground, machine: Machine, argv: readonly string[]): Promise<T> {
  const result = playground.run(machine, ...argv).then(({ code, stdout, stderr }) => {
    if (code !== 0) throw new Error(`${argv.slice(2).join(' ')} in ${machine.instanceId} ended with ${code}: ${stderr}`)
    return JSON.parse(stdout) as T
  })
  // A test that fails before it awaits this fails for its own reason.
  result.catch(() => {})
  return result
}

export const storm = (
  playground: Playground,
  machine: Machine,
  wish: { url: string; count: number; concurrency: number; fromPort: number },
): Promise<Storm> => runLoad(playground, machine, load('storm', wish.url, wish.count, wish.concurrency, wish.fromPort))

export const hold = (
  playground: Playground,
  machine: Machine,
  wish: { url: string; everyMs: number; seconds: number },
): Promise<Hold> => runLoad(playground, machine, load('hold', wish.url, wish.everyMs, wish.seconds))

/** @param localIp what to send from, when not the instance's own address */
export const knock = (
  playground: Playground,
  machine: Machine,
  to: readonly string[],
  { timeoutMs = 1000, localIp = '-' } = {},
): Promise<readonly Knock[]> => runLoad(playground, machine, load('knock', timeoutMs, localIp, ...to))

/** New connections at a steady rate while the test does something else. */
export class SteadyLoad {
  readonly attempts: Attempt[] = []
  readonly ended: Promise<void>

  constructor(
    playground: Playground,
    machine: Machine,
    wish: { urls: readonly string[]; perSecond: number; count: number; timeoutMs: number },
  ) {
    const child = playground.start(machine, ...load('steady', wish.perSecond, wish.count, wish.timeoutMs, ...wish.urls))
    readLines(child, (line) => this.attempts.push(JSON.parse(line) as Attempt))
    this.ended = finished(child).then(({ code, stderr }) => {
      if (code !== 0) throw new Error(`the steady load ended with ${code}: ${stderr}`)
    })
    // Whoever awaits it is told; a test that fails earlier does not.
    this.ended.catch(() => {})
  }

  get failed(): readonly Attempt[] {
    return this.attempts.filter((attempt) => 'error' in attempt)
  }
}

function readLines(child: ChildProcess, take: (line: string) => void): void {
  let rest = ''
  child.stdout?.on('data', (chunk) => {
    const lines = `${rest}${chunk}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) take(line)
  })
}

/** Runs a command as the machine's administrator would, behind Underpass's back. */
export function behindItsBack(...argv: string[]): string {
  const [command = '', ...rest] = argv
  const { status, stdout, stderr } = spawnSync(command, rest, { encoding: 'utf8', env: childEnvironment() })
  if (status !== 0) throw new Error(`${argv.join(' ')}: ${stderr}`)
  return stdout
}

/** The same, inside one namespace. */
export const inside = (netns: string, ...argv: string[]): string =>
  behindItsBack('nsenter', `--net=/run/netns/${netns}`, '--', ...argv)

/** Addresses of 240.0.0.0/4 that the fabric leads somewhere: those of VPCs, nodes and endpoint interfaces. */
export function fabricAddresses({ home }: Playground): string[] {
  const routers = namespacesOf(home.name).filter((netns) => !netns.startsWith(`${netnsPrefix(home.name)}i-`))
  const addresses = routers.flatMap((netns) => {
    const routes = JSON.parse(inside(netns, 'ip', '-j', 'route', 'show')) as { dst: string }[]
    return routes.map(({ dst }) => dst).filter((dst) => dst.startsWith('24'))
  })
  return [...new Set(addresses)]
}

export const vpcNetnsOf = ({ home }: Playground, vpcId: string): string => vpcNetns(home.name, vpcId)

export const logOf = ({ home }: Playground, process: 'control' | 'agent'): string =>
  readFileSync(logFile(home, process), 'utf8')

/** Packets that a VPC refused for a reason, since its table was made. */
export async function dropped(playground: Playground, vpcId: string, reason: string): Promise<number> {
  const { agent } = await playground.status()
  return agent?.drops.find((drop) => drop.vpcId === vpcId && drop.reason === reason)?.packets ?? 0
}

/** Waits until everything written is in the kernel and nothing has failed. */
export const untilSettled = (playground: Playground, timeoutMs = 60_000): Promise<Status> =>
  until(
    'everything written to be in the kernel',
    async () => {
      const status = await playground.status()
      return status.state === 'running' ? status : undefined
    },
    timeoutMs,
    100,
  )

/** Waits until somebody answers on a new connection. @returns how long that took */
export async function untilAnswered(
  playground: Playground,
  machine: Machine,
  url: string,
  timeoutMs = 60_000,
): Promise<number> {
  const startedAt = performance.now()
  await until(`an answer from ${url}`, async () => (await playground.ask(machine, url, 1000)).sighting, timeoutMs, 50)
  return Math.round(performance.now() - startedAt)
}
