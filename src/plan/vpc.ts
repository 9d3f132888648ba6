/**
 * One VPC: its namespace, its link to the fabric, and the table that every packet of it passes.
 *
 * A packet's way through the namespace:
 *
 *   destination (nat prerouting)   first packet only; conntrack repeats the translation for the rest
 *     from an instance: resolver → agent; endpoint interface → the load balancer's node on the fabric
 *     from anywhere:    load balancer's node → the listener's chain, which picks a target
 *   admit (filter forward)         established connections leave at the first rule
 *     new ones: the sender's source address and groups, the load balancer's where there is one, the receiver's groups
 *   source (nat postrouting)       first packet only
 *     towards the fabric: the endpoint interface's fabric address; towards a target: the node's private address
 *
 * Where the relay carries a listener (relay.ts), `destination` leads to an address that is local here, and admit-local
 * (filter input) asks what admit asks.
 *
 * "The fabric" is here whatever leads out of the VPC: the link to the fabric, and the wires to the VPCs that it shares an
 * endpoint with (vpc-link.ts). Every address of the VPC that is no instance leads to the fabric link by default, where
 * only translated packets may leave: so endpoint interfaces and nodes need no route and no address here, and an unknown
 * address is refused with its reason instead of being lost in ARP.
 *
 * What few VPCs use (network ACLs, security groups of load balancers, idle timeouts of endpoints' listeners) has its rules
 * in those only: `VpcUses`.
 */
import { parseCidr } from '../net/cidr.ts'
import { formatIpv4 } from '../net/ip.ts'
import { macFromHex } from '../net/mac.ts'
import { agentFabricIp, agentFabricIpv6, relaySourceBlock } from '../resource/fabric.ts'
import type { Vpc } from '../resource/vpc.ts'
import type { ZoneOfClients } from './client-routing.ts'
import { type Family, familiesOf, familyOf, hasIpv6, ipv4, ipv6, named } from './family.ts'
import {
  chain,
  dropReasons,
  fabricNetns,
  groupMembersSet,
  hexOf,
  markNodeGroup,
  markNodeSource,
  outwardIfnames,
  set,
  uplinkIfname,
  vpcIfname,
  vpcNetns,
} from './names.ts'
import { compileAclHooks } from './network-acl.ts'
import { chainObject, counterObject, mapObject, netnsObject, routeObject, setObject, wireObject } from './object.ts'
import type { Fragment, NetnsObject, NftChainObject, RouteObject, WireObject } from './program.ts'

/** AWS's MTU on PrivateLink paths (reference section 8), and what is left of it for TCP's payload. */
export const fabricMtuBytes = 8500
const fabricMssBytes = (family: Family): number => fabricMtuBytes - family.headerBytes - 20
/** Next hops of a VPC's link: link-local, the same in every VPC, known to both ends as permanent neighbours. */
const fabricNextHop = '169.254.0.1'
const vpcNextHop = '169.254.0.2'
const fabricNextHop6 = 'fe80::1'
const vpcNextHop6 = 'fe80::2'
/** The resolver's second address, in every VPC. */
export const linkLocalResolverIp = '169.254.169.253'

/** The resolver's address in a VPC: the base of its primary block plus two. */
export function resolverIpOf(vpc: Vpc): string {
  const cidr = parseCidr(vpc.cidrBlock)
  if (!cidr) throw new RangeError(`VPC ${vpc.vpcId} has the block ${vpc.cidrBlock}`)
  return formatIpv4(cidr.first + 2)
}

/** Both of the resolver's addresses. */
export const resolverIpsOf = (vpc: Vpc): readonly string[] => [resolverIpOf(vpc), linkLocalResolverIp]

/** Byte 13 of the TCP header as nft's raw payload: 104 bits into it, 8 long. */
const thFlagsByte = '@th,104,8'

const vpcSysctls = {
  'net.ipv4.ip_forward': '1',
  // Hardly anything is delivered here: looking for a local socket first would be wasted on every packet.
  'net.ipv4.ip_early_demux': '0',
  'net.ipv4.conf.all.rp_filter': '0',
  'net.ipv4.conf.default.rp_filter': '0',
  'net.ipv4.conf.default.proxy_arp': '1',
  'net.ipv4.conf.all.send_redirects': '0',
  'net.ipv4.conf.default.send_redirects': '0',
  'net.ipv6.conf.all.disable_ipv6': '1',
  'net.ipv6.conf.default.disable_ipv6': '1',
  // A packet of no tracked connection is invalid, not the start of one: it is answered with a RST (reference 2.5).
  'net.netfilter.nf_conntrack_tcp_loose': '0',
  'net.netfilter.nf_conntrack_tcp_be_liberal': '1',
  'net.netfilter.nf_conntrack_acct': '1',
  // The load balancer's idle timeouts (reference 2.5).
  'net.netfilter.nf_conntrack_tcp_timeout_established': '350',
  'net.netfilter.nf_conntrack_udp_timeout': '120',
  'net.netfilter.nf_conntrack_udp_timeout_stream': '120',
  // 120 s by default: at 10,000 connections a second the table (262,144 entries) would be full in half a minute.
  'net.netfilter.nf_conntrack_tcp_timeout_time_wait': '10',
} as const

/**
 * Instead of the two that switch IPv6 off, in the namespaces of VPCs that have a block. No interface of theirs has an address
 * of its own, not even a link-local one: every neighbour is a permanent entry, so there is nothing to discover and nobody to
 * discover it. It also keeps ICMPv6 redirects away, for which there is no switch (net/ipv6/ndisc.c sends none without one).
 */
const ipv6Sysctls = {
  'net.ipv6.conf.all.disable_ipv6': '0',
  'net.ipv6.conf.default.disable_ipv6': '0',
  'net.ipv6.conf.all.forwarding': '1',
  'net.ipv6.conf.default.forwarding': '1',
} as const
/** Before those: what is switched on afterwards gets no link-local address. */
const noAddressesOfOurOwn = {
  'net.ipv6.conf.all.addr_gen_mode': '1',
  'net.ipv6.conf.default.addr_gen_mode': '1',
} as const

/** Of what not every VPC has. */
export interface VpcUses {
  /** Groups that some rule of the VPC names as its peer. */
  readonly referencedGroupIds: readonly string[]
  /** A load balancer with security groups. */
  readonly nodeGroups: boolean
  /** An endpoint to a listener with an idle timeout of its own. */
  readonly endpointIdleTimeouts: boolean
  /** A network ACL that refuses something. */
  readonly networkAcls: boolean
  /** The zones of clients that the resolver tells apart. */
  readonly zonesOfClients: readonly ZoneOfClients[]
  /** A load balancer with a listener that the relay carries. */
  readonly relayedListeners: boolean
}

export function compileVpc(name: string, vpc: Vpc, uses: VpcUses): Fragment {
  const netns = vpcNetns(name, vpc.vpcId)
  const families = familiesOf(vpc)
  const sysctls = hasIpv6(vpc) ? { ...noAddressesOfOurOwn, ...vpcSysctls, ...ipv6Sysctls } : vpcSysctls
  return [
    netnsObject(netns, sysctls, { localBlocks: families.map(({ relayListenBlock }) => relayListenBlock) }),
    uplink(name, vpc),
    ...Object.values(dropReasons).map((counter) => counterObject(netns, counter)),
    ...families.flatMap((family) => addressSets(netns, family, uses)),
    ...(uses.relayedListeners
      ? [mapObject(netns, set.relayedListeners, 'ipv4_addr . ipv4_addr . inet_service', 'verdict')]
      : []),
    ...baseChains(netns, vpc, uses),
    ...(uses.networkAcls ? compileAclHooks(netns, resolverIpsOf(vpc), families) : []),
  ]
}

/** What is kept by address, for one family. */
function addressSets(netns: string, family: Family, uses: VpcUses): Fragment {
  const address = family.addressType
  const mapOf = (name: string, keyType: string, valueType: string) =>
    mapObject(netns, named(family, name), keyType, valueType)
  const setOf = (name: string, keyType: string) => setObject(netns, named(family, name), keyType)
  return [
    mapOf(set.endpointListeners, `${address} . inet_proto . inet_service`, `${address} . inet_service`),
    mapOf(set.endpointSources, address, address),
    setOf(set.endpointInterfaces, address),
    mapOf(set.nodeListeners, `${address} . inet_proto . inet_service`, 'verdict'),
    mapOf(set.nodeSources, address, address),
    setOf(set.udpFlows, `${address} . inet_service . ${address} . inet_service`),
    mapOf(set.healthTargets, `${address} . inet_service`, `${address} . inet_service`),
    setOf(set.instanceSources, `ifname . ${address}`),
    mapOf(set.egress, address, 'verdict'),
    mapOf(set.ingress, address, 'verdict'),
    setOf(set.hairpins, `${address} . ${address}`),
    setOf(set.terminated, `${address} . inet_proto . inet_service . ${address} . inet_service`),
    ...(uses.nodeGroups ? [mapOf(set.nodeIngress, address, 'verdict')] : []),
    ...(uses.endpointIdleTimeouts ? [mapOf(set.endpointIdleTimeouts, `${address} . inet_service`, 'verdict')] : []),
    ...uses.referencedGroupIds.map((groupId) => setOf(groupMembersSet(groupId), address)),
  ]
}

function baseChains(netns: string, vpc: Vpc, uses: VpcUses): NftChainObject[] {
  const fromInstance = `iifname != "${outwardIfnames}"`
  const fromFabric = `iifname "${outwardIfnames}"`
  const toFabric = `oifname "${outwardIfnames}"`
  const toRelay = ({ ip, relayListenBlock }: Family): string => `${ip} daddr ${relayListenBlock}`
  const families = familiesOf(vpc)
  /** A rule for each family that the VPC has. */
  const each = (rule: (ip: Family['ip'], at: (setName: string) => string, family: Family) => string): string[] =>
    families.map((family) => rule(family.ip, (setName) => `@${named(family, setName)}`, family))
  const drop = (reason: keyof typeof dropReasons) => `counter name ${dropReasons[reason]} drop`

  const resolver = vpc.enableDnsSupport
    ? [
        `${fromInstance} ip daddr { ${resolverIpsOf(vpc).join(', ')} } udp dport 53 dnat ip to ${agentFabricIp}:53`,
        `${fromInstance} ip daddr { ${resolverIpsOf(vpc).join(', ')} } tcp dport 53 dnat ip to ${agentFabricIp}:53`,
      ]
    : []

  const admitReceiver = [
    // A node without groups, or whose groups have been asked.
    ...each((_ip, _at, family) => `${toRelay(family)} accept`),
    // Under the node's address, or by its groups; or to another instance of the VPC, or to itself through a load balancer.
    `ct mark { ${markNodeSource}, ${markNodeGroup} } accept`,
    ...each((ip, at) => `${ip} daddr vmap ${at(set.ingress)}`),
    drop('no-route'),
  ]

  return [
    chainObject(
      netns,
      chain.destination,
      [
        ...resolver,
        ...each(
          (ip, at) =>
            `${fromInstance} dnat ${ip} to ${ip} daddr . meta l4proto . th dport map ${at(set.endpointListeners)}`,
        ),
        // Health checks come before listeners: a slot may equal a listener's port.
        ...each(
          (ip, at, family) =>
            `${fromFabric} ${ip} saddr ${family.agentFabricIp} ct mark set ${markNodeSource} dnat ${ip} to ${ip} daddr . tcp dport map ${at(set.healthTargets)}`,
        ),
        ...(uses.relayedListeners
          ? [`${fromFabric} ip saddr ${relaySourceBlock} ip saddr . ip daddr . tcp dport vmap @${set.relayedListeners}`]
          : []),
        ...each((ip, at) => `${ip} daddr . meta l4proto . th dport vmap ${at(set.nodeListeners)}`),
      ],
      'type nat hook prerouting priority dstnat; policy accept;',
    ),
    chainObject(
      netns,
      chain.source,
      [
        ...each((ip, at) => `${toFabric} snat ${ip} to ct original ${ip} daddr map ${at(set.endpointSources)}`),
        ...uses.zonesOfClients.map(
          ({ cidrBlocks, fabricIp }) =>
            `${toFabric} ip daddr ${agentFabricIp} ip saddr { ${cidrBlocks.join(', ')} } snat ip to ${fabricIp}`,
        ),
        `${toFabric} ip daddr ${agentFabricIp} snat ip to ${vpc.fabricIp}`,
        ...each(
          (ip, at) => `ct mark ${markNodeSource} snat ${ip} to ct original ${ip} daddr map ${at(set.nodeSources)}`,
        ),
        // Of what keeps its address only the target's own connections: under the node's they come back.
        ...each(
          (ip, at) =>
            `${ip} saddr . ${ip} daddr ${at(set.hairpins)} snat ${ip} to ct original ${ip} daddr map ${at(set.nodeSources)}`,
        ),
      ],
      'type nat hook postrouting priority srcnat; policy accept;',
    ),
    chainObject(
      netns,
      chain.admit,
      [
        // All but the first two packets of a connection leave here: the TCP flags' byte without SYN, read straight from
        // the transport header because `tcp flags` would ask for the protocol first. What the byte is in another protocol
        // does not matter: the third rule accepts the same packets, later. Measured against the interface's name and
        // `tcp flags` in two rules: 3% less CPU time per new connection, 1% per request, 4% per byte.
        `${thFlagsByte} & 0x02 == 0x00 ct state established accept`,
        // A SYN or SYN-ACK, which tells the other side what to send at most.
        // It only ever makes the size smaller, so what is right for IPv4 may be written into both.
        `${toFabric} tcp flags & (syn | rst) == syn tcp option maxseg size set ${fabricMssBytes(ipv4)}`,
        ...(hasIpv6(vpc)
          ? [
              `${toFabric} meta nfproto ipv6 tcp flags & (syn | rst) == syn tcp option maxseg size set ${fabricMssBytes(ipv6)}`,
            ]
          : []),
        'ct state established,related accept',
        `ct state new goto ${chain.admitNew}`,
        `meta l4proto tcp counter name ${dropReasons['no-connection']} reject with tcp reset`,
        drop('no-connection'),
      ],
      'type filter hook forward priority filter; policy drop;',
    ),
    chainObject(
      netns,
      chain.admitLocal,
      each((_ip, _at, family) => `${toRelay(family)} goto ${chain.admitRelay}`),
      'type filter hook input priority filter; policy accept;',
    ),
    chainObject(netns, chain.admitRelay, [
      `${thFlagsByte} & 0x02 == 0x00 ct state established accept`,
      'ct state established,related accept',
      // Its addresses are nobody's to dial: only what `destination` led there.
      `ct state new ct status dnat goto ${chain.admitNew}`,
      `ct state new ${drop('no-route')}`,
      `meta l4proto tcp counter name ${dropReasons['no-connection']} reject with tcp reset`,
      drop('no-connection'),
    ]),
    chainObject(netns, chain.admitNew, [
      // From the fabric only what `destination` led to a target; the plan has checked the target's groups.
      `${fromFabric} ct status dnat accept`,
      `${fromFabric} ${drop('no-route')}`,
      ...each((ip, at) => `iifname . ${ip} saddr != ${at(set.instanceSources)} ${drop('spoofed-source')}`),
      // Only what `destination` led from the resolver's addresses: the agent's own address is nobody's to dial.
      `${toFabric} ip daddr ${agentFabricIp} ct status dnat accept`,
      ...each((ip, at) => `${ip} saddr vmap ${at(set.egress)}`),
      drop('security-group-egress'),
    ]),
    chainObject(netns, chain.admitInbound, [
      // Not translated, so no element permits it: an endpoint that is not available, or a port without listener.
      ...each(
        (ip, at) =>
          `${toFabric} ct status & dnat == 0 ${ip} daddr ${at(set.endpointInterfaces)} ${drop('endpoint-unavailable')}`,
      ),
      `${toFabric} ct status & dnat == 0 ${drop('no-route')}`,
      ...(uses.endpointIdleTimeouts
        ? each(
            (ip, at) =>
              `${toFabric} meta l4proto tcp ct original ${ip} daddr . ct original proto-dst vmap ${at(set.endpointIdleTimeouts)}`,
          )
        : []),
      ...each((ip, at) => `${toFabric} ct original ${ip} daddr vmap ${at(set.ingress)}`),
      `${toFabric} ${drop('security-group-ingress')}`,
      ...(uses.endpointIdleTimeouts
        ? each(
            (ip, at, family) =>
              `${toRelay(family)} meta l4proto tcp ct original ${ip} daddr . ct original proto-dst vmap ${at(set.endpointIdleTimeouts)}`,
          )
        : []),
      ...each((ip, at, family) => `${toRelay(family)} ct original ${ip} daddr vmap ${at(set.ingress)}`),
      ...(uses.nodeGroups ? each((ip, at) => `ct original ${ip} daddr vmap ${at(set.nodeIngress)}`) : []),
      ...admitReceiver,
    ]),
    ...(uses.nodeGroups ? [chainObject(netns, chain.admitReceiver, admitReceiver)] : []),
    // A verdict of a map cannot count, so what must be counted there goes through a chain.
    chainObject(netns, chain.refuseTarget, [drop('security-group-ingress')]),
    chainObject(netns, chain.refuseNode, [drop('load-balancer-security-group')]),
    chainObject(netns, chain.refuseFull, [
      `meta l4proto tcp counter name ${dropReasons['endpoint-connection-limit']} reject with tcp reset`,
      drop('endpoint-connection-limit'),
    ]),
  ]
}

function uplink(name: string, vpc: Vpc): WireObject {
  const fabricMac = macFromHex(hexOf(vpc.vpcId), '0a')
  const vpcMac = macFromHex(hexOf(vpc.vpcId), '0e')
  const only = <T>(thing: T): readonly T[] => (hasIpv6(vpc) ? [thing] : [])
  return wireObject(
    {
      netns: fabricNetns(name),
      ifname: vpcIfname(vpc.vpcId),
      mac: fabricMac,
      mtuBytes: fabricMtuBytes,
      addresses: [],
      neighbours: [{ ip: vpcNextHop, mac: vpcMac }, ...only({ ip: vpcNextHop6, mac: vpcMac })],
      routes: [{ destination: `${vpc.fabricIp}/32`, via: vpcNextHop, onlink: true }],
    },
    {
      netns: vpcNetns(name, vpc.vpcId),
      ifname: uplinkIfname,
      mac: vpcMac,
      mtuBytes: fabricMtuBytes,
      addresses: [],
      neighbours: [{ ip: fabricNextHop, mac: fabricMac }, ...only({ ip: fabricNextHop6, mac: fabricMac })],
      routes: [
        { destination: 'default', via: fabricNextHop, onlink: true },
        ...only({ destination: '::/0', via: fabricNextHop6, onlink: true }),
      ],
    },
  )
}

/** The fabric's way to an address of one of the VPC's interfaces. */
export function fabricRoute(name: string, vpcId: string, fabricIp: string): RouteObject {
  const family = familyOf(fabricIp)
  const via = family === ipv4 ? vpcNextHop : vpcNextHop6
  return routeObject(fabricNetns(name), `${fabricIp}/${family.hostPrefixLength}`, via, vpcIfname(vpcId))
}

/**
 * The fabric: plain routing between VPCs. No table hangs in it, so the kernel tracks no connection there and a packet
 * costs two look-ups. The agent lives in it; its own address is on `lo`, put there by the agent before anything else; its
 * IPv6 address comes with the first VPC that has a block.
 */
export function compileFabric(name: string, withIpv6 = false): readonly [NetnsObject] {
  return [
    netnsObject(
      fabricNetns(name),
      {
        ...(withIpv6 ? noAddressesOfOurOwn : {}),
        'net.ipv4.ip_forward': '1',
        // For the relay: AWS allows 55,000 connections from one address to one listener (reference 2.5), and a port may be used
        // again a second after its connection's end, not a minute.
        'net.ipv4.ip_local_port_range': '1024 65535',
        'net.ipv4.tcp_tw_reuse': '1',
        'net.ipv4.conf.all.rp_filter': '0',
        'net.ipv4.conf.default.rp_filter': '0',
        'net.ipv4.conf.all.send_redirects': '0',
        'net.ipv4.conf.default.send_redirects': '0',
        'net.ipv6.conf.all.disable_ipv6': '1',
        'net.ipv6.conf.default.disable_ipv6': '1',
        ...(withIpv6 ? ipv6Sysctls : {}),
      },
      { localBlocks: [relaySourceBlock, ...(withIpv6 ? [`${agentFabricIpv6}/128`] : [])] },
    ),
  ]
}
