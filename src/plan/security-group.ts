/**
 * Security groups as nft chains, and as a function.
 *
 * One chain per set of groups and direction, shared by every interface that has this set: an interface costs one map
 * element per direction, a packet one map look-up and the rules of its own groups, however many interfaces there are.
 * The chain's name comes from the group ids, not from the rules, so that changing a rule replaces one chain and no
 * element.
 *
 * What a load balancer's node may reach is known when the plan is made (its address, its groups and the target's rules
 * all are), so `admits` decides it here and no packet pays for it. It must answer as the chains do; a test compares them.
 */
import { cidrHasAddress, parseCidr } from '../net/cidr.ts'
import { ipv4ToInt } from '../net/ip.ts'
import type { SecurityGroupRule } from '../resource/security-group.ts'
import { fingerprintOf } from './keys.ts'
import { chain, dropReasons, groupChain, groupMembersSet } from './names.ts'
import { chainObject } from './object.ts'
import type { NftChainObject } from './program.ts'

export type Direction = 'in' | 'out'

/** The chain that holds these groups' rules. Order of the ids does not matter. */
export function groupChainName(direction: Direction, groupIds: readonly string[]): string {
  return groupChain(direction, fingerprintOf([...groupIds].sort().join(',')))
}

/**
 * @param rules  every rule of every group in the set, both directions
 * @returns      a chain that accepts (in) or goes on to the receiver's groups (out), or counts and drops
 */
export function compileGroupChain(
  netns: string,
  direction: Direction,
  groupIds: readonly string[],
  rules: readonly SecurityGroupRule[],
): NftChainObject {
  const verdict = direction === 'in' ? 'accept' : `goto ${chain.admitInbound}`
  const reason = direction === 'in' ? 'security-group-ingress' : 'security-group-egress'
  const lines = rules
    .filter((rule) => rule.isEgress === (direction === 'out'))
    .flatMap((rule) => {
      const match = ruleMatch(direction, rule)
      return match === undefined ? [] : [`${match} ${verdict}`.trim()]
    })
  return chainObject(netns, groupChainName(direction, groupIds), [
    ...new Set(lines),
    `counter name ${dropReasons[reason]} drop`,
  ])
}

/**
 * The match part of one rule; undefined when it can match no IPv4 packet.
 *
 * Ingress looks at the packet (after DNAT, before SNAT: the real sender, and the receiver's own port). Egress looks at
 * the connection's original destination, because the sender's rule speaks of the address it dialled, not of the target
 * that a load balancer chose.
 */
function ruleMatch(direction: Direction, rule: SecurityGroupRule): string | undefined {
  const peerAddress = direction === 'in' ? 'ip saddr' : 'ct original ip daddr'
  const port = direction === 'in' ? 'th dport' : 'ct original proto-dst'
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
      parts.push('meta l4proto icmp')
      if (rule.fromPort !== -1) parts.push(`icmp type ${rule.fromPort}`)
      if (rule.fromPort !== -1 && rule.toPort !== -1) parts.push(`icmp code ${rule.toPort}`)
      break
    case 'icmpv6':
      return undefined
    default:
      parts.push(`meta l4proto ${rule.ipProtocol}`)
  }
  if (rule.cidrIpv4 !== undefined) {
    if (rule.cidrIpv4 !== '0.0.0.0/0') parts.push(`${peerAddress} ${rule.cidrIpv4}`)
  } else if (rule.referencedGroupId !== undefined) {
    parts.push(`${peerAddress} @${groupMembersSet(rule.referencedGroupId)}`)
  } else {
    return undefined
  }
  return parts.join(' ')
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
export function admits(direction: Direction, rules: readonly SecurityGroupRule[], flow: Flow): boolean {
  return rules.some((rule) => {
    if (rule.isEgress !== (direction === 'out')) return false
    if (rule.ipProtocol !== '-1') {
      if (rule.ipProtocol !== flow.protocol) return false
      if (!coversAllPorts(rule) && (flow.port < rule.fromPort || flow.port > rule.toPort)) return false
    }
    if (rule.cidrIpv4 !== undefined) {
      const cidr = parseCidr(rule.cidrIpv4)
      return cidr !== undefined && cidrHasAddress(cidr, ipv4ToInt(flow.peerIp))
    }
    return rule.referencedGroupId !== undefined && flow.peerGroupIds.includes(rule.referencedGroupId)
  })
}
