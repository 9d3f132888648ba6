import type { GetFederationTokenRequest, GetFederationTokenResponse } from '@aws-sdk/client-sts'
import { newTemporaryAccessKeyId } from '../account.ts'
import type { Operation } from '../operation.ts'
import { checkConstraints, constraints } from './constraints.ts'
import { issueCredentials, sessionTimes, userDurationSeconds } from './credentials.ts'
import { checkedOptions, packedPolicySize } from './session-options.ts'

/**
 * Credentials for somebody whom the caller vouches for under a name. They may do what both the session policies and the
 * caller's own policies allow; without session policies, nothing. Writes nothing: see session-token.ts.
 * Source: STS API Reference, GetFederationToken.
 *
 * @throws AccessDenied (called with temporary credentials), ValidationError, MalformedPolicyDocument, PackedPolicyTooLarge
 */
export const getFederationToken: Operation<GetFederationTokenRequest, GetFederationTokenResponse> = {
  action: 'sts:GetFederationToken',
  kind: 'read',

  handle(input, ctx) {
    checkConstraints(input, constraints.getFederationToken)
    const { user, accountId } = ctx.principal
    const name = input.Name ?? ''
    const { credentials } = issueCredentials(
      {
        kind: 'federated-user',
        accountId,
        name,
        accessKeyId: newTemporaryAccessKeyId(ctx),
        ...sessionTimes(ctx.now, userDurationSeconds(input.DurationSeconds, ctx)),
        ...checkedOptions(input, accountId, ctx.tx),
        ...(user && { user }),
      },
      ctx,
    )
    const packed = packedPolicySize(input)
    return {
      Credentials: credentials,
      FederatedUser: {
        FederatedUserId: `${accountId}:${name}`,
        Arn: `arn:aws:sts::${accountId}:federated-user/${name}`,
      },
      ...(packed !== undefined && { PackedPolicySize: packed }),
    }
  },
}
