/**
 * The relay's main process: owns the listening sockets, keeps the workers alive, and does what the agent says.
 *
 * Who does what:
 *   agent   tells which doors there are; may end and come back, the relay goes on meanwhile
 *   main    has sockets opened in the VPCs' namespaces and shares them; carries nothing
 *   worker  one per core, accepts and carries; when it ends by itself its connections are lost, those that wait to be accepted
 *           are not, and another one takes its place
 *
 * When the main process ends, its workers stop listening and serve what they have to its end; the agent starts another relay,
 * which listens anew.
 */
import { type ChildProcess, fork, type SendHandle } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import type { RelayCertificate, RelayDoor } from '../plan/relay.ts'
import { quietFor } from './keep-alive.ts'
import { listenIn, type NativeHandle, netnsIdentity, placeOf } from './listening.ts'
import type {
  Changes,
  DoorFailure,
  FoundConnection,
  FromWorker,
  RelayStatistics,
  ToWorker,
  WorkerStatistics,
} from './messages.ts'

const workerModule = fileURLToPath(new URL('./worker-main.ts', import.meta.url))
/**
 * What a short connection leaves behind is gone before it is looked at twice. Measured against V8's own choice: 0.82 of the CPU
 * time of a TLS connection; twice as much again changes nothing.
 */
const youngGeneration = ['--max-semi-space-size=16']
/** A worker that cannot even start must not be started in a tight loop. */
const restartDelayMs = 200
/** A stuck worker answers nothing; what depends on the answer goes on without it. */
const answerTimeoutMs = 1_000
/** Ticket keys live as long as the tickets they make: long enough to be of use, short enough for forward secrecy. */
const ticketKeyLifeMs = 12 * 3600 * 1000

export interface RelayLog {
  info(what: object, message: string): void
  warn(what: object, message: string): void
}

interface OpenSocket {
  readonly handle: NativeHandle
  /** Of the namespace it is in. */
  readonly identity: string
}

/** `up.NAME.vpc-…|0.0.0.0:443`: doors of one namespace, address family and port share a socket. */
const socketOf = ({ netns, listenIp, port }: RelayDoor): string => `${netns}|${placeOf(listenIp, port)}`

export class Relay {
  readonly #log: RelayLog
  readonly #doors = new Map<string, RelayDoor>()
  /** Of every door there was: connections may outlive their door. */
  readonly #owners = new Set<string>()
  readonly #certificates = new Map<string, RelayCertificate>()
  readonly #sockets = new Map<string, OpenSocket>()
  readonly #workers = new Set<ChildProcess>()
  readonly #waiting = new Map<number, (message: FromWorker | undefined) => void>()
  readonly #ticketTimer: NodeJS.Timeout
  readonly #onDrained: () => void
  #ticketKeys = randomBytes(48)
  #lastId = 0
  #restarts = 0
  #isDraining = false
  /** One change at a time: a socket that one opens must not be opened by the next. */
  #changing: Promise<unknown> = Promise.resolve()

  constructor(workers: number, log: RelayLog, onDrained: () => void) {
    this.#log = log
    this.#onDrained = onDrained
    for (let i = 0; i < workers; i++) this.#startWorker()
    this.#ticketTimer = setInterval(() => {
      this.#ticketKeys = randomBytes(48)
      this.#tellAll({ type: 'ticket-keys', keys: this.#ticketKeys.toString('base64') })
    }, ticketKeyLifeMs)
    this.#ticketTimer.unref()
  }

  /** As `change`, and whatever is not in the changes ends; so do connections of owners that are not named. */
  reset(changes: Changes, owners: readonly string[]): Promise<readonly DoorFailure[]> {
    const doors = new Set(changes.doors.map(({ key }) => key))
    const alive = new Set(owners)
    return this.change({
      ...changes,
      cut: [...this.#owners].filter((owner) => !alive.has(owner)),
      withoutDoors: [...this.#doors.keys()].filter((key) => !doors.has(key)),
      withoutCertificates: [...this.#certificates.keys()].filter((arn) => !(arn in changes.certificates)),
    })
  }

  /** Resolves when every worker does as it says: from then on connections may come. */
  change(changes: Changes): Promise<readonly DoorFailure[]> {
    const done = this.#changing.then(() => this.#change(changes))
    this.#changing = done.catch(() => {})
    return done
  }

  async #change(changes: Changes): Promise<readonly DoorFailure[]> {
    for (const key of changes.withoutDoors) this.#doors.delete(key)
    for (const door of changes.doors) {
      this.#doors.set(door.key, door)
      this.#owners.add(door.owner)
    }
    for (const owner of changes.cut) this.#owners.delete(owner)
    for (const arn of changes.withoutCertificates) this.#certificates.delete(arn)
    for (const [arn, certificate] of Object.entries(changes.certificates)) this.#certificates.set(arn, certificate)
    // Doors before sockets: a connection that is accepted finds its door.
    this.#tellAll({ type: 'change', changes })
    const failures = await this.#fitSockets()
    await Promise.all([...this.#workers].map((worker) => this.#ask(worker, { type: 'ping', id: 0 })))
    return failures
  }

  /** Opens the sockets that doors need and closes those that none does. */
  async #fitSockets(): Promise<readonly DoorFailure[]> {
    const needed = new Map<string, RelayDoor[]>()
    for (const door of this.#doors.values()) {
      const socket = socketOf(door)
      const doors = needed.get(socket)
      if (doors) doors.push(door)
      else needed.set(socket, [door])
    }
    const identities = new Map<string, string | undefined>()
    const identityOf = (netns: string): string | undefined => {
      if (!identities.has(netns)) identities.set(netns, netnsIdentity(netns))
      return identities.get(netns)
    }
    for (const [socket, { identity }] of this.#sockets) {
      const netns = socket.slice(0, socket.lastIndexOf('|'))
      // A namespace that was made anew under its name needs its sockets anew.
      if (!needed.has(socket) || identityOf(netns) !== identity) this.#closeSocket(socket)
    }
    const failures: DoorFailure[] = []
    const fail = (doors: readonly RelayDoor[], reason: string): void => {
      for (const { owner, port } of doors) {
        failures.push({ owner, message: `the relay cannot listen on port ${port} in its VPC: ${reason}` })
      }
    }
    const missing = new Map<string, RelayDoor[][]>()
    for (const [socket, doors] of needed) {
      const [door] = doors
      if (!door || this.#sockets.has(socket)) continue
      if (identityOf(door.netns) === undefined) fail(doors, 'the namespace is not there yet')
      else missing.set(door.netns, [...(missing.get(door.netns) ?? []), doors])
    }
    for (const [netns, groups] of missing) {
      const byPlace = new Map(
        groups.flatMap((doors) => (doors[0] ? [[placeOf(doors[0].listenIp, doors[0].port), doors] as const] : [])),
      )
      const identity = identityOf(netns) ?? ''
      for (const [place, handle] of await listenIn(netns, [...byPlace.keys()])) {
        const doors = byPlace.get(place) ?? []
        if (handle instanceof Error) {
          fail(doors, handle.message)
          continue
        }
        const socket = `${netns}|${place}`
        this.#sockets.set(socket, { handle, identity })
        for (const worker of this.#workers) this.#tell(worker, { type: 'listen', socket }, handle)
      }
    }
    return failures
  }

  #closeSocket(socket: string): void {
    this.#tellAll({ type: 'unlisten', socket })
    this.#sockets.get(socket)?.handle.close()
    this.#sockets.delete(socket)
  }

  /** Which connection it is that left the relay from this address. */
  async find(ip: string, port: number): Promise<FoundConnection | undefined> {
    const answers = await Promise.all(
      [...this.#workers].map((worker) => this.#ask(worker, { type: 'find', id: 0, ip, port })),
    )
    return answers.flatMap((answer) => (answer?.type === 'found' && answer.connection ? [answer.connection] : []))[0]
  }

  async statistics(): Promise<RelayStatistics> {
    const answers = await Promise.all(
      [...this.#workers].map((worker) => this.#ask(worker, { type: 'statistics', id: 0 })),
    )
    const workers = answers.flatMap((answer): WorkerStatistics[] =>
      answer?.type === 'statistics' ? [answer.statistics] : [],
    )
    return { workers, restarts: this.#restarts }
  }

  /** No connection is taken any more; the process may end when the last one has. */
  drain(): void {
    if (this.#isDraining) return
    this.#isDraining = true
    this.#doors.clear()
    for (const socket of [...this.#sockets.keys()]) this.#closeSocket(socket)
    this.#tellAll({ type: 'drain' })
  }

  /** Ends the workers and with them every connection. */
  close(): void {
    this.#isDraining = true
    for (const worker of this.#workers) worker.kill('SIGTERM')
  }

  #startWorker(): void {
    const worker = fork(workerModule, {
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: youngGeneration,
    })
    this.#workers.add(worker)
    // Of a send to a worker that is just ending; 'exit' says the rest.
    worker.on('error', (error) => this.#log.warn({ err: error, pid: worker.pid }, 'relay worker'))
    worker.on('message', (message: FromWorker) => {
      if (message.type !== 'quiet') this.#waiting.get(message.id)?.(message)
      else void quietFor(message.clients).then((forMs) => this.#tell(worker, { type: 'quiet', id: message.id, forMs }))
    })
    worker.once('exit', (code, signal) => this.#ended(worker, code, signal))
    this.#tell(worker, { type: 'ticket-keys', keys: this.#ticketKeys.toString('base64') })
    const changes: Changes = {
      doors: [...this.#doors.values()],
      withoutDoors: [],
      certificates: Object.fromEntries(this.#certificates),
      withoutCertificates: [],
      cut: [],
    }
    this.#tell(worker, { type: 'change', changes })
    for (const [socket, { handle }] of this.#sockets) this.#tell(worker, { type: 'listen', socket }, handle)
  }

  #ended(worker: ChildProcess, code: number | null, signal: string | null): void {
    this.#workers.delete(worker)
    if (this.#isDraining) {
      if (this.#workers.size === 0) this.#onDrained()
      return
    }
    this.#restarts++
    this.#log.warn(
      { pid: worker.pid, code, signal },
      'a relay worker ended, its connections are lost; another takes its place',
    )
    // At once the first time: the other workers accept meanwhile, but they may be none.
    setTimeout(() => this.#isDraining || this.#startWorker(), this.#restarts === 1 ? 0 : restartDelayMs)
  }

  #tellAll(message: ToWorker): void {
    for (const worker of this.#workers) this.#tell(worker, message)
  }

  #tell(worker: ChildProcess, message: ToWorker, handle?: NativeHandle): void {
    // keepOpen does nothing for bare handles: ours stays open, for the worker that comes after this one.
    if (worker.connected) worker.send(message, handle as unknown as SendHandle, {}, () => {})
  }

  #ask(worker: ChildProcess, message: Extract<ToWorker, { id: number }>): Promise<FromWorker | undefined> {
    const id = ++this.#lastId
    return new Promise((resolve) => {
      const finish = (answer: FromWorker | undefined): void => {
        clearTimeout(timer)
        worker.off('exit', leave)
        this.#waiting.delete(id)
        resolve(answer)
      }
      const leave = (): void => finish(undefined)
      const timer = setTimeout(leave, answerTimeoutMs)
      worker.once('exit', leave)
      this.#waiting.set(id, finish)
      this.#tell(worker, { ...message, id })
    })
  }
}
