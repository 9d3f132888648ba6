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
import { agentFabricIp, relayListenBlock, relaySourceBlock } from '../resource/fabric.ts'
import type { Vpc } from '../resource/vpc.ts'
import type { ZoneOfClients } from './client-routing.ts'
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
const fabricMssBytes = fabricMtuBytes - 40
/** Next hops of a VPC's link: link-local, the same in every VPC, known to both ends as permanent neighbours. */
const fabricNextHop = '169.254.0.1'
const vpcNextHop = '169.254.0.2'
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
  return [
    netnsObject(netns, vpcSysctls, { localBlocks: [relayListenBlock] }),
    uplink(name, vpc),
    ...Object.values(dropReasons).map((counter) => counterObject(netns, counter)),
    mapObject(netns, set.endpointListeners, 'ipv4_addr . inet_proto . inet_service', 'ipv4_addr . inet_service'),
    mapObject(netns, set.endpointSources, 'ipv4_addr', 'ipv4_addr'),
    setObject(netns, set.endpointInterfaces, 'ipv4_addr'),
    mapObject(netns, set.nodeListeners, 'ipv4_addr . inet_proto . inet_service', 'verdict'),
    mapObject(netns, set.nodeSources, 'ipv4_addr', 'ipv4_addr'),
    setObject(netns, set.udpFlows, 'ipv4_addr . inet_service . ipv4_addr . inet_service'),
    mapObject(netns, set.healthTargets, 'ipv4_addr . inet_service', 'ipv4_addr . inet_service'),
    setObject(netns, set.instanceSources, 'ifname . ipv4_addr'),
    mapObject(netns, set.egress, 'ipv4_addr', 'verdict'),
    mapObject(netns, set.ingress, 'ipv4_addr', 'verdict'),
    setObject(netns, set.hairpins, 'ipv4_addr . ipv4_addr'),
    setObject(netns, set.terminated, 'ipv4_addr . inet_proto . inet_service . ipv4_addr . inet_service'),
    ...(uses.relayedListeners
      ? [mapObject(netns, set.relayedListeners, 'ipv4_addr . ipv4_addr . inet_service', 'verdict')]
      : []),
    ...(uses.nodeGroups ? [mapObject(netns, set.nodeIngress, 'ipv4_addr', 'verdict')] : []),
    ...(uses.endpointIdleTimeouts
      ? [mapObject(netns, set.endpointIdleTimeouts, 'ipv4_addr . inet_service', 'verdict')]
      : []),
    ...uses.referencedGroupIds.map((groupId) => setObject(netns, groupMembersSet(groupId), 'ipv4_addr')),
    ...baseChains(netns, vpc, uses),
    ...(uses.networkAcls ? compileAclHooks(netns, resolverIpsOf(vpc)) : []),
  ]
}

function baseChains(netns: string, vpc: Vpc, uses: VpcUses): NftChainObject[] {
  const fromInstance = `iifname != "${outwardIfnames}"`
  const fromFabric = `iifname "${outwardIfnames}"`
  const toFabric = `oifname "${outwardIfnames}"`
  const toRelay = `ip daddr ${relayListenBlock}`
  const drop = (reason: keyof typeof dropReasons) => `counter name ${dropReasons[reason]} drop`

  const resolver = vpc.enableDnsSupport
    ? [
        `${fromInstance} ip daddr { ${resolverIpsOf(vpc).join(', ')} } udp dport 53 dnat ip to ${agentFabricIp}:53`,
        `${fromInstance} ip daddr { ${resolverIpsOf(vpc).join(', ')} } tcp dport 53 dnat ip to ${agentFabricIp}:53`,
      ]
    : []

  const admitReceiver = [
    // A node without groups, or whose groups have been asked.
    `${toRelay} accept`,
    // Under the node's address, or by its groups; or to another instance of the VPC, or to itself through a load balancer.
    `ct mark { ${markNodeSource}, ${markNodeGroup} } accept`,
    `ip daddr vmap @${set.ingress}`,
    drop('no-route'),
  ]

  return [
    chainObject(
      netns,
      chain.destination,
      [
        ...resolver,
        `${fromInstance} dnat ip to ip daddr . meta l4proto . th dport map @${set.endpointListeners}`,
        // Health checks come before listeners: a slot may equal a listener's port.
        `${fromFabric} ip saddr ${agentFabricIp} ct mark set ${markNodeSource} dnat ip to ip daddr . tcp dport map @${set.healthTargets}`,
        ...(uses.relayedListeners
          ? [`${fromFabric} ip saddr ${relaySourceBlock} ip saddr . ip daddr . tcp dport vmap @${set.relayedListeners}`]
          : []),
        `ip daddr . meta l4proto . th dport vmap @${set.nodeListeners}`,
      ],
      'type nat hook prerouting priority dstnat; policy accept;',
    ),
    chainObject(
      netns,
      chain.source,
      [
        `${toFabric} snat ip to ct original ip daddr map @${set.endpointSources}`,
        ...uses.zonesOfClients.map(
          ({ cidrBlocks, fabricIp }) =>
            `${toFabric} ip daddr ${agentFabricIp} ip saddr { ${cidrBlocks.join(', ')} } snat ip to ${fabricIp}`,
        ),
        `${toFabric} ip daddr ${agentFabricIp} snat ip to ${vpc.fabricIp}`,
        `ct mark ${markNodeSource} snat ip to ct original ip daddr map @${set.nodeSources}`,
        // Of what keeps its address only the target's own connections: under the node's they come back.
        `ip saddr . ip daddr @${set.hairpins} snat ip to ct original ip daddr map @${set.nodeSources}`,
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
        `${toFabric} tcp flags & (syn | rst) == syn tcp option maxseg size set ${fabricMssBytes}`,
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
      [`${toRelay} goto ${chain.admitRelay}`],
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
      `iifname . ip saddr != @${set.instanceSources} ${drop('spoofed-source')}`,
      // Only what `destination` led from the resolver's addresses: the agent's own address is nobody's to dial.
      `${toFabric} ip daddr ${agentFabricIp} ct status dnat accept`,
      `ip saddr vmap @${set.egress}`,
      drop('security-group-egress'),
    ]),
    chainObject(netns, chain.admitInbound, [
      // Not translated, so no element permits it: an endpoint that is not available, or a port without listener.
      `${toFabric} ct status & dnat == 0 ip daddr @${set.endpointInterfaces} ${drop('endpoint-unavailable')}`,
      `${toFabric} ct status & dnat == 0 ${drop('no-route')}`,
      ...(uses.endpointIdleTimeouts
        ? [`${toFabric} ct original ip daddr . ct original proto-dst vmap @${set.endpointIdleTimeouts}`]
        : []),
      `${toFabric} ct original ip daddr vmap @${set.ingress}`,
      `${toFabric} ${drop('security-group-ingress')}`,
      ...(uses.endpointIdleTimeouts
        ? [`${toRelay} ct original ip daddr . ct original proto-dst vmap @${set.endpointIdleTimeouts}`]
        : []),
      `${toRelay} ct original ip daddr vmap @${set.ingress}`,
      ...(uses.nodeGroups ? [`ct original ip daddr vmap @${set.nodeIngress}`] : []),
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
  return wireObject(
    {
      netns: fabricNetns(name),
      ifname: vpcIfname(vpc.vpcId),
      mac: fabricMac,
      mtuBytes: fabricMtuBytes,
      addresses: [],
      neighbours: [{ ip: vpcNextHop, mac: vpcMac }],
      routes: [{ destination: `${vpc.fabricIp}/32`, via: vpcNextHop, onlink: true }],
    },
    {
      netns: vpcNetns(name, vpc.vpcId),
      ifname: uplinkIfname,
      mac: vpcMac,
      mtuBytes: fabricMtuBytes,
      addresses: [],
      neighbours: [{ ip: fabricNextHop, mac: fabricMac }],
      routes: [{ destination: 'default', via: fabricNextHop, onlink: true }],
    },
  )
}

/** The fabric's way to an address of one of the VPC's interfaces. */
export function fabricRoute(name: string, vpcId: string, fabricIp: string): RouteObject {
  return routeObject(fabricNetns(name), `${fabricIp}/32`, vpcNextHop, vpcIfname(vpcId))
}

/**
 * The fabric: plain routing between VPCs. No table hangs in it, so the kernel tracks no connection there and a packet
 * costs two look-ups. The agent lives in it; its own address is on `lo`, put there by the agent before anything else.
 */
export function compileFabric(name: string): readonly [NetnsObject] {
  return [
    netnsObject(
      fabricNetns(name),
      {
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
      },
      { localBlocks: [relaySourceBlock] },
    ),
  ]
}
