import type {
  ModifyLoadBalancerAttributesInput,
  ModifyLoadBalancerAttributesOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { defaultLoadBalancerAttributes, loadBalancerAttribute } from '../../resource/load-balancer.ts'
import type { Operation } from '../operation.ts'
import { describeAttributes, mergeAttributes, parseAttributes } from './attributes.ts'
import { invalidConfigurationRequest } from './errors.ts'
import { findLoadBalancer } from './load-balancer.ts'
import { foreignLoadBalancerAttributes, loadBalancerAttributeRules } from './load-balancer-attributes.ts'

/**
 * Sets attributes of a load balancer; all are checked before any is set. The answer lists every attribute.
 * Source: Elastic Load Balancing v2 API Reference, ModifyLoadBalancerAttributes.
 *
 * @throws LoadBalancerNotFound, InvalidConfigurationRequest, ValidationError
 */
export const modifyLoadBalancerAttributes: Operation<
  ModifyLoadBalancerAttributesInput,
  ModifyLoadBalancerAttributesOutput
> = {
  action: 'elasticloadbalancing:ModifyLoadBalancerAttributes',
  kind: 'write',
  missing: [
    'Recorded without effect so far: access_logs.s3.*, ipv6.deny_all_igw_traffic, zonal_shift.config.enabled, secondary_ips.auto_assigned.per_subnet.',
  ],

  handle(input, ctx) {
    const loadBalancer = findLoadBalancer(ctx, input.LoadBalancerArn)
    const changed = parseAttributes(
      input.Attributes,
      loadBalancerAttributeRules,
      'Load balancer',
      foreignLoadBalancerAttributes,
    )
    const secondaryIps = 'secondary_ips.auto_assigned.per_subnet'
    if (Number(changed[secondaryIps] ?? Infinity) < Number(loadBalancerAttribute(loadBalancer, secondaryIps))) {
      throw invalidConfigurationRequest(`The value of '${secondaryIps}' cannot be decreased`)
    }

    const defaults = defaultLoadBalancerAttributes(loadBalancer)
    const attributes = mergeAttributes(loadBalancer.attributes, changed, defaults)
    if (attributes['access_logs.s3.enabled'] === 'true' && !attributes['access_logs.s3.bucket']) {
      throw invalidConfigurationRequest("'access_logs.s3.bucket' must be specified when access logs are enabled")
    }
    ctx.tx.put('load-balancer', { ...loadBalancer, attributes })
    return { Attributes: describeAttributes(defaults, attributes) }
  },
}
