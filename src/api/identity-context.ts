import type { Principal } from '../aws/service.ts'
import { conditionContext } from '../policy/match.ts'
import type { View } from '../state/transaction.ts'
import { principalTags } from './identity-policies.ts'
import { orgPathOf } from './organizations/organization-tree.ts'

/** Condition keys as they are written, with their values; undefined means that the request does not have the key. */
export type ConditionKeys = Readonly<Record<string, string | readonly string[] | undefined>>

export interface RequestFacts {
  readonly view: View
  readonly principal: Principal
  readonly region: string
  readonly now: Date
  readonly sourceIp: string | undefined
  /** Whether the client came over TLS. */
  readonly isSecure?: boolean
  /** Keys of the service (`sts:ExternalId`), beside those that every request has. They cannot replace one of those. */
  readonly conditionContext?: ConditionKeys
}

/**
 * The keys of a request that do not depend on a resource.
 * Source: IAM User Guide, "AWS global condition context keys". A key whose property the request does not have is absent,
 * which several operators tell apart from an empty value.
 */
export function requestKeys(facts: RequestFacts): ConditionKeys {
  const { view, principal, region, now } = facts
  const org = orgPathOf(view, principal.accountId)
  const tags: Record<string, string> = {}
  for (const [key, value] of principalTags(view, principal)) tags[`aws:PrincipalTag/${key}`] = value
  return {
    ...tags,
    ...facts.conditionContext,
    // Of a session it is the role's ARN, which is what a policy author knows beforehand.
    'aws:PrincipalArn': principal.roleArn ?? principal.arn,
    'aws:PrincipalAccount': principal.accountId,
    'aws:PrincipalType': principal.type === 'Root' ? 'Account' : principal.type,
    'aws:PrincipalIsAWSService': 'false',
    'aws:PrincipalOrgID': org?.organizationId,
    'aws:PrincipalOrgPaths': org && [org.path],
    'aws:userid': principal.userId,
    'aws:username': principal.type === 'User' ? principal.user?.userName : undefined,
    'aws:SourceIdentity': principal.sourceIdentity,
    'aws:TokenIssueTime': principal.issuedAt === undefined ? undefined : new Date(principal.issuedAt).toISOString(),
    // There are no MFA devices. With long-lived keys the key is absent.
    'aws:MultiFactorAuthPresent': principal.issuedAt === undefined ? undefined : 'false',
    'aws:ViaAWSService': 'false',
    'aws:RequestedRegion': region,
    'ec2:Region': region,
    'aws:CurrentTime': now.toISOString(),
    'aws:EpochTime': String(Math.floor(now.getTime() / 1000)),
    'aws:SourceIp': facts.sourceIp,
    'aws:SecureTransport': String(facts.isSecure ?? false),
  }
}

export function requestContext(facts: RequestFacts): ReadonlyMap<string, readonly string[]> {
  return conditionContext(requestKeys(facts))
}

/** Whose a resource is, by its ARN; absent for `*` and for ARNs without an account, such as an image's. */
export function resourceKeys(resource: string | undefined, view: View): ConditionKeys {
  const accountId = /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(resource ?? '')?.[1]
  if (accountId === undefined) return {}
  const org = orgPathOf(view, accountId)
  return {
    'aws:ResourceAccount': accountId,
    'aws:ResourceOrgID': org?.organizationId,
    'aws:ResourceOrgPaths': org && [org.path],
  }
}
