import { AwsError } from '../../aws/error.ts'

/**
 * Codes from the service model. Status 400 for all of them: the model's httpError traits say 403, 404 or 409, but what
 * awsJson1_1 answers is 400 (observed in Terraform provider logs). Texts are the model's unless a line says otherwise.
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

  createAccountStatusNotFound: () =>
    new AwsError(
      'CreateAccountStatusNotFoundException',
      "We can't find an create account request with the CreateAccountRequestId that you specified.",
    ),

  /** The words are ours. */
  invalidInput: (text: string) => new AwsError('InvalidInputException', text),
} as const
