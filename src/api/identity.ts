import type { Credential, Principal } from '../aws/service.ts'
import { type PolicyDocument, parsePolicy } from '../policy/document.ts'
import { type AppliedPolicies, evaluate } from '../policy/evaluate.ts'
import { type ConditionContext, conditionContext } from '../policy/match.ts'
import { parseRoleArn } from '../resource/account.ts'
import type { View } from '../state/transaction.ts'
import { notAuthorized } from './identity-errors.ts'
import { openSession, type Session, temporarySecret } from './session-token.ts'

/**
 * Who an access key is, and what that principal may do.
 *
 * Two kinds of principal exist: the root user of an account, who may do everything in it, and a session of a role,
 * which may do what the role's policies and its session policies both allow, as long as that role exists.
 */

/** The root user of an account. */
export function rootPrincipal(accountId: string): Principal {
  return { accountId, arn: `arn:aws:iam::${accountId}:root`, userId: accountId, type: 'Root' }
}

/** The session as a principal. */
export function sessionPrincipal(session: Session): Principal {
  const { accountId, roleId, roleArn, roleName, sessionName, sessionPolicies, sourceIdentity } = session
  return {
    accountId,
    arn: `arn:aws:sts::${accountId}:assumed-role/${roleName}/${sessionName}`,
    userId: `${roleId}:${sessionName}`,
    type: 'AssumedRole',
    roleArn,
    ...(sessionPolicies.length > 0 ? { sessionPolicies } : {}),
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
  }
}

/**
 * The credential behind an access key id, for the server to check a signature with.
 *
 * An expired session is answered like a valid one, with its `expiresAt`: the server tells ExpiredToken only to those
 * who signed correctly.
 *
 * @returns 'bad-token' for a token that is forged, of another server, of another key, missing or out of place
 */
export function lookupCredential(
  view: View,
  accessKeyId: string,
  sessionToken: string | undefined,
  sessionKey: Uint8Array,
): Credential | 'bad-token' | undefined {
  if (sessionToken !== undefined || accessKeyId.startsWith('ASIA')) {
    const session = sessionToken === undefined ? undefined : openSession(sessionToken, sessionKey)
    if (session?.accessKeyId !== accessKeyId || !isActive(view, session.accountId)) return 'bad-token'
    return {
      secretAccessKey: temporarySecret(accessKeyId, sessionKey),
      principal: sessionPrincipal(session),
      expiresAt: session.expiresAt,
    }
  }
  const key = view.get('access-key', accessKeyId)
  // Keys of IAM users cannot be made: the only principal behind a long-lived key is the account's root user.
  if (key?.status !== 'Active' || key.userName !== undefined || !isActive(view, key.accountId)) return undefined
  return { secretAccessKey: key.secretAccessKey, principal: rootPrincipal(key.accountId) }
}

function isActive(view: View, accountId: string): boolean {
  return view.get('account', accountId)?.status === 'ACTIVE'
}

/** One request, as far as IAM looks at it. */
export interface AuthorizationRequest {
  readonly view: View
  readonly principal: Principal
  readonly region: string
  /** `ec2:CreateVpc`. */
  readonly action: string
  /** ARNs that the action touches; each must be allowed. Leave it out where they are not known before the handler runs. */
  readonly resources?: readonly string[]
  /** Condition keys of the service (`ec2:VpceServiceName`), beside those that every request has. */
  readonly conditionContext?: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly now: Date
  readonly sourceIp: string | undefined
  /** Whether the client came over TLS. */
  readonly isSecure?: boolean
}

/**
 * GetCallerIdentity needs no permission, and cannot be denied (its API reference says so). AssumeRole is decided by its
 * handler, which alone knows the role: the trust policy has a say, and may be all that is needed.
 */
const decidedElsewhere: ReadonlySet<string> = new Set(['sts:GetCallerIdentity', 'sts:AssumeRole'])

/**
 * Returns when the principal may, else throws the service's own error.
 *
 * Where the resources are not known, an Allow counts only if it is for every resource and a Deny whatever it is for
 * (policy/evaluate.ts). Reads have no resources on AWS and are asked for `*`.
 *
 * @throws UnauthorizedOperation (EC2), AccessDeniedException (Organizations), AccessDenied (the others)
 */
export function authorize(request: AuthorizationRequest): void {
  const { view, principal, action } = request
  if (decidedElsewhere.has(action)) return
  const policies = policiesOf(view, principal)
  const context = requestContext(request)
  const isRead = /:(Describe|List|Get)/.test(action)
  const resources = request.resources?.length ? request.resources : [isRead ? '*' : undefined]
  for (const resource of resources) {
    const decision = evaluate({ principal, action, resource, context }, policies)
    if (decision.decision !== 'allow') throw notAuthorized(principal.arn, action, resource, decision)
  }
}

const allowAll: PolicyDocument = parsePolicy(
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
  'identity',
)

/** The policies that belong to a principal. A session whose role is gone has none, so it may do nothing. */
export function policiesOf(view: View, principal: Principal): AppliedPolicies {
  if (principal.type === 'Root') return { identity: [allowAll] }
  const named = parseRoleArn(principal.roleArn ?? '')
  const role = named && view.get('role', `${named.accountId}|${named.roleName}`)
  if (!role || principal.userId.split(':')[0] !== role.roleId) return { identity: [] }
  const identity = Object.values(role.inlinePolicies).map((text) => parsePolicy(text, 'identity'))
  const session = principal.sessionPolicies?.map((text) => parsePolicy(text, 'identity'))
  return session ? { identity, session } : { identity }
}

/** The condition keys of a request: those that every request has, and the service's own. */
export function requestContext(request: Omit<AuthorizationRequest, 'view' | 'action' | 'resources'>): ConditionContext {
  const { principal, region, now } = request
  return conditionContext({
    ...request.conditionContext,
    // Of a session it is the role's ARN, which is what a policy author knows beforehand.
    'aws:PrincipalArn': principal.roleArn ?? principal.arn,
    'aws:PrincipalAccount': principal.accountId,
    'aws:PrincipalType': principal.type === 'Root' ? 'Account' : principal.type,
    'aws:userid': principal.userId,
    'aws:SourceIdentity': principal.sourceIdentity,
    'aws:RequestedRegion': region,
    'ec2:Region': region,
    'aws:CurrentTime': now.toISOString(),
    'aws:EpochTime': String(Math.floor(now.getTime() / 1000)),
    'aws:SourceIp': request.sourceIp,
    'aws:SecureTransport': String(request.isSecure ?? false),
  })
}
