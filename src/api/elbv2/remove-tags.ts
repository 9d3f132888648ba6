import type { RemoveTagsInput, RemoveTagsOutput } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Operation } from '../operation.ts'
import { findTaggable, putTags } from './taggable.ts'
import { withoutTags } from './tags.ts'

/**
 * Removes tags by key; a key that is not there is no error.
 * Source: Elastic Load Balancing v2 API Reference, RemoveTags.
 *
 * @throws LoadBalancerNotFound, TargetGroupNotFound, ListenerNotFound
 */
export const removeTags: Operation<RemoveTagsInput, RemoveTagsOutput> = {
  action: 'elasticloadbalancing:RemoveTags',
  kind: 'write',

  handle(input, ctx) {
    for (const arn of input.ResourceArns ?? []) {
      const taggable = findTaggable(ctx, arn)
      putTags(ctx, taggable, withoutTags(taggable.resource.tags, input.TagKeys ?? []))
    }
    return {}
  },
}
