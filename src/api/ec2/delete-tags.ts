import type { DeleteTagsRequest, Tag as WireTag } from '@aws-sdk/client-ec2'
import type { Tag } from '../../resource/tag.ts'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { requireTagged } from './tagged-resource.ts'
import { checkTagKey } from './tags.ts'

/**
 * Takes tags from resources: those with the given keys (and with the given values, an empty one included, where the caller
 * gives one), or all when no tag is named. A tag that is not there is no error.
 *
 * Source: EC2 API Reference, DeleteTags.
 *
 * @throws InvalidID, InvalidParameterValue, MissingParameter, and each kind's NotFound
 */
export const deleteTags: Operation<DeleteTagsRequest, object> = {
  action: 'ec2:DeleteTags',
  kind: 'write',

  handle(input, ctx) {
    const ids = [...new Set(input.Resources ?? [])]
    if (ids.length === 0) throw errors.missingParameter('resourceIdSet')
    const named = input.Tags ?? []
    for (const { Key: key } of named) checkTagKey(key ?? '')

    for (const id of ids) {
      const resource = requireTagged(ctx, id)
      const left = named.length === 0 ? [] : resource.tags.filter((tag) => !named.some((wire) => isNamed(tag, wire)))
      if (left.length < resource.tags.length) resource.setTags(left)
    }
    return {}
  },
}

function isNamed(tag: Tag, { Key: key, Value: value }: WireTag): boolean {
  return tag.key === key && (value === undefined || tag.value === value)
}
