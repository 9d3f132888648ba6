import type { CreateOrganizationalUnitRequest, CreateOrganizationalUnitResponse } from '@aws-sdk/client-organizations'
import type { OrganizationalUnit } from '../../resource/organizational-unit.ts'
import type { Operation } from '../operation.ts'
import { errors } from './errors.ts'
import { fullAwsAccess } from './full-aws-access.ts'
import { managedOrganization } from './membership.ts'
import {
  checkUnitName,
  describeUnit,
  findParent,
  idAlphabet,
  maxUnitDepth,
  requireRoot,
} from './organizational-unit.ts'
import { parseTags } from './tags.ts'

/**
 * A new place in the tree, with full access until a policy takes it away.
 * Source: Organizations API Reference, CreateOrganizationalUnit.
 *
 * @throws ParentNotFoundException, DuplicateOrganizationalUnitException, ConstraintViolationException, InvalidInputException,
 *         AccessDeniedException, AWSOrganizationsNotInUseException
 */
export const createOrganizationalUnit: Operation<CreateOrganizationalUnitRequest, CreateOrganizationalUnitResponse> = {
  action: 'organizations:CreateOrganizationalUnit',
  kind: 'write',

  handle(input, ctx) {
    const organization = managedOrganization(ctx)
    const { tx } = ctx
    const parent = findParent(tx, input.ParentId)
    if (!parent) throw errors.parentNotFound()
    const parentId = parent.organizationalUnitId
    let depth = 1
    for (let at = parent.parentId; at !== undefined; at = tx.get('organizational-unit', at)?.parentId) depth += 1
    if (depth > maxUnitDepth) throw errors.tooDeep()
    const unit: OrganizationalUnit = {
      organizationalUnitId: `ou-${requireRoot(tx).organizationalUnitId.slice(2)}-${ctx.randomText(8, idAlphabet)}`,
      name: checkUnitName(tx, parentId, input.Name),
      parentId,
      policyIds: [fullAwsAccess.policyId],
      tags: parseTags(input.Tags),
    }
    tx.put('organizational-unit', unit)
    return { OrganizationalUnit: describeUnit(organization, unit) }
  },
}
