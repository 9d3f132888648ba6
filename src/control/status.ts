import type { LinkServer } from '../link/server.ts'
import { type Kind, kinds } from '../resource/kind.ts'
import type { Store } from '../state/store.ts'
import type { Reports } from './observed.ts'

const agentTimeoutMs = 2_000

export interface StatusOptions {
  /** As given to `underpass up --name`. */
  readonly name: string
  readonly region: string
  /** The management account's. */
  readonly accountId: string
  readonly startedAt: Date
  readonly store: Pick<Store, 'revision' | 'count'>
  readonly link: Pick<LinkServer, 'agent' | 'status'>
  readonly reports: Pick<Reports, 'confirmedRevision'>
}

/** What `GET /_underpass/status` answers: how control is, and what the agent says of itself when it is asked. */
export async function readStatus({ name, region, accountId, startedAt, store, link, reports }: StatusOptions) {
  const hello = link.agent
  const agent = await link.status(agentTimeoutMs)
  const count = (kind: Kind) => [kind, store.count(kind)] as const
  return {
    name,
    pid: process.pid,
    startedAt: startedAt.toISOString(),
    region,
    accountId,
    /** Of the last durable write. */
    revision: store.revision,
    /** The last revision that the agent reported to be in the kernel. */
    confirmedRevision: reports.confirmedRevision,
    residentMemoryBytes: process.memoryUsage.rss(),
    resources: Object.fromEntries(kinds.map(count)),
    agentConnected: hello !== undefined,
    dataPlane: hello?.dataPlane ?? null,
    /** Null when no agent is connected, or when it did not answer in time. */
    agent: agent ?? null,
  }
}
