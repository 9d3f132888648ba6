import type * as sdk from '@aws-sdk/client-organizations'
import type { Served } from '../served.ts'
import { attachPolicy } from './attach-policy.ts'
import { closeAccount } from './close-account.ts'
import { createAccount } from './create-account.ts'
import { createOrganization } from './create-organization.ts'
import { createOrganizationalUnit } from './create-organizational-unit.ts'
import { createPolicy } from './create-policy.ts'
import { deleteOrganization } from './delete-organization.ts'
import { deleteOrganizationalUnit } from './delete-organizational-unit.ts'
import { deletePolicy } from './delete-policy.ts'
import { describeAccount } from './describe-account.ts'
import { describeCreateAccountStatus } from './describe-create-account-status.ts'
import { describeOrganization } from './describe-organization.ts'
import { describeOrganizationalUnit } from './describe-organizational-unit.ts'
import { describePolicy } from './describe-policy.ts'
import { detachPolicy } from './detach-policy.ts'
import { disablePolicyType } from './disable-policy-type.ts'
import { enablePolicyType } from './enable-policy-type.ts'
import { leaveOrganization } from './leave-organization.ts'
import { listAccounts } from './list-accounts.ts'
import { listAccountsForParent } from './list-accounts-for-parent.ts'
import { listAWSServiceAccessForOrganization } from './list-aws-service-access-for-organization.ts'
import { listChildren } from './list-children.ts'
import { listCreateAccountStatus } from './list-create-account-status.ts'
import { listDelegatedAdministrators } from './list-delegated-administrators.ts'
import { listOrganizationalUnitsForParent } from './list-organizational-units-for-parent.ts'
import { listParents } from './list-parents.ts'
import { listPolicies } from './list-policies.ts'
import { listPoliciesForTarget } from './list-policies-for-target.ts'
import { listRoots } from './list-roots.ts'
import { listTagsForResource } from './list-tags-for-resource.ts'
import { listTargetsForPolicy } from './list-targets-for-policy.ts'
import { moveAccount } from './move-account.ts'
import { removeAccountFromOrganization } from './remove-account-from-organization.ts'
import { tagResource } from './tag-resource.ts'
import { untagResource } from './untag-resource.ts'
import { updateOrganizationalUnit } from './update-organizational-unit.ts'
import { updatePolicy } from './update-policy.ts'

/** What is served of Organizations, by the name on the wire. */
export const organizationsOperations = {
  AttachPolicy: attachPolicy,
  CloseAccount: closeAccount,
  CreateAccount: createAccount,
  CreateOrganization: createOrganization,
  CreateOrganizationalUnit: createOrganizationalUnit,
  CreatePolicy: createPolicy,
  DeleteOrganization: deleteOrganization,
  DeleteOrganizationalUnit: deleteOrganizationalUnit,
  DeletePolicy: deletePolicy,
  DescribeAccount: describeAccount,
  DescribeCreateAccountStatus: describeCreateAccountStatus,
  DescribeOrganization: describeOrganization,
  DescribeOrganizationalUnit: describeOrganizationalUnit,
  DescribePolicy: describePolicy,
  DetachPolicy: detachPolicy,
  DisablePolicyType: disablePolicyType,
  EnablePolicyType: enablePolicyType,
  LeaveOrganization: leaveOrganization,
  ListAWSServiceAccessForOrganization: listAWSServiceAccessForOrganization,
  ListAccounts: listAccounts,
  ListAccountsForParent: listAccountsForParent,
  ListChildren: listChildren,
  ListCreateAccountStatus: listCreateAccountStatus,
  ListDelegatedAdministrators: listDelegatedAdministrators,
  ListOrganizationalUnitsForParent: listOrganizationalUnitsForParent,
  ListParents: listParents,
  ListPolicies: listPolicies,
  ListPoliciesForTarget: listPoliciesForTarget,
  ListRoots: listRoots,
  ListTagsForResource: listTagsForResource,
  ListTargetsForPolicy: listTargetsForPolicy,
  MoveAccount: moveAccount,
  RemoveAccountFromOrganization: removeAccountFromOrganization,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateOrganizationalUnit: updateOrganizationalUnit,
  UpdatePolicy: updatePolicy,
} satisfies Served<typeof sdk>
