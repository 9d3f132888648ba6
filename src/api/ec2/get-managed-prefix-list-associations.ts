import type {
  GetManagedPrefixListAssociationsRequest,
  GetManagedPrefixListAssociationsResult,
} from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import { associationsOf, requireManagedPrefixList } from './managed-prefix-list.ts'
import { paginate } from './pagination.ts'

/**
 * What names a list: security groups and route tables.
 *
 * Source: EC2 API Reference, GetManagedPrefixListAssociations.
 *
 * @throws InvalidPrefixListID.NotFound, InvalidNextToken, InvalidParameterValue
 */
export const getManagedPrefixListAssociations: Operation<
  GetManagedPrefixListAssociationsRequest,
  GetManagedPrefixListAssociationsResult
> = {
  action: 'ec2:GetManagedPrefixListAssociations',
  kind: 'read',

  handle(input, ctx) {
    const list = requireManagedPrefixList(ctx, input.PrefixListId)
    const { page, nextToken } = paginate(associationsOf(ctx, list.prefixListId, ctx.accountId), input, {
      min: 5,
      max: 255,
      idOf: ({ resourceId }) => resourceId,
    })
    return {
      PrefixListAssociations: page.map(({ resourceId, resourceOwner }) => ({
        ResourceId: resourceId,
        ResourceOwner: resourceOwner,
      })),
      NextToken: nextToken,
    }
  },
}
