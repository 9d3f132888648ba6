import type { CreatePolicyRequest, CreatePolicyResponse } from '@aws-sdk/client-iam'
import type { ManagedPolicy } from '../../resource/identity.ts'
import { newUniqueId } from '../account.ts'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { errors } from './errors.ts'
import { describeListedPolicy } from './managed-policy.ts'
import { checkManagedPolicy } from './policy-document.ts'
import { quotas } from './quotas.ts'
import { describeSomeTags, parseTags } from './tags.ts'

/**
 * A managed policy of the account's own; its document is version v1.
 * Source: IAM API Reference, CreatePolicy.
 *
 * @throws EntityAlreadyExists, MalformedPolicyDocument, LimitExceeded, InvalidInput, ValidationError
 */
export const createPolicy: Operation<CreatePolicyRequest, CreatePolicyResponse> = {
  action: 'iam:CreatePolicy',
  kind: 'write',

  handle(input, ctx) {
    checkConstraints(input)
    const { tx, accountId, now } = ctx
    const { PolicyName: policyName = '', Path: path = '/' } = input
    const document = checkManagedPolicy(input.PolicyDocument ?? '')
    if (tx.by('managed-policy', 'name', `${accountId}|${policyName.toLowerCase()}`).length > 0) {
      throw errors.policyExists(policyName)
    }
    if (tx.by('managed-policy', 'accountId', accountId).length >= quotas.policiesPerAccount) {
      throw errors.quotaExceeded('PoliciesPerAccount', quotas.policiesPerAccount)
    }
    const createdAt = now.toISOString()
    const policy: ManagedPolicy = {
      policyId: newUniqueId(ctx, 'ANPA'),
      policyArn: `arn:aws:iam::${accountId}:policy${path}${policyName}`,
      policyName,
      path,
      accountId,
      ...(input.Description === undefined ? {} : { description: input.Description }),
      defaultVersionId: 'v1',
      versions: [{ versionId: 'v1', document, createdAt }],
      createdAt,
      updatedAt: createdAt,
      tags: parseTags(input.Tags, 'Policy'),
    }
    tx.put('managed-policy', policy)
    return { Policy: { ...describeListedPolicy(ctx, policy), ...describeSomeTags(policy.tags) } }
  },
}
