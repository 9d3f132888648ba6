/**
 * Where the first packet of a connection goes, through every namespace, table and wire of a fake kernel.
 *
 * The same order as in Linux: prerouting, routing, forward and postrouting or input, each hook's chains by their priority, then over the
 * wire into the next namespace. A namespace without a table routes. The packet arrives where its destination is an address of an interface.
 */
import { cidrHasAddress, parseCidr } from '../net/cidr.ts'
import { parseIpv4 } from '../net/ip.ts'
import type { KernelObject } from '../plan/program.ts'
import { agentFabricIp } from '../resource/fabric.ts'
import { FakeKernel } from './fake.ts'
import { evaluateRule, type FakePacket, type FakeTables, type Verdict } from './fake-rule.ts'

export interface Hop {
  readonly netns: string
  readonly source: string
  readonly destination: string
}

export type Trace =
  | {
      readonly outcome: 'arrives'
      readonly netns: string
      /** `10.0.1.5:40000`, as the receiver sees the sender. */
      readonly source: string
      /** `10.0.1.10:8080`. */
      readonly destination: string
      /** Addresses as they entered each namespace. */
      readonly hops: readonly Hop[]
    }
  | {
      readonly outcome: 'dropped'
      readonly netns: string
      /** A drop reason (`security-group-ingress`), `policy`, or `unroutable`. */
      readonly reason: string
      readonly hops: readonly Hop[]
    }

/** More namespaces than any path has: consumer, fabric, provider, target. */
const longestPath = 8

/**
 * @param packet `tcp 10.0.1.7:40000 > 10.0.1.50:443 in vpc-0123…`: the namespace is the VPC the sender is in, or `fabric`.
 *               `… via e-0123…` names the interface it comes in by; without it, the one whose instance has the address.
 *               `icmp 10.0.1.7 > 10.0.1.8 in vpc-…` is an echo request.
 */
export function trace(objects: FakeKernel | Iterable<KernelObject>, packet: string): Trace {
  const kernel = objects instanceof FakeKernel ? objects : FakeKernel.of(objects)
  const parsed = /^(\w+) ([\d.]+)(?::(\d+))? > ([\d.]+)(?::(\d+))? in (\S+)(?: via (\S+))?$/.exec(packet)
  if (!parsed) throw new TypeError(`not a packet: ${packet}`)
  const [, protocol = '', saddr = '', sport = '0', daddr = '', dport = '0', place = '', via] = parsed
  const start = kernel.netnsEnding(place)
  if (start === undefined) throw new Error(`no namespace ${place}`)
  const hops: Hop[] = []

  let netns = start
  let iifname = via ?? interfaceOf(kernel, netns, saddr)
  let at = { saddr, sport: Number(sport), daddr, dport: Number(dport) }
  while (hops.length < longestPath) {
    const source = `${at.saddr}:${at.sport}`
    const destination = `${at.daddr}:${at.dport}`
    hops.push({ netns, source, destination })
    if (isLocal(kernel, netns, at.daddr)) return { outcome: 'arrives', netns, source, destination, hops }

    const current: FakePacket = {
      protocol,
      ...at,
      iifname,
      oifname: '',
      original: { daddr: at.daddr, dport: at.dport },
      isDnatted: false,
      mark: 0,
      ...(protocol === 'icmp' ? { icmp: { type: 8, code: 0 } } : {}),
    }
    const dropped = pass(kernel, netns, current)
    if (dropped !== undefined) return { outcome: 'dropped', netns, reason: dropped, hops }
    if (kernel.hasLocally(netns, current.daddr)) {
      const [from, to] = [`${current.saddr}:${current.sport}`, `${current.daddr}:${current.dport}`]
      return { outcome: 'arrives', netns, source: from, destination: to, hops }
    }
    const wire = kernel.ends(netns).find(({ here }) => here.ifname === current.oifname)
    if (!wire) return { outcome: 'dropped', netns, reason: 'unroutable', hops }
    netns = wire.there.netns
    iifname = wire.there.ifname
    at = { saddr: current.saddr, sport: current.sport, daddr: current.daddr, dport: current.dport }
  }
  throw new Error(`${packet} goes round in circles: ${hops.map((hop) => hop.netns).join(' > ')}`)
}

/** Leads a packet through one namespace; says why it was dropped, if it was. */
function pass(kernel: FakeKernel, netns: string, packet: FakePacket): string | undefined {
  const run = (hook: string): string | undefined => {
    const tables = kernel.tables(netns)
    for (const base of kernel.hooked(netns, hook)) {
      const { verdict, counter } = runChain(kernel, netns, base.name, packet, tables)
      if (verdict?.kind === 'drop' || verdict?.kind === 'reject') return counter?.replace(/^drop-/, '') ?? 'rule'
      if (verdict === undefined && base.base?.includes('policy drop')) return 'policy'
    }
    return undefined
  }
  const beforeRouting = run('prerouting')
  if (beforeRouting !== undefined) return beforeRouting
  if (kernel.hasLocally(netns, packet.daddr)) return run('input')
  const dev = route(kernel, netns, packet.daddr)
  if (dev === undefined) return 'unroutable'
  packet.oifname = dev
  return run('forward') ?? run('postrouting')
}

function runChain(
  kernel: FakeKernel,
  netns: string,
  name: string,
  packet: FakePacket,
  tables: FakeTables,
): { readonly verdict?: Verdict; readonly counter?: string } {
  const chain = kernel.chain(netns, name)
  if (!chain) throw new Error(`no chain ${name} in ${netns}`)
  for (const rule of chain.rules) {
    const { verdict, counter } = evaluateRule(rule, packet, tables)
    if (!verdict) continue
    if (verdict.kind === 'return') return {}
    if (verdict.kind === 'goto') return runChain(kernel, netns, verdict.chain, packet, tables)
    if (verdict.kind === 'jump') {
      const inner = runChain(kernel, netns, verdict.chain, packet, tables)
      if (inner.verdict) return inner
      continue
    }
    return { verdict, ...(counter === undefined ? {} : { counter }) }
  }
  return {}
}

/** The interface behind which an address is, by the /32 routes of the namespace. */
function interfaceOf(kernel: FakeKernel, netns: string, address: string): string {
  return kernel.routes(netns).find(({ destination }) => destination === `${address}/32`)?.dev ?? 'lo'
}

function route(kernel: FakeKernel, netns: string, address: string): string | undefined {
  const target = parseIpv4(address) ?? -1
  const matching = kernel.routes(netns).flatMap(({ destination, dev }) => {
    const cidr = parseCidr(destination === 'default' ? '0.0.0.0/0' : destination)
    return cidr && cidrHasAddress(cidr, target) ? [{ dev, prefixLength: cidr.prefixLength }] : []
  })
  return matching.sort((a, b) => b.prefixLength - a.prefixLength)[0]?.dev
}

function isLocal(kernel: FakeKernel, netns: string, address: string): boolean {
  if (address === agentFabricIp && netns.endsWith('.fabric')) return true
  return kernel.ends(netns).some(({ here }) => here.addresses.some((own) => own.split('/')[0] === address))
}
