import { connect, type Socket } from 'node:net'
import { type AgentKind, agentKinds, type Change, idOf, type Snapshot } from '../resource/kind.ts'
import { encodeLine, LineDecoder } from './framing.ts'
import type { AgentStatus, AgentToControl, ControlToAgent, WhoisAnswer, WhoisQuestion } from './messages.ts'

const firstRetryMs = 50
const longestRetryMs = 2_000
/** Control asks its resolver for two seconds; see control/upstream.ts. */
const resolveTimeoutMs = 3_000

type Message<Type extends AgentToControl['type']> = Omit<Extract<AgentToControl, { type: Type }>, 'type'>

export interface AgentLinkOptions {
  readonly socketPath: string
  /** Asked at every connection. */
  hello(): Message<'hello'>
  /** All that is wished, after every connection, and whenever the agent was too slow for single changes. */
  onSnapshot(snapshot: Snapshot): void
  onChanges(revision: number, changes: readonly Change[]): void
  onStatusRequest(): AgentStatus | Promise<AgentStatus>
  onWhoisRequest?(question: WhoisQuestion): Promise<readonly WhoisAnswer[]>
  /** Control wishes the end of this process; it waits for `stopped`. */
  onStop(removeKernelObjects: boolean): void
  /** The hello has been sent: time to report what control has forgotten (`health` with `full`). */
  onConnected?(): void
  onDisconnected?(reason: string): void
}

/** What the agent reports. Nothing is kept for later: control gets a fresh start with every connection. */
export interface AgentLink {
  /** False when there is no connection: the message is dropped. */
  send(message: Extract<AgentToControl, { type: 'outcome' | 'health' | 'stopped' }>): boolean
  /** Asks control's upstream resolver; undefined when it has no answer, or there is no connection. */
  resolve(query: Uint8Array): Promise<Uint8Array | undefined>
  readonly connected: boolean
  close(): void
}

/** Connects to control, and again for as long as the agent lives: control may be away for hours, and traffic goes on. */
export function connectToControl(options: AgentLinkOptions): AgentLink {
  let socket: Socket | undefined
  let connected = false
  let closed = false
  let retryMs = firstRetryMs
  let retryTimer: NodeJS.Timeout | undefined
  let lastRequestId = 0
  const resolving = new Map<number, (answer: Uint8Array | undefined) => void>()

  const write = (message: AgentToControl): boolean => {
    if (!connected || !socket) return false
    socket.write(encodeLine(message))
    return true
  }

  const receive = (message: ControlToAgent, parts: SnapshotParts): void => {
    switch (message.type) {
      case 'snapshot': {
        parts.add(message)
        if (!message.more) options.onSnapshot(parts.take(message.revision))
        break
      }
      case 'changes':
        options.onChanges(message.revision, message.changes)
        break
      case 'status-request':
        void Promise.resolve(options.onStatusRequest()).then((status) =>
          write({ type: 'status', requestId: message.requestId, status }),
        )
        break
      case 'whois-request': {
        const { requestId, question } = message
        void (options.onWhoisRequest?.(question) ?? Promise.resolve([])).then((answers) =>
          write({ type: 'whois', requestId, answers }),
        )
        break
      }
      case 'resolved':
        resolving.get(message.requestId)?.(message.answer ? Buffer.from(message.answer, 'base64') : undefined)
        break
      case 'stop':
        options.onStop(message.removeKernelObjects)
        break
    }
  }

  const open = (): void => {
    const decoder = new LineDecoder()
    const parts = new SnapshotParts()
    let reason = 'control closed the connection'
    const current = connect(options.socketPath)
    socket = current
    current.on('connect', () => {
      connected = true
      write({ type: 'hello', ...options.hello() })
      options.onConnected?.()
    })
    current.on('data', (chunk: Buffer) => {
      let messages: unknown[]
      try {
        messages = decoder.push(chunk)
      } catch (error) {
        current.destroy(error as Error)
        return
      }
      // Only now is it known that somebody answers: a control that accepts and hangs up keeps its long interval.
      retryMs = firstRetryMs
      for (const message of messages) receive(message as ControlToAgent, parts)
    })
    current.on('error', (error) => {
      reason = error.message
    })
    current.on('close', () => {
      const wasConnected = connected
      connected = false
      for (const answer of resolving.values()) answer(undefined)
      if (wasConnected) options.onDisconnected?.(reason)
      if (closed) return
      retryTimer = setTimeout(open, retryMs)
      retryMs = Math.min(retryMs * 2, longestRetryMs)
    })
  }
  open()

  return {
    send: write,
    get connected() {
      return connected
    },
    resolve(query) {
      const requestId = ++lastRequestId
      return new Promise((resolve) => {
        const timer = setTimeout(() => resolving.get(requestId)?.(undefined), resolveTimeoutMs)
        resolving.set(requestId, (answer) => {
          clearTimeout(timer)
          resolving.delete(requestId)
          resolve(answer)
        })
        const sent = write({ type: 'resolve', requestId, query: Buffer.from(query).toString('base64') })
        if (!sent) resolving.get(requestId)?.(undefined)
      })
    },
    close() {
      closed = true
      clearTimeout(retryTimer)
      // What has been written still goes out: `stopped` is the last word.
      socket?.end()
      if (socket?.connecting) socket.destroy()
    },
  }
}

/** Joins the parts of a snapshot. */
class SnapshotParts {
  #resources = emptyResources()

  add({ resources }: Extract<ControlToAgent, { type: 'snapshot' }>): void {
    for (const kind of agentKinds) {
      const idOfKind = idOf[kind] as (resource: unknown) => string
      for (const resource of resources[kind] ?? []) this.#resources[kind].set(idOfKind(resource), resource)
    }
  }

  take(revision: number): Snapshot {
    const resources = this.#resources
    this.#resources = emptyResources()
    return { revision, resources: resources as unknown as Snapshot['resources'] }
  }
}

function emptyResources(): Readonly<Record<AgentKind, Map<string, unknown>>> {
  return Object.fromEntries(agentKinds.map((kind) => [kind, new Map()])) as unknown as Record<
    AgentKind,
    Map<string, unknown>
  >
}
