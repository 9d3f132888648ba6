/**
 * What AWS answers to a request that never reaches an operation, per protocol.
 *
 * Wordings: EC2 API Reference "Error codes"; observed answers of EC2 (`The request must contain the parameter
 * AWSAccessKeyId`), STS and SES (MalformedInput, `Could not find operation`), DynamoDB and SWF (JSON, validation texts).
 * Where no page or answer shows the wording, the code is AWS's and the text is plain.
 */
import { AwsError } from './error.ts'
import { shorten } from './form.ts'
import type { ProtocolName } from './service.ts'

export type ValueKind = 'string' | 'number' | 'boolean' | 'timestamp' | 'blob' | 'list' | 'map' | 'struct'

export interface RequestErrors {
  missingAuthentication(): AwsError
  incompleteSignature(message: string): AwsError
  unknownKey(): AwsError
  invalidToken(): AwsError
  expiredToken(): AwsError
  wrongSignature(message?: string): AwsError
  /** Too old, too new, or past a presigned request's end. */
  outdatedSignature(message: string): AwsError
  malformed(message: string): AwsError
  missingAction(): AwsError
  unknownAction(action: string, version: string | undefined): AwsError
  unknownParameter(path: string): AwsError
  /** A value, or a list's index, of the wrong form. `value` is undefined where a structure stands instead of a value. */
  invalidValue(path: string, value: string | undefined, expected: ValueKind): AwsError
  invalidIndex(path: string, index: string): AwsError
  /** Paths as on the wire: `Tags.member.1.Key`. */
  missingParameters(paths: readonly string[]): AwsError
  internal(): AwsError
}

const WRONG_SIGNATURE =
  'The request signature we calculated does not match the signature you provided. ' +
  'Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'
const INVALID_TOKEN = 'The security token included in the request is invalid.'
const EXPIRED_TOKEN = 'The security token included in the request is expired'
const NO_TOKEN = 'Request is missing Authentication Token'

const ec2: RequestErrors = {
  // EC2 still asks an unsigned request for the parameter that carried the key in signature version 2.
  missingAuthentication: () => missingParameter('AWSAccessKeyId'),
  incompleteSignature: (message) => new AwsError('IncompleteSignature', message, 400),
  unknownKey: () => authFailure(),
  invalidToken: () => authFailure(),
  expiredToken: () => new AwsError('RequestExpired', 'Request has expired.', 400),
  wrongSignature: (message = WRONG_SIGNATURE) => new AwsError('SignatureDoesNotMatch', message, 403),
  outdatedSignature: () => new AwsError('RequestExpired', 'Request has expired.', 400),
  malformed: (message) => new AwsError('MalformedQueryString', message, 400),
  missingAction: () => new AwsError('MissingAction', 'The request must contain the parameter Action', 400),
  unknownAction: (action) =>
    new AwsError('InvalidAction', `The action ${shorten(action)} is not valid for this web service.`, 400),
  unknownParameter: (path) => new AwsError('UnknownParameter', `The parameter ${shorten(path)} is not recognized`, 400),
  invalidValue: (path, value, expected) =>
    value === undefined
      ? ec2.unknownParameter(path)
      : new AwsError(
          'InvalidParameterValue',
          `Value (${shorten(value)}) for parameter ${shorten(path)} is invalid. Expected: ${expected}`,
          400,
        ),
  invalidIndex: (path, index) => ec2.unknownParameter(`${path}.${index}`),
  missingParameters: ([first = '']) => missingParameter(first),
  internal: () => new AwsError('InternalError', 'An internal error has occurred', 500),
}

const query: RequestErrors = {
  missingAuthentication: () => new AwsError('MissingAuthenticationToken', NO_TOKEN, 403),
  incompleteSignature: (message) => new AwsError('IncompleteSignature', message, 400),
  unknownKey: () => new AwsError('InvalidClientTokenId', INVALID_TOKEN, 403),
  invalidToken: () => new AwsError('InvalidClientTokenId', INVALID_TOKEN, 403),
  expiredToken: () => new AwsError('ExpiredToken', EXPIRED_TOKEN, 403),
  wrongSignature: (message = WRONG_SIGNATURE) => new AwsError('SignatureDoesNotMatch', message, 403),
  outdatedSignature: (message) => new AwsError('SignatureDoesNotMatch', message, 403),
  malformed: (message) => new AwsError('MalformedQueryString', message, 400),
  missingAction: () => new AwsError('MissingAction', 'Missing Action', 400),
  unknownAction: (action, version = 'NO_VERSION_SPECIFIED') =>
    new AwsError('InvalidAction', `Could not find operation ${shorten(action)} for version ${shorten(version)}`, 400),
  unknownParameter: (path) => malformedInput(`Unexpected parameter ${shorten(path)}`),
  invalidValue: (_path, value, expected) => malformedInput(misfit(value, expected)),
  invalidIndex: (_path, index) => malformedInput(badIndex(index)),
  missingParameters: (paths) => new AwsError('ValidationError', nullMembers(paths), 400),
  internal: () =>
    new AwsError(
      'InternalFailure',
      'The request processing has failed because of an unknown error, exception or failure.',
      500,
    ),
}

const json: RequestErrors = {
  missingAuthentication: () => new AwsError('MissingAuthenticationTokenException', NO_TOKEN, 400),
  incompleteSignature: (message) => new AwsError('IncompleteSignatureException', message, 400),
  unknownKey: () => new AwsError('UnrecognizedClientException', INVALID_TOKEN, 400),
  invalidToken: () => new AwsError('UnrecognizedClientException', INVALID_TOKEN, 400),
  expiredToken: () => new AwsError('ExpiredTokenException', EXPIRED_TOKEN, 400),
  wrongSignature: (message = WRONG_SIGNATURE) => new AwsError('InvalidSignatureException', message, 400),
  outdatedSignature: (message) => new AwsError('InvalidSignatureException', message, 400),
  malformed: (message) => new AwsError('SerializationException', message, 400),
  missingAction: () => new AwsError('UnknownOperationException', 'The request has no X-Amz-Target header', 400),
  unknownAction: (action) =>
    new AwsError('UnknownOperationException', `The operation ${shorten(action)} is not known`, 400),
  unknownParameter: (path) => new AwsError('SerializationException', `Unexpected member ${shorten(path)}`, 400),
  invalidValue: (_path, value, expected) =>
    new AwsError(
      'SerializationException',
      `${value ?? 'NULL_VALUE'} can not be converted to ${javaName(expected)}`,
      400,
    ),
  invalidIndex: (path) => new AwsError('SerializationException', `Unexpected index in ${shorten(path)}`, 400),
  missingParameters: (paths) => new AwsError('ValidationException', nullMembers(paths), 400),
  internal: () => new AwsError('InternalFailure', 'An internal error has occurred', 500),
}

export const requestErrors: Readonly<Record<ProtocolName, RequestErrors>> = {
  ec2Query: ec2,
  awsQuery: query,
  awsJson1_1: json,
}

/** Common to all protocols: found before the service is. */
export const transportErrors = {
  /** Not an AWS code: AWS has one host per service, so the question does not arise there. */
  unknownService: (name: string, served: readonly string[]) =>
    new AwsError(
      'UnknownService',
      `The service ${shorten(name)} (from the credential scope of the signature) is not served at this endpoint, ` +
        `which serves ${served.join(', ')}. Unset its endpoint URL to reach AWS.`,
      404,
    ),
  entityTooLarge: (limitBytes: number) =>
    new AwsError('RequestEntityTooLarge', `The request body is larger than ${limitBytes} bytes`, 413),
  methodNotAllowed: () =>
    new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405),
  malformedHttp: (reason: string) => new AwsError('MalformedHttpRequestException', reason, 400),
  headersTooLarge: (limitBytes: number) =>
    new AwsError('RequestHeaderSectionTooLarge', `The request's headers are larger than ${limitBytes} bytes`, 431),
  timeout: () =>
    new AwsError(
      'RequestTimeout',
      'Your socket connection to the server was not read from or written to within the timeout period.',
      408,
    ),
}

function missingParameter(name: string): AwsError {
  return new AwsError('MissingParameter', `The request must contain the parameter ${shorten(name)}`, 400)
}

function authFailure(): AwsError {
  return new AwsError('AuthFailure', 'AWS was not able to validate the provided access credentials', 401)
}

function malformedInput(message: string): AwsError {
  return new AwsError('MalformedInput', message, 400)
}

function misfit(value: string | undefined, expected: ValueKind): string {
  if (expected === 'boolean') {
    if (value === '') return 'missing value for boolean type'
    if (value !== undefined) return 'boolean must follow xsd1.1 definition'
  }
  switch (expected) {
    case 'list':
      return 'Value found where not expected'
    case 'map':
    case 'struct':
      return value === undefined ? 'Start of list found where not expected' : 'Value found where not expected'
    default:
      return value === undefined
        ? 'Start of structure or map found where not expected.'
        : `${shorten(value)} can not be converted to ${javaName(expected)}`
  }
}

function badIndex(index: string): string {
  if (!/^\d+$/.test(index)) return 'Start of list found where not expected'
  if (index === '0') return '0 is not a valid index'
  if (index.startsWith('0')) return 'Value found where not expected'
  return `Index ${shorten(index)} is illegal`
}

function javaName(kind: ValueKind): string {
  switch (kind) {
    case 'number':
      return 'an Integer'
    case 'string':
      return 'a String'
    case 'boolean':
      return 'a Boolean'
    case 'timestamp':
      return 'a Date'
    case 'blob':
      return 'a Blob'
    case 'list':
      return 'a List'
    case 'map':
      return 'a Map'
    case 'struct':
      return 'a Structure'
  }
}

const MAX_MISSING_NAMED = 10

/** `Tags.member.1.Key` on the wire is `tags.1.member.key` in these texts. */
function nullMembers(paths: readonly string[]): string {
  const texts = paths.slice(0, MAX_MISSING_NAMED).map((path) => {
    const member = path
      .replaceAll(/\.member\.(\d+)/g, '.$1.member')
      .replaceAll(/(^|\.)([A-Z])/g, (_match, dot: string, letter: string) => dot + letter.toLowerCase())
    return `Value null at '${shorten(member)}' failed to satisfy constraint: Member must not be null`
  })
  return `${paths.length} validation error${paths.length === 1 ? '' : 's'} detected: ${texts.join('; ')}`
}
