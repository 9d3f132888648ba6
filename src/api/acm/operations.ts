import type * as sdk from '@aws-sdk/client-acm'
import type { Served } from '../served.ts'

/** What is served of Certificate Manager, by the name on the wire. */
export const acmOperations = {} satisfies Served<typeof sdk>
