/**
 * The connections the kernel tracks in a namespace: cut them, count them.
 *
 * The original destination of a connection is what its client dialled: the endpoint interface's address, before DNAT.
 */
import { set as setNames } from '../plan/names.ts'
import type { NftElementObject } from '../plan/program.ts'
import { type Command, inNetns, type Runner } from './command.ts'
import { type HostError, hostErrorOf } from './host-error.ts'

/** Which connections go with an element, as options of `conntrack -D`; undefined: it has none. */
export type Selector = readonly string[]

export function connectionsOf({ set, element, cutsConnectionsTo }: NftElementObject): Selector | undefined {
  if (cutsConnectionsTo !== undefined) return ['--orig-dst', cutsConnectionsTo]
  if (set !== setNames.udpFlows) return undefined
  const [node = '', port = '', target = '', targetPort = ''] = element.split(' . ')
  return throughNode('udp', node, port, target, targetPort)
}

/** Which connections go when an element comes. */
export function connectionsEndedBy({ set, element }: NftElementObject): Selector | undefined {
  if (set !== setNames.terminated) return undefined
  const [node = '', protocol = '', port = '', target = '', targetPort = ''] = element.split(' . ')
  return throughNode(protocol, node, port, target, targetPort)
}

/** Those that a load balancer's node leads to a target. */
const throughNode = (protocol: string, node: string, port: string, target: string, targetPort: string): Selector => [
  ...['-p', protocol, '--orig-dst', node, '--orig-port-dst', port],
  ...['--reply-src', target, '--reply-port-src', targetPort],
]

/**
 * Forgets connections. The next packet of a TCP connection belongs to nothing that is tracked, and is answered with a RST;
 * the next of a UDP flow is the first of a new one. `conntrack -D` exits with 1 when there was none, so its exit code says
 * nothing: its words do.
 *
 * @returns what went wrong
 */
export async function cutConnections(
  run: Runner,
  netns: string,
  selectors: readonly Selector[],
): Promise<HostError | undefined> {
  const [only = [], ...more] = selectors
  const input = selectors.map((selector) => `conntrack -D ${selector.join(' ')}`).join('\n')
  const command: Command = {
    step: `cut connections in ${netns}`,
    argv: inNetns(netns, more.length === 0 ? ['conntrack', '-D', ...only] : ['sh', '-s']),
    writes: true,
    ...(more.length === 0 ? {} : { input }),
  }
  const result = await run(command)
  return /flow entries have been deleted/.test(result.stderr) ? undefined : hostErrorOf(command, result)
}

/** What is tracked towards one original destination. */
export interface TrackedConnections {
  readonly connections: number
  /** Of them, those to the port that has most: each needs a source port of its own towards the same node. */
  readonly busiestPort: number
  /** Both directions; 0 where nf_conntrack_acct is off. */
  readonly bytes: number
}

/**
 * Sums lines such as `tcp 6 350 ESTABLISHED src=… dst=… sport=… dport=… packets=… bytes=… src=… dst=… … bytes=…` by their
 * first `dst`. In awk, beside conntrack: a busy namespace has hundreds of thousands of lines, an answer a few.
 */
export const sumConnections = `conntrack -L -f ipv4 2>/dev/null | awk '{
  d = ""; p = ""; b = 0
  for (i = 1; i <= NF; i++) {
    if (d == "" && substr($i, 1, 4) == "dst=") d = substr($i, 5)
    else if (p == "" && substr($i, 1, 6) == "dport=") p = $1 substr($i, 6)
    else if (substr($i, 1, 6) == "bytes=") b += substr($i, 7)
  }
  if (d != "") { count[d]++; sum[d] += b; n = ++port[d " " p]; if (n > most[d]) most[d] = n }
} END { for (d in count) printf "%s %d %d %.0f\\n", d, count[d], most[d], sum[d] }'`

/** Original destination → what is tracked towards it, from the output of `sumConnections`. */
export function parseConnectionSums(text: string): Map<string, TrackedConnections> {
  return new Map(
    [...text.matchAll(/^(\S+) (\d+) (\d+) (\d+)$/gm)].map(([, destination = '', connections, busiestPort, bytes]) => [
      destination,
      { connections: Number(connections), busiestPort: Number(busiestPort), bytes: Number(bytes) },
    ]),
  )
}

/** How full a namespace's connection table is. The limit is the machine's, and each namespace is held to it by itself. */
export interface TableFill {
  readonly entries: number
  readonly max: number
}

const fillFiles = '/proc/sys/net/netfilter/nf_conntrack_count /proc/sys/net/netfilter/nf_conntrack_max'

/** Prints the fill of the namespace it runs in: `table 120 262144`. */
export const printTableFill = `echo table $(cat ${fillFiles})`

export function parseTableFill(text: string): TableFill | undefined {
  const [, entries, max] = /^table (\d+) (\d+)$/m.exec(text) ?? []
  return entries === undefined ? undefined : { entries: Number(entries), max: Number(max) }
}

/** Reads the fill of several namespaces with one child; one that is gone has none. */
export async function readTableFills(
  run: Runner,
  netnsNames: readonly string[],
): Promise<ReadonlyMap<string, TableFill>> {
  const [enter = '', ...rest] = inNetns('"$n"', ['cat', ...fillFiles.split(' ')])
  const { stdout } = await run({
    step: 'count connections',
    argv: ['sh', '-s'],
    input: `for n in ${netnsNames.join(' ')}; do echo $n table $(${[enter, ...rest].join(' ')} 2>/dev/null); done\n`,
    writes: false,
  })
  return new Map(
    [...stdout.matchAll(/^(\S+) (table \d+ \d+)$/gm)].flatMap(([, netns = '', text = '']) => {
      const fill = parseTableFill(text)
      return fill ? [[netns, fill] as const] : []
    }),
  )
}
