import type { DescribeSecurityGroupReferencesRequest, DescribeSecurityGroupReferencesResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { requireOwned } from './owned.ts'

/**
 * The VPCs on the other side of a peering connection whose groups name one of these: none, since there is no peering.
 *
 * Source: EC2 API Reference, DescribeSecurityGroupReferences.
 *
 * @throws InvalidGroup.NotFound, MissingParameter
 */
export const describeSecurityGroupReferences: Operation<
  DescribeSecurityGroupReferencesRequest,
  DescribeSecurityGroupReferencesResult
> = {
  action: 'ec2:DescribeSecurityGroupReferences',
  kind: 'read',

  handle({ GroupId: ids = [] }, ctx) {
    if (ids.length === 0) throw errors.missingParameter('groupId')
    for (const id of ids) requireOwned(ctx, 'security-group', id, errors.groupId, 'groupId')
    return { SecurityGroupReferenceSet: [] }
  },
}
