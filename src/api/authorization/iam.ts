import type { Tag } from '../../resource/tag.ts'
import type { TouchedResource } from '../identity.ts'
import type { ConditionKeys } from '../identity-context.ts'
import {
  type Entry,
  type Input,
  type Row,
  type Rows,
  requestTagKeys,
  resourceTagKeys,
  type Scope,
  valuesAt,
  wireTagsAt,
} from './row.ts'

/**
 * What every IAM call touches: `arn:aws:iam::ACCOUNT:user/PATH/NAME` and its like. Reads of one thing are about that thing.
 *
 * A create call names its ARN itself, since path and name are given. A call without UserName is about the caller.
 * Source: Service Authorization Reference, "Actions defined by AWS Identity and Access Management".
 */
type Type = 'user' | 'group' | 'role' | 'instance-profile'

interface Found {
  readonly path: string
  readonly tags?: readonly Tag[]
  readonly permissionsBoundaryArn?: string
}

function findNamed(type: Type, name: string, { view, accountId }: Scope): Found | undefined {
  return view.get(type, `${accountId}|${name}`)
}

function arnOf(type: Type, name: string, path: string, { accountId }: Scope): string {
  return `arn:aws:iam::${accountId}:${type}${path.endsWith('/') ? path : `${path}/`}${name}`
}

type Keys = (input: Input, scope: Scope, found: Found | undefined) => ConditionKeys

const noKeys: Keys = () => ({})

function named(type: Type, member: string, keys: Keys = noKeys, reads: readonly string[] = []): Entry {
  return {
    members: [member, ...reads],
    find: (input, scope) => {
      const self = type === 'user' ? scope.principal.user?.userName : undefined
      const name = valuesAt(input, member)[0] ?? self
      if (name === undefined) return []
      const found = findNamed(type, name, scope)
      return [
        {
          resource: arnOf(type, name, found?.path ?? '/', scope),
          keys: {
            ...resourceTagKeys('iam', found?.tags),
            ...keys(input, scope, found),
          },
        },
      ]
    },
  }
}

/** @param tagAction the right to give tags, which a create call with tags needs too */
function created(type: Type | 'policy', member: string, tagAction: string | undefined): Entry {
  return {
    members: [
      member,
      'Path',
      ...(type === 'user' || type === 'role' ? ['PermissionsBoundary'] : []),
      ...(tagAction ? ['Tags'] : []),
    ],
    find: (input, scope) => {
      const [name] = valuesAt(input, member)
      if (name === undefined) return []
      const resource = arnOf(type as Type, name, valuesAt(input, 'Path')[0] ?? '/', scope)
      const given = requestTagKeys(wireTagsAt(input))
      return [
        { resource, keys: { ...given, 'iam:PermissionsBoundary': valuesAt(input, 'PermissionsBoundary')[0] } },
        ...(tagAction && given['aws:TagKeys'] ? [{ action: tagAction, resource, keys: given }] : []),
      ]
    },
  }
}

/** Tags given or taken by the call. */
const changedTags: Keys = (input) => {
  const removed = valuesAt(input, 'TagKeys')
  return { ...requestTagKeys(wireTagsAt(input)), ...(removed.length > 0 && { 'aws:TagKeys': removed }) }
}
/** Which managed policy is attached, and the boundary of who gets it. */
const attached: Keys = (input, _, found) => ({
  'iam:PolicyARN': valuesAt(input, 'PolicyArn')[0],
  'iam:PermissionsBoundary': found?.permissionsBoundaryArn,
})
const bounded: Keys = (_, __, found) => ({ 'iam:PermissionsBoundary': found?.permissionsBoundaryArn })
const newBoundary: Keys = (input) => ({ 'iam:PermissionsBoundary': valuesAt(input, 'PermissionsBoundary')[0] })

/** The user that calls, whom no member names. */
const caller: Entry = { members: [], find: (_, scope) => named('user', '').find({}, scope) }

/** Made by a service for its own use; the name is the service's to choose. */
const serviceLinkedRole: Entry = {
  members: ['AWSServiceName'],
  find: (input, { accountId }) =>
    valuesAt(input, 'AWSServiceName').map((service) => ({
      resource: `arn:aws:iam::${accountId}:role/aws-service-role/${service}/*`,
      keys: { 'iam:AWSServiceName': service },
    })),
}

const user: Row = [named('user', 'UserName')]
const group: Row = [named('group', 'GroupName')]
const role: Row = [named('role', 'RoleName')]
const instanceProfile: Row = [named('instance-profile', 'InstanceProfileName')]
const boundUser: Row = [named('user', 'UserName', bounded)]
const boundRole: Row = [named('role', 'RoleName', bounded)]

/** A managed policy, or whatever else the member has the ARN of. */
function byArn(member: string, keys: (input: Input) => ConditionKeys = () => ({})): Entry {
  return {
    members: [member],
    find: (input, scope) =>
      valuesAt(input, member).map((resource): TouchedResource => {
        const found = scope.view.get('managed-policy', resource)
        const tags = found?.accountId === scope.accountId ? found.tags : undefined
        return { resource, keys: { ...resourceTagKeys('iam', tags), ...keys(input) } }
      }),
  }
}
const policy: Row = [byArn('PolicyArn')]

/** A new name or path: the caller needs the right to what it becomes, too (IAM API Reference, UpdateUser). */
function renamed(type: 'user' | 'group', member: string, newName: string, newPath: string): Entry {
  return {
    members: [member, newName, newPath],
    find: (input, scope) => {
      const [from] = valuesAt(input, member)
      const [name = from] = valuesAt(input, newName)
      if (name === undefined || from === undefined) return []
      const path = valuesAt(input, newPath)[0] ?? findNamed(type, from, scope)?.path ?? '/'
      return [{ resource: arnOf(type, name, path, scope) }]
    },
  }
}

/** Lists are of a path: `arn:aws:iam::ACCOUNT:role/` (observed in AWS's refusals). */
function listed(type: Type): Row {
  return [
    {
      members: ['PathPrefix'],
      find: (input, { accountId }) => [
        { resource: `arn:aws:iam::${accountId}:${type}${valuesAt(input, 'PathPrefix')[0] ?? '/'}` },
      ],
    },
  ]
}

/** Who puts a role into an instance profile passes it on. */
const passedRole: Entry = {
  members: ['RoleName'],
  find: (input, scope) =>
    valuesAt(input, 'RoleName').map((name) => ({
      action: 'iam:PassRole',
      resource: arnOf('role', name, findNamed('role', name, scope)?.path ?? '/', scope),
      keys: { 'iam:PassedToService': 'ec2.amazonaws.com' },
    })),
}

const tagMembers = ['Tags']
const untagMembers = ['TagKeys']

export const iamRows: Rows = {
  CreateUser: [created('user', 'UserName', 'iam:TagUser')],
  UpdateUser: [named('user', 'UserName'), renamed('user', 'UserName', 'NewUserName', 'NewPath')],
  ListUsers: listed('user'),
  DeleteUser: user,
  GetUser: user,
  TagUser: [named('user', 'UserName', changedTags, tagMembers)],
  UntagUser: [named('user', 'UserName', changedTags, untagMembers)],
  ListUserTags: user,
  PutUserPolicy: boundUser,
  DeleteUserPolicy: boundUser,
  GetUserPolicy: user,
  ListUserPolicies: user,
  AttachUserPolicy: [named('user', 'UserName', attached, ['PolicyArn'])],
  DetachUserPolicy: [named('user', 'UserName', attached, ['PolicyArn'])],
  ListAttachedUserPolicies: user,
  PutUserPermissionsBoundary: [named('user', 'UserName', newBoundary, ['PermissionsBoundary'])],
  DeleteUserPermissionsBoundary: boundUser,
  CreateAccessKey: user,
  UpdateAccessKey: user,
  DeleteAccessKey: user,
  ListAccessKeys: user,
  CreateLoginProfile: user,
  UpdateLoginProfile: user,
  DeleteLoginProfile: user,
  GetLoginProfile: user,
  ListGroupsForUser: user,
  ListMFADevices: user,
  ListSigningCertificates: user,
  ListSSHPublicKeys: user,
  ListServiceSpecificCredentials: user,
  ChangePassword: [caller],

  CreateGroup: [created('group', 'GroupName', undefined)],
  UpdateGroup: [named('group', 'GroupName'), renamed('group', 'GroupName', 'NewGroupName', 'NewPath')],
  ListGroups: listed('group'),
  DeleteGroup: group,
  GetGroup: group,
  AddUserToGroup: group,
  RemoveUserFromGroup: group,
  PutGroupPolicy: group,
  DeleteGroupPolicy: group,
  GetGroupPolicy: group,
  ListGroupPolicies: group,
  AttachGroupPolicy: [named('group', 'GroupName', attached, ['PolicyArn'])],
  DetachGroupPolicy: [named('group', 'GroupName', attached, ['PolicyArn'])],
  ListAttachedGroupPolicies: group,

  CreateRole: [created('role', 'RoleName', 'iam:TagRole')],
  CreateServiceLinkedRole: [serviceLinkedRole],
  DeleteServiceLinkedRole: role,
  GetServiceLinkedRoleDeletionStatus: '*',
  UpdateRole: role,
  UpdateRoleDescription: role,
  UpdateAssumeRolePolicy: role,
  DeleteRole: role,
  ListRoles: listed('role'),
  GetRole: role,
  TagRole: [named('role', 'RoleName', changedTags, tagMembers)],
  UntagRole: [named('role', 'RoleName', changedTags, untagMembers)],
  ListRoleTags: role,
  PutRolePolicy: boundRole,
  DeleteRolePolicy: boundRole,
  GetRolePolicy: role,
  ListRolePolicies: role,
  AttachRolePolicy: [named('role', 'RoleName', attached, ['PolicyArn'])],
  DetachRolePolicy: [named('role', 'RoleName', attached, ['PolicyArn'])],
  ListAttachedRolePolicies: role,
  PutRolePermissionsBoundary: [named('role', 'RoleName', newBoundary, ['PermissionsBoundary'])],
  DeleteRolePermissionsBoundary: boundRole,
  ListInstanceProfilesForRole: role,

  CreatePolicy: [created('policy', 'PolicyName', 'iam:TagPolicy')],
  DeletePolicy: policy,
  GetPolicy: policy,
  CreatePolicyVersion: policy,
  DeletePolicyVersion: policy,
  GetPolicyVersion: policy,
  ListPolicyVersions: policy,
  SetDefaultPolicyVersion: policy,
  ListEntitiesForPolicy: policy,
  TagPolicy: [byArn('PolicyArn', (input) => requestTagKeys(wireTagsAt(input)))],
  UntagPolicy: [byArn('PolicyArn', (input) => ({ 'aws:TagKeys': valuesAt(input, 'TagKeys') }))],
  ListPolicyTags: policy,

  CreateInstanceProfile: [created('instance-profile', 'InstanceProfileName', 'iam:TagInstanceProfile')],
  DeleteInstanceProfile: instanceProfile,
  GetInstanceProfile: instanceProfile,
  ListInstanceProfiles: listed('instance-profile'),
  AddRoleToInstanceProfile: [named('instance-profile', 'InstanceProfileName'), passedRole],
  RemoveRoleFromInstanceProfile: instanceProfile,
  TagInstanceProfile: [named('instance-profile', 'InstanceProfileName', changedTags, tagMembers)],
  UntagInstanceProfile: [named('instance-profile', 'InstanceProfileName', changedTags, untagMembers)],
  ListInstanceProfileTags: instanceProfile,

  CreateAccountAlias: '*',
  DeleteAccountAlias: '*',
  UpdateAccountPasswordPolicy: '*',
  DeleteAccountPasswordPolicy: '*',
  GenerateCredentialReport: '*',
  SimulateCustomPolicy: '*',
  SimulatePrincipalPolicy: [byArn('PolicySourceArn')],
  GetContextKeysForCustomPolicy: '*',
  GetContextKeysForPrincipalPolicy: [byArn('PolicySourceArn')],
}
