import type {
  DescribeOrganizationalUnitRequest,
  DescribeOrganizationalUnitResponse,
} from '@aws-sdk/client-organizations'
import type { Operation } from '../operation.ts'
import { managedOrganization } from './membership.ts'
import { describeUnit, findUnit } from './organizational-unit.ts'

/**
 * One unit.
 * Source: Organizations API Reference, DescribeOrganizationalUnit.
 *
 * @throws OrganizationalUnitNotFoundException, InvalidInputException,
 *         AccessDeniedException, AWSOrganizationsNotInUseException
 */
export const describeOrganizationalUnit: Operation<
  DescribeOrganizationalUnitRequest,
  DescribeOrganizationalUnitResponse
> = {
  action: 'organizations:DescribeOrganizationalUnit',
  kind: 'read',

  handle(input, ctx) {
    const organization = managedOrganization(ctx)
    return { OrganizationalUnit: describeUnit(organization, findUnit(ctx.tx, input.OrganizationalUnitId)) }
  },
}
