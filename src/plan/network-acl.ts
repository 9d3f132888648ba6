/**
 * Network ACLs: stateless, so every packet that crosses the border of a subnet is asked, in both directions, established
 * or not.
 *
 * A subnet whose list lets everything through in a direction has nothing here, and a VPC of such subnets has no hook for
 * it either. Otherwise two base chains stand where a packet carries the addresses that AWS's lists speak of:
 *
 *   acl-sent      (prerouting, before DNAT)   what an instance sends: its subnet's egress, then the ingress of the subnet
 *                                             that the dialled address is in (an instance's, an endpoint's or a node's)
 *   acl-received  (postrouting, after SNAT)   what comes out of an endpoint interface or a node: its subnet's egress, then
 *                                             the ingress of the receiver's subnet
 *
 * Between two instances nothing is translated and the first chain has asked both. Between an instance and a node, the
 * other end of the leg is the node, whatever address the packet carries (a client's that is preserved): the connection's
 * original destination tells which. Traffic within a subnet, and with the resolver, is not filtered (VPC guide, "Network
 * ACLs").
 */
import type { NetworkAcl, NetworkAclEntry } from '../resource/network-acl.ts'
import type { NetworkInterface } from '../resource/network-interface.ts'
import type { Subnet } from '../resource/subnet.ts'
import { aclChain, aclSubnetChain, chain, type DropReason, dropReasons, outwardIfnames, set } from './names.ts'
import { chainObject, elementObject, intervalMapObject } from './object.ts'
import type { Fragment } from './program.ts'

export type AclDirection = 'in' | 'out'

/** A subnet with the list it belongs to and the fabric addresses of the load-balancer nodes in it. */
export interface FilteredSubnet {
  readonly subnet: Subnet
  readonly nodeFabricIps: readonly string[]
}

/** The entries of one direction in the order in which they are asked; only those that can match an IPv4 packet. */
export function orderedEntries(acl: NetworkAcl, direction: AclDirection): NetworkAclEntry[] {
  return acl.entries
    .filter((entry) => entry.egress === (direction === 'out') && entry.cidrBlock !== undefined)
    .sort((a, b) => a.ruleNumber - b.ruleNumber)
}

const isCatchAll = (entry: NetworkAclEntry): boolean =>
  entry.ruleAction === 'allow' && entry.protocol === '-1' && entry.cidrBlock === '0.0.0.0/0'

/** Whether everything passes: no entry denies anything before one that allows all. */
export function isOpen(acl: NetworkAcl, direction: AclDirection): boolean {
  const entries = orderedEntries(acl, direction)
  const all = entries.findIndex(isCatchAll)
  return all >= 0 && entries.slice(0, all).every((entry) => entry.ruleAction === 'allow')
}

export const refusesSomething = (acl: NetworkAcl): boolean => !isOpen(acl, 'in') || !isOpen(acl, 'out')

const reasonOf = (direction: AclDirection): DropReason =>
  direction === 'in' ? 'network-acl-ingress' : 'network-acl-egress'

const protocolNames: Readonly<Record<string, string>> = { '1': 'icmp', '6': 'tcp', '17': 'udp' }

/** The match part of one entry. */
function entryMatch(direction: AclDirection, entry: NetworkAclEntry): string {
  const parts: string[] = []
  if (entry.protocol !== '-1') parts.push(`meta l4proto ${protocolNames[entry.protocol] ?? entry.protocol}`)
  const { ports, icmp } = entry
  if (ports && (entry.protocol === '6' || entry.protocol === '17') && (ports.from > 0 || ports.to < 65535)) {
    parts.push(`th dport ${ports.from === ports.to ? ports.from : `${ports.from}-${ports.to}`}`)
  }
  if (icmp && entry.protocol === '1' && icmp.type !== -1) {
    parts.push(`icmp type ${icmp.type}`)
    if (icmp.code !== -1) parts.push(`icmp code ${icmp.code}`)
  }
  if (entry.cidrBlock !== '0.0.0.0/0') parts.push(`${direction === 'in' ? 'ip saddr' : 'ip daddr'} ${entry.cidrBlock}`)
  return parts.join(' ')
}

/** One list: a chain per direction that returns what it allows, shared by all its subnets; and the places of these. */
export function compileNetworkAcl(netns: string, acl: NetworkAcl, subnets: readonly FilteredSubnet[]): Fragment {
  return (['in', 'out'] as const).flatMap((direction) => {
    if (isOpen(acl, direction)) return []
    const rules = orderedEntries(acl, direction).map((entry) => {
      const verdict = entry.ruleAction === 'allow' ? 'return' : `counter name ${dropReasons[reasonOf(direction)]} drop`
      return `${entryMatch(direction, entry)} ${verdict}`.trim()
    })
    const last = `counter name ${dropReasons[reasonOf(direction)]} drop`
    return [
      chainObject(netns, aclChain(direction, acl.networkAclId), [...rules, last]),
      ...subnets.flatMap((filtered) => compilePlace(netns, direction, acl, filtered)),
    ]
  })
}

/** How the two base chains find a subnet, and what they leave alone because it stays within it. */
function compilePlace(
  netns: string,
  direction: AclDirection,
  acl: NetworkAcl,
  { subnet, nodeFabricIps }: FilteredSubnet,
): Fragment {
  const peer = direction === 'in' ? 'ip saddr' : 'ip daddr'
  const places = [subnet.cidrBlock, ...nodeFabricIps]
  const direct = aclSubnetChain(direction, subnet.subnetId, 'direct')
  const viaNode = aclSubnetChain(direction, subnet.subnetId, 'node')
  const goOn = `goto ${aclChain(direction, acl.networkAclId)}`
  const [ofDirect, ofNode] =
    direction === 'in' ? [set.aclIngress, set.aclIngressFromNode] : [set.aclEgress, set.aclEgressToNode]
  return [
    chainObject(netns, direct, [`${peer} ${subnet.cidrBlock} return`, goOn]),
    chainObject(netns, viaNode, [
      `ct original ip daddr ${places.length === 1 ? subnet.cidrBlock : `{ ${places.join(', ')} }`} return`,
      goOn,
    ]),
    ...places.map((place) => elementObject(netns, ofDirect, place, `jump ${direct}`)),
    elementObject(netns, ofNode, subnet.cidrBlock, `jump ${viaNode}`),
  ]
}

/** The hooks, in a VPC with a list that refuses something. */
export function compileAclHooks(netns: string, resolverIps: readonly string[]): Fragment {
  const resolvers = `{ ${resolverIps.join(', ')} }`
  return [
    ...[set.aclEgress, set.aclIngress, set.aclEgressToNode, set.aclIngressFromNode].map((name) =>
      intervalMapObject(netns, name, 'ipv4_addr', 'verdict'),
    ),
    chainObject(
      netns,
      chain.aclSent,
      [
        `iifname "${outwardIfnames}" accept`,
        `ip daddr ${resolvers} accept`,
        `ct direction reply ct status dnat goto ${chain.aclToNode}`,
        `ip saddr vmap @${set.aclEgress}`,
        `ip daddr vmap @${set.aclIngress}`,
      ],
      'type filter hook prerouting priority mangle; policy accept;',
    ),
    // A target's answer.
    chainObject(netns, chain.aclToNode, [
      `ip saddr vmap @${set.aclEgressToNode}`,
      `ct original ip daddr vmap @${set.aclIngress}`,
    ]),
    chainObject(
      netns,
      chain.aclReceived,
      [
        `oifname "${outwardIfnames}" accept`,
        `ct original ip daddr ${resolvers} accept`,
        `ct status dnat goto ${chain.aclFromNode}`,
      ],
      'type filter hook postrouting priority srcnat + 10; policy accept;',
    ),
    chainObject(netns, chain.aclFromNode, [
      `ct original ip daddr vmap @${set.aclEgress}`,
      `ip daddr vmap @${set.aclIngressFromNode}`,
    ]),
  ]
}

/** The list of every subnet of a VPC that some list names, or that belongs to the default one. */
export function aclOfSubnets(acls: readonly NetworkAcl[], subnets: readonly Subnet[]): ReadonlyMap<string, NetworkAcl> {
  const byDefault = acls.find(({ isDefault }) => isDefault)
  const named = new Map(acls.flatMap((acl) => acl.associations.map(({ subnetId }) => [subnetId, acl] as const)))
  return new Map(
    subnets.flatMap(({ subnetId }) => {
      const acl = named.get(subnetId) ?? byDefault
      return acl ? [[subnetId, acl] as const] : []
    }),
  )
}

/** Fabric addresses of the nodes among some interfaces: what endpoints' traffic is tracked as dialling. */
export const nodeFabricIpsOf = (interfaces: readonly NetworkInterface[]): string[] =>
  interfaces.flatMap((eni) => (eni.interfaceType === 'network_load_balancer' ? (eni.fabricIp ?? []) : [])).sort()
