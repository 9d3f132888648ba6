import { AwsError } from '../../aws/error.ts'

/**
 * The errors of Elastic Load Balancing v2. Codes: the service model (reference 9.4); all of them are HTTP 400 here.
 *
 * Wordings marked [seen] were quoted by users of AWS in public issue threads; the others say what AWS's documentation
 * says, in its manner.
 */

const error = (code: string) => (message: string) => new AwsError(code, message)

export const validationError = error('ValidationError')
export const invalidConfigurationRequest = error('InvalidConfigurationRequest')
export const operationNotPermitted = error('OperationNotPermitted')
export const resourceInUse = error('ResourceInUse')
export const invalidLoadBalancerAction = error('InvalidLoadBalancerAction')
export const invalidTarget = error('InvalidTarget')

const quoted = (names: readonly string[]) => names.map((name) => `'${name}'`).join(', ')

/** The framework's own text for a value outside an enumeration or a range [seen]. */
export function constraintViolated(value: string | number, member: string, constraint: string): AwsError {
  return validationError(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${constraint}`,
  )
}

export function notInEnum(value: string, member: string, values: readonly string[]): AwsError {
  return constraintViolated(value, member, `Member must satisfy enum value set: [${values.join(', ')}]`)
}

export const loadBalancersNotFound = (names: readonly string[]) =>
  new AwsError('LoadBalancerNotFound', `Load balancers '[${names.join(', ')}]' not found`)

export const loadBalancerNotFound = (arn: string) =>
  new AwsError('LoadBalancerNotFound', `Load balancer '${arn}' not found`)

export const targetGroupsNotFound = () => new AwsError('TargetGroupNotFound', 'One or more target groups not found')

export const targetGroupNotFound = (arn: string) =>
  new AwsError('TargetGroupNotFound', `Target group '${arn}' not found`)

export const listenerNotFound = (arn: string) => new AwsError('ListenerNotFound', `Listener '${arn}' not found`)

export const ruleNotFound = (arn: string) => new AwsError('RuleNotFound', `Rule '${arn}' not found`)

export const duplicateLoadBalancerName = (name: string) =>
  new AwsError(
    'DuplicateLoadBalancerName',
    `A load balancer with the same name '${name}' exists, but with different settings`,
  )

export const duplicateTargetGroupName = (name: string) =>
  new AwsError(
    'DuplicateTargetGroupName',
    `A target group with the same name '${name}' exists, but with different settings`,
  )

export const duplicateListener = (loadBalancerArn: string) =>
  new AwsError(
    'DuplicateListener',
    `A listener already exists on this port for this load balancer '${loadBalancerArn}'`,
  )

export const subnetNotFound = (subnetId: string) =>
  new AwsError('SubnetNotFound', `The subnet ID '${subnetId}' is not valid`)

export const invalidSubnet = error('InvalidSubnet')

export const invalidSecurityGroup = (groupId: string) =>
  new AwsError('InvalidSecurityGroup', `Security group '${groupId}' does not exist in the VPC of the load balancer`)

/** [seen] */
export const subnetsInSameZone = () =>
  invalidConfigurationRequest('A load balancer cannot be attached to multiple subnets in the same Availability Zone')

export const allocationIdNotFound = (allocationId: string) =>
  new AwsError('AllocationIdNotFound', `The allocation ID '${allocationId}' is not valid`)

/** [seen] */
export const incompatibleProtocols = (targetGroupArn: string, listener: string, group: string) =>
  new AwsError(
    'IncompatibleProtocols',
    `The listener and its associated target group '${targetGroupArn}' have incompatible protocols: '${listener}' and '${group}'`,
  )

/** A protocol that AWS has, and that this installation does not carry. */
export const unsupportedProtocol = (protocol: string, of: 'listener' | 'target group', carried: readonly string[]) =>
  new AwsError(
    'UnsupportedProtocol',
    `The ${of} protocol '${protocol}' is not supported by this installation; use one of '${carried.join(', ')}'`,
  )

export const certificateNotFound = (arn: string) =>
  new AwsError('CertificateNotFound', `Certificate '${arn}' not found`)

/** [seen] AWS has one sentence for every certificate it cannot use, an expired or unfinished one too. */
export const unsupportedCertificate = (arn: string) =>
  new AwsError(
    'UnsupportedCertificate',
    `The certificate '${arn}' must have a fully-qualified domain name, a supported signature, and a supported key size.`,
  )

/** [seen] for HTTPS listeners. */
export const certificateMissing = () => validationError('A certificate must be specified for TLS listeners')

/** [seen] with its misspelling, for an SSL policy; the other two follow it. */
export const tlsOnly = (what: 'An SSL policy' | 'A certificate' | 'An ALPN policy', protocol: string) =>
  validationError(`${what} cannot be specifed for ${protocol} listeners`)

export const sslPolicyNotFound = (name: string) => new AwsError('SSLPolicyNotFound', `SSL policy '${name}' not found`)

export const alpnPolicyNotFound = (name: string) =>
  new AwsError('ALPNPolicyNotFound', `ALPN policy '${name}' not found`)

export const tooManyCertificates = (limit: number) =>
  new AwsError(
    'TooManyCertificates',
    `The maximum number of certificates per load balancer (${limit}) has been reached`,
  )

export const trustStoreNotFound = (arn: string) => new AwsError('TrustStoreNotFound', `Trust store '${arn}' not found`)

/** [seen] */
export const securityGroupsNeverSet = () =>
  invalidConfigurationRequest(
    'You cannot set security groups on a Network Load Balancer which was created without any security groups.',
  )

export const rulesNotSupported = () =>
  invalidConfigurationRequest("Rules are not supported on listeners of load balancers with type 'network'")

/** [seen] */
export const targetGroupAssociationLimit = (targetGroupArn: string) =>
  new AwsError(
    'TargetGroupAssociationLimit',
    `The following target groups cannot be associated with more than one load balancer: ${targetGroupArn}`,
  )

export const tooManyTags = (limit: number) =>
  new AwsError('TooManyTags', `The maximum number of tags per resource (${limit}) has been reached`)

export const duplicateTagKeys = (key: string) =>
  new AwsError('DuplicateTagKeys', `Tag key '${key}' was specified more than once`)

/** [seen] */
export const targetsNotRunning = (instanceIds: readonly string[]) =>
  invalidTarget(`The following targets are not in a running state and cannot be registered: ${quoted(instanceIds)}`)

/** [seen] */
export const instancesDoNotExist = (instanceIds: readonly string[]) =>
  invalidTarget(`The following instances do not exist: ${quoted(instanceIds)}`)

export const targetsNotInVpc = (instanceIds: readonly string[], vpcId: string) =>
  invalidTarget(`The following targets are not in the target group VPC '${vpcId}': ${quoted(instanceIds)}`)

export const addressOfLoadBalancer = (ip: string, arn: string) =>
  invalidTarget(`The IP address '${ip}' is a node of the load balancer '${arn}'; name that by its ARN`)

export const chainOfLoadBalancers = (arn: string) =>
  invalidTarget(`The load balancer '${arn}' cannot be a target: no more than two load balancers can follow each other`)

export const targetsNotRegistered = (ids: readonly string[]) =>
  invalidTarget(`The following targets are not registered: ${quoted(ids)}`)

export const stickinessWithTls = () =>
  invalidConfigurationRequest('You cannot enable stickiness on target groups that are used by TLS listeners')
