/**
 * What security groups, network ACLs and route tables say of one packet, read as AWS's documentation reads them; no chain
 * or map of ours is asked (explain.ts says why).
 */
import { cidrHasAddress, parseCidr } from '../net/cidr.ts'
import { parseIpv4 } from '../net/ip.ts'
import { ipv6InBlock } from '../net/ipv6.ts'
import type { NetworkAcl } from '../resource/network-acl.ts'
import { destinationOf, isMainRouteTable, type RouteTable } from '../resource/route-table.ts'
import type { SecurityGroupRule } from '../resource/security-group.ts'
import type { DestinationStep, NetworkAclStep, Packet, SecurityGroupStep } from './explanation.ts'
import type { Topology } from './topology.ts'

export interface Peer extends Packet {
  readonly peerGroupIds: readonly string[]
}

export const passes = { verdict: 'passes' } as const
export const refuses = { verdict: 'refuses' } as const
export const verdictOf = (isPassed: boolean) => (isPassed ? passes : refuses)

interface Owned {
  readonly ownerId: string
  readonly region: string
}
export const ownerOf = ({ ownerId, region }: Owned): Owned => ({ ownerId, region })

/** @param of  the interface or load balancer that has the groups */
export function askGroups(
  topology: Topology,
  direction: 'ingress' | 'egress',
  of: string,
  holder: Owned,
  groupIds: readonly string[],
  peer: Peer,
): SecurityGroupStep {
  const rule = groupIds
    .flatMap((groupId) => topology.rulesByGroup.get(groupId) ?? [])
    .find((each) => each.isEgress === (direction === 'egress') && ruleMatches(topology, each, peer))
  const own = topology.groups.get(groupIds[0] ?? '')
  const peerGroupId = peer.peerGroupIds.find((groupId) => topology.groups.get(groupId)?.vpcId === own?.vpcId)
  return {
    step: 'security-group',
    ...verdictOf(rule !== undefined),
    ...ownerOf(own ?? holder),
    ...{ direction, of, groupIds, protocol: peer.protocol, port: peer.port, peerIp: peer.peerIp },
    ...(peerGroupId !== undefined && { peerGroupId }),
    ...(rule && { securityGroupRuleId: rule.securityGroupRuleId }),
  }
}

function ruleMatches(
  topology: Topology,
  rule: SecurityGroupRule,
  { protocol, port, peerIp, peerGroupIds }: Peer,
): boolean {
  if (rule.ipProtocol !== '-1') {
    if (rule.ipProtocol !== protocol) return false
    if (rule.fromPort !== -1 && (port < rule.fromPort || port > rule.toPort)) return false
  }
  const block = rule.cidrIpv4 ?? rule.cidrIpv6
  if (block !== undefined) return isWithin(block, peerIp)
  if (rule.referencedGroupId !== undefined) return peerGroupIds.includes(rule.referencedGroupId)
  const list = rule.prefixListId === undefined ? undefined : topology.prefixLists.get(rule.prefixListId)
  return list?.entries.some(({ cidr }) => isWithin(cidr, peerIp)) ?? false
}

/** One question to the list of a subnet; undefined when the VPC has no list at all. */
export function askNetworkAcl(
  topology: Topology,
  question: Packet & Pick<NetworkAclStep, 'subnetId' | 'direction' | 'way'>,
): NetworkAclStep | undefined {
  const { subnetId, direction, protocol, port, peerIp } = question
  const acls = topology.aclsByVpc.get(topology.subnets.get(subnetId)?.vpcId ?? '') ?? []
  const named = acls.find(({ associations }) => associations.some((each) => each.subnetId === subnetId))
  const acl = named ?? acls.find(({ isDefault }) => isDefault)
  if (!acl) return undefined
  const entries = acl.entries.filter((entry) => entry.egress === (direction === 'egress'))
  const decisive = entries
    .toSorted((one, other) => one.ruleNumber - other.ruleNumber)
    .find(
      (entry) =>
        (entry.protocol === '-1' || entry.protocol === (protocol === 'tcp' ? '6' : '17')) &&
        isWithin(entry.cidrBlock ?? entry.ipv6CidrBlock ?? '', peerIp) &&
        (!entry.ports || entry.protocol === '-1' || (port >= entry.ports.from && port <= entry.ports.to)),
    )
  const isAllowed = decisive?.ruleAction === 'allow'
  const free = isAllowed ? undefined : freeRuleNumber(entries, decisive?.ruleNumber)
  return {
    step: 'network-acl',
    ...verdictOf(isAllowed),
    ...ownerOf(acl),
    networkAclId: acl.networkAclId,
    ...question,
    ...(decisive && { ruleNumber: decisive.ruleNumber }),
    ...(free !== undefined && { freeRuleNumber: free }),
  }
}

/** AWS's largest number for an entry that somebody makes. */
const maxRuleNumber = 32_766

/** A number for an entry that is asked before the one that refused; after all others, in hundreds, when none did. */
function freeRuleNumber(entries: NetworkAcl['entries'], refusing: number | undefined): number | undefined {
  const taken = new Set(entries.map(({ ruleNumber }) => ruleNumber))
  const roomy = (Math.floor(Math.max(0, ...taken) / 100) + 1) * 100
  if (refusing === undefined && roomy <= maxRuleNumber) return roomy
  let number = (refusing ?? maxRuleNumber + 1) - 1
  while (taken.has(number)) number--
  return number > 0 ? number : undefined
}

/** The most specific route of the subnet's table, or of the main one. */
export function routeTo(
  topology: Topology,
  routeTables: readonly RouteTable[],
  { vpcId, subnetId }: { readonly vpcId: string; readonly subnetId: string },
  ip: string,
): DestinationStep['route'] {
  const tables = routeTables.filter((table) => table.vpcId === vpcId)
  const table =
    tables.find(({ associations }) => associations.some((each) => each.subnetId === subnetId)) ??
    tables.find(isMainRouteTable)
  const fitting = (table?.routes ?? []).flatMap((route) => {
    const blocks = route.destinationPrefixListId
      ? (topology.prefixLists.get(route.destinationPrefixListId)?.entries ?? []).map(({ cidr }) => cidr)
      : [route.destinationCidrBlock ?? route.destinationIpv6CidrBlock ?? '']
    const lengths = blocks.filter((block) => isWithin(block, ip)).map((block) => Number(block.split('/')[1]))
    return lengths.length > 0 ? [{ route, prefixLength: Math.max(...lengths) }] : []
  })
  const best = fitting.sort((one, other) => other.prefixLength - one.prefixLength)[0]?.route
  return table && best
    ? { routeTableId: table.routeTableId, destination: destinationOf(best), gatewayId: best.gatewayId }
    : undefined
}

/** Of one family: a block of the other holds no address of it. */
export function isWithin(block: string, ip: string): boolean {
  const address = parseIpv4(ip)
  if (address === undefined) return block.includes(':') && ipv6InBlock(ip, block) === true
  const cidr = parseCidr(block)
  return cidr !== undefined && cidrHasAddress(cidr, address)
}
