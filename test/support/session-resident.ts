/** A process of the test's inside an instance: it serves, asks, holds connections and resolves names there. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Playground } from '../../src/cli/demo/playground.ts'
import type { Machine } from '../../src/cli/demo/scenario.ts'
import type { Sighting } from '../../src/cli/demo/workload.ts'
import type { Destination, DnsQuestion, DnsReply, Probed, Pulse, Request, Tally } from './session-inside.ts'

const underpass = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const program = fileURLToPath(new URL('./session-inside.ts', import.meta.url))

/** What came of an attempt: an answer or a reason. `timed out` means that nothing came back at all. */
export type Attempt<T> =
  | { readonly answer: T; readonly error?: undefined }
  | { readonly answer?: undefined; readonly error: string }

export class Resident {
  readonly machine: Machine
  /** Becomes the process inside: its pid is that one's, so it can be stopped and killed. */
  readonly child: ChildProcess
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>()
  #nextId = 1
  #complaint = ''

  private constructor(machine: Machine, child: ChildProcess) {
    this.machine = machine
    this.child = child
  }

  /** It ends when the playground is removed, with everything else inside its namespaces. */
  static async in(playground: Playground, machine: Machine): Promise<Resident> {
    const { name, stateDir } = playground.home
    const exec = ['exec', '--name', name, '--state-dir', stateDir, machine.instanceId, '--', process.execPath, program]
    return Resident.become(machine, process.execPath, [underpass, ...exec])
  }

  /** The same, where there is no Underpass to ask: in a namespace of the machine's. It ends when the namespace does. */
  static inNamespace(machine: Machine, netns: string): Promise<Resident> {
    return Resident.become(machine, 'nsenter', [`--net=/run/netns/${netns}`, '--', process.execPath, program])
  }

  private static async become(machine: Machine, command: string, argv: readonly string[]): Promise<Resident> {
    const child = spawn(command, argv, { stdio: ['pipe', 'pipe', 'pipe'] })
    const resident = new Resident(machine, child)
    const ready = Promise.withResolvers<unknown>()
    resident.#waiting.set(0, ready)
    resident.#listen()
    await ready.promise
    return resident
  }

  /** @param host  `::` for both address families; IPv4 without it */
  serve(port: number, name: string, host?: string): Promise<void> {
    return this.#must({ do: 'serve', port, name, ...(host !== undefined && { host }) })
  }
  serveUdp(port: number, name: string, host?: string): Promise<void> {
    return this.#must({ do: 'serve-udp', port, name, ...(host !== undefined && { host }) })
  }
  /** The listener and its connections. */
  stop(port: number): Promise<void> {
    return this.#must({ do: 'stop', port })
  }

  /** One new connection. */
  ask(host: string, port: number, timeoutMs?: number): Promise<Attempt<Sighting>> {
    return this.#try({ do: 'ask', ...destination(host, port, timeoutMs) })
  }
  askUdp(host: string, port: number, timeoutMs?: number): Promise<Attempt<Sighting>> {
    return this.#try({ do: 'ask-udp', ...destination(host, port, timeoutMs) })
  }
  askMany(host: string, port: number, count: number, concurrency = 8, timeoutMs?: number): Promise<Tally> {
    return this.#must({ do: 'ask-many', count, concurrency, ...destination(host, port, timeoutMs) })
  }

  /** New connections at a steady rate, until `endProbe`. One at a time. */
  startProbe(host: string, port: number, perSecond: number, timeoutMs?: number, server?: string): Promise<void> {
    const to = destination(host, port, timeoutMs)
    return this.#must({ do: 'probe', perSecond, ...to, ...(server !== undefined && { server }) })
  }
  /** What came of it so far. */
  probed(): Promise<readonly Probed[]> {
    return this.#must({ do: 'probed' })
  }
  /** @returns every attempt, in the order in which they began */
  endProbe(): Promise<readonly Probed[]> {
    return this.#must({ do: 'end-probe' })
  }

  /** A connection that stays. @returns who answers on it */
  async open(connection: string, host: string, port: number, timeoutMs?: number): Promise<Sighting> {
    return this.#must({ do: 'open', connection, ...destination(host, port, timeoutMs) })
  }
  async openUdp(connection: string, host: string, port: number, timeoutMs?: number): Promise<string> {
    return this.#must({ do: 'open-udp', connection, ...destination(host, port, timeoutMs) })
  }
  /** Sends a line on a held connection. @returns its echo; over UDP the name of who answered */
  say(connection: string, text: string, timeoutMs = 5_000): Promise<Attempt<string>> {
    return this.#try({ do: 'say', connection, text, timeoutMs })
  }
  /** Says something on it every so often from now on, until it is ended. */
  pulse(connection: string, everyMs: number): Promise<void> {
    return this.#must({ do: 'pulse', connection, everyMs })
  }
  pulsed(connection: string): Promise<Pulse> {
    return this.#must({ do: 'pulsed', connection })
  }
  end(connection: string): Promise<void> {
    return this.#must({ do: 'end', connection })
  }

  /** getaddrinfo(3), IPv4, through the instance's own resolv.conf. */
  lookup(name: string): Promise<Attempt<readonly string[]>> {
    return this.#try({ do: 'lookup', name })
  }
  query(question: DnsQuestion): Promise<Attempt<DnsReply>> {
    return this.#try({ do: 'query', ...question })
  }

  #listen(): void {
    const { stdout, stderr } = this.child
    stderr?.on('data', (chunk) => {
      this.#complaint += chunk
    })
    if (stdout) {
      createInterface({ input: stdout }).on('line', (line) => {
        const { id, ...outcome } = JSON.parse(line) as { id: number } & ({ value: unknown } | { error: string })
        const waiting = this.#waiting.get(id)
        this.#waiting.delete(id)
        if ('error' in outcome) waiting?.reject(new Refused(outcome.error))
        else waiting?.resolve(outcome.value)
      })
    }
    this.child.stdin?.on('error', () => {})
    this.child.once('exit', (code, signal) => {
      const error = new Error(`the process in ${this.machine.instanceId} ended: ${signal ?? code} ${this.#complaint}`)
      for (const waiting of this.#waiting.values()) waiting.reject(error)
      this.#waiting.clear()
    })
  }

  #must<T>(request: Request): Promise<T> {
    const id = this.#nextId++
    const waiting = Promise.withResolvers<unknown>()
    this.#waiting.set(id, waiting)
    this.child.stdin?.write(`${JSON.stringify({ id, ...request })}\n`)
    return waiting.promise as Promise<T>
  }

  async #try<T>(request: Request): Promise<Attempt<T>> {
    try {
      return { answer: await this.#must<T>(request) }
    } catch (error) {
      if (error instanceof Refused) return { error: error.message }
      throw error
    }
  }
}

/** What the process inside says did not work; anything else is the test's own trouble. */
class Refused extends Error {}

const destination = (host: string, port: number, timeoutMs: number | undefined): Destination => ({
  host,
  port,
  ...(timeoutMs !== undefined && { timeoutMs }),
})
