/**
 * Who may connect to whom, and if not, why not: predicted from the resources alone.
 *
 * It asks what AWS's documentation asks, resource by resource, and knows nothing of nft, maps or chains: so it can be held
 * against the kernel, and a difference is an error in one of the two (test/conformance/truth-table.ts). A load balancer may
 * send a connection to any of several targets, so an attempt has a set of fates, and the kernel gives it one of them.
 */
import { cidrHasAddress, parseCidr } from '../net/cidr.ts'
import { ipv4ToInt } from '../net/ip.ts'
import type { Snapshot } from '../resource/kind.ts'
import { forwardedGroups, type Listener, type LoadBalancer } from '../resource/load-balancer.ts'
import type { NetworkInterface } from '../resource/network-interface.ts'
import type { SecurityGroupRule } from '../resource/security-group.ts'
import { type Target, type TargetGroup, targetGroupAttribute } from '../resource/target-group.ts'
import type { DropReason } from './names.ts'
import type { HealthView } from './program.ts'
import { serviceZoneOf } from './service-zone.ts'
import { addressKey, type Topology, topologyOf } from './topology.ts'

/** One new connection, or the first datagram of a flow. */
export interface Attempt {
  readonly fromInstanceId: string
  readonly protocol: 'tcp' | 'udp'
  readonly fromPort: number
  readonly toIp: string
  readonly toPort: number
}

export type Fate =
  | { readonly outcome: 'connects'; readonly instanceId: string }
  | { readonly outcome: 'dropped'; readonly reason: DropReason }

const dropped = (reason: DropReason): Fate => ({ outcome: 'dropped', reason })

/** A packet's way from one interface to another, as the lists and groups of both sides see it. */
interface Leg {
  readonly from: NetworkInterface
  readonly to: NetworkInterface
  /** The address the receiver sees: the sender's own, or a client's that a load balancer preserves. */
  readonly sourceIp: string
  readonly sourcePort: number
  readonly port: number
  readonly protocol: 'tcp' | 'udp'
}

/** Every fate the attempt may meet; one, unless a load balancer has a choice. Empty when no such instance runs. */
export function explain(snapshot: Snapshot, health: HealthView, attempt: Attempt): readonly Fate[] {
  return new Explanation(topologyOf(snapshot), snapshot, health).fates(attempt)
}

class Explanation {
  readonly #topology: Topology
  readonly #snapshot: Snapshot
  readonly #health: HealthView

  constructor(topology: Topology, snapshot: Snapshot, health: HealthView) {
    this.#topology = topology
    this.#snapshot = snapshot
    this.#health = health
  }

  fates({ fromInstanceId, protocol, fromPort, toIp, toPort }: Attempt): readonly Fate[] {
    const instance = this.#topology.instances.get(fromInstanceId)
    const from = instance && this.#topology.interfaces.get(instance.networkInterfaceId)
    if (instance?.state !== 'running' || !from) return []
    const to = this.#topology.interfacesByAddress.get(addressKey(from.vpcId, toIp))
    if (!to) {
      return this.#admits('out', from, { protocol, port: toPort, peerIp: toIp, peerGroupIds: [] })
        ? [dropped('no-route')]
        : [dropped('security-group-egress')]
    }
    const leg: Leg = { from, to, sourceIp: from.privateIp, sourcePort: fromPort, port: toPort, protocol }
    const refusal = this.#networkAcl(leg)
    if (refusal) return [refusal]
    const peer = { protocol, port: toPort, peerIp: to.privateIp, peerGroupIds: to.groupIds }
    if (!this.#admits('out', from, peer)) return [dropped('security-group-egress')]

    switch (to.interfaceType) {
      case 'vpc_endpoint':
        return this.#throughEndpoint(leg)
      case 'network_load_balancer':
        return this.#throughNode(leg)
      default:
        return this.#admitsSender(leg) ? this.#arrives(to) : [dropped('security-group-ingress')]
    }
  }

  #arrives({ instanceId }: NetworkInterface): readonly Fate[] {
    const isRunning = instanceId !== undefined && this.#topology.instances.get(instanceId)?.state === 'running'
    return isRunning ? [{ outcome: 'connects', instanceId }] : [dropped('no-route')]
  }

  #throughEndpoint(leg: Leg): readonly Fate[] {
    const endpoint = this.#topology.endpoints.get(leg.to.vpcEndpointId ?? '')
    if (endpoint?.state !== 'available') return [dropped('endpoint-unavailable')]
    const { networkLoadBalancerArns = [] } = this.#topology.services.get(endpoint.serviceId) ?? {}
    const { availabilityZoneId } = serviceZoneOf(this.#topology, endpoint, leg.to)
    const doors = networkLoadBalancerArns.flatMap((arn) => {
      const loadBalancer = this.#topology.loadBalancers.get(arn)
      const node = loadBalancer && this.#nodeIn(loadBalancer, availabilityZoneId)
      return loadBalancer && node ? [{ loadBalancer, node }] : []
    })
    if (doors.length === 0) return [dropped('endpoint-unavailable')]
    return doors.flatMap(({ loadBalancer, node }): readonly Fate[] => {
      const listener = this.#listenerOf(loadBalancer, leg)
      if (!listener) return [dropped('endpoint-unavailable')]
      if (!this.#admitsSender(leg)) return [dropped('security-group-ingress')]
      const isEnforced = loadBalancer.enforceSecurityGroupInboundRulesOnPrivateLinkTraffic !== 'off'
      // The consumer's own address, and nobody's group: those of another VPC cannot be referenced.
      const consumer = { protocol: leg.protocol, port: leg.port, peerIp: leg.from.privateIp, peerGroupIds: [] }
      if (isEnforced && !this.#admitsClient(loadBalancer, consumer)) return [dropped('load-balancer-security-group')]
      return this.#toTargets(loadBalancer, node, listener, leg.protocol, leg.sourcePort, undefined)
    })
  }

  #throughNode(leg: Leg): readonly Fate[] {
    const loadBalancer = this.#topology.loadBalancers.get(leg.to.loadBalancerArn ?? '')
    const listener = loadBalancer && this.#listenerOf(loadBalancer, leg)
    if (!loadBalancer || !listener) return [dropped('no-route')]
    const { from, protocol, port } = leg
    const client = { protocol, port, peerIp: from.privateIp, peerGroupIds: from.groupIds }
    if (!this.#admitsClient(loadBalancer, client)) return [dropped('load-balancer-security-group')]
    return this.#toTargets(loadBalancer, leg.to, listener, protocol, leg.sourcePort, from)
  }

  /** @param client the client in the load balancer's own VPC, whose address targets may see */
  #toTargets(
    loadBalancer: LoadBalancer,
    node: NetworkInterface,
    listener: Listener,
    protocol: 'tcp' | 'udp',
    sourcePort: number,
    client: NetworkInterface | undefined,
  ): readonly Fate[] {
    const choices = this.#choices(loadBalancer, node, listener)
    if (choices.length === 0) return [dropped('no-target')]
    return choices.flatMap(({ group, target }): readonly Fate[] => {
      const to = this.#topology.interfacesByAddress.get(addressKey(target.vpcId, target.ip))
      if (!to) return [dropped('no-route')]
      const kept = preservesClientIp(group) ? client : undefined
      const outbound = { protocol, port: target.port, peerIp: target.ip, peerGroupIds: to.groupIds }
      if (loadBalancer.securityGroupIds.length > 0 && !this.#admitsBy('out', loadBalancer.securityGroupIds, outbound)) {
        return [dropped('load-balancer-security-group')]
      }
      // A target that is its own client would take its own address for a forgery, and sees the node's. AWS has no such
      // connection; here its groups judge it by its own address, and its subnet's list by the node's.
      const sourceIp = kept && kept !== to ? kept.privateIp : node.privateIp
      const refusal = this.#networkAcl({ from: node, to, sourceIp, sourcePort, port: target.port, protocol })
      if (refusal) return [refusal]
      const peer = {
        protocol,
        port: target.port,
        peerIp: kept?.privateIp ?? node.privateIp,
        peerGroupIds: [...node.groupIds, ...(kept?.groupIds ?? [])],
      }
      return this.#admits('in', to, peer) ? this.#arrives(to) : [dropped('security-group-ingress')]
    })
  }

  /** The targets that may get a new flow: of groups with weight, healthy ones before all, fail open. */
  #choices(loadBalancer: LoadBalancer, node: NetworkInterface, listener: Listener) {
    const shares = forwardedGroups(listener).flatMap(({ targetGroupArn, weight }) => {
      const group = this.#topology.targetGroups.get(targetGroupArn)
      if (!group || weight === 0) return []
      const usable = this.#usable(loadBalancer, node, group)
      const healthy = usable.filter((target) => this.#isHealthy(node, target))
      return [{ group, healthy, chosen: this.#hasEnough(group, healthy, usable) ? healthy : usable }]
    })
    const well = shares.filter(({ healthy }) => healthy.length > 0)
    return (shares.length > 1 && well.length > 0 ? well : shares).flatMap(({ group, chosen }) =>
      chosen.map((target) => ({ group, target })),
    )
  }

  #usable(loadBalancer: LoadBalancer, node: NetworkInterface, group: TargetGroup): readonly Target[] {
    const own = group.attributes['load_balancing.cross_zone.enabled']
    const isCrossZone =
      (own === 'true' || own === 'false' ? own : loadBalancer.attributes['load_balancing.cross_zone.enabled']) ===
      'true'
    return (this.#topology.targetsByGroup.get(group.targetGroupArn) ?? []).filter(
      ({ state, availabilityZone }) =>
        state === 'registered' &&
        (isCrossZone || availabilityZone === node.availabilityZone || availabilityZone === 'all'),
    )
  }

  #isHealthy(node: NetworkInterface, { targetKey }: Target): boolean {
    return this.#health.get(`${node.networkInterfaceId}|${targetKey}`) === 'healthy'
  }

  /** Below the minimum of healthy targets a node sends to all of them (reference 2.3). */
  #hasEnough(group: TargetGroup, healthy: readonly Target[], usable: readonly Target[]): boolean {
    const minimum = 'target_group_health.unhealthy_state_routing.minimum_healthy_targets'
    const count = Number(targetGroupAttribute(group, `${minimum}.count`) ?? 1)
    const percentage = targetGroupAttribute(group, `${minimum}.percentage`) ?? 'off'
    if (healthy.length < Math.max(count, 1)) return false
    return percentage === 'off' || healthy.length * 100 >= usable.length * Number(percentage)
  }

  #nodeIn(loadBalancer: LoadBalancer, availabilityZoneId: string): NetworkInterface | undefined {
    const zone = loadBalancer.zones.find((each) => each.availabilityZoneId === availabilityZoneId)
    return this.#topology.interfaces.get(zone?.networkInterfaceId ?? '')
  }

  #listenerOf({ loadBalancerArn }: LoadBalancer, { port, protocol }: Leg): Listener | undefined {
    return (this.#topology.listenersByLoadBalancer.get(loadBalancerArn) ?? []).find(
      (listener) =>
        listener.port === port &&
        (protocol === 'tcp'
          ? ['TCP', 'TCP_UDP', 'TLS'].includes(listener.protocol)
          : ['UDP', 'TCP_UDP'].includes(listener.protocol)),
    )
  }

  #admitsSender({ from, to, protocol, port }: Leg): boolean {
    return this.#admits('in', to, { protocol, port, peerIp: from.privateIp, peerGroupIds: from.groupIds })
  }

  /** A load balancer without security groups lets everybody in. */
  #admitsClient({ securityGroupIds }: LoadBalancer, client: Peer): boolean {
    return securityGroupIds.length === 0 || this.#admitsBy('in', securityGroupIds, client)
  }

  #admits(direction: 'in' | 'out', { groupIds }: NetworkInterface, peer: Peer): boolean {
    return this.#admitsBy(direction, groupIds, peer)
  }

  #admitsBy(direction: 'in' | 'out', groupIds: readonly string[], peer: Peer): boolean {
    return groupIds.some((groupId) =>
      (this.#topology.rulesByGroup.get(groupId) ?? []).some(
        (rule) => rule.isEgress === (direction === 'out') && this.#ruleMatches(rule, peer),
      ),
    )
  }

  #ruleMatches(rule: SecurityGroupRule, { protocol, port, peerIp, peerGroupIds }: Peer): boolean {
    if (rule.ipProtocol !== '-1') {
      if (rule.ipProtocol !== protocol) return false
      if (rule.fromPort !== -1 && (port < rule.fromPort || port > rule.toPort)) return false
    }
    if (rule.cidrIpv4 !== undefined) return isWithin(rule.cidrIpv4, peerIp)
    if (rule.referencedGroupId !== undefined) return peerGroupIds.includes(rule.referencedGroupId)
    const list = rule.prefixListId === undefined ? undefined : this.#topology.prefixLists.get(rule.prefixListId)
    return list?.entries.some(({ cidr }) => isWithin(cidr, peerIp)) ?? false
  }

  /** Both subnets' lists, there and back, since they keep no state; nothing within a subnet. */
  #networkAcl({ from, to, sourceIp, sourcePort, port, protocol }: Leg): Fate | undefined {
    if (from.subnetId === to.subnetId) return undefined
    const there = { protocol, port }
    const back = { protocol, port: sourcePort }
    if (!this.#aclAllows(from.subnetId, true, { ...there, peerIp: to.privateIp })) return dropped('network-acl-egress')
    if (!this.#aclAllows(to.subnetId, false, { ...there, peerIp: sourceIp })) return dropped('network-acl-ingress')
    if (!this.#aclAllows(to.subnetId, true, { ...back, peerIp: sourceIp })) return dropped('network-acl-egress')
    if (!this.#aclAllows(from.subnetId, false, { ...back, peerIp: to.privateIp })) return dropped('network-acl-ingress')
    return undefined
  }

  #aclAllows(subnetId: string, egress: boolean, packet: Omit<Peer, 'peerGroupIds'>): boolean {
    const vpcId = this.#topology.subnets.get(subnetId)?.vpcId
    const acls = [...this.#snapshot.resources['network-acl'].values()].filter((acl) => acl.vpcId === vpcId)
    const named = acls.find(({ associations }) => associations.some((each) => each.subnetId === subnetId))
    const acl = named ?? acls.find(({ isDefault }) => isDefault)
    if (!acl) return true
    const decisive = acl.entries
      .filter((entry) => entry.egress === egress)
      .sort((one, other) => one.ruleNumber - other.ruleNumber)
      .find(
        ({ protocol, cidrBlock, ports }) =>
          (protocol === '-1' || protocol === (packet.protocol === 'tcp' ? '6' : '17')) &&
          cidrBlock !== undefined &&
          isWithin(cidrBlock, packet.peerIp) &&
          (!ports || protocol === '-1' || (packet.port >= ports.from && packet.port <= ports.to)),
      )
    return decisive?.ruleAction === 'allow'
  }
}

interface Peer {
  readonly protocol: 'tcp' | 'udp'
  readonly port: number
  readonly peerIp: string
  readonly peerGroupIds: readonly string[]
}

/** Defaults: reference 2.3. */
function preservesClientIp(group: TargetGroup): boolean {
  const set = group.attributes['preserve_client_ip.enabled']
  if (set !== undefined) return set === 'true'
  return group.targetType !== 'ip' || group.protocol === 'UDP' || group.protocol === 'TCP_UDP'
}

function isWithin(block: string, ip: string): boolean {
  const cidr = parseCidr(block)
  return cidr !== undefined && cidrHasAddress(cidr, ipv4ToInt(ip))
}
