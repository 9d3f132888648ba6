import type { Reservation, RunInstancesRequest } from '@aws-sdk/client-ec2'
import type { Instance } from '../../resource/instance.ts'
import type { Subnet } from '../../resource/subnet.ts'
import type { Vpc } from '../../resource/vpc.ts'
import type { Operation, OperationContext } from '../operation.ts'
import { quotas, quotaValue } from '../quota.ts'
import * as errors from './errors.ts'
import { describeInstance } from './instance.ts'
import { maxInstancesPerCall } from './instance-limits.ts'
import { checkedInstanceType } from './instance-type.ts'
import { requireKeyPair } from './key-pair.ts'
import { availableAddressCount, createNetworkInterface } from './network-interface.ts'
import { defaultVpcOf, requireOwned } from './owned.ts'
import { groupNamed, resolveGroups } from './security-group.ts'
import { defaultSubnetOf } from './subnet.ts'
import { tagsFromSpecifications } from './tags.ts'

/** Where the instances go and what their one interface is like, from whichever form the request uses. */
interface Place {
  readonly subnet: Subnet
  readonly groupIds: readonly string[]
  readonly privateIp: string | undefined
  readonly description: string
}

/**
 * Makes instances: each a network namespace with one interface. The image is a name only; nothing runs in an instance until
 * somebody enters it.
 *
 * When there are addresses for fewer than MaxCount but not for fewer than MinCount, as many are made as fit, as on AWS.
 *
 * Source: EC2 API Reference, RunInstances.
 *
 * @throws InvalidAMIID.Malformed, InvalidKeyPair.NotFound, InvalidSubnetID.NotFound, InvalidGroup.NotFound, InvalidParameter, InvalidParameterValue,
 *         InvalidParameterCombination, MissingParameter, InsufficientFreeAddressesInSubnet, InvalidIPAddress.InUse
 */
export const runInstances: Operation<RunInstancesRequest, Reservation> = {
  action: 'ec2:RunInstances',
  kind: 'write',
  missing: [
    'an instance is a network namespace: image, key pair and instance type are names, user data is not run',
    'one new interface with one private IPv4 address: no existing interfaces, no IPv6, no public addresses',
    'no volumes, instance profiles, placement groups, Spot requests or launch templates: what asks for one is refused or, for volumes and profiles, not recorded',
  ],

  handle(input, ctx) {
    refuseWhatIsNotBuilt(input)
    const imageId = checkedImageId(input.ImageId)
    const instanceType = checkedInstanceType(input.InstanceType)
    const { min, max } = checkedCounts(input)
    if (input.KeyName) requireKeyPair(ctx, input.KeyName)
    const place = wantedPlace(input, ctx)
    const tags = tagsFromSpecifications(input.TagSpecifications, 'instance', taggedBeside)
    const interfaceTags = tagsFromSpecifications(input.TagSpecifications, 'network-interface', ['instance', 'volume'])

    const { subnet } = place
    const count = Math.min(max, availableAddressCount(ctx.tx, subnet))
    if (count < min) throw errors.insufficientFreeAddresses(subnet.subnetId)

    const reservationId = ctx.newId('r')
    const instances = Array.from({ length: count }, (_, amiLaunchIndex): Instance => {
      const instanceId = ctx.newId('i')
      const eni = createNetworkInterface(ctx, {
        ...place,
        interfaceType: 'interface',
        instanceId,
        tags: interfaceTags,
      })
      const instance: Instance = {
        instanceId,
        reservationId,
        ownerId: ctx.accountId,
        region: ctx.region,
        imageId,
        instanceType,
        ...(input.KeyName !== undefined && { keyName: input.KeyName }),
        vpcId: subnet.vpcId,
        subnetId: subnet.subnetId,
        availabilityZone: subnet.availabilityZone,
        networkInterfaceId: eni.networkInterfaceId,
        privateIp: eni.privateIp,
        state: 'running',
        launchedAtRevision: ctx.tx.revision + 1,
        launchedAt: ctx.now.toISOString(),
        amiLaunchIndex,
        tags,
      }
      ctx.tx.put('instance', instance)
      return instance
    })
    return {
      ReservationId: reservationId,
      OwnerId: ctx.accountId,
      Groups: [],
      Instances: instances.map((instance) => describeInstance(ctx, instance)),
    }
  },
}

/** Volumes are not made, so their tags have no place; infrastructure code sends them beside the others. */
const taggedBeside = ['network-interface', 'volume']

function refuseWhatIsNotBuilt(input: RunInstancesRequest): void {
  const asked: readonly (readonly [unknown, string])[] = [
    [input.LaunchTemplate, 'A launch template'],
    [input.InstanceMarketOptions, 'A Spot request'],
    [input.Ipv6AddressCount || input.Ipv6Addresses?.length, 'An IPv6 address'],
    [input.SecondaryInterfaces?.length, 'A secondary interface'],
    [input.Placement?.GroupName || input.Placement?.HostId, 'A placement group or host'],
    [(input.NetworkInterfaces?.length ?? 0) > 1, 'More than one network interface'],
  ]
  for (const [isAsked, what] of asked) if (isAsked) throw errors.notSupported(what)
}

function checkedImageId(imageId: string | undefined): string {
  if (!imageId) throw errors.missingParameter('ImageId')
  if (!/^ami-[0-9a-f]+$/.test(imageId)) throw errors.malformedImageId(imageId)
  return imageId
}

function checkedCounts({ MinCount: min, MaxCount: max }: RunInstancesRequest): { min: number; max: number } {
  if (min === undefined) throw errors.missingParameter('MinCount')
  if (max === undefined) throw errors.missingParameter('MaxCount')
  if (min < 1) throw errors.invalidValue(` ${min} `, 'minCount', 'Expecting a value greater than or equal to 1.')
  if (max < min)
    throw errors.invalidParameterCombination(`MinCount (${min}) must not be greater than MaxCount (${max}).`)
  if (min > maxInstancesPerCall) throw errors.instanceLimitExceeded(min, maxInstancesPerCall)
  return { min, max: Math.min(max, maxInstancesPerCall) }
}

function wantedPlace(input: RunInstancesRequest, ctx: OperationContext): Place {
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
    if (card.NetworkInterfaceId) throw errors.notSupported('An existing network interface')
    if (card.AssociatePublicIpAddress) throw errors.notSupported('A public IP address')
    if (card.DeviceIndex !== undefined && card.DeviceIndex !== 0) {
      throw errors.invalidParameterCombination("The first network interface's device index must be 0.")
    }
    if ((card.PrivateIpAddresses?.length ?? 0) > 1 || card.SecondaryPrivateIpAddressCount) {
      throw errors.notSupported('A secondary private IP address')
    }
    if (card.Ipv6AddressCount || card.Ipv6Addresses?.length) throw errors.notSupported('An IPv6 address')
  }

  const subnet = wantedSubnet(input, card?.SubnetId ?? input.SubnetId, ctx)
  const privateIp = card?.PrivateIpAddress ?? card?.PrivateIpAddresses?.[0]?.PrivateIpAddress ?? input.PrivateIpAddress
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
  }
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
