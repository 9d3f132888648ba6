import type { GetSessionTokenRequest, GetSessionTokenResponse } from '@aws-sdk/client-sts'
import { newTemporaryAccessKeyId } from '../account.ts'
import type { Operation } from '../operation.ts'
import { checkConstraints, constraints } from './constraints.ts'
import { issueCredentials, sessionTimes, userDurationSeconds } from './credentials.ts'
import { errors } from './errors.ts'

/**
 * The caller's own rights under credentials that end. Needs no permission; IAM does not take them, and of STS they are
 * good for AssumeRole and GetCallerIdentity (identity.ts). Writes nothing: see session-token.ts.
 * Source: STS API Reference, GetSessionToken.
 *
 * @throws AccessDenied (MFA, or called with such credentials), ValidationError
 */
export const getSessionToken: Operation<GetSessionTokenRequest, GetSessionTokenResponse> = {
  action: 'sts:GetSessionToken',
  kind: 'read',
  missing: ['There are no MFA devices: SerialNumber and TokenCode always fail.'],

  handle(input, ctx) {
    checkConstraints(input, constraints.getSessionToken)
    if (input.SerialNumber !== undefined || input.TokenCode !== undefined) throw errors.mfaFailed()
    const { user, accountId } = ctx.principal
    const { credentials } = issueCredentials(
      {
        kind: 'user',
        accountId,
        accessKeyId: newTemporaryAccessKeyId(ctx),
        ...sessionTimes(ctx.now, userDurationSeconds(input.DurationSeconds, ctx)),
        ...(user && { user }),
      },
      ctx,
    )
    return { Credentials: credentials }
  },
}
