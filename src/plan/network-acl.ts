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
import { type Family, fabricAddressOf, familyOf, ipv4, named } from './family.ts'
import { aclChain, aclSubnetChain, chain, type DropReason, dropReasons, outwardIfnames, set } from './names.ts'
import { chainObject, elementObject, intervalMapObject } from './object.ts'
import type { Fragment } from './program.ts'

export type AclDirection = 'in' | 'out'

/** A subnet with the list it belongs to and the fabric addresses of the load-balancer nodes in it. */
export interface FilteredSubnet {
  readonly subnet: Subnet
  readonly nodeFabricIps: readonly string[]
}

const blockOf = (entry: NetworkAclEntry, family: Family): string | undefined =>
  family === ipv4 ? entry.cidrBlock : entry.ipv6CidrBlock

/** The entries of one direction in the order in which they are asked; only those that can match a packet of the family. */
export function orderedEntries(acl: NetworkAcl, direction: AclDirection, family: Family = ipv4): NetworkAclEntry[] {
  return acl.entries
    .filter((entry) => entry.egress === (direction === 'out') && blockOf(entry, family) !== undefined)
    .sort((a, b) => a.ruleNumber - b.ruleNumber)
}

/** Whether everything of a family passes: no entry denies anything before one that allows all. */
export function isOpen(acl: NetworkAcl, direction: AclDirection, family: Family = ipv4): boolean {
  const isCatchAll = (entry: NetworkAclEntry): boolean =>
    entry.ruleAction === 'allow' && entry.protocol === '-1' && blockOf(entry, family) === family.everywhere
  const entries = orderedEntries(acl, direction, family)
  const all = entries.findIndex(isCatchAll)
  return all >= 0 && entries.slice(0, all).every((entry) => entry.ruleAction === 'allow')
}

export const refusesSomething = (acl: NetworkAcl, families: readonly Family[] = [ipv4]): boolean =>
  families.some((family) => !isOpen(acl, 'in', family) || !isOpen(acl, 'out', family))

const reasonOf = (direction: AclDirection): DropReason =>
  direction === 'in' ? 'network-acl-ingress' : 'network-acl-egress'

const protocolNames: Readonly<Record<string, string>> = { '1': 'icmp', '6': 'tcp', '17': 'udp', '58': 'icmpv6' }
/** Whose types and codes an entry may name. */
const icmpOf = (family: Family): string => (family === ipv4 ? '1' : '58')

/** The match part of one entry. */
function entryMatch(direction: AclDirection, entry: NetworkAclEntry, family: Family): string {
  const parts: string[] = []
  if (entry.protocol !== '-1') parts.push(`meta l4proto ${protocolNames[entry.protocol] ?? entry.protocol}`)
  const { ports, icmp } = entry
  if (ports && (entry.protocol === '6' || entry.protocol === '17') && (ports.from > 0 || ports.to < 65535)) {
    parts.push(`th dport ${ports.from === ports.to ? ports.from : `${ports.from}-${ports.to}`}`)
  }
  if (icmp && entry.protocol === icmpOf(family) && icmp.type !== -1) {
    const name = protocolNames[entry.protocol]
    parts.push(`${name} type ${icmp.type}`)
    if (icmp.code !== -1) parts.push(`${name} code ${icmp.code}`)
  }
  const block = blockOf(entry, family)
  if (block !== family.everywhere) parts.push(`${family.ip} ${direction === 'in' ? 'saddr' : 'daddr'} ${block}`)
  return parts.join(' ')
}

/** One list: a chain per direction that returns what it allows, shared by all its subnets; and the places of these. */
export function compileNetworkAcl(
  netns: string,
  acl: NetworkAcl,
  subnets: readonly FilteredSubnet[],
  family: Family = ipv4,
): Fragment {
  return (['in', 'out'] as const).flatMap((direction) => {
    if (isOpen(acl, direction, family)) return []
    const rules = orderedEntries(acl, direction, family).map((entry) => {
      const verdict = entry.ruleAction === 'allow' ? 'return' : `counter name ${dropReasons[reasonOf(direction)]} drop`
      return `${entryMatch(direction, entry, family)} ${verdict}`.trim()
    })
    const last = `counter name ${dropReasons[reasonOf(direction)]} drop`
    return [
      chainObject(netns, named(family, aclChain(direction, acl.networkAclId)), [...rules, last]),
      ...subnets.flatMap((filtered) => compilePlace(netns, direction, acl, filtered, family)),
    ]
  })
}

/** How the two base chains find a subnet, and what they leave alone because it stays within it. */
function compilePlace(
  netns: string,
  direction: AclDirection,
  acl: NetworkAcl,
  { subnet, nodeFabricIps }: FilteredSubnet,
  family: Family,
): Fragment {
  const block = family === ipv4 ? subnet.cidrBlock : subnet.ipv6CidrBlock
  if (block === undefined) return []
  const peer = `${family.ip} ${direction === 'in' ? 'saddr' : 'daddr'}`
  const places = [block, ...nodeFabricIps.filter((ip) => familyOf(ip) === family)]
  const direct = named(family, aclSubnetChain(direction, subnet.subnetId, 'direct'))
  const viaNode = named(family, aclSubnetChain(direction, subnet.subnetId, 'node'))
  const goOn = `goto ${named(family, aclChain(direction, acl.networkAclId))}`
  const [ofDirect, ofNode] =
    direction === 'in' ? [set.aclIngress, set.aclIngressFromNode] : [set.aclEgress, set.aclEgressToNode]
  return [
    chainObject(netns, direct, [`${peer} ${block} return`, goOn]),
    chainObject(netns, viaNode, [
      `ct original ${family.ip} daddr ${places.length === 1 ? block : `{ ${places.join(', ')} }`} return`,
      goOn,
    ]),
    ...places.map((place) => elementObject(netns, named(family, ofDirect), place, `jump ${direct}`)),
    elementObject(netns, named(family, ofNode), block, `jump ${viaNode}`),
  ]
}

/** The hooks, in a VPC with a list that refuses something. */
export function compileAclHooks(
  netns: string,
  resolverIps: readonly string[],
  families: readonly Family[] = [ipv4],
): Fragment {
  const each = (rule: (ip: Family['ip'], at: (setName: string) => string) => string): string[] =>
    families.map((family) => rule(family.ip, (setName) => `@${named(family, setName)}`))
  const resolvers = `{ ${resolverIps.join(', ')} }`
  return [
    ...families.flatMap((family) =>
      [set.aclEgress, set.aclIngress, set.aclEgressToNode, set.aclIngressFromNode].map((name) =>
        intervalMapObject(netns, named(family, name), family.addressType, 'verdict'),
      ),
    ),
    chainObject(
      netns,
      chain.aclSent,
      [
        `iifname "${outwardIfnames}" accept`,
        `ip daddr ${resolvers} accept`,
        `ct direction reply ct status dnat goto ${chain.aclToNode}`,
        ...each((ip, at) => `${ip} saddr vmap ${at(set.aclEgress)}`),
        ...each((ip, at) => `${ip} daddr vmap ${at(set.aclIngress)}`),
      ],
      'type filter hook prerouting priority mangle; policy accept;',
    ),
    // A target's answer.
    chainObject(netns, chain.aclToNode, [
      ...each((ip, at) => `${ip} saddr vmap ${at(set.aclEgressToNode)}`),
      ...each((ip, at) => `ct original ${ip} daddr vmap ${at(set.aclIngress)}`),
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
      ...each((ip, at) => `ct original ${ip} daddr vmap ${at(set.aclEgress)}`),
      ...each((ip, at) => `${ip} daddr vmap ${at(set.aclIngressFromNode)}`),
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
export const nodeFabricIpsOf = (
  interfaces: readonly NetworkInterface[],
  families: readonly Family[] = [ipv4],
): string[] =>
  interfaces
    .filter(({ interfaceType }) => interfaceType === 'network_load_balancer')
    .flatMap((eni) => families.flatMap((family) => fabricAddressOf(eni, family) ?? []))
    .sort()
