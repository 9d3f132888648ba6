import type { TouchedResource } from '../identity.ts'
import { fullAwsAccess, fullAwsAccessArn } from '../organizations/full-aws-access.ts'
import {
  type Entry,
  type Row,
  type Rows,
  requestTagKeys,
  resourceTagKeys,
  type Scope,
  valuesAt,
  valuesAtAny,
  wireTagsAt,
} from './row.ts'

/**
 * What every Organizations call touches: `arn:aws:organizations::MANAGEMENT:TYPE/ORGANIZATION/ID`.
 * Source: Service Authorization Reference, "Actions defined by AWS Organizations".
 */
function touched(id: string, { view }: Scope): TouchedResource {
  const organization = view.get('organization', 'organization')
  const arn = (type: string) =>
    `arn:aws:organizations::${organization?.managementAccountId ?? ''}:${type}/${organization?.organizationId ?? '*'}/`
  if (id === fullAwsAccess.policyId) return { resource: fullAwsAccessArn }
  if (id.startsWith('p-')) {
    const policy = view.get('service-control-policy', id)
    return {
      resource: `${arn('policy')}service_control_policy/${id}`,
      keys: { 'organizations:PolicyType': 'SERVICE_CONTROL_POLICY', ...resourceTagKeys('organizations', policy?.tags) },
    }
  }
  if (id.startsWith('r-') || id.startsWith('ou-')) {
    const unit = view.get('organizational-unit', id)
    const type = id.startsWith('r-') ? 'root' : 'ou'
    return { resource: `${arn(type)}${id}`, keys: resourceTagKeys('organizations', unit?.tags) }
  }
  return { resource: `${arn('account')}${id}` }
}

function ids(...members: readonly string[]): Entry {
  return {
    members,
    find: (input, scope) => valuesAtAny(input, members).map((id) => touched(id, scope)),
  }
}

const tagged: Entry = {
  members: ['ResourceId', 'Tags'],
  find: (input, scope) => {
    const given = requestTagKeys(wireTagsAt(input))
    return valuesAt(input, 'ResourceId').map((id) => {
      const found = touched(id, scope)
      return { ...found, keys: { ...found.keys, ...given } }
    })
  },
}

const untagged: Entry = {
  members: ['ResourceId', 'TagKeys'],
  find: (input, scope) =>
    valuesAt(input, 'ResourceId').map((id) => {
      const found = touched(id, scope)
      return { ...found, keys: { ...found.keys, 'aws:TagKeys': valuesAt(input, 'TagKeys') } }
    }),
}

/** For `*`, with the tags that the call gives. */
const anywhere: Row = [
  { members: ['Tags'], find: (input) => [{ resource: '*', keys: requestTagKeys(wireTagsAt(input)) }] },
]
const account: Row = [ids('AccountId')]
const unit: Row = [ids('OrganizationalUnitId')]
const parent: Row = [ids('ParentId')]
const policy: Row = [ids('PolicyId')]
const policyOnTarget: Row = [ids('PolicyId', 'TargetId')]

export const organizationsRows: Rows = {
  CreateOrganization: '*',
  DeleteOrganization: '*',
  EnableAllFeatures: '*',
  LeaveOrganization: '*',
  CreateAccount: anywhere,
  CloseAccount: account,
  MoveAccount: [ids('AccountId', 'SourceParentId', 'DestinationParentId')],
  RemoveAccountFromOrganization: account,
  DescribeAccount: account,

  CreateOrganizationalUnit: parent,
  UpdateOrganizationalUnit: unit,
  DeleteOrganizationalUnit: unit,
  DescribeOrganizationalUnit: unit,
  ListAccountsForParent: parent,
  ListOrganizationalUnitsForParent: parent,
  ListChildren: parent,
  ListParents: [ids('ChildId')],

  CreatePolicy: anywhere,
  UpdatePolicy: policy,
  DeletePolicy: policy,
  DescribePolicy: policy,
  AttachPolicy: policyOnTarget,
  DetachPolicy: policyOnTarget,
  ListPoliciesForTarget: [ids('TargetId')],
  ListTargetsForPolicy: policy,
  DescribeEffectivePolicy: [ids('TargetId')],
  EnablePolicyType: [ids('RootId')],
  DisablePolicyType: [ids('RootId')],

  TagResource: [tagged],
  UntagResource: [untagged],
  ListTagsForResource: [ids('ResourceId')],
}
