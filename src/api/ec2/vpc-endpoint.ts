import type { DnsEntry, State, VpcEndpoint as WireVpcEndpoint } from '@aws-sdk/client-ec2'
import { regionOf } from '../../resource/geography.ts'
import type { NetworkInterface } from '../../resource/network-interface.ts'
import {
  dnsRecordIpTypeOf,
  hasZonalDnsNames,
  regionalDnsName,
  serviceRegionOf,
  type VpcEndpoint,
  type VpcEndpointState,
  zonalDnsName,
} from '../../resource/vpc-endpoint.ts'
import type { View } from '../../state/transaction.ts'
import type { OperationContext } from '../operation.ts'
import { groupIdentifiers } from './security-group.ts'
import { toWireTags } from './tags.ts'
import { fullAccessPolicy } from './vpc-endpoint-policy.ts'

/** The states on the wire: the decided ones, and `pending` for an `available` that is not yet true in the kernel. */
export type ShownState = VpcEndpointState | 'pending'

/**
 * What the caller is told. `available` promises that packets pass, so it is said only when the agent has confirmed the
 * revision that placed the endpoint, interfaces included, and no part of it was refused by the kernel.
 */
export function shownState(ctx: Pick<OperationContext, 'observed'>, endpoint: VpcEndpoint): ShownState {
  if (endpoint.state !== 'available') return endpoint.state
  const isApplied = ctx.observed.isConfirmed(endpoint.placedAtRevision)
  return isApplied && failureOf(ctx, endpoint) === undefined ? 'available' : 'pending'
}

/** For `placedAtRevision`: the revision that this transaction's writes will have. */
export function ownRevision(tx: View): number {
  return tx.revision + 1
}

/** Why the kernel refused the endpoint or one of its interfaces. */
function failureOf({ observed }: Pick<OperationContext, 'observed'>, endpoint: VpcEndpoint): string | undefined {
  return (
    observed.failureOf('vpc-endpoint', endpoint.vpcEndpointId) ??
    endpoint.networkInterfaceIds
      .map((id) => observed.failureOf('network-interface', id))
      .find((failure) => failure !== undefined)
  )
}

/**
 * The model's enumeration is capitalised, the service's answers are not (reference 15.1). The type follows the model, so
 * this is the one place that disagrees with it.
 */
export function wireState(state: ShownState): State {
  return state as unknown as State
}

export function interfacesOf(tx: View, endpoint: VpcEndpoint): readonly NetworkInterface[] {
  return endpoint.networkInterfaceIds.map((id) => tx.get('network-interface', id)).filter((eni) => eni !== undefined)
}

/**
 * The regional name, then one per zone, all in the service's Region's zone of vpce.amazonaws.com; last the private name,
 * in a zone of its own (reference 4).
 */
export function dnsEntriesOf(tx: View, endpoint: VpcEndpoint): DnsEntry[] {
  const HostedZoneId = regionOf(serviceRegionOf(endpoint))?.vpceHostedZoneId
  const zonal = hasZonalDnsNames(endpoint)
    ? interfacesOf(tx, endpoint).map((eni) => zonalDnsName(endpoint, eni.availabilityZone))
    : []
  const names = [regionalDnsName(endpoint), ...zonal].map((DnsName) => ({ DnsName, HostedZoneId }))
  const { privateDns } = endpoint
  return privateDns ? [...names, { DnsName: privateDns.name, HostedZoneId: privateDns.hostedZoneId }] : names
}

/**
 * An endpoint as AWS shows it.
 *
 * `LastError` while the state is `pending` is ours: the kernel refused something, and the agent keeps trying.
 */
export function describeVpcEndpoint(ctx: OperationContext, endpoint: VpcEndpoint): WireVpcEndpoint {
  const failure = endpoint.state === 'available' ? failureOf(ctx, endpoint) : undefined
  return {
    VpcEndpointId: endpoint.vpcEndpointId,
    VpcEndpointType: 'Interface',
    VpcId: endpoint.vpcId,
    ServiceName: endpoint.serviceName,
    State: wireState(shownState(ctx, endpoint)),
    PolicyDocument: endpoint.policyDocument ?? fullAccessPolicy,
    RouteTableIds: [],
    SubnetIds: [...endpoint.subnetIds],
    Groups: groupIdentifiers(ctx.tx, endpoint.groupIds),
    IpAddressType: endpoint.ipAddressType,
    DnsOptions: { DnsRecordIpType: dnsRecordIpTypeOf(endpoint) },
    PrivateDnsEnabled: endpoint.privateDnsEnabled,
    RequesterManaged: false,
    NetworkInterfaceIds: [...endpoint.networkInterfaceIds],
    DnsEntries: dnsEntriesOf(ctx.tx, endpoint),
    CreationTimestamp: new Date(endpoint.createdAt),
    Tags: toWireTags(endpoint.tags),
    OwnerId: endpoint.ownerId,
    ...(failure !== undefined && { LastError: { Code: 'DataPlaneError', Message: failure } }),
    ServiceRegion: serviceRegionOf(endpoint),
  }
}
