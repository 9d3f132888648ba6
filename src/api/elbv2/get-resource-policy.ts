import type { GetResourcePolicyInput, GetResourcePolicyOutput } from '@aws-sdk/client-elastic-load-balancing-v2'
import { AwsError } from '../../aws/error.ts'
import type { Operation } from '../operation.ts'

/**
 * Finds nothing: on AWS only trust stores have resource policies, when they are shared, and here are none (trust-store.ts).
 * Source: Elastic Load Balancing v2 API Reference, GetResourcePolicy.
 *
 * @throws ResourceNotFound
 */
export const getResourcePolicy: Operation<GetResourcePolicyInput, GetResourcePolicyOutput> = {
  action: 'elasticloadbalancing:GetResourcePolicy',
  kind: 'read',

  handle({ ResourceArn: arn = '' }) {
    throw new AwsError('ResourceNotFound', `Resource '${arn}' not found`)
  },
}
