import type { DescribePlacementGroupsRequest, DescribePlacementGroupsResult } from '@aws-sdk/client-ec2'
import { AwsError } from '../../aws/error.ts'
import type { Operation } from '../operation.ts'
import { type AbsentKind, findNothing } from './absent.ts'

const kind: AbsentKind = {
  notFound: (id) => new AwsError('InvalidPlacementGroup.Unknown', `The Placement Group '${id}' is unknown.`),
  filterNames: ['group-name', 'group-arn', 'spread-level', 'state', 'strategy'],
}

/**
 * There are no placement groups.
 *
 * Source: EC2 API Reference, DescribePlacementGroups. The error's text is from memory.
 *
 * @throws InvalidPlacementGroup.Unknown, InvalidParameterValue
 */
export const describePlacementGroups: Operation<DescribePlacementGroupsRequest, DescribePlacementGroupsResult> = {
  action: 'ec2:DescribePlacementGroups',
  kind: 'read',

  handle(input) {
    findNothing({ ids: input.GroupIds ?? input.GroupNames, filters: input.Filters }, kind)
    return { PlacementGroups: [] }
  },
}
