import type { AssumeRoleRequest, AssumeRoleResponse } from '@aws-sdk/client-sts'
import { storedPolicy } from '../../policy/document.ts'
import { evaluate } from '../../policy/evaluate.ts'
import { parseRoleArn, type Role, roleArnOf } from '../../resource/account.ts'
import { newTemporaryAccessKeyId } from '../account.ts'
import { resourceTagKeys } from '../authorization/row.ts'
import { requestContext, resourceKeys } from '../identity-context.ts'
import { refusalText } from '../identity-errors.ts'
import { policiesOf } from '../identity-policies.ts'
import type { Operation, OperationContext } from '../operation.ts'
import type { RoleSession } from '../session-token.ts'
import { checkConstraints, constraints } from './constraints.ts'
import { issueCredentials, sessionTimes } from './credentials.ts'
import { errors } from './errors.ts'
import { checkedOptions, packedPolicySize, type SessionOptions, sessionTagKeys } from './session-options.ts'

const defaultDurationSeconds = 3600
/** Of a session that was itself made by AssumeRole, whatever the role allows. */
const maxChainedDurationSeconds = 3600

/**
 * Temporary credentials of a role. Writes nothing: see session-token.ts.
 *
 * The role's trust policy must allow the caller. Where it names only the caller's account, or the role is another
 * account's, the caller's own policies must allow sts:AssumeRole on the role too. A role that does not exist is refused
 * in the same words as one that does not trust the caller. Tags and a source identity are actions of their own, which
 * the trust policy must allow as well.
 * Source: STS API Reference, AssumeRole.
 *
 * @throws AccessDenied, ValidationError, MalformedPolicyDocument, PackedPolicyTooLarge
 */
export const assumeRole: Operation<AssumeRoleRequest, AssumeRoleResponse> = {
  action: 'sts:AssumeRole',
  kind: 'read',
  missing: [
    'An account’s root user may assume roles, which AWS refuses, because a new account has no other user.',
    'ProvidedContexts is refused with ValidationError.',
    'There are no MFA devices: SerialNumber and TokenCode always fail.',
  ],

  handle(input, ctx) {
    checkConstraints(input, constraints.assumeRole)
    if (input.ProvidedContexts?.length) throw errors.notServed('ProvidedContexts')
    const requestedArn = input.RoleArn ?? ''
    const named = parseRoleArn(requestedArn)
    if (!named) throw errors.validation(`${requestedArn} is invalid`)
    if (input.SerialNumber !== undefined || input.TokenCode !== undefined) throw errors.mfaFailed()
    const options = checkedOptions(input, named.accountId, ctx.tx)
    const { tags, transitiveTagKeys } = withInheritedTags(options, input, ctx)

    const role = ctx.tx.get('role', `${named.accountId}|${named.roleName}`)
    const isThere =
      role && roleArnOf(role) === requestedArn && ctx.tx.get('account', role.accountId)?.status === 'ACTIVE'
    if (!isThere) throw errors.assumeRoleDenied(ctx.principal.arn, requestedArn)
    const sourceIdentity = input.SourceIdentity ?? ctx.principal.sourceIdentity
    const given = { ...sessionTagKeys(tags), 'sts:TransitiveTagKeys': transitiveTagKeys }
    const check = (action: string) => checkAllowed(role, action, input, given, ctx)
    check('sts:AssumeRole')
    if (tags) check('sts:TagSession')
    if (sourceIdentity !== undefined) {
      // It is set once, at the start of a chain, and every role of the chain must allow it.
      const isChanged = (ctx.principal.sourceIdentity ?? sourceIdentity) !== sourceIdentity
      if (isChanged) throw errors.assumeRoleDenied(ctx.principal.arn, requestedArn, 'sts:SetSourceIdentity')
      check('sts:SetSourceIdentity')
    }

    const session: RoleSession = {
      kind: 'role',
      accountId: role.accountId,
      roleId: role.roleId,
      roleArn: requestedArn,
      roleName: role.roleName,
      sessionName: input.RoleSessionName ?? '',
      accessKeyId: newTemporaryAccessKeyId(ctx),
      ...sessionTimes(ctx.now, durationSeconds(input, role, ctx)),
      ...options,
      ...(tags && { tags }),
      ...(transitiveTagKeys && { transitiveTagKeys }),
      ...(sourceIdentity !== undefined && { sourceIdentity }),
    }
    return answer(session, input, ctx)
  },
}

/** The tags of the new session: what the caller gives, and what its own session hands on (IAM User Guide, "Chaining roles with session tags"). */
function withInheritedTags(
  options: SessionOptions,
  { TransitiveTagKeys: transitive = [] }: AssumeRoleRequest,
  { principal }: OperationContext,
): Pick<RoleSession, 'tags' | 'transitiveTagKeys'> {
  const inheritedKeys = principal.transitiveTagKeys ?? []
  const inherited = Object.entries(principal.sessionTags ?? {}).filter(([key]) => inheritedKeys.includes(key))
  const given = Object.keys(options.tags ?? {})
  const unknown = transitive.find((key) => !given.includes(key))
  if (unknown !== undefined) throw errors.transitiveKeyWithoutTag()
  const isTaken = given.some((key) => inherited.some(([other]) => other.toLowerCase() === key.toLowerCase()))
  if (isTaken) throw errors.transitiveKeyTaken()
  const tags = { ...Object.fromEntries(inherited), ...options.tags }
  const transitiveTagKeys = [...inherited.map(([key]) => key), ...transitive]
  return {
    ...(Object.keys(tags).length > 0 && { tags }),
    ...(transitiveTagKeys.length > 0 && { transitiveTagKeys }),
  }
}

function checkAllowed(
  role: Role,
  action: string,
  input: AssumeRoleRequest,
  given: Readonly<Record<string, string | readonly string[] | undefined>>,
  ctx: OperationContext,
): void {
  const { principal, tx } = ctx
  const resource = roleArnOf(role)
  const context = requestContext({
    view: tx,
    principal,
    region: ctx.region,
    now: ctx.now,
    sourceIp: ctx.sourceIp,
    conditionContext: {
      ...given,
      ...resourceTagKeys('iam', role.tags),
      ...resourceKeys(resource, tx),
      'sts:ExternalId': input.ExternalId,
      'sts:RoleSessionName': input.RoleSessionName,
      'sts:SourceIdentity': input.SourceIdentity ?? principal.sourceIdentity,
    },
  })
  const document = storedPolicy(role.assumeRolePolicyDocument, 'trust')
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

function answer(session: RoleSession, input: AssumeRoleRequest, ctx: OperationContext): AssumeRoleResponse {
  const { credentials, utilizationPercent, tokenBytes } = issueCredentials(session, ctx, input.MinimumSessionTokenSize)
  const { accountId, roleId, roleName, sessionName, sourceIdentity } = session
  const packed = packedPolicySize(input)
  return {
    Credentials: credentials,
    AssumedRoleUser: {
      AssumedRoleId: `${roleId}:${sessionName}`,
      Arn: `arn:aws:sts::${accountId}:assumed-role/${roleName}/${sessionName}`,
    },
    ...(packed !== undefined && { PackedPolicySize: packed }),
    ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }),
    SessionTokenUtilization: utilizationPercent,
    SessionTokenSize: tokenBytes,
  }
}
