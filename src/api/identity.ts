import type { Credential, Principal } from '../aws/service.ts'
import { evaluate } from '../policy/evaluate.ts'
import { conditionContext, layered } from '../policy/match.ts'
import type { View } from '../state/transaction.ts'
import { explainRefusal } from './authorization-message.ts'
import { type RequestFacts, requestKeys, resourceKeys } from './identity-context.ts'
import { invalidToken, notAuthorized, notWithSession, type Refusal } from './identity-errors.ts'
import { policiesOf, sourcedPoliciesOf } from './identity-policies.ts'
import { openSession, type Session, temporarySecret } from './session-token.ts'

/**
 * Who an access key is, and what that principal may do.
 *
 * Four kinds of principal exist: the root user of an account, who may do everything in it that service control policies
 * leave; an IAM user; a session of a role; a federated user. What their policies are is in identity-policies.ts, what a
 * request touches in authorization/.
 */

/** The root user of an account. */
export function rootPrincipal(accountId: string): Principal {
  return { accountId, arn: `arn:aws:iam::${accountId}:root`, userId: accountId, type: 'Root' }
}

/** @returns undefined when there is no such user, or (when `userId` is given) it was made again under the same name */
export function userPrincipal(
  view: View,
  accountId: string,
  named: { readonly userName: string; readonly userId?: string },
): Principal | undefined {
  const user = view.get('user', `${accountId}|${named.userName}`)
  if (!user || (named.userId !== undefined && named.userId !== user.userId)) return undefined
  const { userId, userName, path } = user
  return {
    accountId,
    arn: `arn:aws:iam::${accountId}:user${path}${userName}`,
    userId,
    type: 'User',
    user: { userId, userName },
  }
}

/** The session as a principal; undefined when the user it is of is no more. */
export function sessionPrincipal(view: View, session: Session): Principal | undefined {
  const { accountId, issuedAt } = session
  if (session.kind === 'user') {
    const principal = session.user ? userPrincipal(view, accountId, session.user) : rootPrincipal(accountId)
    return principal && { ...principal, issuedAt }
  }
  const options = {
    issuedAt,
    ...(session.sessionPolicies.length > 0 && { sessionPolicies: session.sessionPolicies }),
    ...(session.sessionPolicyArns && { sessionPolicyArns: session.sessionPolicyArns }),
    ...(session.tags && { sessionTags: session.tags }),
  }
  if (session.kind === 'federated-user') {
    if (session.user && !userPrincipal(view, accountId, session.user)) return undefined
    return {
      accountId,
      arn: `arn:aws:sts::${accountId}:federated-user/${session.name}`,
      userId: `${accountId}:${session.name}`,
      type: 'FederatedUser',
      ...(session.user && { user: session.user }),
      ...options,
    }
  }
  const { roleId, roleArn, roleName, sessionName, sourceIdentity, transitiveTagKeys } = session
  return {
    accountId,
    arn: `arn:aws:sts::${accountId}:assumed-role/${roleName}/${sessionName}`,
    userId: `${roleId}:${sessionName}`,
    type: 'AssumedRole',
    roleArn,
    ...options,
    ...(transitiveTagKeys && { transitiveTagKeys }),
    ...(sourceIdentity !== undefined && { sourceIdentity }),
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
    const principal = sessionPrincipal(view, session)
    if (!principal) return 'bad-token'
    return {
      secretAccessKey: temporarySecret(accessKeyId, sessionKey),
      principal,
      expiresAt: session.expiresAt,
    }
  }
  const key = view.get('access-key', accessKeyId)
  if (key?.status !== 'Active' || !isActive(view, key.accountId)) return undefined
  const { accountId, userName } = key
  const principal = userName === undefined ? rootPrincipal(accountId) : userPrincipal(view, accountId, { userName })
  return principal && { secretAccessKey: key.secretAccessKey, principal }
}

function isActive(view: View, accountId: string): boolean {
  return view.get('account', accountId)?.status === 'ACTIVE'
}

/** One thing that a request touches: IAM decides on each by itself. */
export interface TouchedResource {
  /** An ARN, or `*` where the action has no resources. */
  readonly resource: string
  /** Condition keys that only this resource has: its tags, the tags it is to get. */
  readonly keys?: RequestFacts['conditionContext']
  /** Another action than the request's own: tags given by a create call are ec2:CreateTags too. */
  readonly action?: string
}

/** One request, as far as IAM looks at it. */
export interface AuthorizationRequest extends RequestFacts {
  /** `ec2:CreateVpc`. */
  readonly action: string
  /** ARNs that the action touches; each must be allowed. */
  readonly resources?: readonly string[]
  /** The same with what is known of each; asked for only where a policy limits the principal. */
  touched?(): readonly TouchedResource[]
  /** Makes the encoded message of an EC2 refusal; without it the refusal has none. */
  seal?(message: object): string
}

/**
 * Needs no permission and cannot be denied: GetCallerIdentity and GetSessionToken (their API reference says so).
 * AssumeRole is decided by its handler, which alone knows the role: the trust policy has a say, and may be all that is
 * needed.
 */
const decidedElsewhere: ReadonlySet<string> = new Set([
  'sts:GetCallerIdentity',
  'sts:GetSessionToken',
  'sts:AssumeRole',
])

/**
 * Returns when the principal may, else throws the service's own error.
 *
 * Every resource must be allowed; a resource that is denied explicitly is named before one that is merely not allowed.
 * Where the resources are not known, an Allow counts only if it is for every resource and a Deny whatever it is for
 * (policy/evaluate.ts). Reads that have no resources of their own are asked for `*`, as on AWS.
 *
 * @throws UnauthorizedOperation (EC2), AccessDeniedException (JSON services), AccessDenied (the others),
 *         InvalidClientTokenId (credentials that the service does not take)
 */
export function authorize(request: AuthorizationRequest): void {
  const { view, principal, action } = request
  refuseTemporary(principal, action)
  if (decidedElsewhere.has(action)) return
  const policies = policiesOf(view, principal)
  // Nothing limits the root user but service control policies, so nobody need look at what it touches.
  if (principal.type === 'Root' && !policies.serviceControl) return

  const keys = requestKeys(request)
  const context = conditionContext(keys)
  let refused: Refusal | undefined
  for (const touched of touchedResources(request)) {
    const { resource } = touched
    const itsKeys = { ...touched.keys, ...resourceKeys(resource, view) }
    const attempt = {
      principal,
      action: touched.action ?? action,
      resource,
      context: layered(conditionContext(itsKeys), context),
    }
    const decision = evaluate(attempt, policies)
    if (decision.decision === 'allow' || (refused && decision.decision !== 'explicit-deny')) continue
    refused = { ...attempt, keys: { ...keys, ...itsKeys }, decision }
    if (decision.decision === 'explicit-deny') break
  }
  if (!refused) return
  const { seal } = request
  const message = seal && (() => seal(explainRefusal(refused, policies, view, sourcedPoliciesOf(view, principal))))
  throw notAuthorized(refused, message)
}

function touchedResources(request: AuthorizationRequest): readonly (Omit<TouchedResource, 'resource'> & {
  readonly resource: string | undefined
})[] {
  const touched = request.touched?.() ?? []
  if (touched.length > 0) return touched
  if (request.resources?.length) return request.resources.map((resource) => ({ resource }))
  return [{ resource: /:(Describe|List|Get)/.test(request.action) ? '*' : undefined }]
}

/**
 * What temporary credentials are not good for (IAM User Guide, "Compare AWS STS credentials"). Those of GetSessionToken
 * and GetFederationToken are not taken by IAM, since there is no MFA, and by STS for a call or two only.
 */
function refuseTemporary({ issuedAt, type }: Principal, action: string): void {
  if (issuedAt === undefined) return
  const isUser = type !== 'AssumedRole'
  if (isUser && action.startsWith('iam:')) throw invalidToken()
  if (!action.startsWith('sts:') || action === 'sts:GetCallerIdentity') return
  const isFirstOnly = action === 'sts:GetSessionToken' || action === 'sts:GetFederationToken'
  const isOwnRights = type !== 'FederatedUser' && action === 'sts:AssumeRole'
  if (isFirstOnly || (isUser && !isOwnRights)) throw notWithSession(action)
}
