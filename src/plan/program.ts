/**
 * Programs: what one host's kernel and services should be, as values.
 *
 * A Program is a union of Fragments, one per resource that caused it. A Fragment that did not change is the same object
 * as before, so diff skips it without looking inside. Every kernel object has a key that is unique in the Program and a
 * fingerprint of its whole content; kernel/observe.ts reads keys and fingerprints back from the host.
 */

import type { RelayConfig } from './relay.ts'

export interface Sysctls {
  readonly [name: string]: string
}

/** A network namespace of ours. Its fingerprint is kept as the alias of its `lo` once it is fully set up. */
export interface NetnsObject {
  readonly kind: 'netns'
  readonly key: string
  readonly fingerprint: string
  readonly netns: string
  /** Written inside it at creation, before any link exists; `net.ipv4.conf.default.*` is inherited by its links. */
  readonly sysctls: Sysctls
  /** Blocks whose every address is local in it: the relay's (`244.0.0.0/6`). */
  readonly localBlocks?: readonly string[]
  /** Text of /etc/resolv.conf for processes started in it (instances only). */
  readonly resolvConf?: string
}

export interface WireEnd {
  readonly netns: string
  /** At most 15 bytes. */
  readonly ifname: string
  readonly mac: string
  readonly mtuBytes: number
  /** With prefix length, e.g. `10.0.1.10/24`. */
  readonly addresses: readonly string[]
  /** Permanent neighbour entries, so that nothing has to be asked. */
  readonly neighbours: readonly { readonly ip: string; readonly mac: string }[]
  /**
   * Answers ARP for every address it can route to, and at once: `proxy_delay` 0 (80 jiffies otherwise), which is set per
   * interface over netlink (`ip ntable change name arp_cache dev IFNAME proxy_delay 0`). proxy_arp itself is inherited
   * from the namespace's `conf.default`.
   */
  readonly proxyArp?: boolean
  /** Routes of this end's namespace that leave by this interface, in order. */
  readonly routes: readonly { readonly destination: string; readonly via?: string; readonly onlink?: boolean }[]
}

/**
 * A veth pair with everything that hangs on its two ends. Built whole and stamped with its fingerprint (the alias of
 * `a`) as the last step; a pair without the right stamp is torn down and built again.
 */
export interface WireObject {
  readonly kind: 'wire'
  readonly key: string
  readonly fingerprint: string
  readonly a: WireEnd
  readonly b: WireEnd
}

/**
 * One host route to a fabric address, in the fabric or in a VPC, `onlink`: its next hop is a permanent neighbour entry,
 * not an address.
 */
export interface RouteObject {
  readonly kind: 'route'
  readonly key: string
  readonly fingerprint: string
  readonly netns: string
  /** `240.0.0.17/32`. */
  readonly destination: string
  readonly via: string
  readonly dev: string
}

/** A named set or map of table `underpass`. */
export interface NftSetObject {
  readonly kind: 'nft-set'
  readonly key: string
  readonly fingerprint: string
  readonly netns: string
  readonly name: string
  /** Key type: `ipv4_addr . inet_proto . inet_service`. */
  readonly keyType: string
  /** Value type for maps: `ipv4_addr . inet_service`, `verdict`. */
  readonly valueType?: string
  /** `interval` and the like. */
  readonly flags: readonly string[]
}

/** A named counter. What it counts is read by telemetry; replacing the object would lose it, so it has no content. */
export interface NftCounterObject {
  readonly kind: 'nft-counter'
  readonly key: string
  readonly fingerprint: string
  readonly netns: string
  readonly name: string
}

/** A named `ct timeout` object for established TCP connections. Its name says all, so it is never replaced. */
export interface NftCtTimeoutObject {
  readonly kind: 'nft-ct-timeout'
  readonly key: string
  readonly fingerprint: string
  readonly netns: string
  readonly name: string
  readonly establishedSeconds: number
}

export interface NftChainObject {
  readonly kind: 'nft-chain'
  readonly key: string
  readonly fingerprint: string
  readonly netns: string
  readonly name: string
  /** Present on base chains: `type nat hook prerouting priority dstnat; policy accept;`. */
  readonly base?: string
  /** One nft rule each, without the comment; the renderer adds the fingerprint as a comment to the last. */
  readonly rules: readonly string[]
}

/** One element of a set or map. */
export interface NftElementObject {
  readonly kind: 'nft-element'
  readonly key: string
  readonly fingerprint: string
  readonly netns: string
  readonly set: string
  /** As nft prints it: `10.0.1.50 . tcp . 443`. */
  readonly element: string
  /** Of maps: `240.0.0.17 . 443`, or a verdict such as `goto lsn-…`. */
  readonly value?: string
  /** When this element goes or is replaced, the tracked connections whose original destination is this address are cut. */
  readonly cutsConnectionsTo?: string
}

export type KernelObject =
  | NetnsObject
  | WireObject
  | RouteObject
  | NftSetObject
  | NftCounterObject
  | NftCtTimeoutObject
  | NftChainObject
  | NftElementObject

/** Which resource asked for the objects: `${kind}/${id}`. Failures are reported under it. */
export type FragmentOwner = string
export type Fragment = readonly KernelObject[]

export interface Program {
  readonly revision: number
  readonly fragments: ReadonlyMap<FragmentOwner, Fragment>
  readonly dns: DnsConfig
  readonly healthChecks: ReadonlyMap<string, HealthCheck>
  readonly relay: RelayConfig
}

/** What the resolver of every VPC answers. Names are lower case without a trailing dot. */
export interface DnsConfig {
  /** Names that resolve everywhere, as AWS's public DNS does for endpoints and load balancers. */
  readonly publicNames: ReadonlyMap<string, DnsRecord>
  /** By the fabric address that a VPC's queries come from. */
  readonly vpcs: ReadonlyMap<string, DnsVpc>
}

export interface DnsVpc {
  readonly vpcId: string
  /** False: the resolver's addresses do not answer. */
  readonly enabled: boolean
  /** Instance names of this VPC: `ip-10-0-1-10.ec2.internal`. */
  readonly names: ReadonlyMap<string, DnsRecord>
  /** The private hosted zones that endpoints brought into this VPC, by apex; absent means none. */
  readonly privateZones?: ReadonlyMap<string, PrivateZone>
  /** The zone of whoever asks from this address; absent where the VPC's zones are not told apart. */
  readonly availabilityZone?: string
}

/** A private hosted zone of an endpoint: it has one name, and denies all others at and below its apex. */
export interface PrivateZone {
  /** `api.example.com`, or `*.example.com` for whatever lies below `example.com`. */
  readonly name: string
  /** The endpoint's regional name: what the name is an alias of (CNAME). */
  readonly target: string
  /** The addresses of the target, as far as the private name leads to them. */
  readonly record: DnsRecord
}

export interface DnsRecord {
  readonly ttlSeconds: number
  /** IPv4 addresses; the server rotates them. Empty: the name exists and has no address (NOERROR, no data). */
  readonly a: readonly string[]
  /** IPv6 addresses; absent means none. */
  readonly aaaa?: readonly string[]
  /** Of a hundred answers to a client of a known zone, so many have that zone's addresses alone, where it has some of the type. */
  readonly affinity?: { readonly percent: number; readonly byZone: ReadonlyMap<string, readonly string[]> }
}

/** One check of one target by one load-balancer node. */
export interface HealthCheck {
  /** `${node interface id}|${target key}`. */
  readonly key: string
  readonly targetKey: string
  readonly protocol: 'TCP' | 'HTTP' | 'HTTPS'
  /** The node's fabric address and the target's slot: the VPC's kernel stage leads it to the target. */
  readonly connectIp: string
  readonly connectPort: number
  /** `Host` header: node address and listener port. */
  readonly httpHost: string
  readonly path: string
  /** Codes that count as healthy, as AWS writes them: `200-399`, `200,301`. */
  readonly matcherHttpCode: string
  readonly intervalMs: number
  readonly timeoutMs: number
  readonly healthyThresholdCount: number
  readonly unhealthyThresholdCount: number
  /** How long a target that turns unhealthy is `unhealthy.draining` first: its connections live on. Absent: not at all. */
  readonly drainingMs?: number
  /** The target expects a PROXY protocol header on every connection: one of LOCAL comes first, which names nobody. */
  readonly proxyHeader?: true
}

/** What health/ last concluded for a check. Checks that are not in the view are `initial`. */
export type HealthState = 'initial' | 'healthy' | 'unhealthy.draining' | 'unhealthy'
export type HealthView = ReadonlyMap<string, HealthState>
