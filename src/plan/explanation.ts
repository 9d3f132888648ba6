/**
 * What an explanation is made of: the steps of a connection's way, as values. Who prints them words them.
 *
 * A step is one resource that was asked. All but the last of a path pass; the last one refuses, or is the arrival.
 */
import type { DropReason } from './names.ts'
import type { HealthState } from './program.ts'

export type Fate =
  | { readonly outcome: 'connects'; readonly instanceId: string }
  | { readonly outcome: 'dropped'; readonly reason: DropReason }

/** One way that the connection may take: its steps in order, and where they end. */
export interface Path {
  readonly steps: readonly Step[]
  readonly fate: Fate
}

export type Step =
  | SenderStep
  | NetworkAclStep
  | SecurityGroupStep
  | DestinationStep
  | VpcEndpointStep
  | EndpointServiceStep
  | ListenerStep
  | EnforcementStep
  | TargetChoiceStep
  | TargetStep
  | ArrivalStep

/** What every step has: the verdict, and whose it would be to change it. */
export interface Asked {
  readonly verdict: 'passes' | 'refuses'
  /** Account and Region of the resource that was asked. */
  readonly ownerId: string
  readonly region: string
}

export interface SenderStep extends Asked {
  readonly step: 'sender'
  readonly instanceId: string
  readonly state: 'running' | 'stopped' | 'terminated'
  /** Absent when terminated. */
  readonly networkInterfaceId?: string
  readonly vpcId: string
  readonly subnetId: string
  readonly privateIp: string
}

/** A packet as a list or a group sees it: the other end, and the port that is dialled. */
export interface Packet {
  readonly protocol: 'tcp' | 'udp'
  readonly port: number
  readonly peerIp: string
}

export interface NetworkAclStep extends Asked, Packet {
  readonly step: 'network-acl'
  readonly direction: 'ingress' | 'egress'
  /** `back`: the answer, which a list does not know to be one. */
  readonly way: 'there' | 'back'
  readonly networkAclId: string
  readonly subnetId: string
  /** Of the entry that decided; absent: `*`, the last one of every list. */
  readonly ruleNumber?: number
  /** A number before it that no entry of this direction has; absent when there is none, or nothing to mend. */
  readonly freeRuleNumber?: number
}

export interface SecurityGroupStep extends Asked, Packet {
  readonly step: 'security-group'
  readonly direction: 'ingress' | 'egress'
  /** The interface, or the load balancer, that has the groups. */
  readonly of: string
  readonly groupIds: readonly string[]
  /** A group of the peer's that a rule of these groups could name. */
  readonly peerGroupId?: string
  /** The first rule that lets it pass. */
  readonly securityGroupRuleId?: string
}

/** Who has the address that was dialled, in the sender's VPC. */
export interface DestinationStep extends Asked {
  readonly step: 'destination'
  readonly ip: string
  readonly vpcId: string
  readonly isInVpc: boolean
  /** Absent when nobody has it. */
  readonly networkInterfaceId?: string
  readonly interfaceType?: 'interface' | 'vpc_endpoint' | 'network_load_balancer'
  /** Of an address outside the VPC: what the route table of the sender's subnet says, which leads no packet anywhere. */
  readonly route?: { readonly routeTableId: string; readonly destination: string; readonly gatewayId: string }
}

export interface VpcEndpointStep extends Asked {
  readonly step: 'vpc-endpoint'
  readonly vpcEndpointId: string
  /** Absent when the endpoint is gone. */
  readonly state?: 'pendingAcceptance' | 'available' | 'rejected' | 'expired' | 'failed' | 'deleting'
  readonly serviceId: string
  readonly serviceName: string
  /** Who accepts it, and where. Absent when the service is gone. */
  readonly service?: { readonly ownerId: string; readonly region: string }
  /** What the endpoint was made of: to make it anew. */
  readonly vpcId: string
  readonly subnetIds: readonly string[]
  readonly groupIds: readonly string[]
}

/** Which load balancer of the service stands in the endpoint interface's zone. */
export interface EndpointServiceStep extends Asked {
  readonly step: 'endpoint-service'
  readonly serviceId: string
  readonly availabilityZone: string
  readonly availabilityZoneId: string
  /** The one that is asked next; without a node in the zone, the service's first. */
  readonly loadBalancerArn?: string
  readonly node?: { readonly networkInterfaceId: string; readonly privateIp: string }
  /** Where there is no node: the subnets that the load balancer has, and one of its VPC in the zone that it could have. */
  readonly subnetIds?: readonly string[]
  readonly subnetIdInZone?: string
}

export interface ListenerStep extends Asked {
  readonly step: 'listener'
  readonly loadBalancerArn: string
  readonly protocol: 'tcp' | 'udp'
  readonly port: number
  readonly listenerArn?: string
  readonly listenerProtocol?: string
  /**
   * The relay takes its TCP connections (TLS, or the header of PROXY protocol v2): what is refused behind it is seen as a
   * connection that is reset, and targets see the node's address.
   */
  readonly isRelayed?: boolean
  /** Where there is none: what the load balancer does listen to, and a group that a new listener could forward to. */
  readonly others?: readonly { readonly protocol: string; readonly port: number }[]
  readonly targetGroup?: { readonly targetGroupArn: string; readonly protocol: string }
}

/** Whether the load balancer's own groups are asked of traffic through PrivateLink. `none`: it has no groups. */
export interface EnforcementStep extends Asked {
  readonly step: 'enforcement'
  readonly loadBalancerArn: string
  readonly enforced: 'on' | 'off' | 'none'
}

export interface TargetChoice {
  readonly targetGroupArn: string
  readonly weight: number
  /** Fewer than the minimum are healthy: it sends to all of them. */
  readonly isFailOpen: boolean
  readonly targets: readonly {
    readonly id: string
    readonly port: number
    readonly availabilityZone: string
    readonly state: 'registered' | 'draining'
    readonly health: HealthState
    readonly isChosen: boolean
  }[]
}

export interface TargetChoiceStep extends Asked {
  readonly step: 'target-choice'
  readonly loadBalancerArn: string
  readonly listenerArn: string
  readonly nodeIp: string
  readonly availabilityZone: string
  readonly groups: readonly TargetChoice[]
}

/** The target that this path leads to. */
export interface TargetStep extends Asked {
  readonly step: 'target'
  readonly targetGroupArn: string
  readonly id: string
  readonly ip: string
  readonly port: number
  readonly health: HealthState
  readonly healthCheckPort: number
  /** What the target sees as its peer: the node's address, or the client's where that is preserved. */
  readonly sourceIp: string
}

export interface ArrivalStep extends Asked {
  readonly step: 'arrival'
  readonly networkInterfaceId: string
  readonly port: number
  /** Absent when no instance has the interface. */
  readonly instanceId?: string
  readonly state?: 'running' | 'stopped' | 'terminated'
}

/** What the resolver of the sender's VPC answered, when a name was asked about. */
export interface NameStep extends Asked {
  readonly step: 'name'
  readonly name: string
  readonly vpcId: string
  /** The name it is an alias of. */
  readonly alias?: string
  readonly addresses: readonly string[]
  /** Whether the host's own resolver was asked, since no name of this kind is ours. */
  readonly isUpstream: boolean
  /** Why there is no address. `unanswered`: the host's resolver did not answer. */
  readonly reason?: 'dns-support-off' | 'no-such-name' | 'no-address' | 'unanswered'
  /** An endpoint of the VPC whose service has this private name, but which brings no zone for it. */
  readonly privateName?: {
    readonly vpcEndpointId: string
    readonly isEnabled: boolean
    readonly areHostnamesEnabled: boolean
  }
}

/** The answer to one question: what `GET /_underpass/explain` gives. */
export interface Explanation {
  readonly fromInstanceId: string
  readonly protocol: 'tcp' | 'udp'
  readonly port: number
  readonly name?: NameStep
  /** By address: one, unless a name has several. */
  readonly attempts: readonly { readonly ip: string; readonly paths: readonly Path[] }[]
  /** What the answer rests on: state of this revision, health as the agent last told it, and how far the kernel is. */
  readonly basis: {
    readonly revision: number
    readonly confirmedRevision: number
    readonly isAgentConnected: boolean
    /** What the kernel refused, of resources that the steps name. */
    readonly failures: readonly { readonly owner: string; readonly message: string }[]
  }
}
