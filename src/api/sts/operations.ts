import type * as sdk from '@aws-sdk/client-sts'
import type { Served } from '../served.ts'
import { assumeRole } from './assume-role.ts'
import { getCallerIdentity } from './get-caller-identity.ts'

/** What is served of STS, by the name on the wire. */
export const stsOperations = {
  AssumeRole: assumeRole,
  GetCallerIdentity: getCallerIdentity,
} satisfies Served<typeof sdk>
