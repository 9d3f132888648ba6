import type { CreateOrganizationRequest, CreateOrganizationResponse } from '@aws-sdk/client-organizations'
import type { Organization } from '../../resource/account.ts'
import type { Operation } from '../operation.ts'
import { errors } from './errors.ts'
import { describeOrganizationValue } from './membership.ts'
import { isMember } from './organization-tree.ts'
import { idAlphabet, newRoot } from './organizational-unit.ts'

/**
 * Makes the caller's account the management account of a new organization.
 *
 * Source: Organizations API Reference, CreateOrganization.
 *
 * @throws AlreadyInOrganizationException, ConstraintViolationException (another account was first), InvalidInputException
 */
export const createOrganization: Operation<CreateOrganizationRequest, CreateOrganizationResponse> = {
  action: 'organizations:CreateOrganization',
  kind: 'write',
  missing: ['One installation holds one organization.'],

  handle(input, { tx, accountId, now, randomText }) {
    const featureSet = input.FeatureSet ?? 'ALL'
    if (featureSet !== 'ALL' && featureSet !== 'CONSOLIDATED_BILLING') {
      throw errors.invalidInput(`FeatureSet must be ALL or CONSOLIDATED_BILLING, not ${String(featureSet)}.`)
    }
    const existing = tx.get('organization', 'organization')
    if (existing) {
      const account = tx.get('account', accountId)
      if (account && isMember(existing, account)) throw errors.alreadyInOrganization()
      throw errors.onlyOneOrganization(existing.managementAccountId)
    }
    const organization: Organization = {
      organizationId: `o-${randomText(10, idAlphabet)}`,
      managementAccountId: accountId,
      featureSet,
      createdAt: now.toISOString(),
    }
    tx.put('organization', organization)
    tx.put('organizational-unit', newRoot(randomText(4, idAlphabet)))
    return { Organization: describeOrganizationValue(tx, organization) }
  },
}
