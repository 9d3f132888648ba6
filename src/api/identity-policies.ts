import type { Principal } from '../aws/service.ts'
import { type PolicyDocument, storedPolicy } from '../policy/document.ts'
import type { AppliedPolicies, PolicyKind } from '../policy/evaluate.ts'
import { parseRoleArn, type Role } from '../resource/account.ts'
import type { Group, PolicyHolder, User } from '../resource/identity.ts'
import type { View } from '../state/transaction.ts'
import { awsManagedPolicies } from './iam/aws-managed-policies.ts'
import { fullAwsAccess } from './organizations/full-aws-access.ts'
import { serviceControlDocumentsOf } from './organizations/organization-tree.ts'

/**
 * Every policy that has a say about a principal, gathered at each request.
 *
 * Nothing is kept between requests but parsed documents (policy/document.ts), so a change of a policy, a membership or an
 * attachment holds from the next request on: look-ups by id, a few microseconds.
 */

/** Where a document comes from, by the words of IAM's policy simulator. */
export interface PolicySource {
  readonly type: 'user' | 'group' | 'role' | 'aws-managed' | 'user-managed' | 'session' | 'service-control' | 'root'
  /** The ARN of a managed policy, the id of a service control policy, else the policy's name. */
  readonly id: string
}

interface SourcedPolicy {
  readonly source: PolicySource
  readonly text: string
}

/** As `AppliedPolicies`, in the same order, before anything is parsed. */
export interface SourcedPolicies {
  readonly identity: readonly SourcedPolicy[]
  readonly session?: readonly SourcedPolicy[]
  readonly boundary?: SourcedPolicy
  readonly serviceControl?: readonly (readonly string[])[]
}

const everything = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
const rootRights: SourcedPolicy = { source: { type: 'root', id: 'root' }, text: everything }
/** In the place of a boundary that is not there: it lets nothing through. */
const nothing = '{"Version":"2012-10-17","Statement":[]}'

/**
 * The policies that belong to a principal. A session whose role or user is gone, or was made again, has none, so it may
 * do nothing.
 */
export function policiesOf(view: View, principal: Principal): AppliedPolicies {
  const { identity, session, boundary, serviceControl } = sourcedPoliciesOf(view, principal)
  return {
    identity: identity.map(parsed),
    ...(session && { session: session.map(parsed) }),
    ...(boundary && { boundary: parsed(boundary) }),
    ...(serviceControl && {
      serviceControl: serviceControl.map((level) => level.map((text) => storedPolicy(text, 'identity'))),
    }),
  }
}

const parsed = ({ text }: SourcedPolicy): PolicyDocument => storedPolicy(text, 'identity')

/** The same, each with its origin: for what explains a decision. */
export function sourcedPoliciesOf(view: View, principal: Principal): SourcedPolicies {
  const serviceControl = serviceControlDocumentsOf(view, principal.accountId)
  const session = sessionPoliciesOf(view, principal)
  const holder = holderOf(view, principal)
  const boundaryArn = holder === 'root' ? undefined : holder?.holder.permissionsBoundaryArn
  return {
    identity: holder === 'root' ? [rootRights] : holder ? policiesOfHolder(view, holder) : [],
    ...(session && { session }),
    ...(boundaryArn && { boundary: managedPolicy(view, boundaryArn) ?? missingBoundary(boundaryArn) }),
    ...(serviceControl && { serviceControl }),
  }
}

/** A user or role of IAM: whose policies count. */
export type Holder = { readonly type: 'user'; readonly holder: User } | { readonly type: 'role'; readonly holder: Role }

/** The policies of a user (its groups' too) or role, whoever uses them: what iam:SimulatePrincipalPolicy looks at. */
export function policiesOfHolder(view: View, { type, holder }: Holder): readonly SourcedPolicy[] {
  const groups =
    type === 'user' ? holder.groupNames.flatMap((name) => view.get('group', `${holder.accountId}|${name}`) ?? []) : []
  return [...own(view, type, holder), ...groups.flatMap((group) => own(view, 'group', group))]
}

/** The policies of a group by itself, for the same. */
export function policiesOfGroup(view: View, group: Group): readonly SourcedPolicy[] {
  return own(view, 'group', group)
}

function own(view: View, type: 'user' | 'role' | 'group', holder: PolicyHolder): readonly SourcedPolicy[] {
  const inline = Object.entries(holder.inlinePolicies).map(
    ([id, text]): SourcedPolicy => ({ source: { type, id }, text }),
  )
  return [...inline, ...holder.attachedPolicyArns.flatMap((arn) => managedPolicy(view, arn) ?? [])]
}

/** The version in force of a managed policy, the customer's or AWS's. */
function managedPolicy(view: View, arn: string): SourcedPolicy | undefined {
  const aws = awsManagedPolicies.get(arn)
  if (aws) return { source: { type: 'aws-managed', id: arn }, text: aws.document }
  const policy = view.get('managed-policy', arn)
  const version = policy?.versions.find(({ versionId }) => versionId === policy.defaultVersionId)
  return version && { source: { type: 'user-managed', id: arn }, text: version.document }
}

const missingBoundary = (id: string): SourcedPolicy => ({ source: { type: 'user-managed', id }, text: nothing })

/** Whose policies count for a principal; undefined when that user or role is no more. */
function holderOf(view: View, principal: Principal): Holder | 'root' | undefined {
  if (principal.type === 'AssumedRole') {
    const named = parseRoleArn(principal.roleArn ?? '')
    const role = named && view.get('role', `${named.accountId}|${named.roleName}`)
    const isSame = role && principal.userId.startsWith(`${role.roleId}:`)
    return isSame ? { type: 'role', holder: role } : undefined
  }
  if (!principal.user) return 'root'
  const user = view.get('user', `${principal.accountId}|${principal.user.userName}`)
  return user?.userId === principal.user.userId ? { type: 'user', holder: user } : undefined
}

/** Tags of the role or user, and over them those of the session: aws:PrincipalTag. */
export function principalTags(view: View, principal: Principal): ReadonlyMap<string, string> {
  const holder = holderOf(view, principal)
  const tags = holder === undefined || holder === 'root' ? [] : holder.holder.tags
  const given = Object.entries(principal.sessionTags ?? {})
  // Tag keys of a principal differ by more than case (IAM User Guide), so the last one under a name is the one.
  return new Map([...tags.map(({ key, value }) => [key, value] as const), ...given])
}

/** A federated user that was given no session policy may do nothing; a session of a role then may do all the role may. */
function sessionPoliciesOf(view: View, principal: Principal): readonly SourcedPolicy[] | undefined {
  const texts = (principal.sessionPolicies ?? []).map(
    (text, index): SourcedPolicy => ({ source: { type: 'session', id: `session-${index + 1}` }, text }),
  )
  const arns = principal.sessionPolicyArns ?? []
  if (texts.length === 0 && arns.length === 0 && principal.type !== 'FederatedUser') return undefined
  return [...texts, ...arns.flatMap((arn) => managedPolicy(view, arn) ?? [])]
}

/** The origin of a document by its kind and place, as policy/evaluate.ts counts them. */
export function sourceAt(
  view: View,
  { identity, session, boundary, serviceControl }: SourcedPolicies,
  kind: PolicyKind,
  place: number,
): PolicySource | undefined {
  if (kind === 'identity') return identity[place]?.source
  if (kind === 'session') return session?.[place]?.source
  if (kind === 'boundary') return boundary?.source
  const text = serviceControl?.flat()[place]
  const attached = [fullAwsAccess, ...view.all('service-control-policy')].find(({ document }) => document === text)
  return attached && { type: 'service-control', id: attached.policyId }
}
