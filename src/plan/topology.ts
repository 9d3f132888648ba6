import type { Certificate } from '../resource/certificate.ts'
import type { EndpointService } from '../resource/endpoint-service.ts'
import type { Instance } from '../resource/instance.ts'
import type { Snapshot } from '../resource/kind.ts'
import type { Listener, LoadBalancer } from '../resource/load-balancer.ts'
import type { ManagedPrefixList } from '../resource/managed-prefix-list.ts'
import type { NetworkAcl } from '../resource/network-acl.ts'
import type { NetworkInterface } from '../resource/network-interface.ts'
import type { SecurityGroup, SecurityGroupRule } from '../resource/security-group.ts'
import type { Subnet } from '../resource/subnet.ts'
import type { Target, TargetGroup } from '../resource/target-group.ts'
import type { Vpc } from '../resource/vpc.ts'
import type { VpcEndpoint } from '../resource/vpc-endpoint.ts'
import { addressesOf, ipv4, ipv6 } from './family.ts'

/**
 * A Snapshot seen from every side that the compiler asks from.
 *
 * Grouping is one pass over all resources, a few milliseconds at 10,000 endpoints; the fragments that follow from it are
 * memoised, the grouping is not.
 */
export interface Topology {
  readonly vpcs: ReadonlyMap<string, Vpc>
  readonly subnets: ReadonlyMap<string, Subnet>
  readonly instances: ReadonlyMap<string, Instance>
  readonly loadBalancers: ReadonlyMap<string, LoadBalancer>
  readonly loadBalancersByVpc: ReadonlyMap<string, readonly LoadBalancer[]>
  readonly targetGroups: ReadonlyMap<string, TargetGroup>
  readonly services: ReadonlyMap<string, EndpointService>
  readonly endpoints: ReadonlyMap<string, VpcEndpoint>
  readonly interfaces: ReadonlyMap<string, NetworkInterface>
  readonly interfacesByVpc: ReadonlyMap<string, readonly NetworkInterface[]>
  readonly interfacesByAddress: ReadonlyMap<string, NetworkInterface>
  readonly groups: ReadonlyMap<string, SecurityGroup>
  readonly rulesByGroup: ReadonlyMap<string, readonly SecurityGroupRule[]>
  readonly prefixLists: ReadonlyMap<string, ManagedPrefixList>
  readonly aclsByVpc: ReadonlyMap<string, readonly NetworkAcl[]>
  readonly subnetsByVpc: ReadonlyMap<string, readonly Subnet[]>
  readonly listenersByLoadBalancer: ReadonlyMap<string, readonly Listener[]>
  readonly targetsByGroup: ReadonlyMap<string, readonly Target[]>
  readonly certificates: ReadonlyMap<string, Certificate>
}

/** Key of `interfacesByAddress`: addresses are unique within a VPC only. */
export const addressKey = (vpcId: string, ip: string): string => `${vpcId}|${ip}`

function groupBy<T>(items: Iterable<T>, keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return groups
}

export function topologyOf(snapshot: Snapshot): Topology {
  const r = snapshot.resources
  const interfaces = r['network-interface']
  return {
    vpcs: r.vpc,
    subnets: r.subnet,
    instances: r.instance,
    loadBalancers: r['load-balancer'],
    loadBalancersByVpc: groupBy(r['load-balancer'].values(), (loadBalancer) => loadBalancer.vpcId),
    targetGroups: r['target-group'],
    services: r['endpoint-service'],
    endpoints: r['vpc-endpoint'],
    interfaces,
    interfacesByVpc: groupBy(interfaces.values(), (eni) => eni.vpcId),
    interfacesByAddress: new Map(
      [...interfaces.values()].flatMap((eni) =>
        [...addressesOf(eni, ipv4), ...addressesOf(eni, ipv6)].map((ip) => [addressKey(eni.vpcId, ip), eni] as const),
      ),
    ),
    groups: r['security-group'],
    rulesByGroup: groupBy(r['security-group-rule'].values(), (rule) => rule.groupId),
    prefixLists: r['managed-prefix-list'],
    aclsByVpc: groupBy(r['network-acl'].values(), (acl) => acl.vpcId),
    subnetsByVpc: groupBy(r.subnet.values(), (subnet) => subnet.vpcId),
    certificates: r.certificate,
    listenersByLoadBalancer: groupBy(r.listener.values(), (listener) => listener.loadBalancerArn),
    targetsByGroup: groupBy(r.target.values(), (target) => target.targetGroupArn),
  }
}
