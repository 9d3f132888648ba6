import type {
  CreateAccountStatus,
  Account as DescribedAccount,
  Organization as DescribedOrganization,
} from '@aws-sdk/client-organizations'
import type { Account, FailedAccountRequest, Organization } from '../../resource/account.ts'
import type { View } from '../../state/transaction.ts'
import type { OperationContext } from '../operation.ts'
import { errors } from './errors.ts'
import { ancestorsOf, isMember, serviceControlPolicyType } from './organization-tree.ts'

/** @throws AWSOrganizationsNotInUseException when the caller is in no organization */
export function organizationOf({
  tx,
  accountId,
}: Pick<OperationContext, 'accountId'> & { readonly tx: View }): Organization {
  const organization = tx.get('organization', 'organization')
  const account = tx.get('account', accountId)
  if (!organization || !account || !isMember(organization, account)) throw errors.notInUse()
  return organization
}

/**
 * The organization, if the caller is its management account.
 *
 * @throws AWSOrganizationsNotInUseException, AccessDeniedException (a member asks; there are no delegated administrators)
 */
export function managedOrganization(ctx: Pick<OperationContext, 'accountId'> & { readonly tx: View }): Organization {
  const organization = organizationOf(ctx)
  if (organization.managementAccountId !== ctx.accountId) throw errors.accessDenied()
  return organization
}

/** AWS fills AvailablePolicyTypes whether or not the type is enabled on the root, and tells readers not to use it. */
export function describeOrganizationValue(tx: View, organization: Organization): DescribedOrganization {
  const { organizationId, managementAccountId, featureSet } = organization
  return {
    Id: organizationId,
    Arn: `arn:aws:organizations::${managementAccountId}:organization/${organizationId}`,
    FeatureSet: featureSet,
    MasterAccountArn: accountArn(organization, managementAccountId),
    MasterAccountId: managementAccountId,
    MasterAccountEmail: tx.get('account', managementAccountId)?.email,
    AvailablePolicyTypes: featureSet === 'ALL' ? [{ Type: serviceControlPolicyType, Status: 'ENABLED' }] : [],
  }
}

export function describeAccountValue(tx: View, organization: Organization, account: Account): DescribedAccount {
  const path = [organization.organizationId, ...ancestorsOf(tx, account).map((unit) => unit.organizationalUnitId)]
  return {
    Id: account.accountId,
    Arn: accountArn(organization, account.accountId),
    Email: account.email,
    Name: account.name,
    Status: account.status,
    State: account.status,
    JoinedMethod: account.joinedMethod,
    JoinedTimestamp: new Date(account.joinedAt),
    Paths: [`${path.join('/')}/${account.accountId}/`],
  }
}

/** The request that made an account. AWS takes minutes over it, here it is done when CreateAccount answers. */
export function describeSucceededRequest(account: Account): CreateAccountStatus {
  return {
    Id: account.createRequestId,
    AccountName: account.name,
    State: 'SUCCEEDED',
    RequestedTimestamp: new Date(account.joinedAt),
    CompletedTimestamp: new Date(account.joinedAt),
    AccountId: account.accountId,
  }
}

export function describeFailedRequest(request: FailedAccountRequest): CreateAccountStatus {
  return {
    Id: request.createRequestId,
    AccountName: request.accountName,
    State: 'FAILED',
    RequestedTimestamp: new Date(request.requestedAt),
    CompletedTimestamp: new Date(request.requestedAt),
    FailureReason: request.failureReason,
  }
}

function accountArn({ managementAccountId, organizationId }: Organization, accountId: string): string {
  return `arn:aws:organizations::${managementAccountId}:account/${organizationId}/${accountId}`
}
