import assert from 'node:assert/strict'
import type { Credentials } from '@aws-sdk/client-sts'
import type { OperationContext } from '../operation.ts'
import { maxSessionTokenBytes, type Session, sealSession, temporarySecret } from '../session-token.ts'
import { errors } from './errors.ts'

/** A session as the caller gets it, and how much of the longest token it fills. */
export function issueCredentials(
  session: Session,
  ctx: OperationContext,
  minimumTokenBytes?: number,
): { readonly credentials: Credentials; readonly utilizationPercent: number; readonly tokenBytes: number } {
  assert(ctx.sessionKey, 'the pipeline gives every operation the session key')
  const nonce = Buffer.from(ctx.randomText(24), 'hex')
  const token = sealSession(session, ctx.sessionKey, nonce, minimumTokenBytes)
  const utilizationPercent = Math.ceil((token.length / maxSessionTokenBytes) * 100)
  if (utilizationPercent > 100) throw errors.packedPolicyTooLarge(utilizationPercent)
  return {
    credentials: {
      AccessKeyId: session.accessKeyId,
      SecretAccessKey: temporarySecret(session.accessKeyId, ctx.sessionKey),
      SessionToken: token,
      Expiration: new Date(session.expiresAt),
    },
    utilizationPercent,
    tokenBytes: token.length,
  }
}

/** Begin and end of a session that begins now. AWS's ends are on whole seconds. */
export function sessionTimes(
  now: Date,
  durationSeconds: number,
): { readonly issuedAt: number; readonly expiresAt: number } {
  const issuedAt = Math.floor(now.getTime() / 1000) * 1000
  return { issuedAt, expiresAt: issuedAt + durationSeconds * 1000 }
}

const maxRootDurationSeconds = 3600

/** Of GetSessionToken and GetFederationToken: twelve hours by default, and an hour at most for the root user. */
export function userDurationSeconds(wanted: number | undefined, { principal }: OperationContext): number {
  const seconds = wanted ?? 43200
  return principal.type === 'Root' ? Math.min(seconds, maxRootDurationSeconds) : seconds
}
