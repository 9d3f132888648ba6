/**
 * Whether a client that sends no data still sends anything.
 *
 * Keep-alive probes of a client end at our socket, which tells nobody of them; on AWS they keep a connection from its idle timeout.
 * Connection tracking sees them: what is left of an entry's time says when the last packet passed. It is asked only when a
 * connection has carried no data for its whole idle timeout, once for all such connections of a namespace.
 */
import { spawn } from 'node:child_process'
import { netnsPath } from './listening.ts'
import type { QuietClient } from './messages.ts'

/** By `IP:PORT` of the client: how long its connection will still be tracked. */
export function parseRemaining(text: string): Map<string, number> {
  return new Map(
    [...text.matchAll(/^tcp\s+6 (\d+) \S+ src=(\S+) dst=\S+ sport=(\d+) /gm)].map(([, seconds, ip, port]) => [
      `${ip}:${port}`,
      Number(seconds),
    ]),
  )
}

/** @returns in the order asked: milliseconds since the last packet; null when nothing is tracked, or it cannot be told */
export async function quietFor(clients: readonly QuietClient[]): Promise<(number | null)[]> {
  const byNetns = new Map<string, Map<string, number>>()
  for (const netns of new Set(clients.map((client) => client.netns))) {
    const families = new Set(clients.flatMap(({ netns: at, ip }) => (at === netns ? [familyOf(ip)] : [])))
    const texts = await Promise.all([...families].map((family) => listConnections(netns, family)))
    byNetns.set(netns, parseRemaining(texts.join('\n')))
  }
  return clients.map(({ netns, ip, port, idleTimeoutMs }) => {
    const remaining = byNetns.get(netns)?.get(`${ip}:${port}`)
    return remaining === undefined ? null : Math.max(0, idleTimeoutMs - remaining * 1000)
  })
}

const familyOf = (ip: string): string => (ip.includes(':') ? 'ipv6' : 'ipv4')

function listConnections(netns: string, family: string): Promise<string> {
  return new Promise((resolve) => {
    const argv = [`--net=${netnsPath(netns)}`, 'conntrack', '-L', '-f', family, '-p', 'tcp']
    const child = spawn('nsenter', argv, {
      env: { PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin:/usr/bin:/bin`, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 10_000,
    })
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.on('error', () => resolve(''))
    child.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')))
  })
}
