import type { DescribeAccountLimitsInput, DescribeAccountLimitsOutput } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Operation } from '../operation.ts'
import { accountLimits } from './limits.ts'
import { page } from './pagination.ts'

/**
 * The limits of the caller's account in this region; for the kinds of load balancer that are refused the limit is 0.
 * Source: Elastic Load Balancing v2 API Reference, DescribeAccountLimits.
 */
export const describeAccountLimits: Operation<DescribeAccountLimitsInput, DescribeAccountLimitsOutput> = {
  action: 'elasticloadbalancing:DescribeAccountLimits',
  kind: 'read',

  handle(input, ctx) {
    const { items, NextMarker } = page(accountLimits(ctx), ({ name }) => name, input)
    return {
      Limits: items.map(({ name, max }) => ({ Name: name, Max: String(max) })),
      ...(NextMarker && { NextMarker }),
    }
  },
}
