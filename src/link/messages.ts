import type { AgentKind, Change, ResourceOfKind } from '../resource/kind.ts'
import type { TargetHealthReport } from '../resource/target-group.ts'

/**
 * What control and agent say to each other: one JSON value per line, over a stream.
 *
 * The agent says hello with the revision it has (0 after a start); control answers with a snapshot, then with changes
 * as they are committed. The agent reports an outcome for every revision it has brought to the kernel.
 */
export type ControlToAgent =
  | {
      readonly type: 'snapshot'
      readonly revision: number
      readonly resources: { readonly [K in AgentKind]?: readonly ResourceOfKind[K][] }
      /** A large snapshot comes as several messages of one revision, to be joined; all but the last say so. */
      readonly more?: true
    }
  | { readonly type: 'changes'; readonly revision: number; readonly changes: readonly Change[] }
  | { readonly type: 'status-request'; readonly requestId: number }
  | { readonly type: 'whois-request'; readonly requestId: number; readonly question: WhoisQuestion }
  | {
      readonly type: 'resolved'
      readonly requestId: number /** base64 DNS message, or absent: no answer from upstream. */
      readonly answer?: string
    }
  | { readonly type: 'stop'; readonly removeKernelObjects: boolean }

export type AgentToControl =
  | { readonly type: 'hello'; readonly hostName: string; readonly pid: number; readonly dataPlane: DataPlane }
  | {
      readonly type: 'outcome'
      readonly revision: number
      readonly failures: readonly Failure[]
      readonly kernelWrites: number
    }
  | {
      readonly type: 'health'
      readonly targets: Readonly<Record<string, TargetHealthReport>> /** Forget what was reported before. */
      readonly full: boolean
    }
  | { readonly type: 'status'; readonly requestId: number; readonly status: AgentStatus }
  | { readonly type: 'whois'; readonly requestId: number; readonly answers: readonly WhoisAnswer[] }
  /** A name we are not authoritative for: control asks the host's upstream resolver. */
  | { readonly type: 'resolve'; readonly requestId: number; readonly query: string }
  | { readonly type: 'stopped' }

/** Why a resource could not be brought to the kernel. */
export interface Failure {
  /** `${kind}/${id}`. */
  readonly owner: string
  readonly message: string
}

/** A connection's peer, as a target sees it. */
export interface WhoisQuestion {
  readonly ip: string
  readonly port: number
  /** The target's VPC; asked for when several have a load balancer's node of this address. */
  readonly vpcId?: string
}

/** Who is behind it. */
export interface WhoisAnswer {
  /** The target's. */
  readonly vpcId: string
  readonly loadBalancerArn: string
  readonly protocol: string
  /** `10.0.1.10:8080`. */
  readonly target: string
  /** The endpoint it came through; absent when the client is in the target's VPC. */
  readonly endpoint?: {
    readonly vpcEndpointId: string
    readonly ownerId: string
    readonly vpcId: string
    readonly availabilityZone: string
  }
  /** In its own VPC; absent when nothing tracks it any more. */
  readonly client?: string
  /** Through the relay, not by the kernel alone. */
  readonly isRelayed: boolean
}

/** What the host can do, found out at start. */
export interface DataPlane {
  readonly mode: 'root' | 'rootless'
  readonly kernelRelease: string
  readonly nftVersion: string
  readonly present: readonly string[]
  readonly missed: readonly string[]
}

export interface AgentStatus {
  readonly pid: number
  readonly startedAt: string
  readonly appliedRevision: number
  /** Kernel-writing commands run since the agent started. */
  readonly kernelWrites: number
  readonly objects: number
  readonly namespaces: number
  readonly failures: readonly Failure[]
  /** Refused packets by VPC and reason. */
  readonly drops: readonly {
    readonly vpcId: string
    readonly reason: string
    readonly packets: number
    readonly bytes: number
  }[]
  /** By endpoint: connections the kernel tracks now and the bytes they carried, both directions. */
  readonly endpoints: readonly {
    readonly vpcEndpointId: string
    readonly connections: number
    readonly bytes: number
    /** Connections of the interface and port that has most, and how many it may have: each takes a source port. */
    readonly portsInUse: number
    readonly portLimit: number
  }[]
  /** By VPC: entries in its connection table, and the machine's limit for each. */
  readonly connectionTables: readonly { readonly vpcId: string; readonly entries: number; readonly max: number }[]
  /** What is about to run out, in words. */
  readonly warnings: readonly string[]
  readonly residentMemoryBytes: number
  /** Absent while no listener needs the relay. */
  readonly relay?: RelayStatus
}

/** All workers of the relay together, since each of them started. */
export interface RelayStatus {
  readonly workers: number
  /** Workers that ended by themselves and were replaced. */
  readonly restarts: number
  readonly connections: number
  readonly accepted: number
  readonly bytes: number
  /** Connections that were reset, by reason: `connect ECONNREFUSED`, `idle`, `tls`, `header`… */
  readonly failures: Readonly<Record<string, number>>
  readonly residentMemoryBytes: number
}
