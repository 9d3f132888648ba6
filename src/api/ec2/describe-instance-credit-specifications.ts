import type {
  DescribeInstanceCreditSpecificationsRequest,
  DescribeInstanceCreditSpecificationsResult,
} from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { selectOwned } from './owned.ts'

/**
 * How burstable instances are paid for: of those there are none (DescribeInstanceTypes says so of every type).
 *
 * Source: EC2 API Reference, DescribeInstanceCreditSpecifications.
 *
 * @throws InvalidInstanceID.NotFound, InvalidInstanceID.Malformed
 */
export const describeInstanceCreditSpecifications: Operation<
  DescribeInstanceCreditSpecificationsRequest,
  DescribeInstanceCreditSpecificationsResult
> = {
  action: 'ec2:DescribeInstanceCreditSpecifications',
  kind: 'read',

  handle({ InstanceIds: ids }, ctx) {
    selectOwned(ctx, 'instance', ids, errors.instanceId)
    return { InstanceCreditSpecifications: [] }
  },
}
