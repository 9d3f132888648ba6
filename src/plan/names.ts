/**
 * Every name of a kernel object, made here and nowhere else.
 *
 * Namespaces: `up.NAME.SUFFIX`, a file name in /run/netns (255 bytes at most; ours are under 50). NAME is the instance
 * name given to `underpass up --name`, so instances never share one, and `down` may remove by prefix.
 * Interfaces: IFNAMSIZ leaves 15 bytes: two of prefix and 13 hex digits (52 random bits) of the AWS id.
 * nft: one table, `inet underpass`, in namespaces of ours only.
 */

export const nftTable = 'underpass'
export const nftFamily = 'inet'

/** Prefix of every namespace of one instance. */
export const netnsPrefix = (name: string): string => `up.${name}.`
export const fabricNetns = (name: string): string => `up.${name}.fabric`
export const vpcNetns = (name: string, vpcId: string): string => `up.${name}.${vpcId}`
export const instanceNetns = (name: string, instanceId: string): string => `up.${name}.${instanceId}`

/** The hex digits of an AWS id: `eni-0a1b…` → `0a1b…`. */
export const hexOf = (id: string): string => id.slice(id.lastIndexOf('-') + 1)

/** The VPC's side of an instance interface: `e-` (2) + 13 = 15 bytes. */
export const eniIfname = (networkInterfaceId: string): string => `e-${hexOf(networkInterfaceId).slice(0, 13)}`
/** The instance's side. */
export const instanceIfname = 'eth0'
/** The fabric's side of a VPC's uplink: `v-` (2) + 13 = 15 bytes. */
export const vpcIfname = (vpcId: string): string => `v-${hexOf(vpcId).slice(0, 13)}`
/** The VPC's side of its uplink. */
export const uplinkIfname = 'fab0'
/** A VPC's side of its wire to another VPC: `fab-` (4) + 11 hex digits (44 random bits) of the other's id = 15 bytes. */
export const linkIfname = (vpcId: string): string => `fab-${hexOf(vpcId).slice(0, 11)}`
/** How rules know both: all that leads out of the VPC. */
export const outwardIfnames = 'fab*'

/** Sets, maps, counters and base chains of a VPC's table. */
export const set = {
  /** (interface address, protocol, port) → (load-balancer node's fabric address, port): the permission to pass. */
  endpointListeners: 'vpce-listeners',
  /** interface address → the endpoint interface's fabric address: what clients are translated to. */
  endpointSources: 'vpce-sources',
  /** Addresses of endpoint interfaces, available or not: tells `no such listener` from `no such address`. */
  endpointInterfaces: 'vpce-interfaces',
  /** (node address, protocol, port) → the chain that picks a target. Private and fabric addresses of the node alike. */
  nodeListeners: 'nlb-listeners',
  /**
   * (relay's source address of a node, its fabric address, port) → the chain that picks a target, for listeners whose
   * connections the relay has had: the way that leads no one else past it.
   */
  relayedListeners: 'nlb-relayed',
  /** node address → its private address: what targets see when the client's address is not preserved. */
  nodeSources: 'nlb-sources',
  /**
   * (node address, port, target, its port): the targets that UDP flows of a listener may be with. No rule asks for them: an
   * element that goes takes its flows along, which would otherwise find their old target for as long as they send.
   */
  udpFlows: 'nlb-udp-flows',
  /** (node's fabric address, health slot) → (target, port): reachable by the agent only. */
  healthTargets: 'health-targets',
  /** (interface name, address): what an instance may send from. */
  instanceSources: 'eni-sources',
  /** source interface address → its security groups' egress chain. */
  egress: 'sg-egress',
  /** destination interface address → its security groups' ingress chain. */
  ingress: 'sg-ingress',
  /** private address of a node whose load balancer has security groups → their ingress chain. */
  nodeIngress: 'nlb-ingress',
  /** (target, target): a target that is its own client; it would take its own address for a forgery. */
  hairpins: 'nlb-hairpins',
  /**
   * (node address, protocol, port, target, its port): what an unhealthy or deregistered target must lose. No rule asks for
   * them: an element that comes takes the connections along.
   */
  terminated: 'nlb-terminated',
  /** (endpoint interface's address, port) → the chain that sets the listener's own idle timeout. */
  endpointIdleTimeouts: 'vpce-idle-timeouts',
  /** subnet → the network ACL of what leaves it, by the sender; of what enters it, by the receiver. */
  aclEgress: 'acl-egress',
  aclIngress: 'acl-ingress',
  /** The same for traffic between an instance and a load balancer's node, whose other end is not in the packet. */
  aclEgressToNode: 'acl-egress-to-node',
  aclIngressFromNode: 'acl-ingress-from-node',
} as const

/** The members of a security group, as a set of addresses. Only groups that a rule references have one. */
export const groupMembersSet = (groupId: string): string => `${groupId}-members`

export const chain = {
  /** nat prerouting: where a packet goes. */
  destination: 'destination',
  /** nat postrouting: what it seems to come from. */
  source: 'source',
  /** filter forward: whether it may. */
  admit: 'admit',
  /** filter input: nothing but the relay's sockets is behind it. */
  admitLocal: 'admit-local',
  /** What is for the relay: as `admit`. */
  admitRelay: 'admit-relay',
  /** New connections: spoofing, then the sender's security groups. */
  admitNew: 'admit-new',
  /** New connections that the sender may open: the receiver's security groups. */
  admitInbound: 'admit-inbound',
  /** New connections to an interface of the VPC that all but the receiver's own groups have admitted. */
  admitReceiver: 'admit-receiver',
  /** The share of a listener's connections whose target does not let the node in. */
  refuseTarget: 'refuse-target',
  /** The share whose target the load balancer's own groups do not let it reach. */
  refuseNode: 'refuse-node',
  /** New connections to an endpoint interface that has as many as it can. */
  refuseFull: 'refuse-full',
  /** filter prerouting and postrouting: network ACLs, in VPCs that have one which refuses something. */
  aclSent: 'acl-sent',
  aclReceived: 'acl-received',
  aclToNode: 'acl-to-node',
  aclFromNode: 'acl-from-node',
} as const

/** ct mark of connections that leave a load balancer under the node's own address. */
export const markNodeSource = '0x1'
/** ct mark of those that keep the client's address and come to a target whose groups admit the load balancer's. */
export const markNodeGroup = '0x2'

/** The chain that holds one set of security groups in one direction. */
export const groupChain = (direction: 'in' | 'out', fingerprint: string): string => `sg-${direction}-${fingerprint}`
/** The ingress chain of a load balancer's groups: in its own VPC, and in VPCs with an endpoint to it. */
export const nodeGroupChain = (where: 'home' | 'away', fingerprint: string): string => `nlb-${where}-${fingerprint}`
/** The ingress chain of an endpoint's groups that goes on to those of the load balancer. */
export const endpointGroupChain = (endpointGroups: string, nodeGroups: string): string =>
  `sg-in-${endpointGroups}-${nodeGroups}`

/** The entries of one network ACL in one direction; and a subnet's place before them, which knows what stays within it. */
export const aclChain = (direction: 'in' | 'out', networkAclId: string): string => `${networkAclId}-${direction}`
export const aclSubnetChain = (direction: 'in' | 'out', subnetId: string, via: 'direct' | 'node'): string =>
  `${subnetId}-${direction}-${via}`

/** A ct timeout object, and the chain that sets it. */
export const idleTimeout = (seconds: number): string => `idle-${seconds}`
/** The chain that picks a target for one listener of one node. */
export const listenerChain = (nodeInterfaceId: string, protocol: string, port: number): string =>
  `lsn-${hexOf(nodeInterfaceId)}-${protocol}-${port}`
/** What leads to the relay instead of that chain. */
export const relayChain = (nodeInterfaceId: string, port: number): string =>
  `lsn-${hexOf(nodeInterfaceId)}-tcp-${port}-relay`
/** The part of it for one of several weighted target groups. */
export const weightedChain = (listener: string, fingerprint: string): string => `${listener}-${fingerprint}`

/** Named counters: one per reason to refuse. */
export const dropReasons = {
  /** The source address is not the sending interface's. */
  'spoofed-source': 'drop-spoofed-source',
  /** The sender's security groups allow no such egress. */
  'security-group-egress': 'drop-security-group-egress',
  /** The receiver's security groups allow no such ingress. */
  'security-group-ingress': 'drop-security-group-ingress',
  /** The load balancer's security groups admit no such client, or let it reach no such target. */
  'load-balancer-security-group': 'drop-load-balancer-security-group',
  /** The network ACL of the subnet that the packet leaves, or of the one that it enters, denies it. */
  'network-acl-egress': 'drop-network-acl-egress',
  'network-acl-ingress': 'drop-network-acl-ingress',
  /** The endpoint interface has as many connections as it has ports for. Answered with a RST. */
  'endpoint-connection-limit': 'drop-endpoint-connection-limit',
  /** The address is an endpoint interface's, but nothing of it passes: not available, or no such listener. */
  'endpoint-unavailable': 'drop-endpoint-unavailable',
  /** A load balancer's listener that has no target. */
  'no-target': 'drop-no-target',
  /** No interface has this address, or the load balancer no such listener. */
  'no-route': 'drop-no-route',
  /** Belongs to no connection that is tracked: past its idle timeout, or cut. Answered with a RST. */
  'no-connection': 'drop-no-connection',
} as const
export type DropReason = keyof typeof dropReasons
