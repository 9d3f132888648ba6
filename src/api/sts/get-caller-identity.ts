import type { GetCallerIdentityRequest, GetCallerIdentityResponse } from '@aws-sdk/client-sts'
import type { Operation } from '../operation.ts'

/** Whose credentials these are. Needs no permission. Source: STS API Reference, GetCallerIdentity. */
export const getCallerIdentity: Operation<GetCallerIdentityRequest, GetCallerIdentityResponse> = {
  action: 'sts:GetCallerIdentity',
  kind: 'read',
  handle(_input, { principal }) {
    return { UserId: principal.userId, Account: principal.accountId, Arn: principal.arn }
  },
}
