import type { AssociateSecurityGroupVpcRequest, AssociateSecurityGroupVpcResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { requireOwned } from './owned.ts'
import { defaultGroupName, servesVpc } from './security-group.ts'

/**
 * Lets interfaces of another VPC have a group. The answer says `associating`, the next Describe `associated`.
 *
 * Source: EC2 API Reference, AssociateSecurityGroupVpc; Amazon VPC User Guide, "Associate security groups with multiple
 * VPCs": neither a default group nor a group of a default VPC.
 *
 * @throws InvalidGroup.NotFound, InvalidVpcID.NotFound, InvalidParameterValue, MissingParameter
 */
export const associateSecurityGroupVpc: Operation<AssociateSecurityGroupVpcRequest, AssociateSecurityGroupVpcResult> = {
  action: 'ec2:AssociateSecurityGroupVpc',
  kind: 'write',

  handle(input, ctx) {
    const group = requireOwned(ctx, 'security-group', input.GroupId, errors.groupId, 'groupId')
    const { vpcId } = requireOwned(ctx, 'vpc', input.VpcId, errors.vpcId, 'vpcId')
    const refuse = (reason: string) => errors.groupCannotBeAssociated(group.groupId, vpcId, reason)
    if (group.groupName === defaultGroupName) throw refuse('It is a default security group.')
    if (ctx.tx.get('vpc', group.vpcId)?.isDefault) throw refuse('It belongs to a default VPC.')
    if (servesVpc(group, vpcId)) throw refuse('They are associated already.')

    ctx.tx.put('security-group', { ...group, associatedVpcIds: [...(group.associatedVpcIds ?? []), vpcId] })
    return { State: 'associating' }
  },
}
