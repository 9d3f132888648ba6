import { request } from 'node:http'
import type { AgentStatus, DataPlane } from '../link/messages.ts'

/** What control answers to GET /_underpass/status, as far as the commands need it. */
export interface ControlStatus {
  readonly region: string
  /** The management account's. */
  readonly accountId: string
  readonly pid: number
  /** Of the last durable write. */
  readonly revision: number
  /** The last revision that an agent reported to be in the kernel. */
  readonly confirmedRevision: number
  readonly residentMemoryBytes: number
  readonly agentConnected: boolean
  readonly dataPlane: DataPlane | null
  /** Null while no agent is connected, or when it was too busy to answer. */
  readonly agent: AgentStatus | null
}

/**
 * Asks control how it is; undefined when nothing of ours answers on that port.
 *
 * @param timeoutMs  for the whole exchange
 */
export function readControlStatus(port: number, timeoutMs = 3_000): Promise<ControlStatus | undefined> {
  return new Promise((resolve) => {
    const give = (status?: ControlStatus): void => resolve(status)
    const query = request(
      { host: '127.0.0.1', port, path: '/_underpass/status', agent: false, signal: AbortSignal.timeout(timeoutMs) },
      (answer) => {
        let text = ''
        answer.setEncoding('utf8')
        answer.on('data', (chunk: string) => {
          text += chunk
        })
        answer.on('error', () => give())
        answer.on('end', () => give(answer.statusCode === 200 ? parseStatus(text) : undefined))
      },
    )
    query.on('error', () => give())
    query.end()
  })
}

function parseStatus(text: string): ControlStatus | undefined {
  try {
    const value = JSON.parse(text) as ControlStatus | null
    return typeof value?.pid === 'number' && typeof value.revision === 'number' ? value : undefined
  } catch {
    return undefined
  }
}

/** Whether the agent is connected and has brought every durable write to the kernel, failures included. */
export function isApplied(status: ControlStatus): boolean {
  return status.agentConnected && appliedRevision(status) >= status.revision
}

function appliedRevision(status: ControlStatus): number {
  return status.agent?.appliedRevision ?? status.confirmedRevision
}

/** What is not as it should be, in words; empty when all that is written is in the kernel. */
export function problemsOf(status: ControlStatus): readonly string[] {
  if (!status.agentConnected) return ['no agent is connected to control']
  return [
    ...(isApplied(status) ? [] : [`the kernel is at revision ${appliedRevision(status)} of ${status.revision}`]),
    ...(status.agent ? [] : ['the agent did not answer in time']),
    ...(status.agent?.failures ?? []).map(({ owner, message }) => `${owner}: ${message}`),
    ...(status.agent?.warnings ?? []),
  ]
}
