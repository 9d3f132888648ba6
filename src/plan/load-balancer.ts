/**
 * Load balancers as kernel objects in the provider's VPC.
 *
 * A node is two addresses that lead to the same listeners: its private address, for clients in the VPC, and its fabric
 * address, for endpoints elsewhere. A listener is one chain per node, found by one map look-up, with one rule that hashes
 * the connection over the chosen targets; only the first packet of a connection gets there. Weighted target groups are a
 * hash over the weights before it, and a chain each.
 */
import { relayListenIp, relaySourceIp } from '../resource/fabric.ts'
import type { Listener } from '../resource/load-balancer.ts'
import type { NetworkInterface } from '../resource/network-interface.ts'
import { type Target, type TargetGroup, targetGroupAttribute } from '../resource/target-group.ts'
import {
  addressOf,
  beforePort,
  type Family,
  fabricAddressOf,
  familiesWhere,
  ipv4,
  named,
  relayAddressOf,
} from './family.ts'
import { fingerprintOf } from './keys.ts'
import {
  chain,
  dropReasons,
  idleTimeout,
  listenerChain,
  markNodeGroup,
  markNodeSource,
  outwardIfnames,
  relayChain,
  set,
  vpcNetns,
  weightedChain,
} from './names.ts'
import { chainObject, elementObject } from './object.ts'
import type { Fragment } from './program.ts'
import { isBridged, type RelayUse } from './relay.ts'
import { fabricRoute } from './vpc.ts'

/** The kernel's protocols behind a listener's. */
export function protocolsOf(listener: Listener): readonly ('tcp' | 'udp')[] {
  switch (listener.protocol) {
    case 'TCP':
    case 'TLS':
      return ['tcp']
    case 'UDP':
      return ['udp']
    case 'TCP_UDP':
      return ['tcp', 'udp']
  }
}

/**
 * Whether targets see the client's own address on traffic from inside the VPC (never through PrivateLink).
 * Defaults: reference 2.3.
 */
export function preservesClientIp(group: TargetGroup): boolean {
  const attribute = group.attributes['preserve_client_ip.enabled']
  if (attribute !== undefined) return attribute === 'true'
  return !(group.targetType === 'ip' && (group.protocol === 'TCP' || group.protocol === 'TLS'))
}

/** The kernel's own for established connections: AWS's default (vpc.ts). */
export const defaultIdleTimeoutSeconds = 350

/** A listener's idle timeout where it is another than every connection has. */
export function ownIdleTimeoutSeconds(listener: Listener): number | undefined {
  const seconds = Number(listener.attributes?.['tcp.idle_timeout.seconds'] ?? defaultIdleTimeoutSeconds)
  return listener.protocol === 'TCP' && seconds !== defaultIdleTimeoutSeconds ? seconds : undefined
}

/**
 * One node's addresses; its listeners come from `compileListener`.
 *
 * @param ingressChain  of the load balancer's security groups, when it has any: what clients of the VPC meet
 */
export function compileNode(
  name: string,
  node: NetworkInterface,
  memberElements: Fragment,
  ingressChain: string | undefined,
  withIpv6 = false,
): Fragment {
  if (!node.fabricIp) return []
  const netns = vpcNetns(name, node.vpcId)
  return [
    ...placesOfNode(node, withIpv6).flatMap(({ family, ip, fabricIp }) => [
      ...(ingressChain ? [elementObject(netns, named(family, set.nodeIngress), ip, `goto ${ingressChain}`)] : []),
      fabricRoute(name, node.vpcId, fabricIp),
      elementObject(netns, named(family, set.nodeSources), fabricIp, ip),
      elementObject(netns, named(family, set.nodeSources), ip, ip),
    ]),
    ...memberElements,
  ]
}

/** A node as clients know it in one address family. */
interface PlaceOfNode {
  readonly family: Family
  readonly ip: string
  readonly fabricIp: string
}

const placesOfNode = (node: NetworkInterface, withIpv6: boolean): readonly PlaceOfNode[] =>
  familiesWhere(withIpv6).flatMap((family) => {
    const ip = addressOf(node, family)
    const fabricIp = fabricAddressOf(node, family)
    return ip !== undefined && fabricIp !== undefined ? [{ family, ip, fabricIp }] : []
  })

/** A target that gets new connections, and what becomes of its share of them. */
export interface ChosenTarget {
  readonly target: Target
  /** Whose security groups refuse the connection: the load balancer's own (egress), or the target's. */
  readonly refusedBy?: 'node' | 'target' | undefined
  /** The target's groups admit the load balancer's, so also a client whose address is preserved. */
  readonly isAdmittedByGroup: boolean
  /** The target is another load balancer's node: the chain of its listener. */
  readonly goesOnTo?: string | undefined
}

/** One target group of a listener, as one of its nodes uses it. */
export interface Share {
  readonly group: TargetGroup
  readonly weight: number
  readonly chosen: readonly ChosenTarget[]
  /** Targets that get no new connection, and keep what they have until their delay ends. */
  readonly draining: readonly Target[]
  /** Targets whose connections are cut: unhealthy or at the end of their delay, where the group's attributes say so. */
  readonly terminated: readonly Target[]
}

/** What a share was made of, for comparison by identity. */
export const inputsOf = ({ group, weight, chosen, draining, terminated }: Share): readonly unknown[] => [
  group,
  weight,
  ...chosen.flatMap(({ target, refusedBy, isAdmittedByGroup, goesOnTo }) => [
    target,
    refusedBy,
    isAdmittedByGroup,
    goesOnTo,
  ]),
  'draining',
  ...draining,
  'terminated',
  ...terminated,
]

/**
 * One listener on one node, for one of its protocols.
 *
 * A target that security groups keep from the node still has its share of the connections, which are dropped: AWS does
 * not steer around it either, only a failing health check does. A UDP flow whose target is neither chosen nor draining
 * begins anew with another.
 *
 * The kernel translates an address to one of its own family: a client gets to the targets of that, and is refused for want
 * of a target where the listener's groups have none.
 */
export function compileListener(
  name: string,
  listener: Listener,
  protocol: 'tcp' | 'udp',
  node: NetworkInterface,
  shares: readonly Share[],
  relayUse: RelayUse | undefined,
  withIpv6 = false,
): Fragment {
  return placesOfNode(node, withIpv6).flatMap((place) => {
    const ofFamily = shares.filter(({ group }) => group.ipAddressType === place.family.name)
    if (place.family === ipv4) return compileListenerAt(name, listener, protocol, node, place, ofFamily, relayUse)
    if (
      protocol === 'tcp' &&
      isBridged(
        listener,
        shares.map(({ group }) => group),
      )
    ) {
      return compileBridge(name, listener, node, place)
    }
    // What the relay is for must not be passed by, and it goes to IPv4 targets only.
    return compileListenerAt(name, listener, protocol, node, place, relayUse ? [] : ofFamily, undefined)
  })
}

/** The way of IPv6 clients of the VPC to IPv4 targets; those behind endpoints meet the relay in their own. */
function compileBridge(
  name: string,
  { port }: Listener,
  node: NetworkInterface,
  { family, ip }: PlaceOfNode,
): Fragment {
  const netns = vpcNetns(name, node.vpcId)
  const chainName = named(family, relayChain(node.networkInterfaceId, port))
  return [
    chainObject(netns, chainName, [`meta l4proto tcp dnat ${family.ip} to ${relayAddressOf(node, family)}`]),
    elementObject(netns, named(family, set.nodeListeners), `${ip} . tcp . ${port}`, `goto ${chainName}`),
  ]
}

function compileListenerAt(
  name: string,
  listener: Listener,
  protocol: 'tcp' | 'udp',
  node: NetworkInterface,
  { family, ip, fabricIp }: PlaceOfNode,
  shares: readonly Share[],
  relayUse: RelayUse | undefined,
): Fragment {
  const netns = vpcNetns(name, node.vpcId)
  const chainName = named(family, listenerChain(node.networkInterfaceId, protocol, listener.port))
  const goto = `goto ${chainName}`
  const relay = relayUse && `goto ${relayChain(node.networkInterfaceId, listener.port)}`
  // Endpoints' connections have their header already when they come here.
  const fromEndpoints = relayUse?.endsTls && relay ? relay : goto
  return [
    ...listenerChains(netns, chainName, protocol, listener, shares, family),
    elementObject(
      netns,
      named(family, set.nodeListeners),
      `${fabricIp} . ${protocol} . ${listener.port}`,
      fromEndpoints,
    ),
    elementObject(netns, named(family, set.nodeListeners), `${ip} . ${protocol} . ${listener.port}`, relay ?? goto),
    ...(relayUse ? relayObjects(netns, node.networkInterfaceId, fabricIp, listener, goto) : []),
    ...(protocol === 'udp' ? flowElements(netns, [fabricIp, ip], listener, shares, family) : []),
    ...terminatedElements(netns, [fabricIp, ip], listener, protocol, shares, family),
  ]
}

/** The way to the relay, and the way on for what comes from it. */
function relayObjects(
  netns: string,
  nodeInterfaceId: string,
  fabricIp: string,
  listener: Listener,
  goto: string,
): Fragment {
  const seconds = ownIdleTimeoutSeconds(listener)
  return [
    chainObject(netns, relayChain(nodeInterfaceId, listener.port), [
      ...(seconds === undefined ? [] : [`meta l4proto tcp ct timeout set "${idleTimeout(seconds)}"`]),
      `meta l4proto tcp dnat ip to ${relayListenIp(fabricIp)}`,
    ]),
    elementObject(netns, set.relayedListeners, `${relaySourceIp(fabricIp)} . ${fabricIp} . ${listener.port}`, goto),
  ]
}

const placesOf = (targets: readonly Target[]): string[] => [
  ...new Set(targets.map(({ ip, port }) => `${ip} . ${port}`)),
]

function flowElements(
  netns: string,
  nodeIps: readonly string[],
  listener: Listener,
  shares: readonly Share[],
  family: Family,
): Fragment {
  const targets = shares.flatMap(({ chosen, draining }) => [...chosen.map(({ target }) => target), ...draining])
  return nodeIps.flatMap((ip) =>
    placesOf(targets).map((place) =>
      elementObject(netns, named(family, set.udpFlows), `${ip} . ${listener.port} . ${place}`),
    ),
  )
}

function terminatedElements(
  netns: string,
  nodeIps: readonly string[],
  listener: Listener,
  protocol: 'tcp' | 'udp',
  shares: readonly Share[],
  family: Family,
): Fragment {
  const places = placesOf(shares.flatMap(({ terminated }) => terminated))
  return nodeIps.flatMap((ip) =>
    places.map((place) =>
      elementObject(netns, named(family, set.terminated), `${ip} . ${protocol} . ${listener.port} . ${place}`),
    ),
  )
}

/** jhash over the five-tuple; the seed keeps two choices from being made alike. */
const hashOf = (family: Family, modulus: number, seed: string): string =>
  `jhash ${family.ip} saddr . ${family.ip} daddr . th sport . th dport mod ${modulus} seed 0x${fingerprintOf(seed).slice(0, 8)}`

/**
 * Which of several groups a connection is for: by their weights, among those that have a healthy target if any has.
 * Ranges in a map cost a look-up whatever the weights are.
 */
function listenerChains(
  netns: string,
  chainName: string,
  protocol: 'tcp' | 'udp',
  listener: Listener,
  shares: readonly Share[],
  family: Family,
): Fragment {
  const served = shares.filter(({ weight, chosen }) => weight > 0 && chosen.length > 0)
  const [first] = served
  if (!first) return [chainObject(netns, chainName, [`counter name ${dropReasons['no-target']} drop`])]
  if (served.length === 1) return [chainObject(netns, chainName, shareRules(protocol, listener, first, family))]

  let from = 0
  const ranges = served.map(({ group, weight }) => {
    const range = weight === 1 ? `${from}` : `${from}-${from + weight - 1}`
    from += weight
    return `${range} : goto ${weightedChain(chainName, fingerprintOf(group.targetGroupArn))}`
  })
  return [
    ...served.map((share) =>
      chainObject(
        netns,
        weightedChain(chainName, fingerprintOf(share.group.targetGroupArn)),
        shareRules(protocol, listener, share, family),
      ),
    ),
    chainObject(netns, chainName, [
      `${hashOf(family, from, `${listener.listenerArn}|weights`)} vmap { ${ranges.join(', ')} }`,
    ]),
  ]
}

function shareRules(
  protocol: 'tcp' | 'udp',
  listener: Listener,
  { group, chosen }: Share,
  family: Family,
): readonly string[] {
  // Behind an endpoint the source is the endpoint's interface, so all its clients keep to one target.
  const isSticky = targetGroupAttribute(group, 'stickiness.enabled') === 'true'
  const seed = `0x${fingerprintOf(group.targetGroupArn).slice(0, 8)}`
  const hash = isSticky
    ? `jhash ${family.ip} saddr mod ${chosen.length} seed ${seed}`
    : hashOf(family, chosen.length, listener.listenerArn)
  /** What becomes of some slots: of all of them without looking, or by the hash. */
  const slots = (pick: (choice: ChosenTarget) => string | undefined): readonly (readonly [number, string])[] =>
    chosen.flatMap((choice, slot) => {
      const value = pick(choice)
      return value === undefined ? [] : [[slot, value] as const]
    })
  const verdicts = (prefix: string, pick: (choice: ChosenTarget) => string | undefined): string[] => {
    const some = slots(pick)
    const [only] = some
    if (!only) return []
    const isUnanimous = some.length === chosen.length && some.every(([, value]) => value === only[1])
    if (isUnanimous) return [`${prefix}meta l4proto ${protocol} ${only[1]}`]
    const map = some.map(([slot, value]) => `${slot} : ${value}`).join(', ')
    return [`${prefix}meta l4proto ${protocol} ${hash} vmap { ${map} }`]
  }

  // Who comes under the node's address is judged here. A client of the VPC that keeps its own meets the target's groups
  // in `admit-receiver`, unless they admit the load balancer's as a group.
  const preserves = preservesClientIp(group)
  const underNode = preserves ? `iifname "${outwardIfnames}" ` : ''
  const byGroup = preserves ? slots(({ isAdmittedByGroup }) => (isAdmittedByGroup ? markNodeGroup : undefined)) : []
  const groupMark =
    byGroup.length === 0
      ? []
      : byGroup.length === chosen.length
        ? [`iifname != "${outwardIfnames}" ct mark set ${markNodeGroup}`]
        : [
            `iifname != "${outwardIfnames}" ct mark set ${hash} map { ${chosen
              .map(({ isAdmittedByGroup }, slot) => `${slot} : ${isAdmittedByGroup ? markNodeGroup : '0x0'}`)
              .join(', ')} }`,
          ]
  const only = chosen.length === 1 ? chosen[0] : undefined
  const destination = only
    ? `${beforePort(only.target.ip)}:${only.target.port}`
    : `${hash} map { ${chosen.map(({ target }, slot) => `${slot} : ${target.ip} . ${target.port}`).join(', ')} }`
  const seconds = protocol === 'tcp' ? ownIdleTimeoutSeconds(listener) : undefined
  return [
    ...verdicts('', ({ refusedBy }) => (refusedBy === 'node' ? `goto ${chain.refuseNode}` : undefined)),
    ...verdicts(underNode, ({ refusedBy }) => (refusedBy === 'target' ? `goto ${chain.refuseTarget}` : undefined)),
    ...verdicts('', ({ goesOnTo }) => goesOnTo && `goto ${goesOnTo}`),
    ...(seconds === undefined ? [] : [`meta l4proto tcp ct timeout set "${idleTimeout(seconds)}"`]),
    `${underNode}ct mark set ${markNodeSource}`,
    ...groupMark,
    `meta l4proto ${protocol} dnat ${family.ip} to ${destination}`,
  ]
}
