import type { PolicyDescriptorType, Tag } from '@aws-sdk/client-sts'
import { PolicyError, parsePolicy } from '../../policy/document.ts'
import type { View } from '../../state/transaction.ts'
import { awsManagedPolicies } from '../iam/aws-managed-policies.ts'
import { errors } from './errors.ts'

/** What AssumeRole and GetFederationToken can give a session: policies that narrow it, and tags. */
interface Wish {
  readonly Policy?: string | undefined
  readonly PolicyArns?: readonly PolicyDescriptorType[] | undefined
  readonly Tags?: readonly Tag[] | undefined
}

export interface SessionOptions {
  readonly sessionPolicies: readonly string[]
  readonly sessionPolicyArns?: readonly string[]
  readonly tags?: Readonly<Record<string, string>>
}

const maxPolicyArns = 10
const maxTags = 50
const maxPolicyCharacters = 2048

/**
 * @param accountId whose managed policies may be named, beside AWS's own
 * @throws MalformedPolicyDocument, ValidationError
 */
export function checkedOptions(input: Wish, accountId: string, view: View): SessionOptions {
  const sessionPolicies = input.Policy === undefined ? [] : [checkedPolicy(input.Policy)]
  const arns = (input.PolicyArns ?? []).map(({ arn = '' }) => checkedPolicyArn(arn, accountId, view))
  if (arns.length > maxPolicyArns) throw errors.tooMany('policyArns', maxPolicyArns)
  const tags = checkedTags(input.Tags ?? [])
  return {
    sessionPolicies,
    ...(arns.length > 0 && { sessionPolicyArns: arns }),
    ...(Object.keys(tags).length > 0 && { tags }),
  }
}

function checkedPolicy(text: string): string {
  try {
    parsePolicy(text, 'identity')
  } catch (error) {
    if (error instanceof PolicyError) throw errors.malformedPolicy(error.message)
    throw error
  }
  return text
}

function checkedPolicyArn(arn: string, accountId: string, view: View): string {
  const isThere = awsManagedPolicies.has(arn) || view.get('managed-policy', arn)?.accountId === accountId
  if (!isThere) throw errors.policyNotThere(arn)
  return arn
}

function checkedTags(tags: readonly Tag[]): Readonly<Record<string, string>> {
  if (tags.length > maxTags) throw errors.tooMany('tags', maxTags)
  const seen = new Set<string>()
  const checked = tags.map(({ Key = '', Value = '' }): readonly [string, string] => {
    if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u.test(Key)) throw errors.invalidTag('key', Key)
    if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u.test(Value)) throw errors.invalidTag('value', Value)
    if (seen.has(Key.toLowerCase())) throw errors.duplicateTagKey()
    seen.add(Key.toLowerCase())
    return [Key, Value]
  })
  return Object.fromEntries(checked)
}

/** The condition keys under which a trust policy allows sts:TagSession. */
export function sessionTagKeys(
  tags: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string | readonly string[]>> {
  if (!tags) return {}
  const keys: Record<string, string | readonly string[]> = { 'aws:TagKeys': Object.keys(tags) }
  for (const [key, value] of Object.entries(tags)) keys[`aws:RequestTag/${key}`] = value
  return keys
}

/** How full the session is of policies and tags, in percent; absent when the caller gave none. */
export function packedPolicySize(input: Wish): number | undefined {
  if (input.Policy === undefined && !input.PolicyArns?.length && !input.Tags?.length) return undefined
  const characters =
    (input.Policy?.length ?? 0) +
    (input.PolicyArns ?? []).reduce((sum, { arn = '' }) => sum + arn.length, 0) +
    (input.Tags ?? []).reduce((sum, { Key = '', Value = '' }) => sum + Key.length + Value.length, 0)
  return Math.ceil((characters / maxPolicyCharacters) * 100)
}
