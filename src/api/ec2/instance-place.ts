import type { InstanceNetworkInterfaceSpecification, RunInstancesRequest } from '@aws-sdk/client-ec2'
import type { NetworkInterface } from '../../resource/network-interface.ts'
import type { Subnet } from '../../resource/subnet.ts'
import type { Tag } from '../../resource/tag.ts'
import type { Vpc } from '../../resource/vpc.ts'
import type { OperationContext } from '../operation.ts'
import { quotas, quotaValue } from '../quota.ts'
import * as errors from './errors.ts'
import { networkInterfaceInUse } from './errors-network.ts'
import { createNetworkInterface } from './network-interface.ts'
import { type AddressRequest, primaryIpOf, withMoreAddresses } from './network-interface-request.ts'
import { defaultVpcOf, requireOwned } from './owned.ts'
import { groupNamed, resolveGroups } from './security-group.ts'
import { defaultSubnetOf } from './subnet.ts'
import { mergeTags } from './tags.ts'

/** Where the instances of a RunInstances go and what their one interface is like, from whichever form the request uses. */
export interface Place {
  readonly subnet: Subnet
  /** A detached interface that the one instance takes. */
  readonly existing?: NetworkInterface
  readonly groupIds: readonly string[]
  readonly privateIp: string | undefined
  readonly description: string
  readonly deleteOnTermination: boolean
  /** Addresses besides the primary one. */
  readonly more: AddressRequest
}

/**
 * @throws InvalidNetworkInterface.InUse, InvalidNetworkInterfaceID.NotFound, InvalidSubnetID.NotFound, InvalidGroup.NotFound,
 *         InvalidParameterCombination, InvalidParameterValue, VPCIdNotSpecified
 */
export function wantedPlace(input: RunInstancesRequest, ctx: OperationContext): Place {
  const card = input.NetworkInterfaces?.[0]
  if (card) {
    const instanceLevel = [
      [input.SubnetId, 'subnet ID'],
      [input.SecurityGroupIds?.length || input.SecurityGroups?.length, 'security groups'],
      [input.PrivateIpAddress, 'private IP address'],
    ] as const
    for (const [isGiven, what] of instanceLevel) {
      if (isGiven) {
        throw errors.invalidParameterCombination(
          `Network interfaces and an instance-level ${what} may not be specified on the same request`,
        )
      }
    }
    if (card.AssociatePublicIpAddress) throw errors.notSupported('A public IP address')
    if (card.DeviceIndex !== undefined && card.DeviceIndex !== 0) {
      throw errors.invalidParameterCombination("The first network interface's device index must be 0.")
    }
    if (card.NetworkInterfaceId) return existingPlace(input, card, ctx)
  }

  const subnet = wantedSubnet(input, card?.SubnetId ?? input.SubnetId, ctx)
  const privateIp = (card && primaryIpOf(card)) ?? input.PrivateIpAddress
  if (privateIp !== undefined && input.MaxCount !== 1) {
    throw errors.invalidParameterCombination(
      'Private IP address can only be specified when launching a single instance',
    )
  }
  const groupIds = card?.Groups ?? [...(input.SecurityGroupIds ?? []), ...groupIdsByName(input, subnet, ctx)]
  return {
    subnet,
    privateIp,
    groupIds: resolveGroups(
      ctx.tx,
      subnet.vpcId,
      groupIds,
      subnet.subnetId,
      quotaValue(ctx, quotas.securityGroupsPerInterface),
    ),
    description: card?.Description ?? '',
    deleteOnTermination: card?.DeleteOnTermination ?? true,
    more: card ?? { Ipv6Addresses: input.Ipv6Addresses, Ipv6AddressCount: input.Ipv6AddressCount },
  }
}

/** Texts from memory. */
function existingPlace(
  input: RunInstancesRequest,
  card: InstanceNetworkInterfaceSpecification,
  ctx: OperationContext,
): Place {
  const { NetworkInterfaceId: id } = card
  const eni = requireOwned(ctx, 'network-interface', id, errors.networkInterfaceId, 'networkInterfaceId')
  if (eni.attachmentId || eni.requesterManaged) throw networkInterfaceInUse(eni.networkInterfaceId)
  if (input.MaxCount !== 1) {
    throw errors.invalidParameterCombination(
      'A network interface ID can only be specified when launching a single instance',
    )
  }
  const isNew = card.SubnetId ?? card.PrivateIpAddress ?? card.PrivateIpAddresses?.[0] ?? card.Groups?.[0]
  if (isNew !== undefined) {
    throw errors.invalidParameterCombination(
      'A network interface ID may not be specified with a subnet, addresses or security groups',
    )
  }
  return {
    subnet: wantedSubnet(input, eni.subnetId, ctx),
    existing: eni,
    groupIds: eni.groupIds,
    privateIp: eni.privateIp,
    description: eni.description,
    deleteOnTermination: card.DeleteOnTermination ?? false,
    more: {},
  }
}

/** The interface of one instance: the existing one, now attached, or a new one. */
export function placeInterface(
  ctx: OperationContext,
  { existing, more, ...wish }: Place,
  instanceId: string,
  tags: readonly Tag[],
): NetworkInterface {
  if (!existing) {
    const eni = createNetworkInterface(ctx, { ...wish, interfaceType: 'interface', instanceId, tags })
    return withMoreAddresses(ctx, eni, wish.subnet, more)
  }
  const attached: NetworkInterface = {
    ...existing,
    instanceId,
    attachmentId: ctx.newId('eni-attach'),
    attachedAt: ctx.now.toISOString(),
    deleteOnTermination: wish.deleteOnTermination,
    tags: mergeTags(existing.tags, tags),
  }
  ctx.tx.put('network-interface', attached)
  return attached
}

function wantedSubnet(
  { Placement: placement }: RunInstancesRequest,
  subnetId: string | undefined,
  ctx: OperationContext,
): Subnet {
  const zoneName = placement?.AvailabilityZone
  if (subnetId) {
    const subnet = requireOwned(ctx, 'subnet', subnetId, errors.subnetId, 'subnetId')
    if (zoneName && zoneName !== subnet.availabilityZone) {
      throw errors.invalidParameterValue(
        `The availability zone '${zoneName}' does not match the subnet '${subnetId}' in '${subnet.availabilityZone}'.`,
      )
    }
    return subnet
  }
  const vpc: Vpc | undefined = defaultVpcOf(ctx)
  if (!vpc) throw errors.noDefaultVpc()
  const subnet = defaultSubnetOf(ctx.tx, vpc, zoneName)
  if (!subnet) throw zoneName ? errors.invalidZone(zoneName) : errors.noDefaultSubnet(vpc.vpcId)
  return subnet
}

/** Groups by name exist in the default VPC only, as on AWS. */
function groupIdsByName(
  { SecurityGroups: names }: RunInstancesRequest,
  subnet: Subnet,
  { tx }: OperationContext,
): readonly string[] {
  if (!names || names.length === 0) return []
  if (!tx.get('vpc', subnet.vpcId)?.isDefault) {
    throw errors.invalidParameterCombination('The parameter groupName cannot be used with the parameter subnet')
  }
  return names.map((name) => {
    const group = groupNamed(tx, subnet.vpcId, name)
    if (!group) throw errors.groupNotFoundByName(name, subnet.vpcId)
    return group.groupId
  })
}
