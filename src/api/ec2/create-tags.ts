import type { CreateTagsRequest } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { requireTagged } from './tagged-resource.ts'
import { checkedTags, mergeTags } from './tags.ts'

/** CreateTags: "The IDs of the resources, separated by spaces. Up to 1000". */
const maxResources = 1000

/**
 * Gives tags to resources of any kind; a key that is there gets the new value. All resources are written, or none.
 *
 * Source: EC2 API Reference, CreateTags.
 *
 * @throws InvalidID, InvalidParameterValue, TagLimitExceeded, MissingParameter, and each kind's NotFound
 */
export const createTags: Operation<CreateTagsRequest, object> = {
  action: 'ec2:CreateTags',
  kind: 'write',

  handle(input, ctx) {
    const ids = [...new Set(input.Resources ?? [])]
    if (ids.length === 0) throw errors.missingParameter('resourceIdSet')
    if (!input.Tags || input.Tags.length === 0) throw errors.missingParameter('tagSet')
    if (ids.length > maxResources)
      throw errors.invalidParameterValue(`At most ${maxResources} resources can be tagged in one call`)

    const added = checkedTags(input.Tags)
    for (const id of ids) {
      const resource = requireTagged(ctx, id)
      resource.setTags(mergeTags(resource.tags, added))
    }
    return {}
  },
}
