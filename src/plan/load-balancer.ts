/**
 * Load balancers as kernel objects in the provider's VPC.
 *
 * A node is two addresses that lead to the same listeners: its private address, for clients in the VPC, and its fabric
 * address, for endpoints elsewhere. A listener is one chain per node, found by one map look-up, with one rule that hashes
 * the connection over the chosen targets; only the first packet of a connection gets there.
 */
import type { Listener, LoadBalancer } from '../resource/load-balancer.ts'
import type { NetworkInterface } from '../resource/network-interface.ts'
import type { Target, TargetGroup } from '../resource/target-group.ts'
import { fingerprintOf } from './keys.ts'
import { chain, dropReasons, listenerChain, markNodeSource, outwardIfnames, set, vpcNetns } from './names.ts'
import { chainObject, elementObject } from './object.ts'
import type { Fragment } from './program.ts'
import { fabricRoute } from './vpc.ts'

/** The kernel's protocols behind a listener's. */
export function protocolsOf(listener: Listener): readonly ('tcp' | 'udp')[] {
  switch (listener.protocol) {
    case 'TCP':
      return ['tcp']
    case 'UDP':
      return ['udp']
    case 'TCP_UDP':
      return ['tcp', 'udp']
    case 'TLS':
      return []
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

/** One node's addresses; its listeners come from `compileListener`. */
export function compileNode(name: string, node: NetworkInterface, memberElements: Fragment): Fragment {
  if (!node.fabricIp) return []
  const netns = vpcNetns(name, node.vpcId)
  return [
    fabricRoute(name, node.vpcId, node.fabricIp),
    elementObject(netns, set.nodeSources, node.fabricIp, node.privateIp),
    elementObject(netns, set.nodeSources, node.privateIp, node.privateIp),
    ...memberElements,
  ]
}

/** A target and whether its security groups let the node in. */
export interface ChosenTarget {
  readonly target: Target
  readonly admitted: boolean
}

/**
 * One listener on one node.
 *
 * A target that does not let the node in still has its share of the connections, which are dropped: AWS does not steer
 * around it either, only a failing health check does.
 *
 * @param draining  deregistered targets that keep the UDP flows they have until their delay ends; a flow with a target
 *                  that is neither chosen nor draining begins anew with another
 */
export function compileListener(
  name: string,
  loadBalancer: LoadBalancer,
  listener: Listener,
  node: NetworkInterface,
  group: TargetGroup,
  chosen: readonly ChosenTarget[],
  draining: readonly Target[],
): Fragment {
  const { fabricIp } = node
  if (!fabricIp) return []
  const netns = vpcNetns(name, loadBalancer.vpcId)
  return protocolsOf(listener).flatMap((protocol) => {
    const chainName = listenerChain(node.networkInterfaceId, protocol, listener.port)
    const rules = listenerRules(protocol, listener, group, chosen)
    return [
      chainObject(netns, chainName, rules),
      elementObject(netns, set.nodeListeners, `${fabricIp} . ${protocol} . ${listener.port}`, `goto ${chainName}`),
      elementObject(
        netns,
        set.nodeListeners,
        `${node.privateIp} . ${protocol} . ${listener.port}`,
        `goto ${chainName}`,
      ),
      ...(protocol === 'udp' ? flowElements(netns, [fabricIp, node.privateIp], listener, chosen, draining) : []),
    ]
  })
}

function flowElements(
  netns: string,
  nodeIps: readonly string[],
  listener: Listener,
  chosen: readonly ChosenTarget[],
  draining: readonly Target[],
): Fragment {
  const targets = new Set([...chosen.map(({ target }) => target), ...draining].map(({ ip, port }) => `${ip} . ${port}`))
  return nodeIps.flatMap((ip) =>
    [...targets].map((target) => elementObject(netns, set.udpFlows, `${ip} . ${listener.port} . ${target}`)),
  )
}

function listenerRules(
  protocol: 'tcp' | 'udp',
  listener: Listener,
  group: TargetGroup,
  chosen: readonly ChosenTarget[],
): readonly string[] {
  if (chosen.length === 0) return [`counter name ${dropReasons['no-target']} drop`]

  // jhash over the five-tuple; the seed keeps two listeners from choosing alike.
  const seed = `0x${fingerprintOf(listener.listenerArn).slice(0, 8)}`
  const hash = `jhash ip saddr . ip daddr . th sport . th dport mod ${chosen.length} seed ${seed}`
  const denied = chosen.flatMap(({ admitted }, slot) => (admitted ? [] : [`${slot} : goto ${chain.refuseTarget}`]))
  const only = chosen[0]
  const destination =
    chosen.length === 1 && only
      ? `${only.target.ip}:${only.target.port}`
      : `${hash} map { ${chosen.map(({ target }, slot) => `${slot} : ${target.ip} . ${target.port}`).join(', ')} }`

  // Who comes under the node's address is judged here. A client of the VPC that keeps its own meets the target's groups
  // in `admit-inbound`.
  const preserves = preservesClientIp(group)
  const underNode = preserves ? `iifname "${outwardIfnames}" ` : ''
  return [
    ...(denied.length === chosen.length
      ? [`${underNode}counter name ${dropReasons['security-group-ingress']} drop`]
      : denied.length > 0
        ? [`${underNode}meta l4proto ${protocol} ${hash} vmap { ${denied.join(', ')} }`]
        : []),
    `${underNode}ct mark set ${markNodeSource}`,
    `meta l4proto ${protocol} dnat ip to ${destination}`,
  ]
}
