import type { DescribeTagsRequest, DescribeTagsResult, ResourceType } from '@aws-sdk/client-ec2'
import { idOf } from '../../resource/kind.ts'
import type { Tag } from '../../resource/tag.ts'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { applyFilters, type FilterTable } from './filters.ts'
import { allOwned, type Scope, type TaggedKind } from './owned.ts'
import { paginate } from './pagination.ts'
import { resourceTypeOf } from './tags.ts'

interface TagOfResource {
  readonly resourceId: string
  readonly resourceType: string
  readonly tag: Tag
}

const filters: FilterTable<TagOfResource> = {
  key: ({ tag }) => tag.key,
  'resource-id': ({ resourceId }) => resourceId,
  'resource-type': ({ resourceType }) => resourceType,
  value: ({ tag }) => tag.value,
}

/**
 * Every tag of the caller's resources in this Region, one item each.
 *
 * Source: EC2 API Reference, DescribeTags.
 *
 * @throws InvalidParameterValue, InvalidNextToken
 */
export const describeTags: Operation<DescribeTagsRequest, DescribeTagsResult> = {
  action: 'ec2:DescribeTags',
  kind: 'read',

  handle(input, ctx) {
    const tags = applyFilters(allTags(ctx), input.Filters, filters, ({ tag }) => [tag], errors.unknownFilter)
    const { page, nextToken } = paginate(tags, input, {
      min: 5,
      max: 1000,
      idOf: ({ resourceId, tag }) => `${resourceId} ${tag.key}`,
    })
    return {
      Tags: page.map(({ resourceId, resourceType, tag }) => ({
        ResourceId: resourceId,
        // The SDK's list of types is older than some of AWS's own answers; ours are all in EC2's documentation.
        ResourceType: resourceType as ResourceType,
        Key: tag.key,
        Value: tag.value,
      })),
      NextToken: nextToken,
    }
  },
}

const kinds: readonly TaggedKind[] = [
  'vpc',
  'subnet',
  'security-group',
  'network-interface',
  'instance',
  'endpoint-service',
  'vpc-endpoint',
  'route-table',
  'internet-gateway',
  'network-acl',
  'dhcp-options',
  'managed-prefix-list',
  'key-pair',
  'flow-log',
]

function allTags(scope: Scope): readonly TagOfResource[] {
  const own = kinds.flatMap((kind) => tagsOfKind(scope, kind))
  const ofRules = allOwned(scope, 'security-group').flatMap((group) =>
    scope.tx
      .by('security-group-rule', 'groupId', group.groupId)
      .flatMap((rule) => each(rule.securityGroupRuleId, 'security-group-rule', rule.tags)),
  )
  const ofPermissions = allOwned(scope, 'endpoint-service').flatMap((service) =>
    service.permissions.flatMap((permission) =>
      each(permission.servicePermissionId, 'vpc-endpoint-service-permission', permission.tags),
    ),
  )
  const ofConnections = allOwned(scope, 'endpoint-service').flatMap((service) =>
    scope.tx
      .by('vpc-endpoint', 'serviceId', service.serviceId)
      .flatMap(({ vpcEndpointConnectionId, connectionTags = [] }) =>
        each(vpcEndpointConnectionId, 'vpc-endpoint-connection', connectionTags),
      ),
  )
  return [...own, ...ofRules, ...ofPermissions, ...ofConnections]
}

function tagsOfKind<K extends TaggedKind>(scope: Scope, kind: K): readonly TagOfResource[] {
  return allOwned(scope, kind).flatMap((resource) => each(idOf[kind](resource), resourceTypeOf(kind), resource.tags))
}

function each(resourceId: string, resourceType: string, tags: readonly Tag[]): readonly TagOfResource[] {
  return tags.map((tag) => ({ resourceId, resourceType, tag }))
}
