import type { GetAccessKeyInfoRequest, GetAccessKeyInfoResponse } from '@aws-sdk/client-sts'
import type { Operation } from '../operation.ts'
import { checkConstraints, constraints } from './constraints.ts'
import { errors } from './errors.ts'

/**
 * The account that a long-lived access key belongs to; whether it is in use is not told.
 * Source: STS API Reference, GetAccessKeyInfo.
 *
 * @throws ValidationError
 */
export const getAccessKeyInfo: Operation<GetAccessKeyInfoRequest, GetAccessKeyInfoResponse> = {
  action: 'sts:GetAccessKeyInfo',
  kind: 'read',
  missing: ['Keys that begin with ASIA are refused with ValidationError: sessions are not stored.'],

  handle(input, { tx }) {
    checkConstraints(input, constraints.getAccessKeyInfo)
    const key = tx.get('access-key', input.AccessKeyId)
    if (!key) throw errors.unknownAccessKey(input.AccessKeyId ?? '')
    return { Account: key.accountId }
  },
}
