import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'

/**
 * Temporary credentials that nobody has to remember.
 *
 * A session token is the whole session, sealed with AES-256-GCM under a key of the control process, and the secret
 * follows from the access key id by HMAC. So sts:AssumeRole writes nothing, a session survives a restart, and every
 * control process that has the server key can check it. The price: a single session cannot be revoked, only its role
 * deleted (or its policies changed), which is how AWS's own sessions are revoked too.
 *
 * Each key is derived from the server key (32 random bytes, `session.key`), so no use weakens another.
 */
export type Session = RoleSession | UserSession | FederatedSession

interface SessionOfAnyKind {
  readonly accountId: string
  /** `ASIA…`; the token is worth nothing beside another key. */
  readonly accessKeyId: string
  /** Epoch milliseconds. */
  readonly issuedAt: number
  /** Epoch milliseconds. */
  readonly expiresAt: number
}

/** What AssumeRole and GetFederationToken can narrow a session by, and tell about it. */
interface SessionOptions {
  readonly sessionPolicies: readonly string[]
  readonly sessionPolicyArns?: readonly string[]
  readonly tags?: Readonly<Record<string, string>>
}

/** Of AssumeRole. */
export interface RoleSession extends SessionOfAnyKind, SessionOptions {
  readonly kind: 'role'
  /** Names the very role: a role that was deleted and made again under the same name has another id. */
  readonly roleId: string
  readonly roleArn: string
  readonly roleName: string
  readonly sessionName: string
  readonly sourceIdentity?: string
  readonly transitiveTagKeys?: readonly string[]
}

/** Of GetSessionToken: the same user, with credentials that end. Without a user it is the root user. */
export interface UserSession extends SessionOfAnyKind {
  readonly kind: 'user'
  readonly user?: { readonly userId: string; readonly userName: string }
}

/** Of GetFederationToken. */
export interface FederatedSession extends SessionOfAnyKind, SessionOptions {
  readonly kind: 'federated-user'
  readonly name: string
  /** Whose permissions it has, as far as its session policies let it. Without a user it is the root user. */
  readonly user?: { readonly userId: string; readonly userName: string }
}

/** AWS's bound on a token, and the 100 percent of SessionTokenUtilization. */
export const maxSessionTokenBytes = 4096

/** First byte of every token; another format gets another number. 1 knew sessions of roles only. */
const format = 2
const nonceBytes = 12
const tagBytes = 16
const headerBytes = 1 + nonceBytes

/**
 * @param nonce        12 random bytes, never used twice under one key
 * @param minimumBytes the token is padded to at least this length (MinimumSessionTokenSize)
 */
export function sealSession(session: Session, serverKey: Uint8Array, nonce: Uint8Array, minimumBytes = 0): string {
  const body = deflateRawSync(JSON.stringify(session))
  const length = Buffer.alloc(2)
  length.writeUInt16BE(body.length)
  // Base64 makes four characters of three bytes.
  const wanted = Math.ceil(minimumBytes / 4) * 3 - headerBytes - length.length - body.length - tagBytes
  const cipher = createCipheriv('aes-256-gcm', deriveKey(serverKey, 'session-token'), nonce)
  const sealed = [
    cipher.update(length),
    cipher.update(body),
    cipher.update(Buffer.alloc(Math.max(0, wanted))),
    cipher.final(),
  ]
  return Buffer.concat([Buffer.from([format]), nonce, ...sealed, cipher.getAuthTag()]).toString('base64')
}

/** @returns undefined for a token that was not sealed under this key, whatever is wrong with it */
export function openSession(token: string, serverKey: Uint8Array): Session | undefined {
  const bytes = Buffer.from(token, 'base64')
  if (token.length > 2 * maxSessionTokenBytes || bytes.length < headerBytes + tagBytes || bytes[0] !== format)
    return undefined
  const decipher = createDecipheriv(
    'aes-256-gcm',
    deriveKey(serverKey, 'session-token'),
    bytes.subarray(1, headerBytes),
  ).setAuthTag(bytes.subarray(-tagBytes))
  let opened: Buffer
  try {
    opened = Buffer.concat([decipher.update(bytes.subarray(headerBytes, -tagBytes)), decipher.final()])
  } catch {
    return undefined
  }
  // Authenticated from here on: only sealSession can have written it.
  return JSON.parse(inflateRawSync(opened.subarray(2, 2 + opened.readUInt16BE(0))).toString()) as Session
}

/** The secret that belongs to a temporary access key: 40 characters, as AWS's are. */
export function temporarySecret(accessKeyId: string, serverKey: Uint8Array): string {
  const key = deriveKey(serverKey, 'secret-access-key')
  return createHmac('sha256', key).update(accessKeyId).digest('base64').slice(0, 40)
}

export type KeyUse = 'session-token' | 'secret-access-key' | 'authorization-message'

const derived = new WeakMap<Uint8Array, Map<string, Buffer>>()

/** HKDF costs more than the rest of a look-up together, and the server key never changes: remembered per key. */
export function deriveKey(serverKey: Uint8Array, use: KeyUse): Buffer {
  const known = derived.get(serverKey) ?? new Map<string, Buffer>()
  derived.set(serverKey, known)
  const key = known.get(use) ?? Buffer.from(hkdfSync('sha256', serverKey, '', `underpass ${use}`, 32))
  known.set(use, key)
  return key
}
