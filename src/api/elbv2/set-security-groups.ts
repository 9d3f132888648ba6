import type { SetSecurityGroupsInput, SetSecurityGroupsOutput } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { enforcementOf, findLoadBalancer } from './load-balancer.ts'
import { parseSecurityGroups } from './load-balancer-security-groups.ts'

/**
 * Replaces the security groups of a load balancer, on all of its nodes, and says whether traffic through PrivateLink meets
 * their inbound rules; what is not said about that stays. A load balancer that was created without groups never gets any,
 * and one with groups keeps at least one.
 * Source: Elastic Load Balancing v2 API Reference, SetSecurityGroups; reference 2.7.
 *
 * @throws LoadBalancerNotFound, InvalidSecurityGroup, InvalidConfigurationRequest, ValidationError
 */
export const setSecurityGroups: Operation<SetSecurityGroupsInput, SetSecurityGroupsOutput> = {
  action: 'elasticloadbalancing:SetSecurityGroups',
  kind: 'write',

  handle(input, ctx) {
    const { tx } = ctx
    const loadBalancer = findLoadBalancer(ctx, input.LoadBalancerArn)
    const enforcement = parseEnforcement(input.EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic)
    if (loadBalancer.securityGroupIds.length === 0) throw errors.securityGroupsNeverSet()
    const securityGroupIds = parseSecurityGroups(ctx, input.SecurityGroups, loadBalancer.vpcId)
    if (securityGroupIds.length === 0) {
      throw errors.invalidConfigurationRequest(
        'You cannot remove all security groups from a Network Load Balancer which was created with security groups.',
      )
    }

    const changed = {
      ...loadBalancer,
      securityGroupIds,
      ...(enforcement && { enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: enforcement }),
    }
    tx.put('load-balancer', changed)
    for (const { networkInterfaceId } of loadBalancer.zones) {
      const node = tx.get('network-interface', networkInterfaceId)
      if (node) tx.put('network-interface', { ...node, groupIds: securityGroupIds })
    }
    return {
      SecurityGroupIds: [...securityGroupIds],
      EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: enforcementOf(changed),
    }
  },
}

function parseEnforcement(value: string | undefined): 'on' | 'off' | undefined {
  if (value === undefined || value === 'on' || value === 'off') return value
  throw errors.notInEnum(value, 'enforceSecurityGroupInboundRulesOnPrivateLinkTraffic', ['off', 'on'])
}
