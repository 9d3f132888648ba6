import { AwsError } from '../../aws/error.ts'

/** Codes and statuses from the service model; texts observed unless a line says otherwise. */
export const errors = {
  /** Says nothing about whether the role exists. */
  assumeRoleDenied: (principalArn: string, roleArn: string, action = 'sts:AssumeRole') =>
    new AwsError(
      'AccessDenied',
      `User: ${principalArn} is not authorized to perform: ${action} on resource: ${roleArn}`,
      403,
    ),

  accessDenied: (text: string) => new AwsError('AccessDenied', text, 403),

  mfaFailed: () =>
    new AwsError(
      'AccessDenied',
      'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
      403,
    ),

  validation: (text: string) => new AwsError('ValidationError', text),

  durationExceedsRole: () =>
    new AwsError('ValidationError', 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.'),

  durationExceedsChain: () =>
    new AwsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    ),

  malformedPolicy: (text: string) => new AwsError('MalformedPolicyDocument', text),

  /** The words are ours: AWS's were not seen. */
  packedPolicyTooLarge: (percent: number) =>
    new AwsError('PackedPolicyTooLarge', `Packed size of session policies consumes ${percent}% of allotted space.`),

  tooMany: (member: string, most: number) =>
    new AwsError(
      'ValidationError',
      `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must have length less than or equal to ${most}`,
    ),

  /** The words of the following six are ours. */
  policyNotThere: (arn: string) =>
    new AwsError('ValidationError', `The policy ${arn} does not exist or is not one of the account.`),
  invalidTag: (part: 'key' | 'value', text: string) =>
    new AwsError('ValidationError', `The tag ${part} '${text}' has a character or a length that is not allowed.`),
  duplicateTagKey: () =>
    new AwsError('ValidationError', 'Duplicate tag keys found. Tag keys of sessions are case insensitive.'),
  transitiveKeyWithoutTag: () =>
    new AwsError('ValidationError', 'The specified transitive tag key must be included in the requested tags.'),
  transitiveKeyTaken: () =>
    new AwsError(
      'ValidationError',
      "A tag can't be set because the calling session has a transitive tag of the same key.",
    ),
  unknownAccessKey: (accessKeyId: string) =>
    new AwsError('ValidationError', `The access key ${accessKeyId} does not exist here, or is one of a session.`),

  /** Code and status from the service model; the words are ours. */
  invalidAuthorizationMessage: () =>
    new AwsError(
      'InvalidAuthorizationMessageException',
      'Message is invalid: it was not made here, or not for this account.',
    ),

  /** The words are ours: on AWS the member works. */
  notServed: (member: string) =>
    new AwsError('ValidationError', `AssumeRole is served without ${member}. Send the request without it.`),
} as const
