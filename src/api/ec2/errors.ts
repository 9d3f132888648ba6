import { AwsError } from '../../aws/error.ts'

/**
 * EC2's errors, except those of PrivateLink (`errors-privatelink.ts`).
 *
 * Codes: EC2 API Reference, "Error codes for the Amazon EC2 API". That page gives no texts; the texts are AWS's as seen in
 * answers that people quoted in public (CLI, Terraform and SDK issues). Where a name is not AWS's own word, the comment says so.
 */

// General: shared by every operation

export const missingParameter = (name: string) =>
  new AwsError('MissingParameter', `The request must contain the parameter ${name}`)

export const invalidParameterValue = (message: string) => new AwsError('InvalidParameterValue', message)

/** The usual wording about one value; `reason` is a sentence. */
export const invalidValue = (value: string | number, parameter: string, reason = '') =>
  new AwsError(
    'InvalidParameterValue',
    `Value (${value}) for parameter ${parameter} is invalid.${reason ? ` ${reason}` : ''}`,
  )

export const invalidParameter = (message: string) => new AwsError('InvalidParameter', message)

export const invalidParameterCombination = (message: string) => new AwsError('InvalidParameterCombination', message)

/** What we have not built: said plainly, never ignored. */
export const notSupported = (what: string) => new AwsError('UnsupportedOperation', `${what} is not supported here.`)

/** Also what AWS answers in a Region that is not enabled for the account. */
export const authFailure = () =>
  new AwsError('AuthFailure', 'AWS was not able to validate the provided access credentials', 401)

export const dependencyViolation = (message: string) => new AwsError('DependencyViolation', message)

export const operationNotPermitted = (message: string) => new AwsError('OperationNotPermitted', message)

// Filters and pages. PrivateLink's Describe calls answer InvalidFilter for a filter they do not know, the older ones
// (instances, subnets, addresses ...) InvalidParameterValue; the text is the same. Both observed.

export const invalidFilter = (name: string) => new AwsError('InvalidFilter', `The filter '${name}' is invalid`)

export const unknownFilter = (name: string) => invalidParameterValue(`The filter '${name}' is invalid`)

export const filterLimitExceeded = (limit: number) =>
  new AwsError('FilterLimitExceeded', `The maximum number of filter values specified on a single call is ${limit}`)

export const invalidNextToken = () => new AwsError('InvalidNextToken', 'The provided NextToken is not valid.')

export const maxResultsTooSmall = (value: number, min: number) =>
  invalidParameterValue(
    `Value ( ${value} ) for parameter maxResults is invalid. Expecting a value greater than or equal to ${min}.`,
  )

export const maxResultsTooLarge = (value: number, max: number) =>
  invalidParameterValue(
    `Value ( ${value} ) for parameter maxResults is invalid. Expecting a value smaller than or equal to ${max}.`,
  )

// Ids. AWS's spelling of a code cannot be derived from the resource: InvalidVpcID, InvalidGroup, InvalidGroupId ...

/** What is said about an id of one kind: `malformed` when it has not even the form, `notFound` otherwise. */
export interface IdErrors {
  /** Without its dash: `vpc`. */
  readonly prefix: string
  readonly malformed: (id: string) => AwsError
  readonly notFound: (...ids: readonly string[]) => AwsError
}

export function idErrors(
  malformedCode: string,
  notFoundCode: string,
  prefix: string,
  noun: string,
  nouns: string,
): IdErrors {
  return {
    prefix,
    malformed: (id) => new AwsError(malformedCode, `Invalid id: "${id}" (expecting "${prefix}-...")`),
    notFound: (...ids) =>
      new AwsError(
        notFoundCode,
        ids.length > 1 ? `The ${nouns} '${ids.join(', ')}' do not exist` : `The ${noun} '${ids[0]}' does not exist`,
      ),
  }
}

export const vpcId = idErrors('InvalidVpcID.Malformed', 'InvalidVpcID.NotFound', 'vpc', 'vpc ID', 'vpc IDs')
export const subnetId = idErrors(
  'InvalidSubnetID.Malformed',
  'InvalidSubnetID.NotFound',
  'subnet',
  'subnet ID',
  'subnet IDs',
)
export const groupId = idErrors(
  'InvalidGroupId.Malformed',
  'InvalidGroup.NotFound',
  'sg',
  'security group',
  'security groups',
)
export const securityGroupRuleId = idErrors(
  'InvalidSecurityGroupRuleId.Malformed',
  'InvalidSecurityGroupRuleId.NotFound',
  'sgr',
  'security group rule ID',
  'security group rule IDs',
)
export const networkInterfaceId = idErrors(
  'InvalidNetworkInterfaceId.Malformed',
  'InvalidNetworkInterfaceID.NotFound',
  'eni',
  'networkInterface ID',
  'networkInterface IDs',
)
export const instanceId = idErrors(
  'InvalidInstanceID.Malformed',
  'InvalidInstanceID.NotFound',
  'i',
  'instance ID',
  'instance IDs',
)

/** For CreateTags only; the endpoint operations have their own, richer catalogue. */
export const vpcEndpointId = idErrors(
  'InvalidVpcEndpointId.Malformed',
  'InvalidVpcEndpointId.NotFound',
  'vpce',
  'Vpc Endpoint Id',
  'Vpc Endpoint Ids',
)
export const vpcEndpointServiceId = idErrors(
  'InvalidVpcEndpointServiceIdId.Malformed',
  'InvalidVpcEndpointServiceId.NotFound',
  'vpce-svc',
  'VpcEndpointService Id',
  'VpcEndpointService Ids',
)

// Geography

export const invalidRegion = (names: readonly string[]) =>
  invalidParameterValue(`Invalid region names: [${names.join(', ')}]`)

export const invalidZone = (name: string) => invalidParameterValue(`Invalid availability zone: [${name}]`)

// VPC and subnet

export const invalidVpcRange = (cidr: string) => new AwsError('InvalidVpc.Range', `The CIDR '${cidr}' is invalid.`)

export const invalidCidrBlock = (cidr: string) => invalidValue(cidr, 'cidrBlock', 'This is not a valid CIDR block.')

export const missingCidrBlock = () =>
  new AwsError('MissingParameter', "Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided.")

export const noDefaultVpc = () => new AwsError('VPCIdNotSpecified', 'No default VPC for this user')

export const vpcHasDependencies = (vpcId: string) =>
  dependencyViolation(`The vpc '${vpcId}' has dependencies and cannot be deleted.`)

export const invalidSubnetRange = (cidr: string) =>
  new AwsError('InvalidSubnet.Range', `The CIDR '${cidr}' is invalid.`)

export const subnetConflict = (cidr: string) =>
  new AwsError('InvalidSubnet.Conflict', `The CIDR '${cidr}' conflicts with another subnet`)

export const invalidSubnetZone = (zone: string, parameter: string, zones: readonly string[]) =>
  invalidValue(
    zone,
    parameter,
    `Subnets can currently only be created in the following availability zones: ${zones.join(', ')}.`,
  )

export const subnetHasDependencies = (subnetId: string) =>
  dependencyViolation(`The subnet '${subnetId}' has dependencies and cannot be deleted.`)

// Addresses

export const insufficientFreeAddresses = (subnetId: string) =>
  new AwsError(
    'InsufficientFreeAddressesInSubnet',
    `There are not enough free addresses in subnet '${subnetId}' to satisfy the requested number of instances.`,
  )

export const addressInUse = (address: string) => new AwsError('InvalidIPAddress.InUse', `Address ${address} is in use.`)

export const addressOutsideSubnet = (address: string) =>
  invalidParameterValue(`Address ${address} does not fall within the subnet's address range`)

export const addressReserved = (address: string) =>
  invalidParameterValue(`Address ${address} is in subnet's reserved address range`)

export const malformedAddress = (address: string) => invalidParameterValue(`Invalid IPv4 address: ${address}`)

// Security groups

export const groupDuplicate = (name: string, vpcId: string) =>
  new AwsError('InvalidGroup.Duplicate', `The security group '${name}' already exists for VPC '${vpcId}'`)

export const groupNameReserved = (name: string) =>
  new AwsError('InvalidParameterValue', `Cannot use reserved security group name: ${name}`)

export const invalidGroupText = (text: string, parameter: 'groupName' | 'groupDescription') =>
  invalidValue(
    text,
    parameter,
    `Valid ${parameter === 'groupName' ? 'group names' : 'descriptions'} are strings less than 256 characters from the following set: a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*`,
  )

export const groupNotFoundByName = (name: string, vpcId: string) =>
  new AwsError('InvalidGroup.NotFound', `The security group '${name}' does not exist in default VPC '${vpcId}'`)

/** A group named in a rule of a group of another VPC. */
export const differentNetworks = () =>
  new AwsError('InvalidGroup.NotFound', 'You have specified two resources that belong to different networks.')

/** A group given to an interface of another VPC. */
export const groupAndSubnetDiffer = (groupId: string, subnetId: string) =>
  invalidParameter(`Security group ${groupId} and subnet ${subnetId} belong to different networks.`)

export const cannotDeleteDefaultGroup = (groupId: string) =>
  new AwsError('CannotDelete', `the specified group: "${groupId}" name: "default" cannot be deleted by a user`)

export const groupHasDependent = (groupId: string) => dependencyViolation(`resource ${groupId} has a dependent object`)

/** Groups and VPCs that cannot be associated; text from memory. */
export const groupCannotBeAssociated = (groupId: string, vpcId: string, reason: string) =>
  invalidParameterValue(`The security group '${groupId}' cannot be associated with VPC '${vpcId}'. ${reason}`)

/** Text from memory. */
export const groupAssociationNotFound = (groupId: string, vpcId: string) =>
  new AwsError(
    'InvalidSecurityGroupVpcAssociation.NotFound',
    `The security group '${groupId}' is not associated with VPC '${vpcId}'.`,
  )

export const groupsPerInterfaceExceeded = () =>
  new AwsError(
    'SecurityGroupsPerInterfaceLimitExceeded',
    'The maximum number of security groups per interface has been reached.',
  )

export const permissionDuplicate = (rule: string) =>
  new AwsError('InvalidPermission.Duplicate', `the specified rule "${rule}" already exists`)

export const permissionRepeated = () => invalidParameterValue('The same permission must not appear multiple times')

export const permissionNotFound = () =>
  new AwsError('InvalidPermission.NotFound', 'The specified rule does not exist in this security group.')

export const malformedCidr = (cidr: string) => invalidParameterValue(`CIDR block ${cidr} is malformed`)

// Tags

export const invalidTaggableType = (resourceType: string) =>
  invalidParameterValue(`'${resourceType}' is not a valid taggable resource type for this operation.`)

export const tagKeyReserved = () => invalidParameterValue("Tag keys starting with 'aws:' are reserved for internal use")

export const tagKeyEmpty = () => invalidParameterValue('Tag key cannot be null or empty')

export const tagKeyTooLong = () => invalidParameterValue('Tag key exceeds the maximum length of 128 characters')

export const tagValueTooLong = () => invalidParameterValue('Tag value exceeds the maximum length of 256 characters')

export const tagKeyDuplicate = (key: string) => invalidParameterValue(`Duplicate tag key '${key}' specified.`)

export const tagLimitExceeded = () =>
  new AwsError('TagLimitExceeded', 'The maximum number of Tags for a resource has been reached.')

export const invalidId = (id: string) => new AwsError('InvalidID', `The ID '${id}' is not valid`)

// Instances

export const malformedImageId = (id: string) =>
  new AwsError('InvalidAMIID.Malformed', `Invalid id: "${id}" (expecting "ami-...")`)

export const instanceLimitExceeded = (wanted: number, limit: number) =>
  new AwsError(
    'InstanceLimitExceeded',
    `You have requested more instances (${wanted}) than your current instance limit of ${limit} allows for the specified instance type.`,
  )

export const noDefaultSubnet = (vpcId: string) =>
  new AwsError('MissingInput', `No subnets found for the default VPC '${vpcId}'. Please specify a subnet.`)
