import { AwsError } from '../../aws/error.ts'

/**
 * The errors of IAM. Codes and statuses: the service model. Texts that IAM was seen to answer, quoted in public issue
 * threads of its clients, are marked [seen]; the others are written in its manner from memory.
 */
const noSuchEntity = (text: string) => new AwsError('NoSuchEntity', text, 404)
const entityAlreadyExists = (text: string) => new AwsError('EntityAlreadyExists', text, 409)
const deleteConflict = (text: string) => new AwsError('DeleteConflict', text, 409)
const limitExceeded = (text: string) => new AwsError('LimitExceeded', text, 409)
const invalidInput = (text: string) => new AwsError('InvalidInput', text)
const validation = (text: string) => new AwsError('ValidationError', text)

/** What has inline policies, as IAM's texts call it. */
export type HolderName = 'user' | 'group' | 'role'

export const errors = {
  invalidInput,
  validation,

  /** [seen] */
  userNotFound: (userName: string) => noSuchEntity(`The user with name ${userName} cannot be found.`),
  /** [seen] */
  groupNotFound: (groupName: string) => noSuchEntity(`The group with name ${groupName} cannot be found.`),
  /** [seen] */
  roleNotFound: (roleName: string) => noSuchEntity(`The role with name ${roleName} cannot be found.`),
  /** [seen] for roles */
  inlinePolicyNotFound: (holder: HolderName, policyName: string) =>
    noSuchEntity(`The ${holder} policy with name ${policyName} cannot be found.`),
  /** [seen] */
  policyNotFound: (policyArn: string) => noSuchEntity(`Policy ${policyArn} was not found.`),
  /** [seen] */
  policyNotAttachable: (policyArn: string) => noSuchEntity(`Policy ${policyArn} does not exist or is not attachable.`),
  policyVersionNotFound: (policyArn: string, versionId: string) =>
    noSuchEntity(`Policy ${policyArn} version ${versionId} does not exist or is not attachable.`),
  /** [seen] */
  accessKeyNotFound: (accessKeyId: string) => noSuchEntity(`The Access Key with id ${accessKeyId} cannot be found.`),
  /** [seen] */
  instanceProfileNotFound: (name: string) => noSuchEntity(`Instance Profile ${name} cannot be found.`),
  accountAliasNotFound: (alias: string) => noSuchEntity(`The account alias ${alias} cannot be found.`),
  /** [seen] */
  loginProfileNotFound: (userName: string) => noSuchEntity(`Login Profile for User ${userName} cannot be found.`),
  userNotInGroup: (userName: string, groupName: string) =>
    noSuchEntity(`The user with name ${userName} cannot be found in the group ${groupName}.`),
  boundaryNotFound: (holder: HolderName, name: string) =>
    noSuchEntity(`The ${holder} with name ${name} does not have a permissions boundary.`),
  roleNotInInstanceProfile: (roleName: string, instanceProfileName: string) =>
    noSuchEntity(`The role with name ${roleName} cannot be found in the instance profile ${instanceProfileName}.`),

  /** [seen] */
  userExists: (userName: string) => entityAlreadyExists(`User with name ${userName} already exists.`),
  /** [seen] */
  groupExists: (groupName: string) => entityAlreadyExists(`Group with name ${groupName} already exists.`),
  /** [seen] */
  roleExists: (roleName: string) => entityAlreadyExists(`Role with name ${roleName} already exists.`),
  /** [seen] */
  policyExists: (policyName: string) =>
    entityAlreadyExists(`A policy called ${policyName} already exists. Duplicate names are not allowed.`),
  /** [seen] */
  instanceProfileExists: (name: string) => entityAlreadyExists(`Instance Profile ${name} already exists.`),
  /** [seen] */
  accountAliasExists: (alias: string) => entityAlreadyExists(`The account alias ${alias} already exists.`),
  /** [seen] */
  serviceLinkedRoleExists: (roleName: string) =>
    invalidInput(`Service role name ${roleName} has been taken in this account, please try a different suffix.`),

  unknownLinkedService: (serviceName: string) =>
    invalidInput(`Invalid service name: ${serviceName}. This service does not have a service-linked role here.`),
  /** [seen] */
  noCustomSuffix: (serviceName: string) => invalidInput(`Custom suffix is not allowed for ${serviceName}`),
  notServiceLinked: (roleName: string) =>
    invalidInput(`The role ${roleName} is not a service-linked role. Delete it with DeleteRole.`),
  deletionTaskNotFound: (taskId: string) => noSuchEntity(`The deletion task ${taskId} cannot be found.`),

  /** [seen] */
  mustDetachPolicies: () => deleteConflict('Cannot delete entity, must detach all policies first.'),
  /** [seen] */
  mustDeletePolicies: () => deleteConflict('Cannot delete entity, must delete policies first.'),
  /** [seen] */
  mustDeleteAccessKeys: () => deleteConflict('Cannot delete entity, must delete access keys first.'),
  /** [seen] */
  mustRemoveUsers: () => deleteConflict('Cannot delete entity, must remove users from group first.'),
  /** [seen] */
  mustRemoveRoles: () => deleteConflict('Cannot delete entity, must remove roles from instance profile first.'),
  /** [seen] */
  policyAttached: () => deleteConflict('Cannot delete a policy attached to entities.'),
  /** [seen] */
  policyHasVersions: () =>
    deleteConflict(
      "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
    ),
  /** [seen] */
  defaultVersion: () => deleteConflict('Cannot delete the default version of a policy.'),

  /** [seen] with `AccessKeysPerUser: 2` and `PoliciesPerRole: 10` */
  quotaExceeded: (quota: string, limit: number) => limitExceeded(`Cannot exceed quota for ${quota}: ${limit}`),
  /** [seen] for roles */
  inlinePoliciesTooLong: (holder: HolderName, name: string, limit: number) =>
    limitExceeded(`Maximum policy size of ${limit} bytes exceeded for ${holder} ${name}`),
  /** [seen] */
  tooManyVersions: (limit: number) =>
    limitExceeded(
      `A managed policy can have up to ${limit} versions. Before you create a new version, you must delete an existing version.`,
    ),

  malformedPolicy: (text: string) => new AwsError('MalformedPolicyDocument', text),

  /** [seen] */
  invalidArn: (arn: string) => invalidInput(`ARN ${arn} is not valid.`),
  invalidActionName: (action: string) =>
    invalidInput(
      `Invalid action name: ${action.slice(0, 128)}. It must be a service and an action, e.g. ec2:CreateVpc.`,
    ),
  /** [seen] */
  duplicateTagKeys: () => invalidInput('Duplicate tag keys found. Please note that Tag keys are case insensitive.'),
  reservedTagKey: (key: string) =>
    invalidInput(`The tag key ${key} is not valid: keys that begin with aws: are reserved for system use.`),

  /** [seen] */
  mustNameUser: () => validation('Must specify userName when calling with non-User credentials'),
  /** [seen] for names of roles and users */
  invalidName: (member: string) =>
    validation(
      `The specified value for ${member} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`,
    ),
  /** [seen] */
  invalidPath: (member: string) =>
    validation(
      `The specified value for ${member} is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.`,
    ),
  reservedPath: (path: string) =>
    validation(`The specified value for path is invalid. ${path} is reserved for service-linked roles.`),
  invalidMarker: () => validation('Invalid Marker.'),

  /** [seen] */
  protectedRole: (roleName: string, service: string) =>
    new AwsError(
      'UnmodifiableEntity',
      `Cannot perform the operation on the protected role '${roleName}' - this role is only modifiable by ${service}`,
    ),
  /** [seen] */
  notAttachableToService: (policyArn: string) =>
    new AwsError('PolicyNotAttachable', `Cannot attach a Service Role Policy to a Customer Role. (${policyArn})`),

  accessDenied: (text: string) => new AwsError('AccessDenied', text, 403),
} as const
