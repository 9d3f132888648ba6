import type {
  NetworkInterfaceAttachment as WireAttachment,
  NetworkInterface as WireNetworkInterface,
} from '@aws-sdk/client-ec2'
import { parseCidr } from '../../net/cidr.ts'
import { formatIpv4, parseIpv4 } from '../../net/ip.ts'
import { macFromHex } from '../../net/mac.ts'
import { privateDnsName } from '../../resource/geography.ts'
import { type NetworkInterface, privateIpsOf } from '../../resource/network-interface.ts'
import type { Subnet } from '../../resource/subnet.ts'
import type { Tag } from '../../resource/tag.ts'
import type { View } from '../../state/transaction.ts'
import { allocateFabricIp } from '../fabric.ts'
import type { OperationContext } from '../operation.ts'
import { quotas } from '../quota.ts'
import * as errors from './errors.ts'
import { checkRegionQuota } from './owned.ts'
import { groupIdentifiers } from './security-group.ts'
import { toWireTags } from './tags.ts'

/** The network address, the router, the resolver and one for later use; and the broadcast address at the end. */
const reservedAtStart = 4
const reservedAtEnd = 1
export const reservedPerSubnet = reservedAtStart + reservedAtEnd

/**
 * A free private address of a subnet.
 *
 * Taken addresses are asked one by one from the `address` index and never listed, so an allocation in a subnet with ten
 * thousand interfaces costs about as many look-ups as the number has binary digits: the distance from the start is
 * doubled until an address is free, then the edge between taken and free is halved in. Addresses given in order are thus
 * found in order; holes are filled when they are met. Only when every probe is taken (a subnet nearly full) is the
 * subnet walked through.
 *
 * @param wanted an address the caller asks for
 * @throws InsufficientFreeAddressesInSubnet, InvalidIPAddress.InUse, InvalidParameterValue
 */
export function allocatePrivateIp(tx: View, subnet: Subnet, wanted?: string): string {
  const { first, last } = usableRange(subnet)
  const isTaken = (offset: number) => isAddressTaken(tx, subnet.vpcId, formatIpv4(first + offset))

  if (wanted !== undefined) {
    const address = parseIpv4(wanted)
    if (address === undefined) throw errors.malformedAddress(wanted)
    if (address < first - reservedAtStart || address > last + reservedAtEnd) throw errors.addressOutsideSubnet(wanted)
    if (address < first || address > last) throw errors.addressReserved(wanted)
    if (isAddressTaken(tx, subnet.vpcId, wanted)) throw errors.addressInUse(wanted)
    return wanted
  }

  const end = last - first
  let taken = -1
  let free = 0
  while (isTaken(free)) {
    if (free === end) return walk(subnet, first, end, isTaken)
    taken = free
    free = Math.min(end, free * 2 + 1)
  }
  while (free - taken > 1) {
    const middle = Math.floor((taken + free) / 2)
    if (isTaken(middle)) taken = middle
    else free = middle
  }
  return formatIpv4(first + free)
}

function walk(subnet: Subnet, first: number, end: number, isTaken: (offset: number) => boolean): string {
  for (let offset = 0; offset <= end; offset++) if (!isTaken(offset)) return formatIpv4(first + offset)
  throw errors.insufficientFreeAddresses(subnet.subnetId)
}

function isAddressTaken(tx: View, vpcId: string, address: string): boolean {
  return tx.countBy('network-interface', 'address', `${vpcId}|${address}`) > 0
}

function usableRange(subnet: Subnet): { readonly first: number; readonly last: number } {
  const cidr = parseCidr(subnet.cidrBlock)
  if (!cidr) throw new RangeError(`subnet ${subnet.subnetId} has the block ${subnet.cidrBlock}`)
  return { first: cidr.first + reservedAtStart, last: cidr.first + cidr.size - 1 - reservedAtEnd }
}

/** How many addresses of a subnet can still be given. */
export function availableAddressCount(tx: View, subnet: Subnet): number {
  const { first, last } = usableRange(subnet)
  const taken = tx
    .by('network-interface', 'subnetId', subnet.subnetId)
    .reduce((count, eni) => count + privateIpsOf(eni).length, 0)
  return last - first + 1 - taken
}

export interface NewNetworkInterface {
  readonly subnet: Subnet
  /** `vpc_endpoint` and `network_load_balancer` are requester-managed and get a fabric address. */
  readonly interfaceType: NetworkInterface['interfaceType']
  /** Of the subnet's VPC; see `resolveGroups`. */
  readonly groupIds: readonly string[]
  readonly description?: string
  /** A private address the caller asks for; otherwise one is chosen. */
  readonly privateIp?: string | undefined
  /** Absent means that it ends with its instance. */
  readonly deleteOnTermination?: boolean
  /** What it is attached to: at most one of the three. */
  readonly instanceId?: string
  readonly vpcEndpointId?: string
  readonly loadBalancerArn?: string
  readonly tags?: readonly Tag[]
}

/**
 * Makes an interface in a subnet and puts it into the transaction.
 *
 * @throws InsufficientFreeAddressesInSubnet, InvalidIPAddress.InUse, InvalidParameterValue, NetworkInterfaceLimitExceeded
 */
export function createNetworkInterface(ctx: OperationContext, wish: NewNetworkInterface): NetworkInterface {
  const { subnet, interfaceType } = wish
  checkRegionQuota(ctx, 'network-interface', quotas.networkInterfacesPerRegion)
  const networkInterfaceId = ctx.newId('eni')
  const requesterManaged = interfaceType !== 'interface'
  const isAttached = wish.instanceId ?? wish.vpcEndpointId ?? wish.loadBalancerArn

  const eni: NetworkInterface = {
    networkInterfaceId,
    ownerId: subnet.ownerId,
    region: subnet.region,
    vpcId: subnet.vpcId,
    subnetId: subnet.subnetId,
    availabilityZone: subnet.availabilityZone,
    availabilityZoneId: subnet.availabilityZoneId,
    privateIp: allocatePrivateIp(ctx.tx, subnet, wish.privateIp),
    // Not the first digits: ours all begin with 0.
    macAddress: macFromHex(networkInterfaceId.slice(-10)),
    interfaceType,
    description: wish.description ?? '',
    requesterManaged,
    groupIds: wish.groupIds,
    // A load-balancer node forwards what is not addressed to it; AWS shows false there and true on endpoints.
    sourceDestCheck: interfaceType !== 'network_load_balancer',
    ...(requesterManaged && { fabricIp: allocateFabricIp(ctx.tx) }),
    ...(wish.instanceId && { instanceId: wish.instanceId }),
    ...(wish.vpcEndpointId && { vpcEndpointId: wish.vpcEndpointId }),
    ...(wish.loadBalancerArn && { loadBalancerArn: wish.loadBalancerArn }),
    ...(isAttached && {
      attachmentId: ctx.newId(requesterManaged ? 'ela-attach' : 'eni-attach'),
      attachedAt: ctx.now.toISOString(),
    }),
    ...(wish.deleteOnTermination === false && { deleteOnTermination: false }),
    tags: wish.tags ?? [],
  }
  ctx.tx.put('network-interface', eni)
  return eni
}

/** Who AWS names as the maker of its own interfaces (reference 2.6 and 3.3). */
const requesterIds = {
  vpc_endpoint: '727180483921',
  network_load_balancer: 'amazon-elb',
  interface: undefined,
} as const

/** An interface as DescribeNetworkInterfaces answers it. */
export function describeNetworkInterface(tx: View, eni: NetworkInterface): WireNetworkInterface {
  const hasNames = tx.get('vpc', eni.vpcId)?.enableDnsHostnames
  const nameOf = (privateIp: string) => (hasNames ? { PrivateDnsName: privateDnsName(privateIp, eni.region) } : {})
  const requesterId = requesterIds[eni.interfaceType]
  const [ipv6Address] = eni.ipv6Addresses ?? []
  return {
    ...(eni.attachmentId && { Attachment: describeAttachment(eni) }),
    AvailabilityZone: eni.availabilityZone,
    AvailabilityZoneId: eni.availabilityZoneId,
    Description: eni.description,
    Groups: groupIdentifiers(tx, eni.groupIds),
    InterfaceType: eni.interfaceType,
    ...(ipv6Address !== undefined && { Ipv6Address: ipv6Address }),
    Ipv6Addresses: (eni.ipv6Addresses ?? []).map((address) => ({ Ipv6Address: address, IsPrimaryIpv6: false })),
    MacAddress: eni.macAddress,
    NetworkInterfaceId: eni.networkInterfaceId,
    OwnerId: eni.ownerId,
    ...nameOf(eni.privateIp),
    PrivateIpAddress: eni.privateIp,
    PrivateIpAddresses: privateIpsOf(eni).map((privateIp) => ({
      Primary: privateIp === eni.privateIp,
      PrivateIpAddress: privateIp,
      ...nameOf(privateIp),
    })),
    ...(requesterId && { RequesterId: requesterId }),
    RequesterManaged: eni.requesterManaged,
    SourceDestCheck: eni.sourceDestCheck,
    Status: statusOf(eni),
    SubnetId: eni.subnetId,
    TagSet: toWireTags(eni.tags),
    VpcId: eni.vpcId,
  }
}

/** Whether the interface ends with what it is attached to; requester-managed ones are ended by their service. */
export function endsWithInstance(eni: NetworkInterface): boolean {
  return !eni.requesterManaged && (eni.deleteOnTermination ?? true)
}

export function statusOf(eni: NetworkInterface): 'in-use' | 'available' {
  return eni.attachmentId ? 'in-use' : 'available'
}

/** The account that AWS names as owner of what the interface is attached to. */
export function attachmentOwnerOf(eni: NetworkInterface): string | undefined {
  if (!eni.attachmentId) return undefined
  return eni.requesterManaged ? 'amazon-aws' : eni.ownerId
}

function describeAttachment(eni: NetworkInterface): WireAttachment {
  return {
    ...(eni.attachedAt && { AttachTime: new Date(eni.attachedAt) }),
    AttachmentId: eni.attachmentId,
    DeleteOnTermination: endsWithInstance(eni),
    DeviceIndex: eni.requesterManaged ? 1 : 0,
    NetworkCardIndex: 0,
    ...(eni.instanceId && { InstanceId: eni.instanceId }),
    InstanceOwnerId: attachmentOwnerOf(eni),
    Status: 'attached',
  }
}
