/**
 * Who sent a request, for which service and region.
 *
 * The signature is verified unless the server was started to trust anybody; then nothing of it is checked, and the
 * access key id alone names the account.
 */
import type { AwsError } from './error.ts'
import type { RequestErrors } from './request-errors.ts'
import type { Credential, CredentialLookup, Principal } from './service.ts'
import {
  isFault,
  readClaim,
  type SignatureFault,
  type SignedRequest,
  type SigningKeys,
  verifySignature,
} from './signature.ts'

/** As far as it can be read without judging the rest: enough to choose the service, and so the form of an error. */
export interface ScopeHint {
  readonly accessKeyId: string
  readonly region: string
  readonly service: string
}

/** Both begin at a fixed text, so that a long header without a slash is not searched from each of its characters. */
const HEADER_CREDENTIAL = /Credential=([^\s,/=&]+)\/\d{8}\/([^\s,/]+)\/([^\s,/]+)\/aws4_request/
const PRESIGNED_CREDENTIAL =
  /(?:^|&)X-Amz-Credential=([^/&%]+)(?:\/|%2[fF])\d{8}(?:\/|%2[fF])([^/&%]+)(?:\/|%2[fF])([^/&%]+)(?:\/|%2[fF])aws4_request/

export function peekScope({ headers, query }: SignedRequest): ScopeHint | undefined {
  const authorization = headers.get('authorization')
  const match = authorization === undefined ? PRESIGNED_CREDENTIAL.exec(query) : HEADER_CREDENTIAL.exec(authorization)
  const [, accessKeyId, region, service] = match ?? []
  return accessKeyId && region && service ? { accessKeyId, region, service } : undefined
}

export interface AuthenticationInput {
  readonly credentials: CredentialLookup
  readonly keys: SigningKeys
  /** Epoch milliseconds. */
  readonly now: number
}

/** @throws AwsError */
export function authenticate(
  request: SignedRequest,
  errors: RequestErrors,
  { credentials, keys, now }: AuthenticationInput,
): Principal {
  const claim = readClaim(request)
  if (isFault(claim)) throw faultError(claim, errors)

  const credential = credentials(claim.accessKeyId, claim.sessionToken)
  if (credential === undefined) throw errors.unknownKey()
  if (credential === 'bad-token') throw errors.invalidToken()

  const fault = verifySignature(request, claim, credential.secretAccessKey, now, keys)
  if (fault) throw faultError(fault, errors)
  // After the signature: only the key's owner learns that it expired.
  if (hasExpired(credential, now)) throw errors.expiredToken()
  return credential.principal
}

function hasExpired({ expiresAt }: Credential, now: number): boolean {
  return expiresAt !== undefined && expiresAt <= now
}

function faultError(fault: SignatureFault, errors: RequestErrors): AwsError {
  switch (fault.fault) {
    case 'missing':
      return errors.missingAuthentication()
    case 'incomplete':
      return errors.incompleteSignature(fault.message)
    case 'outdated':
      return errors.outdatedSignature(fault.message)
    case 'wrong':
      return errors.wrongSignature(fault.message)
  }
}

const DEFAULT_ACCOUNT_ID = '123456789012'

/** `--trust-any-credentials`: the root of the account that the access key id spells, or of one default account. */
export function trustedPrincipal(accessKeyId: string | undefined): Principal {
  const accountId = accessKeyId !== undefined && /^\d{12}$/.test(accessKeyId) ? accessKeyId : DEFAULT_ACCOUNT_ID
  return { accountId, arn: `arn:aws:iam::${accountId}:root`, userId: accountId, type: 'Root' }
}
