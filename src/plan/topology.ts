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
 * Grouping is one pass over all resources, half a millisecond at 10,000 endpoints; the fragments that follow from it are
 * memoised, the grouping is not. No text is made for a resource here: that costs more than all the rest.
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
  /** Who has an address in a VPC: addresses are unique within one only. */
  interfaceAt(vpcId: string, ip: string): NetworkInterface | undefined
  readonly groups: ReadonlyMap<string, SecurityGroup>
  readonly rulesByGroup: ReadonlyMap<string, readonly SecurityGroupRule[]>
  readonly prefixLists: ReadonlyMap<string, ManagedPrefixList>
  readonly aclsByVpc: ReadonlyMap<string, readonly NetworkAcl[]>
  readonly subnetsByVpc: ReadonlyMap<string, readonly Subnet[]>
  readonly listenersByLoadBalancer: ReadonlyMap<string, readonly Listener[]>
  readonly targetsByGroup: ReadonlyMap<string, readonly Target[]>
  readonly certificates: ReadonlyMap<string, Certificate>
}

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

/** By address, for the VPCs that are asked about: those with targets, which are rarely those with many endpoints. */
function interfaceFinder(interfacesByVpc: ReadonlyMap<string, readonly NetworkInterface[]>): Topology['interfaceAt'] {
  const known = new Map<string, ReadonlyMap<string, NetworkInterface>>()
  return (vpcId, ip) => {
    let byAddress = known.get(vpcId)
    if (!byAddress) {
      const made = new Map<string, NetworkInterface>()
      for (const eni of interfacesByVpc.get(vpcId) ?? []) {
        for (const each of addressesOf(eni, ipv4)) made.set(each, eni)
        for (const each of addressesOf(eni, ipv6)) made.set(each, eni)
      }
      known.set(vpcId, made)
      byAddress = made
    }
    return byAddress.get(ip)
  }
}

export function topologyOf(snapshot: Snapshot): Topology {
  const r = snapshot.resources
  const interfaces = r['network-interface']
  const interfacesByVpc = groupBy(interfaces.values(), (eni) => eni.vpcId)
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
    interfacesByVpc,
    interfaceAt: interfaceFinder(interfacesByVpc),
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
