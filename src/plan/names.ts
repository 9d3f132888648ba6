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
  /** New connections: spoofing, then the sender's security groups. */
  admitNew: 'admit-new',
  /** New connections that the sender may open: the receiver's security groups. */
  admitInbound: 'admit-inbound',
  /** The share of a listener's connections whose target does not let the node in. */
  refuseTarget: 'refuse-target',
} as const

/** ct mark of connections that leave a load balancer under the node's own address. */
export const markNodeSource = '0x1'

/** The chain that holds one set of security groups in one direction. */
export const groupChain = (direction: 'in' | 'out', fingerprint: string): string => `sg-${direction}-${fingerprint}`
/** The chain that picks a target for one listener of one node. */
export const listenerChain = (nodeInterfaceId: string, protocol: string, port: number): string =>
  `lsn-${hexOf(nodeInterfaceId)}-${protocol}-${port}`

/** Named counters: one per reason to refuse. */
export const dropReasons = {
  /** The source address is not the sending interface's. */
  'spoofed-source': 'drop-spoofed-source',
  /** The sender's security groups allow no such egress. */
  'security-group-egress': 'drop-security-group-egress',
  /** The receiver's security groups allow no such ingress. */
  'security-group-ingress': 'drop-security-group-ingress',
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
