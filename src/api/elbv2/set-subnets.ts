import type { SetSubnetsInput, SetSubnetsOutput } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { LoadBalancerZone } from '../../resource/load-balancer.ts'
import type { Operation, OperationContext } from '../operation.ts'
import * as errors from './errors.ts'
import { describeLoadBalancer, findLoadBalancer } from './load-balancer.ts'
import { areTargets } from './load-balancer-chain.ts'
import {
  createNode,
  giveFamily,
  parseIpAddressType,
  parseIpv6SourceNat,
  parseMappings,
  sourceNatOf,
  wantedSubnets,
} from './load-balancer-nodes.ts'
import { checkFamilyChange } from './set-ip-address-type.ts'

/**
 * Gives a load balancer these subnets: a node is made in each new one, and those of the others go. A zone is not taken away
 * from a load balancer that an endpoint service stands on, because endpoints may lead there.
 * Source: Elastic Load Balancing v2 API Reference, SetSubnets.
 *
 * @throws LoadBalancerNotFound, SubnetNotFound, InvalidSubnet, ResourceInUse, InvalidConfigurationRequest, ValidationError
 */
export const setSubnets: Operation<SetSubnetsInput, SetSubnetsOutput> = {
  action: 'elasticloadbalancing:SetSubnets',
  kind: 'write',
  handle(input, ctx) {
    const loadBalancer = findLoadBalancer(ctx, input.LoadBalancerArn)
    const { loadBalancerArn, loadBalancerName, loadBalancerId } = loadBalancer
    const ipAddressType =
      input.IpAddressType === undefined ? loadBalancer.ipAddressType : parseIpAddressType(input.IpAddressType)
    const sourceNat = parseIpv6SourceNat(input.EnablePrefixForIpv6SourceNat, ipAddressType)
    checkFamilyChange(ctx, loadBalancer, ipAddressType)
    const mappings = parseMappings(input)
    const { subnets, vpcId } = wantedSubnets(ctx, mappings, { ...loadBalancer, ipAddressType })
    if (vpcId !== loadBalancer.vpcId) {
      throw errors.invalidConfigurationRequest('The subnets of a load balancer must belong to one VPC')
    }
    const wanted = new Set(subnets.map((subnet) => subnet.subnetId))
    const removed = loadBalancer.zones.filter((zone) => !wanted.has(zone.subnetId))
    if (removed.length > 0 && ctx.tx.by('endpoint-service', 'loadBalancerArn', loadBalancerArn).length > 0) {
      throw errors.resourceInUse(
        `Subnets of load balancer '${loadBalancerArn}' cannot be removed because it is currently associated with another service`,
      )
    }
    if (
      areTargets(
        ctx,
        loadBalancer,
        removed.map(({ networkInterfaceId }) => networkInterfaceId),
      )
    ) {
      throw errors.resourceInUse(
        `Subnets of load balancer '${loadBalancerArn}' cannot be removed because it is currently a target of a target group`,
      )
    }

    const node = {
      loadBalancerArn,
      description: `ELB net/${loadBalancerName}/${loadBalancerId}`,
      groupIds: loadBalancer.securityGroupIds,
    }
    for (const { networkInterfaceId } of removed) ctx.tx.delete('network-interface', networkInterfaceId)
    const zones = subnets.map((subnet, index) => {
      const mapping = mappings[index] ?? {}
      const kept = loadBalancer.zones.find((zone) => zone.subnetId === subnet.subnetId)
      if (!kept) return createNode(ctx, subnet, mapping, ipAddressType, node)
      checkKeptAddress(ctx, kept, mapping.PrivateIPv4Address)
      return giveFamily(ctx, kept, ipAddressType, mapping.IPv6Address)
    })
    const changed = {
      ...loadBalancer,
      zones,
      ipAddressType,
      ...(sourceNat && { enablePrefixForIpv6SourceNat: sourceNat }),
    }
    ctx.tx.put('load-balancer', changed)
    return {
      AvailabilityZones: describeLoadBalancer(ctx, changed).AvailabilityZones,
      IpAddressType: ipAddressType,
      EnablePrefixForIpv6SourceNat: sourceNatOf(changed),
    }
  },
}

/** A node that stays keeps its address: another one would be another node. */
function checkKeptAddress(ctx: OperationContext, zone: LoadBalancerZone, wanted: string | undefined): void {
  const address = ctx.tx.get('network-interface', zone.networkInterfaceId)?.privateIp
  if (wanted === undefined || wanted === address) return
  throw errors.invalidConfigurationRequest(
    `The private IPv4 address of the load balancer in the subnet '${zone.subnetId}' cannot be changed from '${address}' to '${wanted}'`,
  )
}
