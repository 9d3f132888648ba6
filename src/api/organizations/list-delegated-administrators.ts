import type { ListDelegatedAdministratorsResponse } from '@aws-sdk/client-organizations'
import type { Operation } from '../operation.ts'
import { managedOrganization } from './membership.ts'

/**
 * No account administers the organization for the management account: none can be made a delegate here.
 * Source: Organizations API Reference, ListDelegatedAdministrators.
 *
 * @throws AccessDeniedException, AWSOrganizationsNotInUseException
 */
export const listDelegatedAdministrators: Operation<object, ListDelegatedAdministratorsResponse> = {
  action: 'organizations:ListDelegatedAdministrators',
  kind: 'read',

  handle(_input, ctx) {
    managedOrganization(ctx)
    return { DelegatedAdministrators: [] }
  },
}
