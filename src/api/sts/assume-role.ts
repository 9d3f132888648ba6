import assert from 'node:assert/strict'
import type { AssumeRoleRequest, AssumeRoleResponse } from '@aws-sdk/client-sts'
import { PolicyError, parsePolicy } from '../../policy/document.ts'
import { evaluate } from '../../policy/evaluate.ts'
import { parseRoleArn, type Role, roleArnOf } from '../../resource/account.ts'
import { newTemporaryAccessKeyId } from '../account.ts'
import { policiesOf, requestContext, sessionPrincipal } from '../identity.ts'
import { refusalText } from '../identity-errors.ts'
import type { Operation, OperationContext } from '../operation.ts'
import { maxSessionTokenBytes, type Session, sealSession, temporarySecret } from '../session-token.ts'
import { checkConstraints } from './constraints.ts'
import { errors } from './errors.ts'

const defaultDurationSeconds = 3600
/** Of a session that was itself made by AssumeRole, whatever the role allows. */
const maxChainedDurationSeconds = 3600
const maxPolicyCharacters = 2048

/**
 * Temporary credentials of a role. Writes nothing: see session-token.ts.
 *
 * The role's trust policy must allow the caller. Where it names only the caller's account, or the role is another
 * account's, the caller's own policies must allow sts:AssumeRole on the role too. A role that does not exist is refused
 * in the same words as one that does not trust the caller.
 * Source: STS API Reference, AssumeRole.
 *
 * @throws AccessDenied, ValidationError, MalformedPolicyDocument, PackedPolicyTooLarge
 */
export const assumeRole: Operation<AssumeRoleRequest, AssumeRoleResponse> = {
  action: 'sts:AssumeRole',
  kind: 'read',
  missing: [
    'An account’s root user may assume roles, which AWS refuses, because the management account has no other user.',
    'PolicyArns, Tags, TransitiveTagKeys and ProvidedContexts are refused with ValidationError.',
    'There are no MFA devices: SerialNumber and TokenCode always fail.',
  ],

  handle(input, ctx) {
    checkConstraints(input)
    for (const member of ['PolicyArns', 'Tags', 'TransitiveTagKeys', 'ProvidedContexts'] as const) {
      if (input[member]?.length) throw errors.notServed(member)
    }
    const requestedArn = input.RoleArn ?? ''
    const named = parseRoleArn(requestedArn)
    if (!named) throw errors.validation(`${requestedArn} is invalid`)
    if (input.SerialNumber !== undefined || input.TokenCode !== undefined) throw errors.mfaFailed()
    const sessionPolicies = input.Policy === undefined ? [] : [checkSessionPolicy(input.Policy)]

    const role = ctx.tx.get('role', `${named.accountId}|${named.roleName}`)
    const isThere =
      role && roleArnOf(role) === requestedArn && ctx.tx.get('account', role.accountId)?.status === 'ACTIVE'
    if (!isThere) throw errors.assumeRoleDenied(ctx.principal.arn, requestedArn)
    const sourceIdentity = input.SourceIdentity ?? ctx.principal.sourceIdentity
    checkAllowed(role, 'sts:AssumeRole', input, ctx)
    if (sourceIdentity !== undefined) {
      // It is set once, at the start of a chain, and every role of the chain must allow it.
      const isChanged = (ctx.principal.sourceIdentity ?? sourceIdentity) !== sourceIdentity
      if (isChanged) throw errors.assumeRoleDenied(ctx.principal.arn, requestedArn, 'sts:SetSourceIdentity')
      checkAllowed(role, 'sts:SetSourceIdentity', input, ctx)
    }

    const session: Session = {
      accountId: role.accountId,
      roleId: role.roleId,
      roleArn: requestedArn,
      roleName: role.roleName,
      sessionName: input.RoleSessionName ?? '',
      accessKeyId: newTemporaryAccessKeyId(ctx),
      expiresAt: Math.floor(ctx.now.getTime() / 1000 + durationSeconds(input, role, ctx)) * 1000,
      sessionPolicies,
      ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
    }
    return answer(session, input, ctx)
  },
}

function checkSessionPolicy(text: string): string {
  try {
    parsePolicy(text, 'identity')
  } catch (error) {
    if (error instanceof PolicyError) throw errors.malformedPolicy(error.message)
    throw error
  }
  return text
}

function checkAllowed(role: Role, action: string, input: AssumeRoleRequest, ctx: OperationContext): void {
  const { principal, tx } = ctx
  const resource = roleArnOf(role)
  const context = requestContext({
    principal,
    region: ctx.region,
    now: ctx.now,
    sourceIp: ctx.sourceIp,
    conditionContext: {
      'sts:ExternalId': input.ExternalId,
      'sts:RoleSessionName': input.RoleSessionName,
      'sts:SourceIdentity': input.SourceIdentity ?? principal.sourceIdentity,
    },
  })
  const document = parsePolicy(role.assumeRolePolicyDocument, 'trust')
  const decision = evaluate(
    { principal, action, resource, context },
    { ...policiesOf(tx, principal), resource: { document, accountId: role.accountId, isTrustPolicy: true } },
  )
  if (decision.decision === 'allow') return
  // What another account's trust policy says is not the caller's to know.
  if (decision.by === 'resource') throw errors.assumeRoleDenied(principal.arn, resource, action)
  throw errors.accessDenied(refusalText(principal.arn, action, resource, decision))
}

function durationSeconds(input: AssumeRoleRequest, role: Role, ctx: OperationContext): number {
  const wanted = input.DurationSeconds ?? defaultDurationSeconds
  if (wanted > role.maxSessionDurationSeconds) throw errors.durationExceedsRole()
  if (ctx.principal.type === 'AssumedRole' && wanted > maxChainedDurationSeconds) throw errors.durationExceedsChain()
  return wanted
}

function answer(session: Session, input: AssumeRoleRequest, ctx: OperationContext): AssumeRoleResponse {
  assert(ctx.sessionKey, 'the pipeline gives every operation the session key')
  const nonce = Buffer.from(ctx.randomText(24), 'hex')
  const token = sealSession(session, ctx.sessionKey, nonce, input.MinimumSessionTokenSize)
  const utilization = Math.ceil((token.length / maxSessionTokenBytes) * 100)
  if (utilization > 100) throw errors.packedPolicyTooLarge(utilization)
  const { arn, userId, sourceIdentity } = sessionPrincipal(session)
  return {
    Credentials: {
      AccessKeyId: session.accessKeyId,
      SecretAccessKey: temporarySecret(session.accessKeyId, ctx.sessionKey),
      SessionToken: token,
      Expiration: new Date(session.expiresAt),
    },
    AssumedRoleUser: { AssumedRoleId: userId, Arn: arn },
    ...(input.Policy === undefined
      ? {}
      : { PackedPolicySize: Math.ceil((input.Policy.length / maxPolicyCharacters) * 100) }),
    ...(sourceIdentity === undefined ? {} : { SourceIdentity: sourceIdentity }),
    SessionTokenUtilization: utilization,
    SessionTokenSize: token.length,
  }
}
