import type { AddTagsInput, AddTagsOutput } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Operation } from '../operation.ts'
import { findTaggable, putTags } from './taggable.ts'
import { mergeTags, parseTags } from './tags.ts'

/**
 * Adds or replaces tags of load balancers, target groups and listeners.
 * Source: Elastic Load Balancing v2 API Reference, AddTags.
 *
 * @throws LoadBalancerNotFound, TargetGroupNotFound, ListenerNotFound, DuplicateTagKeys, TooManyTags
 */
export const addTags: Operation<AddTagsInput, AddTagsOutput> = {
  action: 'elasticloadbalancing:AddTags',
  kind: 'write',

  handle(input, ctx) {
    const added = parseTags(input.Tags)
    for (const arn of input.ResourceArns ?? []) {
      const taggable = findTaggable(ctx, arn)
      putTags(ctx, taggable, mergeTags(taggable.resource.tags, added))
    }
    return {}
  },
}
