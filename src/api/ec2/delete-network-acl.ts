import type { DeleteNetworkAclRequest } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import { cannotDeleteDefaultAcl, hasDependencies } from './errors-network.ts'
import { requireNetworkAcl } from './network-acl.ts'

/**
 * Source: EC2 API Reference, DeleteNetworkAcl.
 *
 * @throws InvalidNetworkAclID.NotFound, DependencyViolation while a subnet has it, InvalidParameterValue for the default list
 */
export const deleteNetworkAcl: Operation<DeleteNetworkAclRequest, object> = {
  action: 'ec2:DeleteNetworkAcl',
  kind: 'write',

  handle(input, ctx) {
    const { networkAclId, isDefault, associations } = requireNetworkAcl(ctx, input.NetworkAclId)
    if (isDefault) throw cannotDeleteDefaultAcl(networkAclId)
    if (associations.length > 0) throw hasDependencies('networkAcl', networkAclId)
    ctx.tx.delete('network-acl', networkAclId)
    return {}
  },
}
