/**
 * Which listeners take the relay, and what the relay is told.
 *
 * The kernel carries a connection without a process. Three things it cannot do: write a header before the first byte (PROXY
 * protocol v2), end a TLS session, and lead from one address family into the other. `relayUseOf` and `isBridged` say which of them a listener asks for, here and nowhere else.
 *
 *   writes a header    in the consumer's VPC, because the first translation would hide the address that the header is for;
 *                      for clients of the load balancer's own VPC, in that one
 *   ends TLS           in the load balancer's VPC, where the keys belong; the header crosses the fabric before it
 *
 *   changes the        for IPv6 clients of targets that have IPv4 only, where the client is: the rest of the way is IPv4's
 *   address family
 *
 * The relay listens in a VPC's namespace on addresses that are local there (`relayListenIp`), to which the same map elements
 * and listener chains lead that otherwise lead to a node or a target. So an element is the permission on this path too. It
 * connects from the fabric, from addresses of its own (`relaySourceIp`), into the provider's kernel stage, which picks the
 * target as always: health, weights and zones are decided there.
 */
import type { Certificate } from '../resource/certificate.ts'
import { relaySourceIp } from '../resource/fabric.ts'
import { type AlpnPolicy, forwardedGroups, type Listener, type LoadBalancer } from '../resource/load-balancer.ts'
import type { NetworkInterface } from '../resource/network-interface.ts'
import { defaultSslPolicyName } from '../resource/ssl-policy.ts'
import type { TargetGroup } from '../resource/target-group.ts'
import type { VpcEndpoint } from '../resource/vpc-endpoint.ts'
import { addressOf, type Family, ipv4, ipv6, relayAddressOf } from './family.ts'
import { vpcNetns } from './names.ts'
import type { Topology } from './topology.ts'

export interface RelayUse {
  readonly writesHeader: boolean
  readonly endsTls: boolean
  /** The listener's first target group: whose protocol and tags count. */
  readonly group: TargetGroup
}

/**
 * What a listener asks of the relay; undefined: nothing, the kernel does all of it.
 *
 * The target is chosen behind the relay, so of several weighted groups all get headers when one asks for them.
 */
export function relayUseOf(listener: Listener, groups: readonly TargetGroup[]): RelayUse | undefined {
  const [group] = groups
  if (!group || (listener.protocol !== 'TCP' && listener.protocol !== 'TLS')) return undefined
  const writesHeader = groups.some(({ attributes }) => attributes['proxy_protocol_v2.enabled'] === 'true')
  const endsTls = listener.protocol === 'TLS'
  return writesHeader || endsTls ? { writesHeader, endsTls, group } : undefined
}

/**
 * Whether IPv6 clients of a listener get to its targets through the relay, because these have IPv4 only and the kernel
 * translates within a family. Over TCP; the other way round, and for UDP, there is no way (docs/decisions/0013).
 */
export const isBridged = (listener: Listener, groups: readonly TargetGroup[]): boolean =>
  listener.protocol !== 'UDP' && groups.length > 0 && groups.every(({ ipAddressType }) => ipAddressType === 'ipv4')

export const groupsOf = ({ targetGroups }: Pick<Topology, 'targetGroups'>, listener: Listener): TargetGroup[] =>
  forwardedGroups(listener).flatMap(({ targetGroupArn }) => targetGroups.get(targetGroupArn) ?? [])

/** By listener ARN, those that take the relay. */
export type RelayUses = ReadonlyMap<string, RelayUse>

export function relayUsesOf(topology: Topology): RelayUses {
  const uses = new Map<string, RelayUse>()
  for (const listeners of topology.listenersByLoadBalancer.values()) {
    for (const listener of listeners) {
      const use = relayUseOf(listener, groupsOf(topology, listener))
      if (use) uses.set(listener.listenerArn, use)
    }
  }
  return uses
}

/** All that the relay does on this host; JSON all through. */
export interface RelayConfig {
  readonly doors: ReadonlyMap<string, RelayDoor>
  /** By ARN: those that a TLS door shows. */
  readonly certificates: ReadonlyMap<string, RelayCertificate>
  /** Endpoints that are available and load balancers that are there. The connections of any other owner end now. */
  readonly owners: ReadonlySet<string>
}

export const emptyRelayConfig: RelayConfig = { doors: new Map(), certificates: new Map(), owners: new Set() }

/** One listener on one interface: where its connections arrive, and what becomes of them. */
export interface RelayDoor {
  /** `LISTEN-IP:PORT`, unique on the host: how an accepted connection finds its door. */
  readonly key: string
  readonly netns: string
  readonly listenIp: string
  readonly port: number
  /** `vpc-endpoint/…` or `load-balancer/…`. */
  readonly owner: string
  readonly connectFromIp: string
  readonly connectIp: string
  readonly connectPort: number
  readonly idleTimeoutMs: number
  /** Present when every connection begins with a header towards the target. */
  readonly header?: DoorHeader
  readonly tls?: DoorTls
  /** The target speaks TLS too. Its certificate is not validated (reference 2.5). */
  readonly targetTls?: true
}

export interface DoorHeader {
  /** The load balancer's node, as clients of its VPC know it. */
  readonly destinationIp: string
  readonly destinationPort: number
  readonly vpcEndpointId?: string
  /** Only where the provider asked for them (`headerExtrasTag`). */
  readonly accountId?: string
  readonly vpcId?: string
  readonly availabilityZone?: string
}

export interface DoorTls {
  /** The default first. */
  readonly certificateArns: readonly string[]
  readonly sslPolicy: string
  readonly alpnPolicy: AlpnPolicy
  /** A connection from another relay begins with the header that it wrote. */
  readonly readsHeader: boolean
}

export interface RelayCertificate {
  readonly certificatePem: string
  readonly chainPem?: string
  readonly privateKeyPem: string
}

/**
 * Our own addition: a target group with this tag gets further TLVs in its headers, of type 0xE0 (net/proxy-protocol.ts). The
 * value names them: `account`, `vpc`, `zone`, with commas between. A tag, because every AWS client can set one and no
 * attribute of ours could appear in answers that are AWS's.
 */
export const headerExtrasTag = 'underpass:proxy-protocol-v2'

/** Reference 2.5: the attribute on TCP listeners, 350 s on TLS ones. */
export function idleTimeoutMsOf(listener: Listener): number {
  return Number(listener.attributes?.['tcp.idle_timeout.seconds'] ?? 350) * 1000
}

function extrasOf(group: TargetGroup, endpoint: VpcEndpoint, eni: NetworkInterface): Partial<DoorHeader> {
  const names = group.tags.find(({ key }) => key === headerExtrasTag)?.value.split(',') ?? []
  const wants = (name: string): boolean => names.some((each) => each.trim() === name)
  return {
    ...(wants('account') ? { accountId: endpoint.ownerId } : {}),
    ...(wants('vpc') ? { vpcId: endpoint.vpcId } : {}),
    ...(wants('zone') ? { availabilityZone: eni.availabilityZone } : {}),
  }
}

/** An endpoint and, by interface, the node it leads to and that node's listeners. */
interface EndpointPlaces {
  readonly endpoint: VpcEndpoint
  readonly owner: string
  readonly zones: readonly {
    readonly eni: NetworkInterface
    readonly node: NetworkInterface | undefined
    readonly listeners: readonly Listener[]
  }[]
}

export function compileRelay(
  name: string,
  topology: Topology,
  uses: RelayUses,
  endpoints: Iterable<EndpointPlaces>,
): RelayConfig {
  const doors = new Map<string, RelayDoor>()
  const certificates = new Map<string, RelayCertificate>()
  const owners = new Set<string>()
  const add = (door: RelayDoor | undefined): void => {
    if (!door) return
    doors.set(door.key, door)
    for (const arn of door.tls?.certificateArns ?? []) {
      const certificate = topology.certificates.get(arn)
      if (certificate) certificates.set(arn, materialOf(certificate))
    }
  }
  for (const loadBalancer of topology.loadBalancers.values()) {
    owners.add(loadBalancerOwner(loadBalancer))
    for (const listener of topology.listenersByLoadBalancer.get(loadBalancer.loadBalancerArn) ?? []) {
      const use = uses.get(listener.listenerArn)
      for (const { networkInterfaceId } of loadBalancer.zones) {
        const node = topology.interfaces.get(networkInterfaceId)
        if (node && use) add(nodeDoor(name, loadBalancer, node, listener, use, ipv4))
        if (node?.ipv6Addresses?.length && isBridged(listener, groupsOf(topology, listener))) {
          add(nodeDoor(name, loadBalancer, node, listener, use, ipv6))
        }
      }
    }
  }
  for (const { endpoint, owner, zones } of endpoints) {
    if (endpoint.state !== 'available') continue
    owners.add(owner)
    for (const { eni, node, listeners } of zones) {
      const hasIpv6 = eni.ipv6Addresses?.length && node?.ipv6Addresses?.length
      if (!node || (uses.size === 0 && !hasIpv6)) continue
      for (const listener of listeners) {
        const use = uses.get(listener.listenerArn)
        if (use?.writesHeader) add(endpointDoor(name, endpoint, owner, eni, node, listener, use, ipv4))
        if (hasIpv6 && isBridged(listener, groupsOf(topology, listener))) {
          add(endpointDoor(name, endpoint, owner, eni, node, listener, use, ipv6))
        }
      }
    }
  }
  return { doors, certificates, owners }
}

const loadBalancerOwner = ({ loadBalancerArn }: LoadBalancer): string => `load-balancer/${loadBalancerArn}`

const materialOf = ({ certificatePem, chainPem, privateKeyPem }: Certificate): RelayCertificate => ({
  certificatePem,
  ...(chainPem === undefined ? {} : { chainPem }),
  privateKeyPem,
})

/** The door of an endpoint's interface for one listener: that writes headers, or has IPv6 clients of IPv4 targets. */
function endpointDoor(
  name: string,
  endpoint: VpcEndpoint,
  owner: string,
  eni: NetworkInterface,
  node: NetworkInterface,
  listener: Listener,
  use: RelayUse | undefined,
  family: Family,
): RelayDoor | undefined {
  const destinationIp = addressOf(node, family)
  if (!eni.fabricIp || !node.fabricIp || destinationIp === undefined) return undefined
  const listenIp = relayAddressOf(eni, family)
  return {
    key: `${listenIp}:${listener.port}`,
    netns: vpcNetns(name, endpoint.vpcId),
    listenIp,
    port: listener.port,
    owner,
    connectFromIp: relaySourceIp(eni.fabricIp),
    connectIp: node.fabricIp,
    connectPort: listener.port,
    idleTimeoutMs: idleTimeoutMsOf(listener),
    ...(use?.writesHeader
      ? {
          header: {
            destinationIp,
            destinationPort: listener.port,
            vpcEndpointId: endpoint.vpcEndpointId,
            ...extrasOf(use.group, endpoint, eni),
          },
        }
      : {}),
  }
}

/** The door of a load balancer's node: for TLS everybody's, for headers alone that of clients inside the VPC. */
function nodeDoor(
  name: string,
  loadBalancer: LoadBalancer,
  node: NetworkInterface,
  listener: Listener,
  use: RelayUse | undefined,
  family: Family,
): RelayDoor | undefined {
  const destinationIp = addressOf(node, family)
  if (!node.fabricIp || destinationIp === undefined) return undefined
  const listenIp = relayAddressOf(node, family)
  return {
    key: `${listenIp}:${listener.port}`,
    netns: vpcNetns(name, loadBalancer.vpcId),
    listenIp,
    port: listener.port,
    owner: loadBalancerOwner(loadBalancer),
    connectFromIp: relaySourceIp(node.fabricIp),
    connectIp: node.fabricIp,
    connectPort: listener.port,
    idleTimeoutMs: idleTimeoutMsOf(listener),
    ...(use?.writesHeader ? { header: { destinationIp, destinationPort: listener.port } } : {}),
    ...(use?.endsTls
      ? {
          tls: {
            certificateArns: listener.certificateArns ?? (listener.certificateArn ? [listener.certificateArn] : []),
            sslPolicy: listener.sslPolicy ?? defaultSslPolicyName,
            alpnPolicy: listener.alpnPolicy ?? 'None',
            readsHeader: use.writesHeader,
          },
        }
      : {}),
    ...(use?.endsTls && use.group.protocol === 'TLS' ? { targetTls: true } : {}),
  }
}
