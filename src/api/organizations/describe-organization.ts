import type { DescribeOrganizationResponse } from '@aws-sdk/client-organizations'
import type { Operation } from '../operation.ts'
import { describeOrganizationValue, organizationOf } from './membership.ts'

/** The caller's organization; any member may ask. Source: Organizations API Reference, DescribeOrganization. */
export const describeOrganization: Operation<object, DescribeOrganizationResponse> = {
  action: 'organizations:DescribeOrganization',
  kind: 'read',

  handle(_input, ctx) {
    return { Organization: describeOrganizationValue(ctx.tx, organizationOf(ctx)) }
  },
}
