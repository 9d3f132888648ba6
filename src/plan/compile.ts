/**
 * Snapshot → Program.
 *
 * One Fragment per resource, remembered with the values it was made of: when all of them are the same objects as
 * last time, the Fragment is the same object too, and diff passes over it without looking inside. So a change costs its
 * own size plus one pass over the resources, and there is no second, incremental mode that could disagree with the full
 * one. A test compares the two on generated histories.
 */
import type { Snapshot } from '../resource/kind.ts'
import type { Listener, LoadBalancer } from '../resource/load-balancer.ts'
import type { NetworkInterface } from '../resource/network-interface.ts'
import type { SecurityGroupRule } from '../resource/security-group.ts'
import type { VpcEndpoint } from '../resource/vpc-endpoint.ts'
import { compileDns, zoneHealthOf } from './dns.ts'
import { compileInstance } from './instance.ts'
import { compileListener, compileNode, protocolsOf } from './load-balancer.ts'
import { compileMembership } from './network-interface.ts'
import type { Fragment, FragmentOwner, HealthCheck, HealthView, Program } from './program.ts'
import { chosenTargets, compileHealthChecks, healthOf, nodeMayReach, usableTargets } from './target-group.ts'
import { type Topology, topologyOf } from './topology.ts'
import { compileFabric, compileVpc, type GroupSet } from './vpc.ts'
import { compileVpcEndpoint, type EndpointZone } from './vpc-endpoint.ts'
import { compileVpcLink, type VpcLink } from './vpc-link.ts'

export interface PlanSettings {
  /** The instance name of `underpass up --name`: part of every namespace's name. */
  readonly name: string
}

/** What a fragment was made of. Compared by identity, member by member. */
type Inputs = readonly unknown[]

interface Remembered {
  readonly inputs: Inputs
  readonly fragment: Fragment
}

/** Fragments of the previous program with their inputs; kept beside the Program, which stays plain values. */
const memory = new WeakMap<Program, ReadonlyMap<FragmentOwner, Remembered>>()

const same = (a: Inputs, b: Inputs): boolean => a.length === b.length && a.every((value, i) => value === b[i])

export function compileProgram(
  snapshot: Snapshot,
  health: HealthView,
  settings: PlanSettings,
  previous?: Program,
): Program {
  const { name } = settings
  const topology = topologyOf(snapshot)
  const before = previous && memory.get(previous)
  const now = new Map<FragmentOwner, Remembered>()
  const healthChecks = new Map<string, HealthCheck>()

  const remember = (owner: FragmentOwner, inputs: Inputs, make: () => Fragment): void => {
    const known = before?.get(owner)
    now.set(owner, known && same(known.inputs, inputs) ? known : { inputs, fragment: make() })
  }

  remember('fabric/fabric', [name], () => compileFabric(name))

  const referencedByVpc = new Map<string, ReadonlySet<string>>()
  for (const [vpcId, interfaces] of topology.interfacesByVpc) {
    const vpc = topology.vpcs.get(vpcId)
    if (!vpc) continue
    const groupSets = groupSetsOf(topology, interfaces)
    const rules = groupSets.flatMap((groupSet) => groupSet.rules)
    const referenced = [...new Set(rules.flatMap((rule) => rule.referencedGroupId ?? []))].sort()
    referencedByVpc.set(vpcId, new Set(referenced))
    const shape = groupSets.map(({ direction, groupIds }) => `${direction}:${groupIds}`).join(';')
    remember(`vpc/${vpcId}`, [name, vpc, shape, ...rules], () => compileVpc(name, vpc, groupSets, referenced))
  }

  const membership = (eni: NetworkInterface): { ids: string; make: () => Fragment } => {
    const referenced = referencedByVpc.get(eni.vpcId) ?? new Set<string>()
    return {
      ids: eni.groupIds.filter((id) => referenced.has(id)).join(),
      make: () => compileMembership(name, eni, referenced),
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

  const links = new Map<string, VpcLink>()
  const doors = doorsOf(topology)
  for (const endpoint of topology.endpoints.values()) {
    const zones = endpointZonesOf(topology, endpoint, doors)
    addLinks(links, endpoint, zones)
    const members = zones.map(({ eni }) => membership(eni))
    const inputs = [
      name,
      endpoint,
      ...zones.flatMap(({ eni, node, listeners }, i) => [eni, node, members[i]?.ids, ...listeners]),
    ]
    remember(`vpc-endpoint/${endpoint.vpcEndpointId}`, inputs, () =>
      compileVpcEndpoint(
        name,
        endpoint,
        zones.map((zone, i) => ({ ...zone, memberElements: members[i]?.make() ?? [] })),
      ),
    )
  }

  for (const [key, { vpcIds, nodes }] of links) {
    const dialled = [...nodes].sort(([one], [other]) => (one < other ? -1 : 1))
    remember(`vpc-link/${key}`, [name, key, ...dialled.map(([id]) => id)], () =>
      compileVpcLink(
        name,
        vpcIds,
        dialled.map(([, node]) => node),
      ),
    )
  }

  function compileLoadBalancer(loadBalancer: LoadBalancer): void {
    const nodes = loadBalancer.zones.flatMap((zone) => {
      const node = topology.interfaces.get(zone.networkInterfaceId)
      return node ? [{ zone, node }] : []
    })
    const members = nodes.map(({ node }) => membership(node))
    remember(
      `load-balancer/${loadBalancer.loadBalancerArn}`,
      [name, ...nodes.flatMap(({ node }, i) => [node, members[i]?.ids])],
      () => nodes.flatMap(({ node }, i) => compileNode(name, node, members[i]?.make() ?? [])),
    )

    for (const listener of topology.listenersByLoadBalancer.get(loadBalancer.loadBalancerArn) ?? []) {
      const group = topology.targetGroups.get(listener.targetGroupArn)
      if (!group) continue
      const targets = topology.targetsByGroup.get(group.targetGroupArn) ?? []
      const draining = targets.filter((target) => target.state === 'draining')
      const perNode = nodes.map(({ zone, node }) => {
        const usable = usableTargets(loadBalancer, zone, group, targets)
        const protocol = protocolsOf(listener)[0] ?? 'tcp'
        return {
          node,
          usable,
          chosen: chosenTargets(usable, node, health).map((target) => ({
            target,
            admitted: nodeMayReach(topology, node, target, protocol, target.port),
          })),
          checks: compileHealthChecks(name, topology, node, listener, group, usable),
        }
      })
      remember(
        `listener/${listener.listenerArn}`,
        [
          name,
          loadBalancer,
          listener,
          group,
          ...draining,
          ...perNode.flatMap(({ node, chosen }) => [
            node,
            ...chosen.flatMap(({ target, admitted }) => [target, admitted]),
          ]),
        ],
        () =>
          perNode.flatMap(({ node, chosen }) =>
            compileListener(name, loadBalancer, listener, node, group, chosen, draining),
          ),
      )

      // A group behind several listeners is checked once: the checks and their elements have the same keys.
      const owner = `target-group/${group.targetGroupArn}`
      if (!now.has(owner)) {
        const fragment = perNode.flatMap(({ checks }) => checks.fragment)
        remember(owner, [name, ...fragment.flatMap(({ key, fingerprint }) => [key, fingerprint])], () => fragment)
        for (const { checks } of perNode) for (const check of checks.checks) healthChecks.set(check.key, check)
      }
    }
  }

  const program: Program = {
    revision: snapshot.revision,
    fragments: new Map([...now].map(([owner, { fragment }]) => [owner, fragment])),
    dns: compileDns(topology, zoneHealthOf(topology, health)),
    healthChecks,
  }
  memory.set(program, now)
  return program
}

/** The distinct sets of groups that the interfaces of a VPC have, in a stable order. Only instances send. */
function groupSetsOf(topology: Topology, interfaces: readonly NetworkInterface[]): GroupSet[] {
  const sets = new Map<string, Omit<GroupSet, 'rules'>>()
  for (const eni of interfaces) {
    if (eni.interfaceType === 'network_load_balancer') continue
    const groupIds = [...eni.groupIds].sort()
    sets.set(`in:${groupIds}`, { direction: 'in', groupIds })
    if (eni.interfaceType === 'interface') sets.set(`out:${groupIds}`, { direction: 'out', groupIds })
  }
  return [...sets.keys()].sort().flatMap((key) => {
    const groupSet = sets.get(key)
    if (!groupSet) return []
    const isEgress = groupSet.direction === 'out'
    const rules: SecurityGroupRule[] = groupSet.groupIds.flatMap((id) =>
      (topology.rulesByGroup.get(id) ?? []).filter((rule) => rule.isEgress === isEgress),
    )
    return [{ ...groupSet, rules }]
  })
}

/** One way from a zone into a service: a node there, and what it listens on. */
interface Door {
  readonly node: NetworkInterface
  readonly listeners: readonly Listener[]
}

/** (service, zone id) → the nodes of the service's load balancers in that zone; asked once per pair, not per endpoint. */
function doorsOf(topology: Topology): (serviceId: string, availabilityZoneId: string) => readonly Door[] {
  const known = new Map<string, readonly Door[]>()
  return (serviceId, availabilityZoneId) => {
    const key = `${serviceId}|${availabilityZoneId}`
    const before = known.get(key)
    if (before) return before
    const doors = (topology.services.get(serviceId)?.networkLoadBalancerArns ?? []).flatMap((arn) => {
      const zone = topology.loadBalancers.get(arn)?.zones.find((z) => z.availabilityZoneId === availabilityZoneId)
      const node = zone && topology.interfaces.get(zone.networkInterfaceId)
      return node ? [{ node, listeners: topology.listenersByLoadBalancer.get(arn) ?? [] }] : []
    })
    known.set(key, doors)
    return doors
  }
}

/**
 * Each interface of an endpoint with the node it leads to: the one in its own zone.
 *
 * A service may have several load balancers; an interface keeps to one of those in its zone (reference 3.5), chosen by
 * the interface's id so that the choice is the same at every compilation.
 */
function endpointZonesOf(
  topology: Topology,
  endpoint: VpcEndpoint,
  doors: ReturnType<typeof doorsOf>,
): Omit<EndpointZone, 'memberElements'>[] {
  return endpoint.networkInterfaceIds.flatMap((id) => {
    const eni = topology.interfaces.get(id)
    if (!eni) return []
    const candidates = doors(endpoint.serviceId, eni.availabilityZoneId)
    const chosen =
      candidates.length > 1 ? candidates[Number.parseInt(id.slice(-6), 16) % candidates.length] : candidates[0]
    return [{ eni, node: chosen?.node, listeners: chosen?.listeners ?? [] }]
  })
}

/** The pairs of VPCs that an endpoint joins, and the nodes that are dialled over each. */
function addLinks(
  links: Map<string, VpcLink>,
  { state, vpcId }: VpcEndpoint,
  zones: readonly Omit<EndpointZone, 'memberElements'>[],
): void {
  if (state !== 'available') return
  for (const { eni, node } of zones) {
    if (!eni.fabricIp || !node?.fabricIp || node.vpcId === vpcId) continue
    const vpcIds = vpcId < node.vpcId ? ([vpcId, node.vpcId] as const) : ([node.vpcId, vpcId] as const)
    const key = vpcIds.join('|')
    const link = links.get(key) ?? { vpcIds, nodes: new Map() }
    links.set(key, link)
    link.nodes.set(`${vpcId}|${node.fabricIp}`, { from: vpcId, fabricIp: node.fabricIp })
  }
}

/** Whether the view says the same of every check; a change that does not matter need not compile anything. */
export function sameHealth(a: HealthView, b: HealthView): boolean {
  return a.size === b.size && [...a].every(([key, state]) => b.get(key) === state)
}
export { healthOf }
