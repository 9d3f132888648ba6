import type { DisablePolicyTypeRequest, DisablePolicyTypeResponse } from '@aws-sdk/client-organizations'
import type { OrganizationalUnit } from '../../resource/organizational-unit.ts'
import type { Operation } from '../operation.ts'
import { putAttachments } from './attachment.ts'
import { errors } from './errors.ts'
import { fullAwsAccess } from './full-aws-access.ts'
import { managedOrganization } from './membership.ts'
import { describeRoot, requireRoot } from './organizational-unit.ts'
import { allTargets, checkPolicyType, isInForce } from './service-control-policy.ts'

/**
 * Takes service control policies out of force and forgets what was attached where, as AWS does.
 * Source: Organizations API Reference, DisablePolicyType.
 *
 * @throws RootNotFoundException, PolicyTypeNotEnabledException,
 *         PolicyTypeNotAvailableForOrganizationException, InvalidInputException,
 *         AccessDeniedException, AWSOrganizationsNotInUseException
 */
export const disablePolicyType: Operation<DisablePolicyTypeRequest, DisablePolicyTypeResponse> = {
  action: 'organizations:DisablePolicyType',
  kind: 'write',

  handle(input, ctx) {
    const organization = managedOrganization(ctx)
    const { tx } = ctx
    if (input.RootId !== requireRoot(tx).organizationalUnitId) throw errors.rootNotFound()
    checkPolicyType(organization, input.PolicyType)
    if (!isInForce(tx)) throw errors.policyTypeNotEnabled()
    for (const target of allTargets(tx, organization)) putAttachments(tx, target, [fullAwsAccess.policyId])
    const disabled: OrganizationalUnit = { ...requireRoot(tx), enabledPolicyTypes: [] }
    tx.put('organizational-unit', disabled)
    return { Root: describeRoot(organization, disabled) }
  },
}
