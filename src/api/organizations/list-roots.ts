import type { ListRootsRequest, ListRootsResponse } from '@aws-sdk/client-organizations'
import type { Operation } from '../operation.ts'
import { managedOrganization } from './membership.ts'
import { describeRoot, requireRoot } from './organizational-unit.ts'
import { page } from './pagination.ts'

/**
 * The root of the organization: there is one.
 * Source: Organizations API Reference, ListRoots.
 *
 * @throws InvalidInputException, AccessDeniedException, AWSOrganizationsNotInUseException
 */
export const listRoots: Operation<ListRootsRequest, ListRootsResponse> = {
  action: 'organizations:ListRoots',
  kind: 'read',

  handle(input, ctx) {
    const organization = managedOrganization(ctx)
    const { items, ...end } = page([requireRoot(ctx.tx)], ({ organizationalUnitId }) => organizationalUnitId, input)
    return { Roots: items.map((root) => describeRoot(organization, root)), ...end }
  },
}
