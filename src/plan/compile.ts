/**
 * Snapshot → Program.
 *
 * One Fragment per resource, remembered with the values it was made of: when all of them are the same objects as
 * last time, the Fragment is the same object too, and diff passes over it without looking inside. So a change costs its
 * own size plus one pass over the resources, which makes no text: a microsecond or so an endpoint. There is no second,
 * incremental mode that could disagree with the full one. A test compares the two on generated histories.
 */
import type { Snapshot } from '../resource/kind.ts'
import { forwardedGroups, type Listener, type LoadBalancer, type LoadBalancerZone } from '../resource/load-balancer.ts'
import type { NetworkAcl } from '../resource/network-acl.ts'
import type { NetworkInterface } from '../resource/network-interface.ts'
import type { SecurityGroupRule } from '../resource/security-group.ts'
import { zonesOfClients } from './client-routing.ts'
import { compileDns, zoneHealthOf } from './dns.ts'
import { type Family, fabricAddressOf, familiesOf, familiesWhere, hasIpv6 } from './family.ts'
import { compileInstance } from './instance.ts'
import { shareOf, sharesAmongHealthy } from './listener.ts'
import { compileListener, compileNode, inputsOf, ownIdleTimeoutSeconds, protocolsOf } from './load-balancer.ts'
import { idleTimeout, vpcNetns } from './names.ts'
import {
  aclOfSubnets,
  compileNetworkAcl,
  type FilteredSubnet,
  nodeFabricIpsOf,
  refusesSomething,
} from './network-acl.ts'
import { compileMembership } from './network-interface.ts'
import { chainObject, ctTimeoutObject } from './object.ts'
import type { Fragment, FragmentOwner, HealthCheck, HealthView, Program } from './program.ts'
import { compileRelay, groupsOf, isBridged, relayUsesOf } from './relay.ts'
import {
  areSame,
  type Inputs,
  keepMemory,
  memoryOf,
  type Remembered,
  type RememberedEndpoint,
  sameSet,
} from './remembered.ts'
import { compileGroupSet, type GroupSet, nodeGroupChainName } from './security-group.ts'
import { doorsOf, type PlacedEndpoint, placeEndpoint, type ZoneOfEndpoint } from './service-door.ts'
import { compileHealthChecks, healthOf, usableTargets } from './target-group.ts'
import { topologyOf } from './topology.ts'
import { compileFabric, compileVpc } from './vpc.ts'
import { compileVpcEndpoint } from './vpc-endpoint.ts'
import { compileVpcLink, type VpcLink } from './vpc-link.ts'
import { type AwayUses, addAwayUses, groupSetsOf } from './vpc-uses.ts'

export interface PlanSettings {
  /** The instance name of `underpass up --name`: part of every namespace's name. */
  readonly name: string
  /** Endpoint interfaces that have as many connections as they have ports for: they take no more (agent/capacity.ts). */
  readonly fullInterfaceIds?: ReadonlySet<string>
}

export function compileProgram(
  snapshot: Snapshot,
  health: HealthView,
  settings: PlanSettings,
  previous?: Program,
): Program {
  const { name } = settings
  const topology = topologyOf(snapshot)
  const before = previous && memoryOf(previous, name)
  const now = new Map<FragmentOwner, Remembered>()
  const fragments = new Map<FragmentOwner, Fragment>()
  const healthChecks = new Map<string, HealthCheck>()

  const remember = (owner: FragmentOwner, inputs: Inputs, make: () => Fragment): void => {
    const known = before?.fragments.get(owner)
    const remembered = known && areSame(known.inputs, inputs) ? known : { inputs, fragment: make() }
    now.set(owner, remembered)
    fragments.set(owner, remembered.fragment)
  }

  const carriesIpv6 = (vpcId: string): boolean => {
    const vpc = topology.vpcs.get(vpcId)
    return vpc !== undefined && hasIpv6(vpc)
  }

  const fabricHasIpv6 = [...topology.interfacesByVpc.keys()].some(carriesIpv6)
  remember('fabric/fabric', [name, fabricHasIpv6], () => compileFabric(name, fabricHasIpv6))

  const rulesOf = (groupIds: readonly string[]): SecurityGroupRule[] =>
    groupIds.flatMap((id) => topology.rulesByGroup.get(id) ?? [])

  const relayUses = relayUsesOf(topology)
  const doors = doorsOf(topology, before?.doors)
  const places: PlacedEndpoint[] = []
  const endpointsBefore: (RememberedEndpoint | undefined)[] = []
  /** By VPC: what its endpoints ask of its table. */
  const away = new Map<string, AwayUses>()
  for (const endpoint of topology.endpoints.values()) {
    const known = before?.endpoints.get(endpoint.vpcEndpointId)
    const placed = placeEndpoint(topology, endpoint, doors, known?.placed)
    places.push(placed)
    endpointsBefore.push(known)
    addAwayUses(away, endpoint, placed.zones, rulesOf)
  }

  const referencedByVpc = new Map<string, ReadonlySet<string>>()
  for (const [vpcId, interfaces] of topology.interfacesByVpc) {
    const vpc = topology.vpcs.get(vpcId)
    if (!vpc) continue
    const ownLoadBalancers = topology.loadBalancersByVpc.get(vpcId) ?? []
    const groupSets = groupSetsOf(interfaces, ownLoadBalancers, rulesOf)
    for (const [chainName, groupSet] of away.get(vpcId)?.groupSets ?? []) groupSets.set(chainName, groupSet)
    const referenced = new Set<string>()
    for (const { rules } of groupSets.values()) {
      for (const { referencedGroupId } of rules) if (referencedGroupId !== undefined) referenced.add(referencedGroupId)
    }
    referencedByVpc.set(vpcId, sameSet(referenced, before?.referencedGroups.get(vpcId)))
    const byGroups = new Map<string, GroupSet[]>()
    for (const groupSet of groupSets.values()) {
      const ids = groupSet.groupIds.join('+')
      const known = byGroups.get(ids)
      if (known) known.push(groupSet)
      else byGroups.set(ids, [groupSet])
    }
    for (const [ids, sets] of byGroups) compileGroups(vpcId, ids, sets)

    const seconds = away.get(vpcId)?.idleTimeoutSeconds ?? new Set()
    const ownSeconds = ownLoadBalancers.flatMap(({ loadBalancerArn }) =>
      (topology.listenersByLoadBalancer.get(loadBalancerArn) ?? []).flatMap(
        (each) => ownIdleTimeoutSeconds(each) ?? [],
      ),
    )
    for (const each of new Set([...seconds, ...ownSeconds])) compileIdleTimeout(vpcId, each)

    const acls = (topology.aclsByVpc.get(vpcId) ?? []).filter((acl) => refusesSomething(acl, familiesOf(vpc)))
    if (acls.length > 0) compileAcls(vpcId, interfaces, familiesOf(vpc))

    const uses = {
      referencedGroupIds: [...referenced].sort(),
      nodeGroups: ownLoadBalancers.some(({ securityGroupIds }) => securityGroupIds.length > 0),
      endpointIdleTimeouts: seconds.size > 0,
      networkAcls: acls.length > 0,
      zonesOfClients: zonesOfClients(topology, vpcId),
      relayedListeners: ownLoadBalancers.some(({ loadBalancerArn }) =>
        (topology.listenersByLoadBalancer.get(loadBalancerArn) ?? []).some((each) => relayUses.has(each.listenerArn)),
      ),
    }
    remember(`vpc/${vpcId}`, [name, vpc, JSON.stringify(uses)], () => compileVpc(name, vpc, uses))
  }

  /** All chains of the same groups in one VPC; where it is another VPC than the groups' own, the owner's name says so. */
  function compileGroups(vpcId: string, ids: string, groupSets: readonly GroupSet[]): void {
    const isHome = topology.groups.get(groupSets[0]?.groupIds[0] ?? '')?.vpcId === vpcId
    const inputs = groupSets.flatMap(({ chainName, admitted, rules }) => [
      chainName,
      admitted,
      ...rules.flatMap((rule) => [rule, rule.prefixListId && topology.prefixLists.get(rule.prefixListId)]),
    ])
    const withIpv6 = carriesIpv6(vpcId)
    remember(`security-group/${ids}${isHome ? '' : `@${vpcId}`}`, [name, vpcId, withIpv6, ...inputs], () =>
      groupSets.map((groupSet) =>
        compileGroupSet(vpcNetns(name, vpcId), groupSet, topology.prefixLists, familiesWhere(withIpv6)),
      ),
    )
  }

  function compileIdleTimeout(vpcId: string, seconds: number): void {
    const netns = vpcNetns(name, vpcId)
    remember(`vpc/${vpcId}/idle-timeout-${seconds}`, [name], () => [
      ctTimeoutObject(netns, idleTimeout(seconds), seconds),
      chainObject(netns, idleTimeout(seconds), [`meta l4proto tcp ct timeout set "${idleTimeout(seconds)}"`]),
    ])
  }

  function compileAcls(vpcId: string, interfaces: readonly NetworkInterface[], families: readonly Family[]): void {
    const subnets = topology.subnetsByVpc.get(vpcId) ?? []
    const aclBySubnet = aclOfSubnets(topology.aclsByVpc.get(vpcId) ?? [], subnets)
    const filtered = new Map<NetworkAcl, FilteredSubnet[]>()
    for (const subnet of subnets) {
      const acl = aclBySubnet.get(subnet.subnetId)
      if (!acl || !refusesSomething(acl, families)) continue
      const nodeFabricIps = nodeFabricIpsOf(
        interfaces.filter(({ subnetId }) => subnetId === subnet.subnetId),
        families,
      )
      const places = filtered.get(acl)
      if (places) places.push({ subnet, nodeFabricIps })
      else filtered.set(acl, [{ subnet, nodeFabricIps }])
    }
    for (const [acl, places] of filtered) {
      const inputs = [
        name,
        acl,
        families,
        ...places.flatMap(({ subnet, nodeFabricIps }) => [subnet, nodeFabricIps.join()]),
      ]
      remember(`network-acl/${acl.networkAclId}`, inputs, () =>
        families.flatMap((family) => compileNetworkAcl(vpcNetns(name, vpcId), acl, places, family)),
      )
    }
  }

  const membership = (eni: NetworkInterface): { ids: string; make: () => Fragment } => {
    const referenced = referencedByVpc.get(eni.vpcId) ?? new Set<string>()
    return {
      ids: eni.groupIds.filter((id) => referenced.has(id)).join(),
      make: () => compileMembership(name, eni, referenced, familiesWhere(carriesIpv6(eni.vpcId))),
    }
  }

  for (const instance of topology.instances.values()) {
    const eni = topology.interfaces.get(instance.networkInterfaceId)
    const vpc = topology.vpcs.get(instance.vpcId)
    const subnet = topology.subnets.get(instance.subnetId)
    if (!eni || !vpc || !subnet) continue
    const member = membership(eni)
    remember(`instance/${instance.instanceId}`, [name, instance, eni, subnet, vpc, member.ids], () =>
      compileInstance(name, instance, eni, subnet, vpc, member.make()),
    )
  }

  for (const loadBalancer of topology.loadBalancers.values()) {
    compileLoadBalancer(loadBalancer)
  }

  const endpoints = new Map<string, RememberedEndpoint>()
  places.forEach((placed, i) => {
    const remembered = rememberEndpoint(placed, endpointsBefore[i])
    endpoints.set(placed.endpoint.vpcEndpointId, remembered)
    fragments.set(placed.owner, remembered.fragment)
  })

  function rememberEndpoint(placed: PlacedEndpoint, known: RememberedEndpoint | undefined): RememberedEndpoint {
    const { endpoint, zones } = placed
    const withIpv6 = carriesIpv6(endpoint.vpcId)
    const referenced = referencedByVpc.get(endpoint.vpcId)
    const isFull = ({ eni }: ZoneOfEndpoint): boolean => settings.fullInterfaceIds?.has(eni.networkInterfaceId) ?? false
    const full = settings.fullInterfaceIds?.size ? zones.map(isFull).join() : ''
    const isSame = known?.placed === placed && known.withIpv6 === withIpv6 && known.referenced === referenced
    if (isSame && known.full === full) return known
    const members = zones.map(({ eni }) => membership(eni))
    const inputs = [
      name,
      endpoint,
      withIpv6,
      ...zones.flatMap((zone, i) => [
        zone.eni,
        zone.node,
        zone.ingressChain,
        isFull(zone),
        members[i]?.ids,
        ...zone.listeners,
        ...zone.listeners.map((each) => relayUses.get(each.listenerArn)?.writesHeader),
      ]),
    ]
    const make = (): Fragment =>
      compileVpcEndpoint(
        name,
        endpoint,
        zones.map((zone, i) => ({
          ...zone,
          isFull: isFull(zone),
          withHeader: (listener) => relayUses.get(listener.listenerArn)?.writesHeader === true,
          isBridged: (listener) => isBridged(listener, groupsOf(topology, listener)),
          memberElements: members[i]?.make() ?? [],
        })),
        withIpv6,
      )
    const fragment = known && areSame(known.inputs, inputs) ? known.fragment : make()
    return { inputs, fragment, placed, withIpv6, referenced, full }
  }

  for (const [key, { vpcIds, nodes, withIpv6 }] of linksOf(places, carriesIpv6)) {
    const dialled = [...nodes].sort(([one], [other]) => (one < other ? -1 : 1))
    remember(`vpc-link/${key}`, [name, key, withIpv6, ...dialled.map(([id]) => id)], () =>
      compileVpcLink(
        name,
        vpcIds,
        dialled.map(([, node]) => node),
        withIpv6,
      ),
    )
  }

  function compileLoadBalancer(loadBalancer: LoadBalancer): void {
    const nodes = loadBalancer.zones.flatMap((zone) => {
      const node = topology.interfaces.get(zone.networkInterfaceId)
      return node ? [{ zone, node }] : []
    })
    const members = nodes.map(({ node }) => membership(node))
    const { securityGroupIds } = loadBalancer
    const withIpv6 = carriesIpv6(loadBalancer.vpcId)
    const ingressChain = securityGroupIds.length > 0 ? nodeGroupChainName('home', securityGroupIds) : undefined
    remember(
      `load-balancer/${loadBalancer.loadBalancerArn}`,
      [name, ingressChain, withIpv6, ...nodes.flatMap(({ node }, i) => [node, members[i]?.ids])],
      () => nodes.flatMap(({ node }, i) => compileNode(name, node, members[i]?.make() ?? [], ingressChain, withIpv6)),
    )
    for (const listener of topology.listenersByLoadBalancer.get(loadBalancer.loadBalancerArn) ?? []) {
      compileListenerOf(loadBalancer, nodes, listener)
    }
  }

  function compileListenerOf(loadBalancer: LoadBalancer, nodes: readonly NodeOfZone[], listener: Listener): void {
    const groups = forwardedGroups(listener).flatMap(({ targetGroupArn, weight }) => {
      const group = topology.targetGroups.get(targetGroupArn)
      return group ? [{ group, weight, targets: topology.targetsByGroup.get(targetGroupArn) ?? [] }] : []
    })
    const perNode = nodes.flatMap(({ zone, node }) =>
      protocolsOf(listener).map((protocol) => ({
        node,
        protocol,
        shares: sharesAmongHealthy(
          groups.map((each) => shareOf(topology, health, { loadBalancer, zone, node, listener, protocol, ...each })),
          node,
          health,
        ),
      })),
    )
    const use = relayUses.get(listener.listenerArn)
    const withIpv6 = carriesIpv6(loadBalancer.vpcId)
    remember(
      `listener/${listener.listenerArn}`,
      [
        ...[name, listener, withIpv6, use?.writesHeader],
        ...perNode.flatMap(({ node, shares }) => [node, ...shares.flatMap(inputsOf)]),
      ],
      () =>
        perNode.flatMap(({ node, protocol, shares }) =>
          compileListener(name, listener, protocol, node, shares, use, withIpv6),
        ),
    )

    for (const { group, targets } of groups) {
      // A group behind several listeners is checked once: the checks and their elements have the same keys.
      const owner = `target-group/${group.targetGroupArn}`
      if (now.has(owner)) continue
      const perNodeChecks = nodes.map(({ zone, node }) => {
        const usable = usableTargets(loadBalancer, zone, group, targets)
        return compileHealthChecks(name, topology, loadBalancer, node, listener, group, usable)
      })
      const fragment = perNodeChecks.flatMap((checks) => checks.fragment)
      remember(owner, [name, ...fragment.flatMap(({ key, fingerprint }) => [key, fingerprint])], () => fragment)
      for (const { checks } of perNodeChecks) for (const check of checks) healthChecks.set(check.key, check)
    }
  }

  const program: Program = {
    revision: snapshot.revision,
    fragments,
    dns: compileDns(topology, zoneHealthOf(topology, health), places),
    healthChecks,
    relay: compileRelay(name, topology, relayUses, places),
  }
  keepMemory(program, { name, fragments: now, doors, endpoints, referencedGroups: referencedByVpc })
  return program
}

interface NodeOfZone {
  readonly zone: LoadBalancerZone
  readonly node: NetworkInterface
}

/** The pairs of VPCs that endpoints join, and the nodes that are dialled over each. */
function linksOf(
  endpoints: Iterable<PlacedEndpoint>,
  carriesIpv6: (vpcId: string) => boolean,
): ReadonlyMap<string, VpcLink> {
  const links = new Map<string, VpcLink>()
  /** By node, the VPCs that dial it: those that all endpoints of a VPC have in common are looked at once. */
  const dialling = new Map<NetworkInterface, Set<string>>()
  for (const { endpoint, zones } of endpoints) {
    if (endpoint.state !== 'available') continue
    const { vpcId } = endpoint
    for (const { eni, node } of zones) {
      if (!eni.fabricIp || !node?.fabricIp || node.vpcId === vpcId) continue
      const known = dialling.get(node)
      if (known?.has(vpcId)) continue
      if (known) known.add(vpcId)
      else dialling.set(node, new Set([vpcId]))
      const vpcIds = vpcId < node.vpcId ? ([vpcId, node.vpcId] as const) : ([node.vpcId, vpcId] as const)
      const key = vpcIds.join('|')
      const withIpv6 = vpcIds.every(carriesIpv6)
      const link = links.get(key) ?? { vpcIds, withIpv6, nodes: new Map() }
      links.set(key, link)
      for (const family of familiesWhere(withIpv6)) {
        const fabricIp = fabricAddressOf(node, family)
        if (fabricIp) link.nodes.set(`${vpcId}|${fabricIp}`, { from: vpcId, fabricIp })
      }
    }
  }
  return links
}

/** Whether the view says the same of every check; a change that does not matter need not compile anything. */
export function sameHealth(a: HealthView, b: HealthView): boolean {
  return a.size === b.size && [...a].every(([key, state]) => b.get(key) === state)
}
export { healthOf }
