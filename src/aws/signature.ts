/**
 * AWS Signature Version 4: reading a request's claim and checking it.
 *
 * Two forms: header `Authorization`, and the query string of a presigned request. Both say who signs (the credential
 * scope), which headers are covered and the signature; the check rebuilds the text that was signed. Everything here
 * works on strings of bytes (latin1), as Node gives headers and URLs, so that non-ASCII headers hash as they were sent.
 *
 * Source: IAM User Guide, "Create a signed AWS API request". Texts of refusals as observed on STS.
 */
import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import { shorten } from './form.ts'

/** A request as it was on the wire. */
export interface SignedRequest {
  readonly method: string
  /** Still escaped, without the query string. */
  readonly path: string
  /** Still escaped, without the question mark. */
  readonly query: string
  /** Lower-case names; values of repeated headers joined by commas. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
}

export interface CredentialScope {
  readonly date: string
  readonly region: string
  readonly service: string
}

/** What a request says about its signature; nothing of it is verified yet. */
export interface SignatureClaim {
  readonly accessKeyId: string
  readonly scope: CredentialScope
  readonly signedHeaders: readonly string[]
  readonly signature: string
  readonly sessionToken: string | undefined
  /** `20260131T235959Z`. */
  readonly timestamp: string
  readonly signedAt: number
  /** Presigned requests only. */
  readonly expiresInSeconds: number | undefined
}

/** Why a claim cannot be read, or does not hold. */
export type SignatureFault =
  | { readonly fault: 'missing' }
  | { readonly fault: 'incomplete' | 'outdated'; readonly message: string }
  | { readonly fault: 'wrong'; readonly message?: string }

const ALGORITHM = 'AWS4-HMAC-SHA256'
const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD'

/** How far a request's date may be from our clock, either way. Source: EC2 API Reference, RequestExpired. */
export const MAX_CLOCK_SKEW_MINUTES = 15
const MAX_CLOCK_SKEW_MS = MAX_CLOCK_SKEW_MINUTES * 60_000
const MAX_PRESIGNED_SECONDS = 7 * 24 * 3600

export function isFault(value: SignatureClaim | SignatureFault): value is SignatureFault {
  return 'fault' in value
}

export function readClaim(request: SignedRequest): SignatureClaim | SignatureFault {
  const authorization = request.headers.get('authorization')
  if (authorization !== undefined) return readHeader(authorization, request.headers)
  return request.query.includes('X-Amz-') ? readPresigned(request.query) : { fault: 'missing' }
}

function readHeader(authorization: string, headers: ReadonlyMap<string, string>): SignatureClaim | SignatureFault {
  const space = authorization.indexOf(' ')
  const algorithm = space === -1 ? authorization : authorization.slice(0, space)
  if (algorithm !== ALGORITHM) {
    return algorithm.startsWith('AWS4-')
      ? incomplete(`Unsupported AWS 'algorithm': '${shorten(algorithm)}'`)
      : { fault: 'missing' }
  }
  const parameters = new Map<string, string>()
  for (const part of authorization.slice(space + 1).split(',')) {
    const equals = part.indexOf('=')
    if (equals !== -1) parameters.set(part.slice(0, equals).trim(), part.slice(equals + 1).trim())
  }
  const credential = parameters.get('Credential')
  const signedHeaders = parameters.get('SignedHeaders')
  const signature = parameters.get('Signature')
  const date = headers.get('x-amz-date') ?? headers.get('date')
  if (!credential || !signedHeaders || !signature || !date) {
    const missing = [
      !credential && "Authorization header requires 'Credential' parameter.",
      !signature && "Authorization header requires 'Signature' parameter.",
      !signedHeaders && "Authorization header requires 'SignedHeaders' parameter.",
      !date && "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    ]
    return incomplete(missing.filter(Boolean).join(' '))
  }
  return assemble({
    credential,
    signedHeaders,
    signature,
    date,
    sessionToken: headers.get('x-amz-security-token'),
    expires: undefined,
  })
}

function readPresigned(query: string): SignatureClaim | SignatureFault {
  const parameters = new Map(queryPairs(query))
  const algorithm = parameters.get('X-Amz-Algorithm')
  const credential = parameters.get('X-Amz-Credential')
  const signedHeaders = parameters.get('X-Amz-SignedHeaders')
  const signature = parameters.get('X-Amz-Signature')
  const date = parameters.get('X-Amz-Date')
  if (algorithm === undefined && signature === undefined) return { fault: 'missing' }
  if (algorithm !== ALGORITHM) return incomplete(`Unsupported AWS 'algorithm': '${shorten(algorithm ?? '')}'`)
  if (!credential || !signedHeaders || !signature || !date) {
    const missing = [
      !credential && "AWS query-string parameters must include 'X-Amz-Credential'.",
      !signature && "AWS query-string parameters must include 'X-Amz-Signature'.",
      !signedHeaders && "AWS query-string parameters must include 'X-Amz-SignedHeaders'.",
      !date && "AWS query-string parameters must include 'X-Amz-Date'.",
    ]
    return incomplete(`${missing.filter(Boolean).join(' ')} Re-examine the query-string parameters.`)
  }
  const sessionToken = parameters.get('X-Amz-Security-Token')
  // SDKs always send it; some signers of STS requests do not, and then AWS's default lifetime is the clock skew.
  const expires = parameters.get('X-Amz-Expires') ?? String(MAX_CLOCK_SKEW_MINUTES * 60)
  return assemble({ credential, signedHeaders, signature, date, sessionToken, expires })
}

interface ClaimParts {
  readonly credential: string
  readonly signedHeaders: string
  readonly signature: string
  readonly date: string
  readonly sessionToken: string | undefined
  readonly expires: string | undefined
}

function assemble(parts: ClaimParts): SignatureClaim | SignatureFault {
  const [accessKeyId, date, region, service, terminator, ...rest] = parts.credential.split('/')
  if (!accessKeyId || !date || !region || !service || terminator !== 'aws4_request' || rest.length > 0) {
    return incomplete(
      'Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, ' +
        `got '${shorten(parts.credential)}'`,
    )
  }
  const timestamp = basicTimestamp(parts.date)
  const signedAt = timestamp === undefined ? Number.NaN : Date.parse(expandTimestamp(timestamp))
  if (timestamp === undefined || Number.isNaN(signedAt)) {
    return incomplete(
      `Date must be in ISO-8601 'basic format'. Got '${shorten(parts.date)}'. See http://en.wikipedia.org/wiki/ISO_8601`,
    )
  }
  let expiresInSeconds: number | undefined
  if (parts.expires !== undefined) {
    expiresInSeconds = /^\d{1,7}$/.test(parts.expires) ? Number(parts.expires) : Number.NaN
    if (!(expiresInSeconds <= MAX_PRESIGNED_SECONDS)) {
      return incomplete(
        `X-Amz-Expires must be a number of seconds up to ${MAX_PRESIGNED_SECONDS}, got '${shorten(parts.expires)}'`,
      )
    }
  }
  return {
    accessKeyId,
    scope: { date, region, service },
    signedHeaders: parts.signedHeaders.toLowerCase().split(';'),
    signature: parts.signature,
    sessionToken: parts.sessionToken,
    timestamp,
    signedAt,
    expiresInSeconds,
  }
}

/** Checks date, coverage and signature; undefined when all hold. */
export function verifySignature(
  request: SignedRequest,
  claim: SignatureClaim,
  secretAccessKey: string,
  now: number,
  keys: SigningKeys,
): SignatureFault | undefined {
  const outdated = checkDate(claim, now)
  if (outdated) return outdated

  const covered = new Set(claim.signedHeaders)
  for (const header of requiredSignedHeaders(request.headers)) {
    if (!covered.has(header)) {
      const name = header === 'host' ? "'Host' or ':authority'" : `'${shorten(header)}'`
      return { fault: 'wrong', message: `${name} must be a 'SignedHeader' in the AWS Authorization.` }
    }
  }
  const payloadHash = payloadHashOf(request)
  if (payloadHash === undefined) {
    return { fault: 'wrong', message: 'The X-Amz-Content-Sha256 header does not match the request body.' }
  }
  const canonical = canonicalRequest(request, claim, payloadHash)
  const { date, region, service } = claim.scope
  const stringToSign = `${ALGORITHM}\n${claim.timestamp}\n${date}/${region}/${service}/aws4_request\n${sha256(
    Buffer.from(canonical, 'latin1'),
  )}`
  const expected = createHmac('sha256', keys.get(claim.accessKeyId, secretAccessKey, claim.scope))
    .update(stringToSign, 'latin1')
    .digest()
  const given = Buffer.from(claim.signature, 'hex')
  return given.length === expected.length && timingSafeEqual(given, expected) ? undefined : { fault: 'wrong' }
}

function checkDate(claim: SignatureClaim, now: number): SignatureFault | undefined {
  const day = claim.timestamp.slice(0, 8)
  if (claim.scope.date !== day) {
    return {
      fault: 'wrong',
      message:
        `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: ` +
        `'${shorten(claim.scope.date)}' != '${day}', from '${claim.timestamp}'.`,
    }
  }
  const latest = now + MAX_CLOCK_SKEW_MS
  if (claim.signedAt > latest) {
    return {
      fault: 'outdated',
      message:
        `Signature not yet current: ${claim.timestamp} is still later than ${formatBasic(latest)} ` +
        `(${formatBasic(now)} + ${MAX_CLOCK_SKEW_MINUTES} min.)`,
    }
  }
  if (claim.expiresInSeconds !== undefined) {
    const end = claim.signedAt + claim.expiresInSeconds * 1000
    return end < now
      ? { fault: 'outdated', message: `Signature expired: ${formatBasic(end)} is now earlier than ${formatBasic(now)}` }
      : undefined
  }
  const earliest = now - MAX_CLOCK_SKEW_MS
  if (claim.signedAt >= earliest) return undefined
  return {
    fault: 'outdated',
    message:
      `Signature expired: ${claim.timestamp} is now earlier than ${formatBasic(earliest)} ` +
      `(${formatBasic(now)} - ${MAX_CLOCK_SKEW_MINUTES} min.)`,
  }
}

/** A header that changes what a request means must be covered. The token needs not: it is bound to its key. */
function* requiredSignedHeaders(headers: ReadonlyMap<string, string>): Iterable<string> {
  yield 'host'
  for (const name of headers.keys()) {
    if (name.startsWith('x-amz-') && name !== 'x-amz-security-token') yield name
  }
}

/** Undefined when the header names a hash that is not the body's: the signature alone would not notice. */
function payloadHashOf({ headers, query, body }: SignedRequest): string | undefined {
  let declared = headers.get('x-amz-content-sha256')
  if (declared === undefined && query.includes('X-Amz-Content-Sha256')) {
    declared = queryPairs(query).find(([name]) => name === 'X-Amz-Content-Sha256')?.[1]
  }
  if (declared === UNSIGNED_PAYLOAD) return declared
  const actual = sha256(body)
  return declared === undefined || declared.toLowerCase() === actual ? (declared ?? actual) : undefined
}

function canonicalRequest(request: SignedRequest, claim: SignatureClaim, payloadHash: string): string {
  let headers = ''
  for (const name of claim.signedHeaders) {
    const value = request.headers.get(name) ?? ''
    headers += `${name}:${value.trim().replaceAll(/\s+/g, ' ')}\n`
  }
  return (
    `${request.method}\n${canonicalPath(request.path)}\n${canonicalQuery(request.query)}\n${headers}\n` +
    `${claim.signedHeaders.join(';')}\n${payloadHash}`
  )
}

/** Normalised, and escaped a second time, as every service but S3 does. */
function canonicalPath(path: string): string {
  if (path === '/' || path === '') return '/'
  const segments: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue
    if (segment === '..') segments.pop()
    else segments.push(escapeBytes(segment))
  }
  return `/${segments.join('/')}${segments.length > 0 && path.endsWith('/') ? '/' : ''}`
}

/** Decoded and escaped again, so that `+`, `%20`, `%2f` and `%2F` agree; sorted by name, then by value. */
function canonicalQuery(query: string): string {
  if (query === '') return ''
  const pairs: [name: string, value: string][] = []
  for (const [name, value] of queryPairs(query)) {
    if (name !== 'X-Amz-Signature') pairs.push([escapeBytes(name), escapeBytes(value)])
  }
  pairs.sort(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB))
  return pairs.map(([name, value]) => `${name}=${value}`).join('&')
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

function queryPairs(query: string): [name: string, value: string][] {
  const pairs: [string, string][] = []
  for (const pair of query.split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    pairs.push(
      equals === -1
        ? [unescapeBytes(pair), '']
        : [unescapeBytes(pair.slice(0, equals)), unescapeBytes(pair.slice(equals + 1))],
    )
  }
  return pairs
}

/** Percent escapes to bytes (a latin1 string); broken ones stay as they are and so never match a signature. */
function unescapeBytes(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text
  return text
    .replaceAll('+', ' ')
    .replaceAll(/%([0-9A-Fa-f]{2})/g, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

/** RFC 3986: everything but letters, digits and `-._~`. */
function escapeBytes(text: string): string {
  return text.replaceAll(
    /[^A-Za-z0-9\-._~]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  )
}

/**
 * Derived keys. Deriving takes four HMACs, and a caller's key, date, region and service are the same all day: the cache
 * turns that into one look-up. It holds the secret it was made from, so that a new secret for an old id is noticed.
 */
export class SigningKeys {
  readonly #keys = new Map<string, { secret: string; key: Buffer }>()
  readonly #capacity: number

  constructor(capacity = 1000) {
    this.#capacity = capacity
  }

  get size(): number {
    return this.#keys.size
  }

  get(accessKeyId: string, secret: string, { date, region, service }: CredentialScope): Buffer {
    const id = `${accessKeyId}/${date}/${region}/${service}`
    const cached = this.#keys.get(id)
    if (cached?.secret === secret) return cached.key

    const key = [region, service, 'aws4_request'].reduce(hmac, hmac(`AWS4${secret}`, date))
    if (this.#keys.size >= this.#capacity) {
      const oldest = this.#keys.keys().next()
      if (!oldest.done) this.#keys.delete(oldest.value)
    }
    this.#keys.set(id, { secret, key })
    return key
  }
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function sha256(data: Buffer): string {
  return hash('sha256', data, 'hex')
}

/** AWS's form of the date, also from an HTTP `Date` header. */
function basicTimestamp(text: string): string | undefined {
  if (/^\d{8}T\d{6}Z$/.test(text)) return text
  if (!/ GMT$/.test(text)) return undefined
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? undefined : formatBasic(ms)
}

function expandTimestamp(basic: string): string {
  return basic.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z')
}

function formatBasic(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`
}

function incomplete(message: string): SignatureFault {
  return { fault: 'incomplete', message }
}
