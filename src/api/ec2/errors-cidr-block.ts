import { AwsError } from '../../aws/error.ts'
import { invalidParameterValue } from './errors.ts'

/**
 * The errors of blocks that join VPCs and subnets and leave them, and of default networks. Codes and texts: see
 * `errors.ts`; "from memory" where no quoted answer was at hand.
 */

/** Observed (InvalidVpc.Range of AssociateVpcCidrBlock). */
export const vpcCidrRestricted = (cidr: string) =>
  new AwsError(
    'InvalidVpc.Range',
    `The CIDR '${cidr}' is restricted. Use a CIDR from the same private address range as the current VPC CIDR, or use a publicly-routable CIDR. For additional restrictions, see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html#add-cidr-block-restrictions`,
  )

/** From memory. */
export const vpcCidrConflict = (cidr: string) =>
  new AwsError('InvalidVpc.Range', `The CIDR '${cidr}' conflicts with another CIDR block of the VPC.`)

/** From memory: the guide says only that such a block cannot be added. */
export const vpcCidrHasRoute = (cidr: string) =>
  new AwsError(
    'InvalidVpc.Range',
    `The CIDR '${cidr}' is the same as or larger than a destination of a route in a route table of the VPC.`,
  )

export const cidrLimitExceeded = (network: string, limit: number) =>
  new AwsError('CidrLimitExceeded', `This network '${network}' has met its maximum number of allowed CIDRs: ${limit}`)

export const vpcAssociationNotFound = (id: string) =>
  new AwsError('InvalidVpcCidrBlockAssociationID.NotFound', `The vpc CIDR block association ID '${id}' does not exist`)

export const primaryBlockStays = (id: string) =>
  new AwsError(
    'OperationNotPermitted',
    `The vpc CIDR block with association ID ${id} may not be disassociated. It is the primary IPv4 CIDR block of the VPC`,
  )

export const vpcCidrInUse = (cidr: string) =>
  new AwsError('InvalidCidrBlock.InUse', `The vpc currently has a subnet within CIDR block ${cidr}`)

export const subnetAssociationNotFound = (id: string) =>
  new AwsError(
    'InvalidSubnetCidrBlockAssociationID.NotFound',
    `The subnet CIDR block with association ID '${id}' does not exist`,
  )

/** From memory. */
export const subnetCidrInUse = (cidr: string) =>
  new AwsError('InvalidCidrBlock.InUse', `The subnet currently has a network interface within CIDR block ${cidr}`)

/** From memory. */
export const invalidIpv6Block = (cidr: string) =>
  invalidParameterValue(`Value (${cidr}) for parameter ipv6CidrBlock is invalid. This is not a valid IPv6 CIDR block.`)

/** From memory. */
export const subnetHasNoIpv6 = (subnetId: string) =>
  invalidParameterValue(`The subnet '${subnetId}' does not have an IPv6 CIDR block associated with it.`)

// Default networks

export const defaultVpcExists = () =>
  new AwsError('DefaultVpcAlreadyExists', 'A Default VPC already exists for this account in this region.')

export const defaultVpcDoesNotExist = () =>
  new AwsError('DefaultVpcDoesNotExist', 'No default VPC exists for this account in this region.')

export const defaultSubnetExists = (subnetId: string, zoneName: string) =>
  new AwsError(
    'DefaultSubnetAlreadyExistsInAvailabilityZone',
    `'${subnetId}' is already the default subnet in ${zoneName}.`,
  )

/** From memory. */
export const noRoomForDefaultSubnet = (vpcId: string) =>
  new AwsError(
    'InsufficientFreeAddressesInVpc',
    `The default VPC '${vpcId}' has no free CIDR block of the size of a default subnet.`,
  )

// Addresses

export const malformedIpv6Address = (address: string) => invalidParameterValue(`Invalid IPv6 address: ${address}`)

export const addressNotAssigned = (networkInterfaceId: string) =>
  invalidParameterValue(`Some of the specified addresses are not assigned to interface ${networkInterfaceId}`)

/** From memory. */
export const primaryAddressStays = (address: string) =>
  invalidParameterValue(`The primary private IP address ${address} cannot be unassigned.`)
