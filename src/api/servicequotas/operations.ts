import type * as sdk from '@aws-sdk/client-service-quotas'
import type { Served } from '../served.ts'

/** What is served of Service Quotas, by the name on the wire. */
export const serviceQuotasOperations = {} satisfies Served<typeof sdk>
