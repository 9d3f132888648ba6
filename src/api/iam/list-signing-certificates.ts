import type { ListSigningCertificatesRequest, ListSigningCertificatesResponse } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { userOrCaller } from './user.ts'

/**
 * No user has signing certificates: they cannot be made here, and tools that clean up a user ask for them.
 * Source: IAM API Reference, ListSigningCertificates.
 *
 * @throws NoSuchEntity, ValidationError
 */
export const listSigningCertificates: Operation<ListSigningCertificatesRequest, ListSigningCertificatesResponse> = {
  action: 'iam:ListSigningCertificates',
  kind: 'read',

  handle(input, ctx) {
    checkConstraints(input)
    userOrCaller(ctx, input.UserName)
    return { Certificates: [], IsTruncated: false }
  },
}
