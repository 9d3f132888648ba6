import type { AttributeRules } from './attributes.ts'
import { boolean, integer, oneOf, text } from './attributes.ts'

/** The attributes of a network load balancer and their values (reference 2.2). */
export const loadBalancerAttributeRules: AttributeRules = {
  'deletion_protection.enabled': boolean,
  'load_balancing.cross_zone.enabled': boolean,
  'access_logs.s3.enabled': boolean,
  'access_logs.s3.bucket': text,
  'access_logs.s3.prefix': text,
  'ipv6.deny_all_igw_traffic': boolean,
  'zonal_shift.config.enabled': boolean,
  'dns_record.client_routing_policy': oneOf(
    'any_availability_zone',
    'partial_availability_zone_affinity',
    'availability_zone_affinity',
  ),
  'secondary_ips.auto_assigned.per_subnet': integer(0, 7),
}

/** Keys of application and gateway load balancers: known, but not here (reference 1.5, the texts). */
export const foreignLoadBalancerAttributes = {
  has: (key: string) =>
    /^(idle_timeout\.timeout_seconds|client_keep_alive\.seconds|waf\.fail_open\.enabled)$/.test(key) ||
    /^(routing\.http2?\.|connection_logs\.s3\.|health_check_logs\.s3\.)/.test(key),
  where: "load balancers with type 'network'",
}
