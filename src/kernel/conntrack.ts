/**
 * The connections the kernel tracks in a namespace: cut them, count them.
 *
 * The original destination of a connection is what its client dialled: the endpoint interface's address, before DNAT.
 */
import { type Command, inNetns, type Runner } from './command.ts'

/**
 * Forgets every connection to the addresses. Their next packet belongs to nothing that is tracked, and is answered with
 * a RST. `conntrack -D` exits with 1 when there was none, so its exit code says nothing.
 */
export async function cutConnections(run: Runner, netns: string, ips: readonly string[]): Promise<void> {
  if (ips.length === 0) return
  const argv = ips.length === 1 ? ['conntrack', '-D', '--orig-dst', ips[0] ?? ''] : ['sh', '-s']
  const command: Command = {
    step: `cut connections in ${netns}`,
    argv: inNetns(netns, argv),
    writes: true,
    ...(ips.length === 1 ? {} : { input: ips.map((ip) => `conntrack -D --orig-dst ${ip}`).join('\n') }),
  }
  await run(command)
}

/** What is tracked towards one original destination. */
export interface TrackedConnections {
  connections: number
  /** Both directions; 0 where nf_conntrack_acct is off. */
  bytes: number
}

/** Every tracked connection of a namespace, summed by original destination. One dump, in the kernel's own text. */
export async function listConnections(run: Runner, netns: string): Promise<Map<string, TrackedConnections>> {
  const result = await run({
    step: `list connections in ${netns}`,
    argv: inNetns(netns, ['conntrack', '-L', '-f', 'ipv4']),
    writes: false,
  })
  return parseConnections(result.stdout)
}

/** Lines such as `tcp 6 350 ESTABLISHED src=… dst=… sport=… dport=… packets=… bytes=… src=… dst=… … bytes=… mark=1`. */
export function parseConnections(text: string): Map<string, TrackedConnections> {
  const byDestination = new Map<string, TrackedConnections>()
  for (const line of text.split('\n')) {
    const destination = / dst=(\S+)/.exec(line)?.[1]
    if (destination === undefined) continue
    let bytes = 0
    for (const [, count] of line.matchAll(/ bytes=(\d+)/g)) bytes += Number(count)
    const sum = byDestination.get(destination)
    if (sum) {
      sum.connections++
      sum.bytes += bytes
    } else byDestination.set(destination, { connections: 1, bytes })
  }
  return byDestination
}
