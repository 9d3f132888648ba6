import type { DisassociateSecurityGroupVpcRequest, DisassociateSecurityGroupVpcResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { requireOwned } from './owned.ts'

/**
 * Source: EC2 API Reference, DisassociateSecurityGroupVpc. Refused while something in that VPC has the group, or a rule of
 * a group there names it.
 *
 * @throws InvalidGroup.NotFound, InvalidSecurityGroupVpcAssociation.NotFound, DependencyViolation, MissingParameter
 */
export const disassociateSecurityGroupVpc: Operation<
  DisassociateSecurityGroupVpcRequest,
  DisassociateSecurityGroupVpcResult
> = {
  action: 'ec2:DisassociateSecurityGroupVpc',
  kind: 'write',

  handle(input, ctx) {
    const { tx } = ctx
    const group = requireOwned(ctx, 'security-group', input.GroupId, errors.groupId, 'groupId')
    const { groupId, associatedVpcIds = [] } = group
    const { VpcId: vpcId } = input
    if (!vpcId) throw errors.missingParameter('vpcId')
    if (!associatedVpcIds.includes(vpcId)) throw errors.groupAssociationNotFound(groupId, vpcId)
    const isUsed =
      tx.by('network-interface', 'groupId', groupId).some((eni) => eni.vpcId === vpcId) ||
      tx.by('vpc-endpoint', 'vpcId', vpcId).some((endpoint) => endpoint.groupIds.includes(groupId)) ||
      tx.by('load-balancer', 'vpcId', vpcId).some((balancer) => balancer.securityGroupIds.includes(groupId)) ||
      tx
        .by('security-group-rule', 'referencedGroupId', groupId)
        .some((rule) => tx.get('security-group', rule.groupId)?.vpcId === vpcId)
    if (isUsed) throw errors.groupHasDependent(groupId)

    tx.put('security-group', { ...group, associatedVpcIds: associatedVpcIds.filter((id) => id !== vpcId) })
    return { State: 'disassociating' }
  },
}
