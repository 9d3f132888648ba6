/**
 * Security groups as nft chains, and as a function.
 *
 * One chain per set of groups and direction, shared by every interface that has this set: an interface costs one map
 * element per direction, a packet one map look-up and the rules of its own groups, however many interfaces there are.
 * The chain's name comes from the group ids, not from the rules, so that changing a rule replaces one chain and no
 * element.
 *
 * A load balancer's groups let clients in where the client's own address is seen: in its VPC for clients there, in the
 * consumer's VPC for clients behind an endpoint, after the endpoint's own groups (`nlb-away`, reference 2.7). What a load
 * balancer's node may reach is known when the plan is made (its address, its groups and the target's rules all are), so
 * `admits` decides it here and no packet pays for it. It must answer as the chains do; a test compares them.
 */
import { type Cidr, cidrContains, cidrHasAddress, formatCidr, parseCidr } from '../net/cidr.ts'
import { ipv4ToInt } from '../net/ip.ts'
import { ipv6BlockContains, ipv6InBlock, parseIpv6Block } from '../net/ipv6.ts'
import type { ManagedPrefixList } from '../resource/managed-prefix-list.ts'
import type { SecurityGroupRule } from '../resource/security-group.ts'
import { type Family, familyOf, ipv4, ipv6, named } from './family.ts'
import { fingerprintOf } from './keys.ts'
import {
  chain,
  type DropReason,
  dropReasons,
  endpointGroupChain,
  groupChain,
  groupMembersSet,
  nodeGroupChain,
} from './names.ts'
import { chainObject } from './object.ts'
import type { NftChainObject } from './program.ts'

export type Direction = 'in' | 'out'
export type PrefixLists = ReadonlyMap<string, Pick<ManagedPrefixList, 'entries'>>

/** One chain of rules of groups: which, for whom, and where what they admit goes on. */
export interface GroupSet {
  readonly chainName: string
  readonly groupIds: readonly string[]
  readonly direction: Direction
  /** Every rule of every group of the set in this direction. */
  readonly rules: readonly SecurityGroupRule[]
  readonly admitted: string
  readonly reason: DropReason
  /** The port that was dialled, not the one that a load balancer chose. */
  readonly atOriginalPort?: boolean
}

/** By the resource's own array, which is never changed: asked for every interface at every compilation. */
const groupFingerprints = new WeakMap<readonly string[], string>()

function fingerprintOfGroups(groupIds: readonly string[]): string {
  const known = groupFingerprints.get(groupIds)
  if (known !== undefined) return known
  const made = fingerprintOf([...groupIds].sort().join(','))
  groupFingerprints.set(groupIds, made)
  return made
}

/** The chain that holds these groups' rules. Order of the ids does not matter. */
export function groupChainName(direction: Direction, groupIds: readonly string[]): string {
  return groupChain(direction, fingerprintOfGroups(groupIds))
}
export const nodeGroupChainName = (where: 'home' | 'away', groupIds: readonly string[]): string =>
  nodeGroupChain(where, fingerprintOfGroups(groupIds))
export const endpointGroupChainName = (groupIds: readonly string[], nodeGroupIds: readonly string[]): string =>
  endpointGroupChain(fingerprintOfGroups(groupIds), fingerprintOfGroups(nodeGroupIds))

const ofDirection = (direction: Direction, rules: readonly SecurityGroupRule[]): SecurityGroupRule[] =>
  rules.filter((rule) => rule.isEgress === (direction === 'out'))

/** The groups of an interface: egress goes on to the receiver's, ingress is the last word. */
export function interfaceGroupSet(
  direction: Direction,
  groupIds: readonly string[],
  rules: readonly SecurityGroupRule[],
): GroupSet {
  return {
    chainName: groupChainName(direction, groupIds),
    groupIds,
    direction,
    rules: ofDirection(direction, rules),
    admitted: direction === 'in' ? 'accept' : `goto ${chain.admitInbound}`,
    reason: direction === 'in' ? 'security-group-ingress' : 'security-group-egress',
  }
}

/** A load balancer's groups as clients of its own VPC meet them; the target's groups come after. */
export const homeGroupSet = (groupIds: readonly string[], rules: readonly SecurityGroupRule[]): GroupSet => ({
  chainName: nodeGroupChainName('home', groupIds),
  groupIds,
  direction: 'in',
  rules: ofDirection('in', rules),
  admitted: `goto ${chain.admitReceiver}`,
  reason: 'load-balancer-security-group',
  atOriginalPort: true,
})

/** The same as clients behind endpoints meet them. A group of the provider's has no member among them (reference 2.7). */
export const awayGroupSet = (groupIds: readonly string[], rules: readonly SecurityGroupRule[]): GroupSet => ({
  chainName: nodeGroupChainName('away', groupIds),
  groupIds,
  direction: 'in',
  rules: ofDirection('in', rules).filter((rule) => rule.referencedGroupId === undefined),
  admitted: 'accept',
  reason: 'load-balancer-security-group',
  atOriginalPort: true,
})

/** An endpoint's groups, where the load balancer's come after them. */
export const endpointGroupSet = (
  groupIds: readonly string[],
  nodeGroupIds: readonly string[],
  rules: readonly SecurityGroupRule[],
): GroupSet => ({
  ...interfaceGroupSet('in', groupIds, rules),
  chainName: endpointGroupChainName(groupIds, nodeGroupIds),
  admitted: `goto ${nodeGroupChainName('away', nodeGroupIds)}`,
})

/** @returns a chain that sends what some rule admits on its way, and counts and drops the rest */
export function compileGroupSet(
  netns: string,
  set: GroupSet,
  prefixLists: PrefixLists,
  families: readonly Family[] = [ipv4],
): NftChainObject {
  const lines = set.rules.flatMap((rule) =>
    families.flatMap((family) => {
      const match = ruleMatch(set, rule, prefixLists, family, families.length > 1)
      return match === undefined ? [] : [`${match} ${set.admitted}`.trim()]
    }),
  )
  return chainObject(netns, set.chainName, [...new Set(lines), `counter name ${dropReasons[set.reason]} drop`])
}

/**
 * The match part of one rule; undefined when it can match no packet of the family.
 *
 * Ingress looks at the packet (after DNAT, before SNAT: the real sender, and the receiver's own port). Egress looks at
 * the connection's original destination, because the sender's rule speaks of the address it dialled, not of the target
 * that a load balancer chose; and so does a load balancer's own rule about the port that was dialled.
 *
 * @param isOneOfTwo  the chain sees packets of the other family too, so that `from everywhere` must say of which
 */
function ruleMatch(
  set: GroupSet,
  rule: SecurityGroupRule,
  prefixLists: PrefixLists,
  family: Family,
  isOneOfTwo: boolean,
): string | undefined {
  const peerAddress = set.direction === 'in' ? `${family.ip} saddr` : `ct original ${family.ip} daddr`
  const port = set.direction === 'in' && !set.atOriginalPort ? 'th dport' : 'ct original proto-dst'
  const parts: string[] = []
  switch (rule.ipProtocol) {
    case '-1':
      break
    case 'tcp':
    case 'udp':
      parts.push(`meta l4proto ${rule.ipProtocol}`)
      if (!coversAllPorts(rule)) {
        parts.push(`${port} ${rule.fromPort === rule.toPort ? rule.fromPort : `${rule.fromPort}-${rule.toPort}`}`)
      }
      break
    case 'icmp':
    case 'icmpv6':
      if ((rule.ipProtocol === 'icmp') !== (family === ipv4)) return undefined
      parts.push(`meta l4proto ${rule.ipProtocol}`)
      if (rule.fromPort !== -1) parts.push(`${rule.ipProtocol} type ${rule.fromPort}`)
      if (rule.fromPort !== -1 && rule.toPort !== -1) parts.push(`${rule.ipProtocol} code ${rule.toPort}`)
      break
    default:
      parts.push(`meta l4proto ${rule.ipProtocol}`)
  }
  const block = family === ipv4 ? rule.cidrIpv4 : rule.cidrIpv6
  if (block !== undefined) {
    if (block !== family.everywhere) parts.push(`${peerAddress} ${block}`)
    else if (isOneOfTwo) parts.push(`meta nfproto ${family.name}`)
  } else if (rule.referencedGroupId !== undefined) {
    parts.push(`${peerAddress} @${named(family, groupMembersSet(rule.referencedGroupId))}`)
  } else if (rule.prefixListId !== undefined) {
    const blocks =
      family === ipv4
        ? blocksOf(rule.prefixListId, prefixLists).map(formatCidr)
        : ipv6BlocksOf(rule.prefixListId, prefixLists)
    if (blocks.length === 0) return undefined
    parts.push(`${peerAddress} { ${blocks.join(', ')} }`)
  } else {
    return undefined
  }
  return parts.join(' ')
}

/** The IPv4 blocks of a list, without those that lie in another: nft refuses a set whose intervals overlap. */
function blocksOf(prefixListId: string, prefixLists: PrefixLists): Cidr[] {
  const entries = prefixLists.get(prefixListId)?.entries ?? []
  const blocks = new Map(
    entries.flatMap(({ cidr }) => parseCidr(cidr) ?? []).map((block) => [formatCidr(block), block]),
  )
  const all = [...blocks.values()]
  return all.filter((block) => !all.some((other) => other !== block && cidrContains(other, block)))
}

/** The same of IPv6. */
function ipv6BlocksOf(prefixListId: string, prefixLists: PrefixLists): string[] {
  const entries = prefixLists.get(prefixListId)?.entries ?? []
  const all = [...new Set(entries.flatMap(({ cidr }) => (parseIpv6Block(cidr) ? [cidr] : [])))]
  return all.filter((block) => !all.some((other) => other !== block && ipv6BlockContains(other, block)))
}

const coversAllPorts = (rule: SecurityGroupRule): boolean =>
  rule.fromPort === -1 || (rule.fromPort <= 0 && rule.toPort >= 65535)

/** A new connection as a security group sees it. */
export interface Flow {
  readonly protocol: 'tcp' | 'udp'
  readonly peerIp: string
  readonly peerGroupIds: readonly string[]
  readonly port: number
}

/** Whether rules of one direction let a flow pass. */
export function admits(
  direction: Direction,
  rules: readonly SecurityGroupRule[],
  flow: Flow,
  prefixLists: PrefixLists = new Map(),
): boolean {
  return rules.some((rule) => {
    if (rule.isEgress !== (direction === 'out')) return false
    if (rule.ipProtocol !== '-1') {
      if (rule.ipProtocol !== flow.protocol) return false
      if (!coversAllPorts(rule) && (flow.port < rule.fromPort || flow.port > rule.toPort)) return false
    }
    const family = familyOf(flow.peerIp)
    if (rule.cidrIpv6 !== undefined) return family === ipv6 && ipv6InBlock(flow.peerIp, rule.cidrIpv6) === true
    if (rule.cidrIpv4 !== undefined) {
      const cidr = parseCidr(rule.cidrIpv4)
      return family === ipv4 && cidr !== undefined && cidrHasAddress(cidr, ipv4ToInt(flow.peerIp))
    }
    if (rule.prefixListId !== undefined) {
      if (family === ipv6) {
        return ipv6BlocksOf(rule.prefixListId, prefixLists).some((block) => ipv6InBlock(flow.peerIp, block) === true)
      }
      const address = ipv4ToInt(flow.peerIp)
      return blocksOf(rule.prefixListId, prefixLists).some((block) => cidrHasAddress(block, address))
    }
    return rule.referencedGroupId !== undefined && flow.peerGroupIds.includes(rule.referencedGroupId)
  })
}
