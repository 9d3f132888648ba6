import type { Tag } from './tag.ts'

/** One zone of a load balancer: a node, which is an interface with a private and a fabric address. */
export interface LoadBalancerZone {
  readonly availabilityZone: string
  readonly availabilityZoneId: string
  readonly subnetId: string
  readonly networkInterfaceId: string
  /** Set when the caller chose the node's private address; AWS shows only such addresses. */
  readonly privateIpv4Address?: string
  /** The same of its IPv6 address. */
  readonly ipv6Address?: string
}

/** A network load balancer. */
export interface LoadBalancer {
  readonly loadBalancerArn: string
  readonly loadBalancerName: string
  /** The 16 hex digits that end the ARN and stand in the DNS name. */
  readonly loadBalancerId: string
  readonly ownerId: string
  readonly region: string
  readonly vpcId: string
  readonly dnsName: string
  readonly scheme: 'internet-facing' | 'internal'
  readonly ipAddressType: 'ipv4' | 'dualstack'
  /** In the order in which subnets were given. */
  readonly zones: readonly LoadBalancerZone[]
  /**
   * Given at creation or never: a load balancer without them can get none later and lets all traffic in; one with them
   * keeps at least one. The interfaces of its nodes carry the same groups.
   */
  readonly securityGroupIds: readonly string[]
  /**
   * Whether traffic through PrivateLink meets the inbound rules of those groups, judged by the consumer's own address
   * (reference 2.7). Default `on`; kept only with security groups, and without them it means nothing.
   */
  readonly enforceSecurityGroupInboundRulesOnPrivateLinkTraffic?: 'on' | 'off'
  /** Recorded; AWS gives dual-stack load balancers source addresses for UDP with it, of which ours need none. Absent is `off`. */
  readonly enablePrefixForIpv6SourceNat?: 'on' | 'off'
  /** Attribute key → value, only those that differ from the default. */
  readonly attributes: Readonly<Record<string, string>>
  readonly createdAt: string
  readonly tags: readonly Tag[]
}

/** A target group of a forward action and its share of the new flows: 0..999 against the sum of all. */
export interface WeightedTargetGroup {
  readonly targetGroupArn: string
  readonly weight: number
}

/** How a TLS listener offers application protocols: which of them, and whether a client without a common one is let in. */
export type AlpnPolicy = 'HTTP1Only' | 'HTTP2Only' | 'HTTP2Optional' | 'HTTP2Preferred' | 'None'

export interface Listener {
  readonly listenerArn: string
  readonly loadBalancerArn: string
  readonly ownerId: string
  readonly region: string
  readonly protocol: 'TCP' | 'UDP' | 'TCP_UDP' | 'TLS'
  readonly port: number
  /** The default action forwards to this group; with several, the first of `weightedTargetGroups`. */
  readonly targetGroupArn: string
  /** Set when the action names several groups, or one with a weight; read it through `forwardedGroups`. */
  readonly weightedTargetGroups?: readonly WeightedTargetGroup[]
  /** TLS only, and always there with it: the default certificate, shown to clients that ask for no name or another. */
  readonly certificateArn?: string
  /** TLS only: every certificate, the default first, then those of the SNI list in the order they were added. */
  readonly certificateArns?: readonly string[]
  /** TLS only: `ELBSecurityPolicy-…`. */
  readonly sslPolicy?: string
  /** TLS only; absent is `None`. */
  readonly alpnPolicy?: AlpnPolicy
  /** Attribute key → value, only those that differ from the default. */
  readonly attributes?: Readonly<Record<string, string>>
  readonly createdAt: string
  readonly tags: readonly Tag[]
}

/**
 * The groups a listener's default action forwards to, each with its weight. A group with weight 0 gets no new flow; when
 * all have it, there is no target.
 */
export function forwardedGroups(
  listener: Pick<Listener, 'targetGroupArn' | 'weightedTargetGroups'>,
): readonly WeightedTargetGroup[] {
  return listener.weightedTargetGroups ?? [{ targetGroupArn: listener.targetGroupArn, weight: 1 }]
}

/** `arn:aws:elasticloadbalancing:REGION:ACCOUNT:loadbalancer/net/NAME/ID`. */
export function loadBalancerArnOf(region: string, accountId: string, name: string, loadBalancerId: string): string {
  return `arn:aws:elasticloadbalancing:${region}:${accountId}:loadbalancer/net/${name}/${loadBalancerId}`
}

/** The ARN of a listener: the load balancer's, with another word and the listener's own 16 hex digits behind. */
export function listenerArnOf(loadBalancerArn: string, listenerId: string): string {
  return `${loadBalancerArn.replace(':loadbalancer/', ':listener/')}/${listenerId}`
}

/** `NAME-ID.elb.REGION.amazonaws.com`; an internal load balancer's too (reference 2.6). */
export function loadBalancerDnsName(region: string, name: string, loadBalancerId: string): string {
  return `${name}-${loadBalancerId}.elb.${region}.amazonaws.com`
}

/** Every attribute a network load balancer has, with the value AWS gives it (reference 2.2). */
export function defaultLoadBalancerAttributes(
  loadBalancer: Pick<LoadBalancer, 'scheme'>,
): Readonly<Record<string, string>> {
  return {
    'deletion_protection.enabled': 'false',
    'load_balancing.cross_zone.enabled': 'false',
    'access_logs.s3.enabled': 'false',
    'access_logs.s3.bucket': '',
    'access_logs.s3.prefix': '',
    'ipv6.deny_all_igw_traffic': loadBalancer.scheme === 'internal' ? 'true' : 'false',
    'zonal_shift.config.enabled': 'false',
    'dns_record.client_routing_policy': 'any_availability_zone',
    'secondary_ips.auto_assigned.per_subnet': '0',
  }
}

/** Every attribute a listener has: none but for TCP. */
export function defaultListenerAttributes(listener: Pick<Listener, 'protocol'>): Readonly<Record<string, string>> {
  return listener.protocol === 'TCP' ? { 'tcp.idle_timeout.seconds': '350' } : {}
}

/** The value in force: what was set, or the default. */
export function loadBalancerAttribute(
  loadBalancer: Pick<LoadBalancer, 'scheme' | 'attributes'>,
  key: string,
): string | undefined {
  return loadBalancer.attributes[key] ?? defaultLoadBalancerAttributes(loadBalancer)[key]
}
