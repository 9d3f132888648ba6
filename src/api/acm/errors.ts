import { AwsError } from '../../aws/error.ts'

/**
 * The errors of Certificate Manager. Codes: the service model; all of them are HTTP 400 (awsJson1_1).
 *
 * Wordings marked [seen] were quoted by users of AWS in public issue threads; the others say what AWS's documentation
 * says, in its manner.
 */

const error = (code: string) => (message: string) => new AwsError(code, message)

export const validation = error('ValidationException')
export const invalidParameter = error('InvalidParameterException')
export const invalidTag = error('InvalidTagException')
export const invalidState = error('InvalidStateException')
export const invalidDomainValidationOptions = error('InvalidDomainValidationOptionsException')

/** The framework's own text for a value outside its constraint [seen]. */
export const constraintViolated = (value: string | number, member: string, constraint: string) =>
  validation(`1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${constraint}`)

export const notInEnum = (value: string, member: string, values: readonly string[]) =>
  constraintViolated(value, member, `Member must satisfy enum value set: [${values.join(', ')}]`)

export const certificateNotFound = (arn: string) =>
  new AwsError('ResourceNotFoundException', `Could not find certificate ${arn}.`)

/** [seen] */
export const certificateInUse = (arn: string, accountId: string) =>
  new AwsError('ResourceInUseException', `Certificate ${arn} in account ${accountId} is in use.`)

export const invalidArn = (arn: string) => new AwsError('InvalidArnException', `Arn ${arn} is not valid.`)

export const tooManyTags = (limit: number) =>
  new AwsError('TooManyTagsException', `A certificate can have at most ${limit} tags.`)

/** What ImportCertificate finds wrong with a certificate. */
export const badImport = {
  notPem: () => validation('Unable to parse certificate. Please ensure the certificate is in PEM format.'),
  /** [seen] */
  severalCertificates: () =>
    validation(
      'The certificate field contains more than one certificate. You can specify only one certificate in this field.',
    ),
  chainNotPem: () => validation('Unable to parse certificate chain. Please ensure the chain is in PEM format.'),
  /** [seen] */
  notSelfSigned: () =>
    validation(
      'Provided certificate is not a valid self signed. Please provide either a valid self-signed certificate or certificate chain.',
    ),
  /** [seen] */
  chainMismatch: () => validation('Could not validate the certificate with the certificate chain.'),
  keyNotPem: () => validation('Unable to parse private key. Please ensure the key is in PEM format and not encrypted.'),
  /** [seen], with fewer algorithms: it is older than they are. */
  keyNotSupported: () =>
    validation(
      'The private key is not supported. Only RSA 1024-bit, 2048-bit, 3072-bit and 4096-bit, and ECDSA P-256, P-384 and P-521 private keys are allowed.',
    ),
  keyMismatch: () => validation('The private key does not match the certificate.'),
  notValidNow: () => validation('The certificate is not valid at this time: it has expired or is not yet valid.'),
  tagsOnReimport: () => validation('You cannot apply tags when reimporting a certificate.'),
  notImported: (arn: string) =>
    validation(`The certificate ${arn} was not imported and cannot be replaced by an imported one.`),
  otherKey: () => validation('The new certificate must have the key algorithm and size of the one that it replaces.'),
  otherDomains: () => validation('The new certificate must keep at least one domain name of the one that it replaces.'),
} as const

/** [seen] */
export const notPrivate = (arn: string) => validation(`Certificate ARN: ${arn} is not a private certificate`)
