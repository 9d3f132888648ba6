import { AwsError } from '../../aws/error.ts'

/** Codes from the service model. Status 400 for all of them, as awsJson1_1 answers. */
export const errors = {
  /** Observed. */
  noSuchService: () =>
    new AwsError('NoSuchResourceException', 'The request failed because the specified service does not exist.'),

  /** In the manner of the one before. */
  noSuchQuota: () =>
    new AwsError('NoSuchResourceException', 'The request failed because the specified quota does not exist.'),

  noSuchRequest: () =>
    new AwsError('NoSuchResourceException', 'The request failed because the specified quota request does not exist.'),

  illegalArgument: (text: string) => new AwsError('IllegalArgumentException', text),

  invalidToken: () => new AwsError('InvalidPaginationTokenException', 'The pagination token is not valid.'),
} as const
