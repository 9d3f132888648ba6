import { once } from 'node:events'
import { chmodSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { type AgentKind, agentKinds, type Batch, type Snapshot } from '../resource/kind.ts'
import { encodeLine, LineDecoder, maxLineBytes } from './framing.ts'
import type { AgentStatus, AgentToControl, ControlToAgent, WhoisAnswer, WhoisQuestion } from './messages.ts'

/** Resources in one message of a snapshot: about half a megabyte. */
const resourcesPerPart = 1_000
/** An agent that is this many changes behind gets a snapshot instead: it costs less than the queue. */
const maxQueuedChanges = 10_000
/** Between two writes of a burst: an agent that brings changes to the kernel looks up a few times in a hundred ms. */
const burstPauseMs = 5
/** A write of changes ends with the line that takes it over this many characters. */
const writeLength = 256 * 1024
/** sockaddr_un holds 108 bytes with the closing zero: unix(7). */
const maxSocketPathBytes = 107

type Hello = Extract<AgentToControl, { type: 'hello' }>

export interface LinkServerOptions {
  readonly socketPath: string
  /** Where wishes come from: state/store.ts, as far as it is needed here. */
  readonly source: { snapshot(): Promise<Snapshot>; subscribe(listener: (batch: Batch) => void): () => void }
  onConnected(hello: Hello): void
  onOutcome(outcome: Extract<AgentToControl, { type: 'outcome' }>): void
  onHealth(health: Extract<AgentToControl, { type: 'health' }>): void
  /** A DNS message for the host's own resolvers. */
  onResolve(query: Uint8Array): Promise<Uint8Array | undefined>
  onDisconnected(reason: string): void
  /** A second agent was turned away. */
  onRefused(hello: Hello, connected: Hello): void
}

export interface LinkServer {
  /** The agent that is connected. */
  readonly agent: Hello | undefined
  /** Undefined when there is no agent, or it does not answer in time. */
  status(timeoutMs: number): Promise<AgentStatus | undefined>
  /** Undefined, likewise. */
  whois(question: WhoisQuestion, timeoutMs: number): Promise<readonly WhoisAnswer[] | undefined>
  /** Asks the agent to end, and waits until it says so; false when it does not in time, or there is none. */
  stopAgent(removeKernelObjects: boolean, timeoutMs: number): Promise<boolean>
  close(): Promise<void>
}

/** No unix socket can have this path. */
export class SocketPathError extends Error {
  override readonly name = 'SocketPathError'
}

/**
 * The control side: one agent at a time over a unix socket that only its owner may open.
 *
 * The first agent stays; another one is turned away until it is gone, so two of them never work on one kernel. Wishes go
 * at the agent's own pace: `Follower` writes the next line when the socket has taken the last one.
 */
export async function createLinkServer(options: LinkServerOptions): Promise<LinkServer> {
  const { socketPath } = options
  if (Buffer.byteLength(socketPath) > maxSocketPathBytes) {
    throw new SocketPathError(
      `the path ${socketPath} is longer than a unix socket allows (${maxSocketPathBytes} bytes): choose a shorter --state-dir`,
    )
  }
  const sockets = new Set<Socket>()
  let session: Session | undefined

  const server = createServer((socket) => {
    const decoder = new LineDecoder()
    let own: Session | undefined
    let reason = 'the agent closed the connection'
    sockets.add(socket)

    const receive = (message: AgentToControl): void => {
      if (message.type !== 'hello') own?.receive(message)
      else if (own) return
      else if (session) {
        options.onRefused(message, session.hello)
        socket.end()
      } else {
        own = session = new Session(socket, message, options)
        options.onConnected(message)
      }
    }
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const message of decoder.push(chunk)) receive(message as AgentToControl)
      } catch (error) {
        socket.destroy(error as Error)
      }
    })
    socket.on('error', (error) => {
      reason = error.message
    })
    socket.on('close', () => {
      sockets.delete(socket)
      if (!own) return
      session = undefined
      own.close()
      options.onDisconnected(reason)
    })
  })

  // The state directory is ours alone, so a socket that is there already was left by a process that was killed.
  rmSync(socketPath, { force: true })
  const umask = process.umask(0o177)
  try {
    server.listen(socketPath)
  } finally {
    process.umask(umask)
  }
  await once(server, 'listening')
  chmodSync(socketPath, 0o600)

  return {
    get agent() {
      return session?.hello
    },
    async status(timeoutMs) {
      return session?.status(timeoutMs)
    },
    async whois(question, timeoutMs) {
      return session?.whois(question, timeoutMs)
    },
    async stopAgent(removeKernelObjects, timeoutMs) {
      return (await session?.stop(removeKernelObjects, timeoutMs)) ?? false
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** What an agent says because it was asked. */
type AgentAnswer = Extract<AgentToControl, { type: 'status' | 'whois' }>

/** One agent from its hello to the end of its connection. */
class Session {
  readonly hello: Hello
  readonly #socket: Socket
  readonly #options: LinkServerOptions
  readonly #follower: Follower
  readonly #waiting = new Map<number, (answer: AgentAnswer | undefined) => void>()
  #lastRequestId = 0
  #stopped = Promise.withResolvers<boolean>()

  constructor(socket: Socket, hello: Hello, options: LinkServerOptions) {
    this.#socket = socket
    this.hello = hello
    this.#options = options
    this.#follower = new Follower(socket, options.source)
  }

  receive(message: AgentToControl): void {
    switch (message.type) {
      case 'outcome':
        this.#options.onOutcome(message)
        break
      case 'health':
        this.#options.onHealth(message)
        break
      case 'status':
      case 'whois':
        this.#waiting.get(message.requestId)?.(message)
        break
      case 'resolve':
        void this.#resolve(message.requestId, Buffer.from(message.query, 'base64'))
        break
      case 'stopped':
        this.#stopped.resolve(true)
        break
    }
  }

  async status(timeoutMs: number): Promise<AgentStatus | undefined> {
    const answer = await this.#ask((requestId) => ({ type: 'status-request', requestId }), timeoutMs)
    return answer?.type === 'status' ? answer.status : undefined
  }

  async whois(question: WhoisQuestion, timeoutMs: number): Promise<readonly WhoisAnswer[] | undefined> {
    const answer = await this.#ask((requestId) => ({ type: 'whois-request', requestId, question }), timeoutMs)
    return answer?.type === 'whois' ? answer.answers : undefined
  }

  #ask(question: (requestId: number) => ControlToAgent, timeoutMs: number): Promise<AgentAnswer | undefined> {
    const requestId = ++this.#lastRequestId
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#waiting.get(requestId)?.(undefined), timeoutMs)
      this.#waiting.set(requestId, (answer) => {
        clearTimeout(timer)
        this.#waiting.delete(requestId)
        resolve(answer)
      })
      this.#write(question(requestId))
    })
  }

  async stop(removeKernelObjects: boolean, timeoutMs: number): Promise<boolean> {
    const timer = setTimeout(() => this.#stopped.resolve(false), timeoutMs)
    this.#write({ type: 'stop', removeKernelObjects })
    const stopped = await this.#stopped.promise
    clearTimeout(timer)
    return stopped
  }

  close(): void {
    this.#follower.close()
    for (const answer of this.#waiting.values()) answer(undefined)
    this.#stopped.resolve(false)
  }

  async #resolve(requestId: number, query: Uint8Array): Promise<void> {
    const answer = await this.#options.onResolve(query)
    this.#write({ type: 'resolved', requestId, ...(answer && { answer: Buffer.from(answer).toString('base64') }) })
  }

  #write(message: ControlToAgent): void {
    if (this.#socket.writable) this.#socket.write(encodeLine(message))
  }
}

/**
 * Sends the wishes to one agent: a snapshot, then every batch after it.
 *
 * One loop writes, and goes on only when the socket has room, so the socket never buffers more than a part. Batches that
 * are committed meanwhile are queued; when the queue is longer than a snapshot is worth, it is thrown away and the agent
 * gets a fresh snapshot. So the memory that a slow or stopped agent costs is bounded.
 */
class Follower {
  readonly #socket: Socket
  readonly #source: LinkServerOptions['source']
  readonly #unsubscribe: () => void
  #queue: Batch[] = []
  #queuedChanges = 0
  #needsSnapshot = true
  #revision = -1
  #closed = false
  #running = false
  #writtenAt = Number.NEGATIVE_INFINITY

  constructor(socket: Socket, source: LinkServerOptions['source']) {
    this.#socket = socket
    this.#source = source
    this.#unsubscribe = source.subscribe((batch) => this.#receive(batch))
    this.#run()
  }

  close(): void {
    this.#closed = true
    this.#unsubscribe()
  }

  #receive(batch: Batch): void {
    this.#queue.push(batch)
    this.#queuedChanges += batch.changes.length
    if (this.#queuedChanges > maxQueuedChanges) this.#startOver()
    this.#run()
  }

  #startOver(): void {
    this.#queue = []
    this.#queuedChanges = 0
    this.#needsSnapshot = true
  }

  /** Starts the loop unless it runs. What breaks it breaks the connection; the agent comes back and gets a snapshot. */
  #run(): void {
    if (this.#running) return
    this.#running = true
    this.#send().catch((error: Error) => this.#socket.destroy(error))
  }

  async #send(): Promise<void> {
    while (!this.#closed) {
      if (this.#needsSnapshot) {
        this.#needsSnapshot = false
        await this.#sendSnapshot()
        continue
      }
      if (this.#queue.length === 0) break
      await this.#wait()
      await this.#sendQueue()
    }
    // In the same turn in which the queue was seen empty, so that no batch comes between unnoticed.
    this.#running = false
  }

  /** Until whoever asked has been answered; in a burst until the last lines are a little older, so that one write has many. */
  #wait(): Promise<void> {
    const restMs = this.#writtenAt + burstPauseMs - performance.now()
    return new Promise((resolve) => {
      if (restMs > 0) setTimeout(resolve, restMs)
      else setImmediate(resolve)
    })
  }

  async #sendSnapshot(): Promise<void> {
    const snapshot = await this.#source.snapshot()
    this.#revision = snapshot.revision
    for (const part of partsOf(snapshot)) await this.#write(encodeLine(part))
  }

  async #sendQueue(): Promise<void> {
    const batches = this.#queue
    this.#queue = []
    this.#queuedChanges = 0
    let text = ''
    for (const batch of batches) {
      // A snapshot is due, which holds these; or one that was sent held them already.
      if (this.#needsSnapshot) return
      if (batch.revision <= this.#revision) continue
      const changes = batch.changes.filter(({ kind }) => isAgentKind(kind))
      const line = encodeLine({ type: 'changes', revision: batch.revision, changes } satisfies ControlToAgent)
      if (Buffer.byteLength(line) > maxLineBytes) {
        this.#startOver()
        return
      }
      this.#revision = batch.revision
      text += line
      if (text.length < writeLength) continue
      await this.#write(text)
      text = ''
    }
    if (text !== '') await this.#write(text)
    this.#writtenAt = performance.now()
  }

  async #write(lines: string): Promise<void> {
    if (this.#closed || this.#socket.write(lines)) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#socket.once('drain', resolve)
    this.#socket.once('close', resolve)
    await promise
    this.#socket.off('drain', resolve)
    this.#socket.off('close', resolve)
  }
}

function isAgentKind(kind: string): kind is AgentKind {
  return (agentKinds as readonly string[]).includes(kind)
}

function* partsOf({ revision, resources }: Snapshot): Iterable<ControlToAgent> {
  for (const kind of agentKinds) {
    const ofKind = [...resources[kind].values()]
    for (let start = 0; start < ofKind.length; start += resourcesPerPart) {
      const part = ofKind.slice(start, start + resourcesPerPart)
      yield { type: 'snapshot', revision, resources: { [kind]: part }, more: true }
    }
  }
  yield { type: 'snapshot', revision, resources: {} }
}
