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

  /** The words are ours: on AWS the member works. */
  notServed: (member: string) =>
    new AwsError('ValidationError', `AssumeRole is served without ${member}. Send the request without it.`),
} as const
