/** What the agent, the relay's main process and its workers say to each other. All of it survives JSON. */
import type { RelayCertificate, RelayDoor } from '../plan/relay.ts'

/** Changed when an older relay would not understand us any more: it is then drained, and another one started. */
export const protocolVersion = 1

/** Changes of what a relay should do: new and changed values whole, the rest by name. */
export interface Changes {
  readonly doors: readonly RelayDoor[]
  readonly withoutDoors: readonly string[]
  readonly certificates: Readonly<Record<string, RelayCertificate>>
  readonly withoutCertificates: readonly string[]
  /** Owners whose connections end now. */
  readonly cut: readonly string[]
}

/** Agent → relay: the body of a POST over its unix socket, where only the owner may write. */
export type Request =
  | { readonly type: 'hello' }
  /** All that a relay should do; what it did before and is not in it ends, and so do connections of other owners. */
  | { readonly type: 'reset'; readonly changes: Changes; readonly owners: readonly string[] }
  | { readonly type: 'change'; readonly changes: Changes }
  | { readonly type: 'find'; readonly ip: string; readonly port: number }
  | { readonly type: 'statistics' }
  /** Takes no connection any more and ends with the last one. */
  | { readonly type: 'drain' }
  /** Ends now, with all connections. */
  | { readonly type: 'stop' }

export interface Answers {
  readonly hello: { readonly version: number; readonly pid: number }
  /** All is as it was wished, but for these. */
  readonly reset: { readonly failures: readonly DoorFailure[] }
  readonly change: { readonly failures: readonly DoorFailure[] }
  readonly find: { readonly connection?: FoundConnection }
  readonly statistics: RelayStatistics
  readonly drain: Record<string, never>
  readonly stop: Record<string, never>
}

export interface DoorFailure {
  readonly owner: string
  readonly message: string
}

/** One connection, found by the address that the relay connects from. */
export interface FoundConnection {
  /** The door it came through. */
  readonly door: string
  /** Who connected to the relay, as its socket saw it. */
  readonly peerIp: string
  readonly peerPort: number
  /** What the header said that another relay had written, if one did. */
  readonly header?: { readonly sourceIp: string; readonly sourcePort: number; readonly vpcEndpointId?: string }
}

export interface RelayStatistics {
  readonly workers: readonly WorkerStatistics[]
  /** Workers that ended by themselves and were replaced. */
  readonly restarts: number
}

export interface WorkerStatistics {
  readonly pid: number
  readonly connections: number
  readonly accepted: number
  readonly bytes: number
  /** By what went wrong: `connect ECONNREFUSED`, `tls handshake`, `idle`, `header`… */
  readonly failures: Readonly<Record<string, number>>
  readonly residentMemoryBytes: number
}

/** A client that has sent no data for an idle timeout. */
export interface QuietClient {
  readonly netns: string
  readonly ip: string
  readonly port: number
  readonly idleTimeoutMs: number
}

/** Main process → worker, over its IPC channel; `listen` comes with a handle. */
export type ToWorker =
  | { readonly type: 'change'; readonly changes: Changes }
  | { readonly type: 'listen'; readonly socket: string }
  | { readonly type: 'unlisten'; readonly socket: string }
  | { readonly type: 'find'; readonly id: number; readonly ip: string; readonly port: number }
  | { readonly type: 'statistics'; readonly id: number }
  | { readonly type: 'ping'; readonly id: number }
  | { readonly type: 'ticket-keys'; readonly keys: string }
  /** Milliseconds since each client's last packet; null when nothing tracks it. */
  | { readonly type: 'quiet'; readonly id: number; readonly forMs: readonly (number | null)[] }
  | { readonly type: 'drain' }

export type FromWorker =
  /** What was sent before the ping has been done. */
  | { readonly type: 'pong'; readonly id: number }
  | { readonly type: 'found'; readonly id: number; readonly connection?: FoundConnection }
  | { readonly type: 'statistics'; readonly id: number; readonly statistics: WorkerStatistics }
  /** Do they still send keep-alive probes? */
  | { readonly type: 'quiet'; readonly id: number; readonly clients: readonly QuietClient[] }
