/**
 * An Underpass of its own, for a while: its own name, port and state directory, driven through `underpass` as anybody
 * would. The demo and every end-to-end test make one and remove it, so any number of them run side by side.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readShellAccess } from '../env.ts'
import type { Home } from '../home.ts'
import { isLive } from '../processes.ts'
import { type Caller, type Machine, until } from './scenario.ts'
import type { ProbeLine, Sighting } from './workload.ts'

const mainModule = fileURLToPath(new URL('../main.ts', import.meta.url))
const workloadModule = fileURLToPath(new URL('./workload.ts', import.meta.url))

/** The ordinary user an Underpass belongs to, when that is not the user who runs the demo or the tests. */
export interface User {
  readonly uid: number
  readonly gid: number
  readonly homeDir: string
}

export interface PlaygroundWish {
  /** Instead of one of its own: two homes that want the same name. */
  readonly name?: string
  readonly user?: User
}

export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export class Playground {
  readonly home: Home
  readonly port: number
  private readonly running = new Set<ChildProcess>()
  private readonly parent: string

  private readonly user: User | undefined

  private constructor(home: Home, port: number, parent: string, user: User | undefined) {
    this.home = home
    this.port = port
    this.parent = parent
    this.user = user
  }

  /** Nothing runs yet: call `up`. */
  static async create(purpose: string, wish: PlaygroundWish = {}): Promise<Playground> {
    const name = wish.name ?? `${purpose}-${randomBytes(4).toString('hex')}`
    const parent = mkdtempSync(join(tmpdir(), `underpass-${name}-`))
    if (wish.user) chownSync(parent, wish.user.uid, wish.user.gid)
    return new Playground({ name, stateDir: join(parent, 'state') }, await freePort(), parent, wish.user)
  }

  private arguments(verb: string): string[] {
    return [mainModule, verb, '--name', this.home.name, '--state-dir', this.home.stateDir]
  }

  /** Any `underpass` command of this home, while it runs. */
  command(verb: string, ...more: string[]): ChildProcess {
    return this.spawn([...this.arguments(verb), ...more])
  }

  /** @returns what `underpass up` printed for people */
  async up(...more: string[]): Promise<string> {
    const { code, stdout, stderr } = await finished(
      this.spawn([...this.arguments('up'), '--port', String(this.port), ...more]),
    )
    if (code !== 0) throw new Error(`underpass up ended with ${code}:\n${stderr}${stdout}`)
    return `${stdout}${stderr}`
  }

  async status(): Promise<Status> {
    const { stdout } = await finished(this.spawn([...this.arguments('status'), '--json']))
    return JSON.parse(stdout) as Status
  }

  /** The management account's keys. */
  caller(): Caller {
    const { endpoint, region, accessKeyId, secretAccessKey } = readShellAccess(this.home)
    return { endpoint, region, credentials: { accessKeyId, secretAccessKey } }
  }

  /** Kills both processes, or one of them, without a warning, as a crash does. */
  async crash(...names: readonly ('control' | 'agent')[]): Promise<void> {
    const victims: readonly string[] = names.length > 0 ? names : ['control', 'agent']
    const { processes } = await this.status()
    const pids = processes.filter(({ name }) => victims.includes(name)).map(({ pid }) => pid)
    for (const pid of pids) process.kill(pid, 'SIGKILL')
    await until(`${victims.join(' and ')} to be gone`, async () => (pids.some(isLive) ? undefined : true))
  }

  /** Starts a command inside an instance; it is ended with the playground if it has not ended by itself. */
  start(machine: Machine, ...command: string[]): ChildProcess {
    return this.spawn([...this.arguments('exec'), machine.instanceId, '--', ...command])
  }

  run(machine: Machine, ...command: string[]): Promise<Finished> {
    return finished(this.start(machine, ...command))
  }

  /** An HTTP server in an instance that tells who answered; resolves when it listens. */
  async serve(machine: Machine, port: number, name: string): Promise<ChildProcess> {
    const child = this.start(machine, process.execPath, workloadModule, 'serve', String(port), name)
    let complaint = ''
    child.stderr?.on('data', (chunk) => {
      complaint += chunk
    })
    await new Promise<void>((resolve, reject) => {
      child.stdout?.once('data', () => resolve())
      child.once('exit', (code) => reject(new Error(`the server ${name} ended with ${code}: ${complaint}`)))
    })
    return child
  }

  /** One request on a new connection; undefined and the reason when nobody answered. */
  async ask(machine: Machine, url: string, timeoutMs = 2000): Promise<{ sighting?: Sighting; error?: string }> {
    const { code, stdout, stderr } = await this.run(
      machine,
      process.execPath,
      workloadModule,
      'ask',
      url,
      String(timeoutMs),
    )
    return code === 0 ? { sighting: JSON.parse(stdout) as Sighting } : { error: stderr.trim() }
  }

  /** New connections at a steady rate, while something else happens; `ended` has one line per attempt. */
  probe(
    machine: Machine,
    urls: readonly string[],
    perSecond: number,
    seconds: number,
  ): { ended: Promise<ProbeLine[]> } {
    const [first = '', ...others] = urls
    const child = this.start(
      machine,
      ...[process.execPath, workloadModule, 'probe', first, String(perSecond), String(seconds), ...others],
    )
    const ended = finished(child).then(({ code, stdout, stderr }) => {
      if (code !== 0) throw new Error(`the probe ended with ${code}: ${stderr}`)
      return stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as ProbeLine)
    })
    return { ended }
  }

  /** Ends everything, removes everything. Safe at any time, more than once. */
  async remove(): Promise<void> {
    for (const child of this.running) child.kill('SIGKILL')
    await finished(this.spawn([...this.arguments('down'), '--purge']))
    rmSync(this.parent, { recursive: true, force: true })
  }

  private spawn(argv: readonly string[]): ChildProcess {
    const as = this.user && { uid: this.user.uid, gid: this.user.gid, env: { ...process.env, HOME: this.user.homeDir } }
    const child = spawn(process.execPath, [...argv], { stdio: ['ignore', 'pipe', 'pipe'], ...as })
    this.running.add(child)
    child.once('exit', () => this.running.delete(child))
    return child
  }
}

/** The part of `underpass status --json` that demo and tests read. */
export interface Status {
  readonly state: 'running' | 'degraded' | 'stopped'
  readonly problems: readonly string[]
  readonly processes: readonly { readonly name: string; readonly pid: number }[]
  readonly agent?: {
    readonly kernelWrites: number
    readonly drops: readonly { readonly vpcId: string; readonly reason: string; readonly packets: number }[]
    readonly endpoints: readonly {
      readonly vpcEndpointId: string
      readonly connections: number
      readonly bytes: number
    }[]
  }
}

/** Reads a command to its end. */
export function finished(child: ChildProcess): Promise<Finished> {
  return new Promise((resolve, reject) => {
    let stdout = ''
    let stderr = ''
    child.stdout?.on('data', (chunk) => {
      stdout += chunk
    })
    child.stderr?.on('data', (chunk) => {
      stderr += chunk
    })
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout, stderr }))
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}
