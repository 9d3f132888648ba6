/** What the interfaces, load balancers and endpoints of a VPC ask of its table: chains of groups, idle timeouts. */
import type { LoadBalancer } from '../resource/load-balancer.ts'
import type { NetworkInterface } from '../resource/network-interface.ts'
import type { SecurityGroupRule } from '../resource/security-group.ts'
import type { VpcEndpoint } from '../resource/vpc-endpoint.ts'
import { ownIdleTimeoutSeconds } from './load-balancer.ts'
import { areSame } from './remembered.ts'
import {
  awayGroupSet,
  endpointGroupSet,
  type GroupSet,
  groupChainName,
  homeGroupSet,
  interfaceGroupSet,
  nodeGroupChainName,
} from './security-group.ts'
import type { ZoneOfEndpoint } from './service-door.ts'

/** The chains of the groups that a VPC's interfaces and load balancers have, by name. Only instances send. */
export function groupSetsOf(
  interfaces: readonly NetworkInterface[],
  loadBalancers: readonly LoadBalancer[],
  rulesOf: (groupIds: readonly string[]) => readonly SecurityGroupRule[],
): Map<string, GroupSet> {
  const sets = new Map<string, GroupSet>()
  const add = (chainName: string, make: () => GroupSet): void => {
    if (!sets.has(chainName)) sets.set(chainName, make())
  }
  // Most interfaces have the groups of the one before, and then nothing is to be named or looked up.
  let last: NetworkInterface | undefined
  for (const eni of interfaces) {
    const { interfaceType, groupIds } = eni
    if (interfaceType === 'network_load_balancer') continue
    if (last?.interfaceType === interfaceType && areSame(last.groupIds, groupIds)) continue
    last = eni
    add(groupChainName('in', groupIds), () => interfaceGroupSet('in', groupIds, rulesOf(groupIds)))
    if (interfaceType !== 'interface') continue
    add(groupChainName('out', groupIds), () => interfaceGroupSet('out', groupIds, rulesOf(groupIds)))
  }
  for (const { securityGroupIds } of loadBalancers) {
    if (securityGroupIds.length === 0) continue
    const chainName = nodeGroupChainName('home', securityGroupIds)
    add(chainName, () => homeGroupSet(securityGroupIds, rulesOf(securityGroupIds)))
  }
  return sets
}

/** What a VPC's endpoints ask of its table. */
export interface AwayUses {
  readonly groupSets: Map<string, GroupSet>
  readonly idleTimeoutSeconds: Set<number>
}

export function addAwayUses(
  away: Map<string, AwayUses>,
  { vpcId, state }: VpcEndpoint,
  zones: readonly ZoneOfEndpoint[],
  rulesOf: (groupIds: readonly string[]) => readonly SecurityGroupRule[],
): void {
  if (state !== 'available') return
  const uses = (): AwayUses => {
    const known = away.get(vpcId) ?? { groupSets: new Map(), idleTimeoutSeconds: new Set() }
    away.set(vpcId, known)
    return known
  }
  for (const { eni, enforcedGroupIds, listeners, ingressChain } of zones) {
    for (const listener of listeners) {
      const seconds = ownIdleTimeoutSeconds(listener)
      if (seconds !== undefined) uses().idleTimeoutSeconds.add(seconds)
    }
    if (enforcedGroupIds.length === 0) continue
    const { groupSets } = uses()
    if (groupSets.has(ingressChain)) continue
    const forEndpoint = endpointGroupSet(eni.groupIds, enforcedGroupIds, rulesOf(eni.groupIds))
    const forNode = awayGroupSet(enforcedGroupIds, rulesOf(enforcedGroupIds))
    groupSets.set(forEndpoint.chainName, forEndpoint)
    groupSets.set(forNode.chainName, forNode)
  }
}
