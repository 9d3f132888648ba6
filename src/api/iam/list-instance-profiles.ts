import type { ListInstanceProfilesRequest, ListInstanceProfilesResponse } from '@aws-sdk/client-iam'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { describeListedInstanceProfile } from './instance-profile.ts'
import { page, pageEnd } from './pagination.ts'

/**
 * The profiles of the account, by name.
 * Source: IAM API Reference, ListInstanceProfiles.
 *
 * @throws ValidationError
 */
export const listInstanceProfiles: Operation<ListInstanceProfilesRequest, ListInstanceProfilesResponse> = {
  action: 'iam:ListInstanceProfiles',
  kind: 'read',

  handle(input, ctx) {
    checkConstraints(input)
    const { tx, accountId } = ctx
    const profiles = tx
      .by('instance-profile', 'accountId', accountId)
      .filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'))
    const shown = page(profiles, ({ instanceProfileName }) => instanceProfileName.toLowerCase(), input)
    return {
      InstanceProfiles: shown.items.map((profile) => describeListedInstanceProfile(ctx, profile)),
      ...pageEnd(shown),
    }
  },
}
