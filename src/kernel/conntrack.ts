/**
 * The connections the kernel tracks in a namespace: cut them, count them.
 *
 * The original destination of a connection is what its client dialled: the endpoint interface's address, before DNAT.
 */
import { ipv6, named } from '../plan/family.ts'
import { set as setNames } from '../plan/names.ts'
import type { NftElementObject } from '../plan/program.ts'
import { type Command, inNetns, type Runner } from './command.ts'
import { type HostError, hostErrorOf } from './host-error.ts'

/** Connections by what their client dialled, or by the whole way through a load balancer's node. */
export type Selector =
  | { readonly dialled: string }
  | {
      readonly protocol: string
      readonly node: string
      readonly port: string
      readonly target: string
      readonly targetPort: string
    }

/** Of either address family (plan/family.ts). */
const isSet = (set: string, name: string): boolean => set === name || set === named(ipv6, name)

/** Which connections go with an element; undefined: it has none. */
export function connectionsOf({ set, element, cutsConnectionsTo }: NftElementObject): Selector | undefined {
  if (cutsConnectionsTo !== undefined) return { dialled: cutsConnectionsTo }
  if (!isSet(set, setNames.udpFlows)) return undefined
  const [node = '', port = '', target = '', targetPort = ''] = element.split(' . ')
  return { protocol: 'udp', node, port, target, targetPort }
}

/** Which connections go when an element comes. */
export function connectionsEndedBy({ set, element }: NftElementObject): Selector | undefined {
  if (!isSet(set, setNames.terminated)) return undefined
  const [node = '', protocol = '', port = '', target = '', targetPort = ''] = element.split(' . ')
  return { protocol, node, port, target, targetPort }
}

const isIpv6 = (selector: Selector): boolean => ('dialled' in selector ? selector.dialled : selector.node).includes(':')

/** As options of `conntrack -D`, which takes IPv4 for granted. */
export const optionsOf = (selector: Selector): string =>
  (isIpv6(selector) ? '-f ipv6 ' : '') +
  ('dialled' in selector
    ? `--orig-dst ${selector.dialled}`
    : `-p ${selector.protocol} --orig-dst ${selector.node} --orig-port-dst ${selector.port} ` +
      `--reply-src ${selector.target} --reply-port-src ${selector.targetPort}`)

/** As the awk below makes it of a connection. */
const keyOf = (selector: Selector): string =>
  'dialled' in selector
    ? selector.dialled
    : [selector.protocol, selector.node, selector.port, selector.target, selector.targetPort].join(' ')

/** Each `conntrack -D` reads the whole table; with more selectors than this, the table is first asked which of them it has. */
const fewSelectors = 4

/** Reads `KEY|OPTIONS` lines, `---`, and a table; prints the commands for those keys that some connection has. */
const selectPresent = `awk -F '|' '
  !isTable && $0 == "---" { isTable = 1; FS = " "; next }
  !isTable { options[$1] = $2; next }
  {
    d = p = s = q = ""; n = 0
    for (i = 1; i <= NF; i++) {
      k = substr($i, 1, 4)
      if (k == "src=") { if (++n == 2) s = substr($i, 5) }
      else if (k == "dst=" && d == "") d = substr($i, 5)
      else if (substr($i, 1, 6) == "dport=" && p == "") p = substr($i, 7)
      else if (substr($i, 1, 6) == "sport=" && n == 2) q = substr($i, 7)
    }
    present[d]; present[$1 " " d " " p " " s " " q]
  }
  END { for (k in present) if (k in options) print "conntrack -D " options[k] " >/dev/null" }'`

/** The commands that cut them. */
export function cutScript(selectors: readonly Selector[]): string {
  if (selectors.length <= fewSelectors) {
    return selectors.map((each) => `conntrack -D ${optionsOf(each)} >/dev/null`).join('\n')
  }
  const wanted = selectors.map((each) => `${keyOf(each)}|${optionsOf(each)}`).join('\n')
  const families = [...new Set(selectors.map((each) => (isIpv6(each) ? 'ipv6' : 'ipv4')))].sort()
  const list = families.map((family) => `conntrack -L -f ${family} 2>/dev/null;`).join(' ')
  return `{ cat <<'wanted'\n${wanted}\nwanted\necho ---; ${list} } | ${selectPresent} | sh`
}

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
  const command: Command = {
    step: `cut connections in ${netns}`,
    argv: inNetns(netns, ['sh', '-s']),
    input: `${cutScript(selectors)}\ntrue\n`,
    writes: true,
  }
  const result = await run(command)
  const isSummary = (line: string): boolean => /flow entries have been deleted/.test(line)
  const lines = result.stderr.split('\n').filter((line) => line !== '')
  const complaints = lines.filter((line) => !isSummary(line))
  const isDone = complaints.length === 0 && (result.exitCode === 0 || lines.some(isSummary))
  return isDone ? undefined : hostErrorOf(command, { ...result, stderr: complaints.join('\n') })
}

/** What is tracked towards one original destination. */
export interface TrackedConnections {
  readonly connections: number
  /** Of them, those to the port that has most: each needs a source port of its own towards the same node. */
  readonly busiestPort: number
  /** Both directions; 0 where nf_conntrack_acct is off. */
  readonly bytes: number
}

const listBoth = '{ conntrack -L -f ipv4; conntrack -L -f ipv6; } 2>/dev/null'

/**
 * Sums lines such as `tcp 6 350 ESTABLISHED src=… dst=… sport=… dport=… packets=… bytes=… src=… dst=… … bytes=…` by their
 * first `dst`. In awk, beside conntrack: a busy namespace has hundreds of thousands of lines, an answer a few.
 */
export const sumConnections = `${listBoth} | awk '{
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

/** Connections that one translated address has to one port of one destination: each takes one of its source ports. */
export interface PortUse {
  readonly from: string
  /** `10.0.1.10:8080`. */
  readonly to: string
  readonly connections: number
}

/** Prints the translated addresses that have more connections to one destination than this, with how many. */
export const countPortUse = (moreThan: number): string => `${listBoth} | awk '{
  n = m = 0; f = s = d = q = ""
  for (i = 1; i <= NF; i++) {
    k = substr($i, 1, 4)
    if (k == "src=") { if (++n == 1) f = substr($i, 5); else s = substr($i, 5) }
    else if (k == "dst=") { if (++m == 2) d = substr($i, 5) }
    else if (n == 2 && q == "" && substr($i, 1, 6) == "sport=") q = substr($i, 7)
  }
  if (d != "" && d != f) use[$1 " " d " " s ":" q]++
} END { for (u in use) if (use[u] > ${moreThan}) print "ports", u, use[u] }'`

export function parsePortUse(text: string): PortUse[] {
  return [...text.matchAll(/^ports \S+ (\S+) (\S+) (\d+)$/gm)].map(([, from = '', to = '', connections]) => ({
    from,
    to,
    connections: Number(connections),
  }))
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
