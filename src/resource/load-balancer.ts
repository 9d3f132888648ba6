import type { Tag } from './tag.ts'

/** One zone of a load balancer: a node, which is an interface with a private and a fabric address. */
export interface LoadBalancerZone {
  readonly availabilityZone: string
  readonly availabilityZoneId: string
  readonly subnetId: string
  readonly networkInterfaceId: string
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
  readonly securityGroupIds: readonly string[]
  /** Attribute key → value, only those that differ from the default. */
  readonly attributes: Readonly<Record<string, string>>
  readonly createdAt: string
  readonly tags: readonly Tag[]
}

export interface Listener {
  readonly listenerArn: string
  readonly loadBalancerArn: string
  readonly ownerId: string
  readonly region: string
  readonly protocol: 'TCP' | 'UDP' | 'TCP_UDP' | 'TLS'
  readonly port: number
  /** The default action forwards to this group. */
  readonly targetGroupArn: string
  readonly createdAt: string
  readonly tags: readonly Tag[]
}
