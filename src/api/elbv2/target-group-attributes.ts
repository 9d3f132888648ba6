import type { TargetGroup } from '../../resource/target-group.ts'
import type { OperationContext } from '../operation.ts'
import type { AttributeRules } from './attributes.ts'
import { boolean, either, integer, oneOf } from './attributes.ts'
import * as errors from './errors.ts'

/** More than a group can hold: a VPC's targets are told apart by a port number (health-slots.ts). */
const maxTargets = 65_535

const foreignStickinessTypes = ['lb_cookie', 'app_cookie', 'source_ip_dest_ip', 'source_ip_dest_ip_proto']

/** The attributes of a network load balancer's target group and their values (reference 2.3). */
export const targetGroupAttributeRules: AttributeRules = {
  'deregistration_delay.timeout_seconds': integer(0, 3600),
  'deregistration_delay.connection_termination.enabled': boolean,
  'preserve_client_ip.enabled': boolean,
  'proxy_protocol_v2.enabled': boolean,
  'stickiness.enabled': boolean,
  // Those of the other load balancers are refused with a sentence of their own, below.
  'stickiness.type': oneOf('source_ip', ...foreignStickinessTypes),
  'load_balancing.cross_zone.enabled': oneOf('true', 'false', 'use_load_balancer_configuration'),
  'target_group_health.dns_failover.minimum_healthy_targets.count': either('off', integer(1, maxTargets)),
  'target_group_health.dns_failover.minimum_healthy_targets.percentage': either('off', integer(1, 100)),
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': integer(1, maxTargets),
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': either('off', integer(1, 100)),
  'target_health_state.unhealthy.connection_termination.enabled': boolean,
  'target_health_state.unhealthy.draining_interval_seconds': integer(0, 360_000),
}

/** Keys of application, gateway and lambda groups: known, but not here. */
export const foreignTargetGroupAttributes = {
  has: (key: string) =>
    /^(slow_start\.duration_seconds|lambda\.multi_value_headers\.enabled)$/.test(key) ||
    /^(stickiness\.(lb_cookie|app_cookie)\.|load_balancing\.algorithm\.|target_failover\.|send_tcp_reset\.)/.test(key),
  where: "target groups of load balancers with type 'network'",
}

/**
 * Combinations that AWS refuses, looked at after the change (reference 2.3).
 *
 * @param all  every attribute with the value it would have
 */
export function checkTargetGroupAttributes(
  ctx: OperationContext,
  group: TargetGroup,
  all: Readonly<Record<string, string>>,
): void {
  const carriesUdp = group.protocol === 'UDP' || group.protocol === 'TCP_UDP'
  const refuse = (key: string, why: string) => errors.invalidConfigurationRequest(`The attribute '${key}' ${why}`)
  if (carriesUdp && all['preserve_client_ip.enabled'] === 'false') {
    throw refuse(
      'preserve_client_ip.enabled',
      `cannot be disabled for target groups with the ${group.protocol} protocol`,
    )
  }
  checkStickiness(ctx, group, all)
  const crossZone = 'load_balancing.cross_zone.enabled'
  if (group.targetType === 'alb' && all[crossZone] !== 'use_load_balancer_configuration') {
    throw refuse(crossZone, "cannot be set for target groups with target type 'alb', which follow their load balancer")
  }
  const terminate = 'target_health_state.unhealthy.connection_termination.enabled'
  if (carriesUdp && all[terminate] === 'true') {
    throw refuse(terminate, `cannot be enabled for target groups with the ${group.protocol} protocol`)
  }
  const header = 'proxy_protocol_v2.enabled'
  if (group.ipAddressType === 'ipv6' && all[header] === 'true') {
    throw refuse(header, "cannot be enabled for target groups with the IP address type 'ipv6' in this installation")
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

/** The text about the type was seen; TLS listeners have no stickiness (reference 2.3). */
function checkStickiness(ctx: OperationContext, group: TargetGroup, all: Readonly<Record<string, string>>): void {
  const type = all['stickiness.type'] ?? ''
  if (foreignStickinessTypes.includes(type)) {
    throw errors.invalidConfigurationRequest(
      `Stickiness type '${type}' is not supported for target groups with the ${group.protocol} protocol`,
    )
  }
  if (all['stickiness.enabled'] !== 'true') return
  const listeners = ctx.tx.by('listener', 'targetGroupArn', group.targetGroupArn)
  if (group.protocol === 'TLS' || listeners.some((listener) => listener.protocol === 'TLS')) {
    throw errors.stickinessWithTls()
  }
}
