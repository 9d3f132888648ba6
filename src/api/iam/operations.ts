import type * as sdk from '@aws-sdk/client-iam'
import type { Served } from '../served.ts'

/** What is served of IAM, by the name on the wire. */
export const iamOperations = {} satisfies Served<typeof sdk>
