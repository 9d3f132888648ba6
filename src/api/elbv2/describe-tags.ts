import type { DescribeTagsInput, DescribeTagsOutput } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Operation } from '../operation.ts'
import { validationError } from './errors.ts'
import { findTaggable } from './taggable.ts'
import { describeTags as describe } from './tags.ts'

/** ARNs in one request. */
const maxResources = 20

/**
 * The tags of up to 20 load balancers, target groups and listeners.
 * Source: Elastic Load Balancing v2 API Reference, DescribeTags.
 *
 * @throws LoadBalancerNotFound, TargetGroupNotFound, ListenerNotFound
 */
export const describeTags: Operation<DescribeTagsInput, DescribeTagsOutput> = {
  action: 'elasticloadbalancing:DescribeTags',
  kind: 'read',

  handle(input, ctx) {
    const arns = input.ResourceArns ?? []
    if (arns.length > maxResources) throw validationError(`Cannot have more than ${maxResources} resources described`)
    return {
      TagDescriptions: arns.map((arn) => ({ ResourceArn: arn, Tags: describe(findTaggable(ctx, arn).resource.tags) })),
    }
  },
}
