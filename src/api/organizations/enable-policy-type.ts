import type { EnablePolicyTypeRequest, EnablePolicyTypeResponse } from '@aws-sdk/client-organizations'
import type { OrganizationalUnit } from '../../resource/organizational-unit.ts'
import type { Operation } from '../operation.ts'
import { errors } from './errors.ts'
import { managedOrganization } from './membership.ts'
import { serviceControlPolicyType } from './organization-tree.ts'
import { describeRoot, requireRoot } from './organizational-unit.ts'
import { checkPolicyType, isInForce } from './service-control-policy.ts'

/**
 * Puts service control policies into force; FullAWSAccess is attached everywhere, so nothing is refused at first.
 * Source: Organizations API Reference, EnablePolicyType.
 *
 * @throws RootNotFoundException, PolicyTypeAlreadyEnabledException,
 *         PolicyTypeNotAvailableForOrganizationException, InvalidInputException,
 *         AccessDeniedException, AWSOrganizationsNotInUseException
 */
export const enablePolicyType: Operation<EnablePolicyTypeRequest, EnablePolicyTypeResponse> = {
  action: 'organizations:EnablePolicyType',
  kind: 'write',

  handle(input, ctx) {
    const organization = managedOrganization(ctx)
    const { tx } = ctx
    const root = requireRoot(tx)
    if (input.RootId !== root.organizationalUnitId) throw errors.rootNotFound()
    checkPolicyType(organization, input.PolicyType)
    if (isInForce(tx)) throw errors.policyTypeAlreadyEnabled()
    const enabled: OrganizationalUnit = { ...root, enabledPolicyTypes: [serviceControlPolicyType] }
    tx.put('organizational-unit', enabled)
    return { Root: describeRoot(organization, enabled) }
  },
}
