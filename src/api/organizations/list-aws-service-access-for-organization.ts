import type { ListAWSServiceAccessForOrganizationResponse } from '@aws-sdk/client-organizations'
import type { Operation } from '../operation.ts'
import { managedOrganization } from './membership.ts'

/**
 * No AWS service has access to the organization: none can be given it here.
 * Source: Organizations API Reference, ListAWSServiceAccessForOrganization.
 *
 * @throws AccessDeniedException, AWSOrganizationsNotInUseException
 */
export const listAWSServiceAccessForOrganization: Operation<object, ListAWSServiceAccessForOrganizationResponse> = {
  action: 'organizations:ListAWSServiceAccessForOrganization',
  kind: 'read',

  handle(_input, ctx) {
    managedOrganization(ctx)
    return { EnabledServicePrincipals: [] }
  },
}
