/**
 * Who may connect to whom, and if not, why not: predicted from the resources alone.
 *
 * It asks what AWS's documentation asks, resource by resource, and knows nothing of nft, maps or chains: so it can be held
 * against the kernel, and a difference is an error in one of the two (test/conformance/truth-table.ts). A load balancer may
 * send a connection to any of several targets, so an attempt has a set of fates, and the kernel gives it one of them.
 *
 * What was asked on the way is told as steps (explanation.ts), each with what it takes to mend a refusal: `underpass
 * explain` prints them.
 */
import type { Snapshot } from '../resource/kind.ts'
import type { Listener, LoadBalancer } from '../resource/load-balancer.ts'
import type { NetworkInterface } from '../resource/network-interface.ts'
import type { RouteTable } from '../resource/route-table.ts'
import { healthCheckPort } from '../resource/target-group.ts'
import { cidrBlocksOf } from '../resource/vpc.ts'
import {
  askGroups,
  askNetworkAcl,
  isWithin,
  ownerOf,
  type Peer,
  passes,
  refuses,
  routeTo,
  verdictOf,
} from './explain-filter.ts'
import {
  healthOf,
  isCarriedAcross,
  isRelayed,
  listenerOf,
  listenerStep,
  preservesClientIp,
  targetChoices,
} from './explain-load-balancer.ts'
import type { DestinationStep, Fate, Path, Step } from './explanation.ts'
import { addressOf, type Family, familyOf, ipv4, ipv6 } from './family.ts'
import type { DropReason } from './names.ts'
import type { HealthView } from './program.ts'
import { serviceZoneOf } from './service-zone.ts'
import { type Topology, topologyOf } from './topology.ts'

export type { Fate } from './explanation.ts'

/** One new connection, or the first datagram of a flow. */
export interface Attempt {
  readonly fromInstanceId: string
  readonly protocol: 'tcp' | 'udp'
  readonly fromPort: number
  readonly toIp: string
  readonly toPort: number
}

/** Every fate the attempt may meet; one, unless a load balancer has a choice. Empty when no such instance runs. */
export function explain(snapshot: Snapshot, health: HealthView, attempt: Attempt): readonly Fate[] {
  if (snapshot.resources.instance.get(attempt.fromInstanceId)?.state !== 'running') return []
  return explainPaths(snapshot, health, attempt).map(({ fate }) => fate)
}

/**
 * The same with the steps that lead there. Empty when there never was such an instance.
 *
 * @param routeTables  no packet is led by them; they say why somebody expects one to be
 */
export function explainPaths(
  snapshot: Snapshot,
  health: HealthView,
  attempt: Attempt,
  routeTables: readonly RouteTable[] = [],
): readonly Path[] {
  return new Walk(topologyOf(snapshot), health, routeTables).begin(attempt)
}

/** A packet's way from one interface to another, as the lists and groups of both sides see it. */
interface Leg {
  readonly from: NetworkInterface
  readonly to: NetworkInterface
  /** The address the receiver sees: the sender's own, or a client's that a load balancer preserves. */
  readonly sourceIp: string
  readonly sourcePort: number
  readonly port: number
  readonly protocol: 'tcp' | 'udp'
  readonly family: Family
}

/** What is left of a leg behind a listener. */
type Onwards = Pick<Leg, 'protocol' | 'sourcePort' | 'family'>

/** What was asked so far; every method gets it and gives the paths that go on from there. */
type Trail = readonly Step[]

const dropped = (steps: Trail, reason: DropReason): readonly Path[] => [{ steps, fate: { outcome: 'dropped', reason } }]

class Walk {
  readonly #topology: Topology
  readonly #health: HealthView
  readonly #routeTables: readonly RouteTable[]

  constructor(topology: Topology, health: HealthView, routeTables: readonly RouteTable[]) {
    this.#topology = topology
    this.#health = health
    this.#routeTables = routeTables
  }

  begin({ fromInstanceId, protocol, fromPort, toIp, toPort }: Attempt): readonly Path[] {
    const instance = this.#topology.instances.get(fromInstanceId)
    if (!instance) return []
    const { instanceId, state, vpcId, subnetId, privateIp } = instance
    const from = this.#topology.interfaces.get(instance.networkInterfaceId)
    const isSending = state === 'running' && from !== undefined
    const sender: Step = {
      step: 'sender',
      ...verdictOf(isSending),
      ...ownerOf(instance),
      ...{ instanceId, state, vpcId, subnetId, privateIp },
      ...(from && { networkInterfaceId: from.networkInterfaceId }),
    }
    if (!isSending) return dropped([sender], 'no-route')
    const to = this.#topology.interfaceAt(from.vpcId, toIp)
    const family = familyOf(toIp)
    const sourceIp = addressOf(from, family)
    // Nothing leaves an instance under an address that it has not.
    if (sourceIp === undefined) return dropped([sender, this.#nowhere(from, toIp)], 'no-route')
    const peerIp = (to && family === ipv4 ? to.privateIp : undefined) ?? toIp
    const dialled = { protocol, port: toPort, peerIp, peerGroupIds: to?.groupIds ?? [] }
    const sent = this.#groups('egress', from, dialled)
    if (!to) {
      if (sent.verdict === 'refuses') return dropped([sender, sent], 'security-group-egress')
      return dropped([sender, sent, this.#nowhere(from, toIp)], 'no-route')
    }
    const destination: DestinationStep = {
      step: 'destination',
      ...passes,
      ...ownerOf(to),
      ...{ ip: toIp, vpcId: to.vpcId, isInVpc: true },
      ...{ networkInterfaceId: to.networkInterfaceId, interfaceType: to.interfaceType },
    }
    const leg: Leg = { from, to, sourceIp, sourcePort: fromPort, port: toPort, protocol, family }
    const asked = this.#networkAcls([sender, destination], leg)
    if (asked.refusal) return dropped(asked.trail, asked.refusal)
    const trail = [...asked.trail, sent]
    if (sent.verdict === 'refuses') return dropped(trail, 'security-group-egress')

    switch (to.interfaceType) {
      case 'vpc_endpoint':
        return this.#throughEndpoint(trail, leg)
      case 'network_load_balancer':
        return this.#throughNode(trail, leg)
      default: {
        const received = this.#groups('ingress', to, senderOf(leg))
        const known = [...trail, received]
        return received.verdict === 'passes'
          ? this.#arrives(known, to, toPort)
          : dropped(known, 'security-group-ingress')
      }
    }
  }

  #arrives(trail: Trail, to: NetworkInterface, port: number): readonly Path[] {
    const { networkInterfaceId, instanceId } = to
    const instance = this.#topology.instances.get(instanceId ?? '')
    const isRunning = instance?.state === 'running'
    const arrival: Step = {
      step: 'arrival',
      ...verdictOf(isRunning),
      ...ownerOf(to),
      ...{ networkInterfaceId, port },
      ...(instance && { instanceId: instance.instanceId, state: instance.state }),
    }
    const steps = [...trail, arrival]
    if (!isRunning) return dropped(steps, 'no-route')
    return [{ steps, fate: { outcome: 'connects', instanceId: instance.instanceId } }]
  }

  /** Nobody in the VPC has the address, and nothing leads out of a VPC but an endpoint's interface in it. */
  #nowhere({ vpcId, subnetId, ownerId, region }: NetworkInterface, ip: string): DestinationStep {
    const vpc = this.#topology.vpcs.get(vpcId)
    const blocks = vpc
      ? [...cidrBlocksOf(vpc), ...(vpc.ipv6CidrBlockAssociations ?? []).map(({ ipv6CidrBlock }) => ipv6CidrBlock)]
      : []
    const isInVpc = blocks.some((block) => isWithin(block, ip))
    const route = isInVpc ? undefined : routeTo(this.#topology, this.#routeTables, { vpcId, subnetId }, ip)
    return { step: 'destination', ...refuses, ownerId, region, ip, vpcId, isInVpc, ...(route && { route }) }
  }

  #throughEndpoint(trail: Trail, leg: Leg): readonly Path[] {
    const { vpcEndpointId = '' } = leg.to
    const endpoint = this.#topology.endpoints.get(vpcEndpointId)
    const service = this.#topology.services.get(endpoint?.serviceId ?? '')
    const known: Trail = [
      ...trail,
      {
        step: 'vpc-endpoint',
        ...verdictOf(endpoint?.state === 'available'),
        ...ownerOf(endpoint ?? leg.to),
        vpcEndpointId,
        ...(endpoint && { state: endpoint.state }),
        ...{ serviceId: endpoint?.serviceId ?? '', serviceName: endpoint?.serviceName ?? '' },
        ...(service && { service: ownerOf(service) }),
        ...{ vpcId: leg.to.vpcId, subnetIds: endpoint?.subnetIds ?? [], groupIds: endpoint?.groupIds ?? [] },
      },
    ]
    if (endpoint?.state !== 'available') return dropped(known, 'endpoint-unavailable')

    const { availabilityZone, availabilityZoneId } = serviceZoneOf(this.#topology, endpoint, leg.to)
    const loadBalancers = (service?.networkLoadBalancerArns ?? []).flatMap(
      (arn) => this.#topology.loadBalancers.get(arn) ?? [],
    )
    const doors = loadBalancers.flatMap((loadBalancer) => {
      const node = this.#nodeIn(loadBalancer, availabilityZoneId)
      return node && addressOf(node, leg.family) !== undefined ? [{ loadBalancer, node }] : []
    })
    const place = {
      step: 'endpoint-service',
      ...ownerOf(service ?? endpoint),
      ...{ serviceId: endpoint.serviceId, availabilityZone, availabilityZoneId },
    } as const
    if (doors.length === 0) {
      const [first] = loadBalancers
      const subnets = this.#topology.subnetsByVpc.get(first?.vpcId ?? '') ?? []
      const inZone = subnets.find((subnet) => subnet.availabilityZoneId === availabilityZoneId)
      const without = {
        ...(first && { loadBalancerArn: first.loadBalancerArn, subnetIds: first.zones.map((zone) => zone.subnetId) }),
        ...(inZone && { subnetIdInZone: inZone.subnetId }),
      }
      return dropped([...known, { ...place, ...refuses, ...without }], 'endpoint-unavailable')
    }
    return doors.flatMap(({ loadBalancer, node }) => {
      const { networkInterfaceId, privateIp } = node
      const { loadBalancerArn } = loadBalancer
      const door = { ...place, ...passes, loadBalancerArn, node: { networkInterfaceId, privateIp } }
      return this.#throughDoor([...known, door], leg, loadBalancer, node)
    })
  }

  #throughDoor(before: Trail, leg: Leg, loadBalancer: LoadBalancer, node: NetworkInterface): readonly Path[] {
    const listener = listenerOf(this.#topology, loadBalancer, leg)
    const heard = [...before, listenerStep(this.#topology, loadBalancer, listener, leg)]
    if (!listener) return dropped(heard, 'endpoint-unavailable')
    const received = this.#groups('ingress', leg.to, senderOf(leg))
    const { loadBalancerArn, securityGroupIds } = loadBalancer
    if (received.verdict === 'refuses') return dropped([...heard, received], 'security-group-ingress')

    const isEnforced = loadBalancer.enforceSecurityGroupInboundRulesOnPrivateLinkTraffic !== 'off'
    const enforced = securityGroupIds.length === 0 ? 'none' : isEnforced ? 'on' : 'off'
    const enforcement = { step: 'enforcement', ...passes, ...ownerOf(loadBalancer), loadBalancerArn, enforced } as const
    let trail: Trail = [...heard, received, enforcement]
    if (enforced === 'on') {
      // The consumer's own address, and nobody's group: those of another VPC cannot be referenced.
      const consumer = { protocol: leg.protocol, port: leg.port, peerIp: leg.sourceIp, peerGroupIds: [] }
      const admitted = askGroups(this.#topology, 'ingress', loadBalancerArn, loadBalancer, securityGroupIds, consumer)
      trail = [...trail, admitted]
      if (admitted.verdict === 'refuses') return dropped(trail, 'load-balancer-security-group')
    }
    return this.#toTargets(trail, loadBalancer, node, listener, this.#onwards(leg, listener), undefined)
  }

  #throughNode(before: Trail, leg: Leg): readonly Path[] {
    const loadBalancer = this.#topology.loadBalancers.get(leg.to.loadBalancerArn ?? '')
    if (!loadBalancer) return dropped(before, 'no-route')
    const listener = listenerOf(this.#topology, loadBalancer, leg)
    let trail: Trail = [...before, listenerStep(this.#topology, loadBalancer, listener, leg)]
    if (!listener) return dropped(trail, 'no-route')
    const { loadBalancerArn, securityGroupIds } = loadBalancer
    // A load balancer without security groups lets everybody in.
    if (securityGroupIds.length > 0) {
      const admitted = askGroups(
        this.#topology,
        'ingress',
        loadBalancerArn,
        loadBalancer,
        securityGroupIds,
        senderOf(leg),
      )
      trail = [...trail, admitted]
      if (admitted.verdict === 'refuses') return dropped(trail, 'load-balancer-security-group')
    }
    const onwards = this.#onwards(leg, listener)
    const client = isRelayed(this.#topology, listener) || onwards.family !== leg.family ? undefined : leg.from
    return this.#toTargets(trail, loadBalancer, leg.to, listener, onwards, client)
  }

  /** A listener's connections keep their address family, but for IPv6 ones over TCP where no target group has it. */
  #onwards({ protocol, sourcePort, family }: Leg, listener: Listener): Onwards {
    const isAcross = family === ipv6 && protocol === 'tcp' && isCarriedAcross(this.#topology, listener)
    return { protocol, sourcePort, family: isAcross ? ipv4 : family }
  }

  /**
   * @param client  in the load balancer's own VPC, whose address targets may see
   * @param sender  the node whose address they see else: that of a load balancer before this one, which leads on to it
   */
  #toTargets(
    before: Trail,
    loadBalancer: LoadBalancer,
    node: NetworkInterface,
    listener: Listener,
    { protocol, sourcePort, family }: Onwards,
    client: NetworkInterface | undefined,
    sender: NetworkInterface = node,
  ): readonly Path[] {
    const { groups, chosen } = targetChoices(this.#topology, this.#health, loadBalancer, node, listener, family)
    const ipOf = (eni: NetworkInterface): string => addressOf(eni, family) ?? eni.privateIp
    const { loadBalancerArn } = loadBalancer
    const choice: Step = {
      step: 'target-choice',
      ...verdictOf(chosen.length > 0),
      ...ownerOf(listener),
      ...{ loadBalancerArn, listenerArn: listener.listenerArn, nodeIp: ipOf(node) },
      ...{ availabilityZone: node.availabilityZone, groups },
    }
    const known = [...before, choice]
    if (chosen.length === 0) return dropped(known, 'no-target')
    return chosen.flatMap(({ group, target }): readonly Path[] => {
      const to = this.#topology.interfaceAt(target.vpcId, target.ip)
      const kept = sender !== node || preservesClientIp(group) ? client : undefined
      // A target that is its own client would take its own address for a forgery, and sees the node's. AWS has no such
      // connection; here its groups judge it by its own address, and its subnet's list by the node's.
      const sourceIp = ipOf(kept && kept !== to ? kept : sender)
      const { id, ip, port, targetGroupArn } = target
      const led: Step = {
        step: 'target',
        ...verdictOf(to !== undefined),
        ...ownerOf(group),
        ...{ targetGroupArn, id, ip, port, sourceIp },
        ...{ health: healthOf(this.#health, node, target), healthCheckPort: healthCheckPort(group, target) },
      }
      let trail: Trail = [...known, led]
      if (!to) return dropped(trail, 'no-route')
      if (loadBalancer.securityGroupIds.length > 0) {
        const outbound = { protocol, port, peerIp: ip, peerGroupIds: to.groupIds }
        const sent = askGroups(
          this.#topology,
          'egress',
          loadBalancerArn,
          loadBalancer,
          loadBalancer.securityGroupIds,
          outbound,
        )
        trail = [...trail, sent]
        if (sent.verdict === 'refuses') return dropped(trail, 'load-balancer-security-group')
      }
      const leg: Leg = { from: node, to, sourceIp, sourcePort, port, protocol, family }
      const asked = this.#networkAcls(trail, leg)
      if (asked.refusal) return dropped(asked.trail, asked.refusal)
      const other = group.targetType === 'alb' && this.#topology.loadBalancers.get(to.loadBalancerArn ?? '')
      if (other) return this.#toBalancer(asked.trail, other, leg, kept)
      const peerIp = ipOf(kept ?? node)
      const peerGroupIds = [...node.groupIds, ...(kept?.groupIds ?? [])]
      const received = this.#groups('ingress', to, { protocol, port, peerIp, peerGroupIds })
      trail = [...asked.trail, received]
      return received.verdict === 'passes' ? this.#arrives(trail, to, port) : dropped(trail, 'security-group-ingress')
    })
  }

  /** A target that is another load balancer: its listener takes over, without a second translation (decision 11). */
  #toBalancer(before: Trail, other: LoadBalancer, leg: Leg, client: NetworkInterface | undefined): readonly Path[] {
    const received = other.securityGroupIds.length > 0 && this.#groups('ingress', leg.to, senderOf(leg))
    const asked = received ? [...before, received] : before
    if (received && received.verdict === 'refuses') return dropped(asked, 'security-group-ingress')
    const listener = listenerOf(this.#topology, other, leg)
    const trail = [...asked, listenerStep(this.#topology, other, listener, leg)]
    if (!listener || other.loadBalancerArn === leg.from.loadBalancerArn) return dropped(trail, 'no-route')
    return this.#toTargets(trail, other, leg.to, listener, leg, client, leg.from)
  }

  #nodeIn(loadBalancer: LoadBalancer, availabilityZoneId: string): NetworkInterface | undefined {
    const zone = loadBalancer.zones.find((each) => each.availabilityZoneId === availabilityZoneId)
    return this.#topology.interfaces.get(zone?.networkInterfaceId ?? '')
  }

  #groups(direction: 'ingress' | 'egress', of: NetworkInterface, peer: Peer) {
    return askGroups(this.#topology, direction, of.networkInterfaceId, of, of.groupIds, peer)
  }

  /** Both subnets' lists, there and back, since they keep no state; nothing within a subnet. */
  #networkAcls(before: Trail, { from, to, sourceIp, sourcePort, port, protocol, family }: Leg) {
    const receiverIp = addressOf(to, family) ?? to.privateIp
    if (from.subnetId === to.subnetId) return { trail: before, refusal: undefined }
    const there = { way: 'there', protocol, port } as const
    const back = { way: 'back', protocol, port: sourcePort } as const
    const questions = [
      { subnetId: from.subnetId, direction: 'egress', ...there, peerIp: receiverIp },
      { subnetId: to.subnetId, direction: 'ingress', ...there, peerIp: sourceIp },
      { subnetId: to.subnetId, direction: 'egress', ...back, peerIp: sourceIp },
      { subnetId: from.subnetId, direction: 'ingress', ...back, peerIp: receiverIp },
    ] as const
    let trail = before
    for (const question of questions) {
      const asked = askNetworkAcl(this.#topology, question)
      if (!asked) continue
      trail = [...trail, asked]
      if (asked.verdict === 'refuses') return { trail, refusal: `network-acl-${asked.direction}` as const }
    }
    return { trail, refusal: undefined }
  }
}

const senderOf = ({ from, protocol, port, family }: Leg): Peer => ({
  ...{ protocol, port, peerIp: addressOf(from, family) ?? from.privateIp, peerGroupIds: from.groupIds },
})
