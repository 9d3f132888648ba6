import { AwsError } from '../../aws/error.ts'

/**
 * Codes from the service model. Status 400 for all of them: the model's httpError traits say 403, 404 or 409, but what
 * awsJson1_1 answers is 400 (observed in Terraform provider logs). Texts are the model's, or from
 * memory in its manner, unless a line says otherwise.
 */
export const errors = {
  /** Observed. */
  accessDenied: () => new AwsError('AccessDeniedException', "You don't have permissions to access this resource."),

  /** Observed. */
  alreadyInOrganization: () =>
    new AwsError('AlreadyInOrganizationException', 'The AWS account is already a member of an organization.'),

  /** Observed. */
  notInUse: () => new AwsError('AWSOrganizationsNotInUseException', 'Your account is not a member of an organization.'),

  /** The words are ours: AWS has many organizations, an installation of Underpass has one. */
  onlyOneOrganization: (managementAccountId: string) =>
    new AwsError(
      'ConstraintViolationException',
      `There is an organization already, and one installation holds one. Its management account is ${managementAccountId}.`,
    ),

  accountNotFound: () => new AwsError('AccountNotFoundException', "You specified an account that doesn't exist."),
  parentNotFound: () => new AwsError('ParentNotFoundException', "You specified parent that doesn't exist."),
  rootNotFound: () => new AwsError('RootNotFoundException', "You specified a root that doesn't exist."),
  childNotFound: () =>
    new AwsError('ChildNotFoundException', "You specified a child account or OU that doesn't exist."),
  targetNotFound: () => new AwsError('TargetNotFoundException', "You specified a target that doesn't exist."),
  organizationalUnitNotFound: () =>
    new AwsError('OrganizationalUnitNotFoundException', "You specified an organizational unit that doesn't exist."),
  policyNotFound: () => new AwsError('PolicyNotFoundException', "You specified a policy that doesn't exist."),
  sourceParentNotFound: () =>
    new AwsError(
      'SourceParentNotFoundException',
      "We can't find a root or OU with the ParentId that you specified as the source.",
    ),
  destinationParentNotFound: () =>
    new AwsError(
      'DestinationParentNotFoundException',
      "We can't find the destination container (a root or OU) with the ParentId that you specified.",
    ),

  duplicateOrganizationalUnit: () =>
    new AwsError('DuplicateOrganizationalUnitException', 'An OU with the same name already exists.'),
  duplicateAccount: () =>
    new AwsError('DuplicateAccountException', 'That account is already present in the specified destination.'),
  /** Observed. */
  duplicatePolicy: () =>
    new AwsError('DuplicatePolicyException', 'A policy with the specified name and type already exists.'),
  duplicatePolicyAttachment: () =>
    new AwsError(
      'DuplicatePolicyAttachmentException',
      'The selected policy is already attached to the specified target.',
    ),

  organizationalUnitNotEmpty: () =>
    new AwsError(
      'OrganizationalUnitNotEmptyException',
      'The specified OU is not empty. Move all accounts to another root or to other OUs, remove all child OUs, and try the operation again.',
    ),
  /** Observed. */
  organizationNotEmpty: () =>
    new AwsError(
      'OrganizationNotEmptyException',
      'To delete an organization you must first remove all member accounts (except the master).',
    ),
  policyInUse: () =>
    new AwsError(
      'PolicyInUseException',
      'The policy is attached to one or more entities. You must detach it from all roots, OUs, and accounts before performing this operation.',
    ),
  policyNotAttached: () =>
    new AwsError(
      'PolicyNotAttachedException',
      "The policy isn't attached to the specified target in the specified root.",
    ),
  policyTypeNotEnabled: () =>
    new AwsError(
      'PolicyTypeNotEnabledException',
      "The specified policy type isn't currently enabled in this root. Enable it with EnablePolicyType.",
    ),
  policyTypeAlreadyEnabled: () =>
    new AwsError(
      'PolicyTypeAlreadyEnabledException',
      'The specified policy type is already enabled in the specified root.',
    ),
  /** AWS's code; the words are ours. */
  policyTypeNotAvailable: (type: string) =>
    new AwsError(
      'PolicyTypeNotAvailableForOrganizationException',
      `This organization has no policies of the type ${type}; it has SERVICE_CONTROL_POLICY, with all features.`,
    ),
  malformedPolicyDocument: (text: string) =>
    new AwsError(
      'MalformedPolicyDocumentException',
      `The provided policy document does not meet the requirements of the specified policy type. ${text}`,
    ),
  lastPolicy: () =>
    new AwsError(
      'ConstraintViolationException',
      'You cannot remove the last policy attached to the specified target. You must have at least one attached at all times.',
    ),
  /** Observed. */
  tooDeep: () =>
    new AwsError(
      'ConstraintViolationException',
      'You cannot add an organizational unit to the specified parent because it would exceed the max depth allowed.',
    ),
  /** Observed. */
  tooManyPolicies: () =>
    new AwsError(
      'ConstraintViolationException',
      'You have attached the maximum number of policies to the specified target.',
    ),
  constraintViolation: (text: string) => new AwsError('ConstraintViolationException', text),
  immutablePolicy: () =>
    new AwsError('InvalidInputException', 'You specified a policy that is managed by AWS and cannot be modified.'),
  masterCannotLeave: () =>
    new AwsError(
      'MasterCannotLeaveOrganizationException',
      "You can't remove a management account from an organization.",
    ),
  accountAlreadyClosed: () =>
    new AwsError('AccountAlreadyClosedException', 'You attempted to close an account that is already closed.'),

  createAccountStatusNotFound: () =>
    new AwsError(
      'CreateAccountStatusNotFoundException',
      "We can't find an create account request with the CreateAccountRequestId that you specified.",
    ),

  /** The first sentence was observed. */
  invalidPattern: (member: string, value: string) =>
    new AwsError(
      'InvalidInputException',
      `You provided a value that does not match the required pattern. ${member} is '${value.slice(0, 100)}'.`,
    ),

  /** The words are ours. */
  invalidInput: (text: string) => new AwsError('InvalidInputException', text),
} as const
