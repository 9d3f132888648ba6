import type { TargetGroup } from '../../resource/target-group.ts'
import type { AttributeRules } from './attributes.ts'
import { boolean, either, integer, oneOf } from './attributes.ts'
import * as errors from './errors.ts'

/** The attributes of a network load balancer's target group and their values (reference 2.3). */
export const targetGroupAttributeRules: AttributeRules = {
  'deregistration_delay.timeout_seconds': integer(0, 3600),
  'deregistration_delay.connection_termination.enabled': boolean,
  'preserve_client_ip.enabled': boolean,
  'proxy_protocol_v2.enabled': boolean,
  'stickiness.enabled': boolean,
  'stickiness.type': oneOf('source_ip'),
  'load_balancing.cross_zone.enabled': oneOf('true', 'false', 'use_load_balancer_configuration'),
  'target_group_health.dns_failover.minimum_healthy_targets.count': either('off', integer(1, 1000)),
  'target_group_health.dns_failover.minimum_healthy_targets.percentage': either('off', integer(1, 100)),
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': integer(1, 1000),
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': either('off', integer(1, 100)),
  'target_health_state.unhealthy.connection_termination.enabled': boolean,
  'target_health_state.unhealthy.draining_interval_seconds': integer(0, 360_000),
}

/** Keys of application, gateway and lambda groups: known, but not here. */
export const foreignTargetGroupAttributes = {
  has: (key: string) =>
    /^(slow_start\.duration_seconds|lambda\.multi_value_headers\.enabled)$/.test(key) ||
    /^(stickiness\.(lb_cookie|app_cookie)\.|load_balancing\.algorithm\.|target_failover\.)/.test(key),
  where: "target groups of load balancers with type 'network'",
}

/**
 * Combinations that AWS refuses, looked at after the change (reference 2.3).
 *
 * @param all  every attribute with the value it would have
 */
export function checkTargetGroupAttributes(group: TargetGroup, all: Readonly<Record<string, string>>): void {
  const carriesUdp = group.protocol === 'UDP' || group.protocol === 'TCP_UDP'
  const refuse = (key: string, why: string) => errors.invalidConfigurationRequest(`The attribute '${key}' ${why}`)
  if (carriesUdp && all['preserve_client_ip.enabled'] === 'false') {
    throw refuse(
      'preserve_client_ip.enabled',
      `cannot be disabled for target groups with the ${group.protocol} protocol`,
    )
  }
  const terminate = 'target_health_state.unhealthy.connection_termination.enabled'
  if (carriesUdp && all[terminate] === 'true') {
    throw refuse(terminate, `cannot be enabled for target groups with the ${group.protocol} protocol`)
  }
  const drain = 'target_health_state.unhealthy.draining_interval_seconds'
  if (all[terminate] === 'true' && all[drain] !== '0') {
    throw refuse(drain, `can only be set when '${terminate}' is 'false'`)
  }
  for (const unit of ['count', 'percentage']) {
    const dnsKey = `target_group_health.dns_failover.minimum_healthy_targets.${unit}`
    const dns = all[dnsKey]
    const routing = all[`target_group_health.unhealthy_state_routing.minimum_healthy_targets.${unit}`]
    if (dns !== 'off' && routing !== 'off' && Number(dns) < Number(routing)) {
      throw refuse(dnsKey, 'must be greater than or equal to the threshold of unhealthy_state_routing')
    }
  }
}
