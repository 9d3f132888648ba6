import type { ReplaceNetworkAclAssociationRequest, ReplaceNetworkAclAssociationResult } from '@aws-sdk/client-ec2'
import type { NetworkAcl } from '../../resource/network-acl.ts'
import type { Operation, OperationContext } from '../operation.ts'
import * as errors from './errors.ts'
import { associationNotFound, differentNetworks } from './errors-network.ts'
import { associationsOf, ipv6EntriesBindNothing, requireNetworkAcl } from './network-acl.ts'
import { allOwned } from './owned.ts'

/**
 * Moves a subnet to another list. The association gets a new id.
 *
 * Source: EC2 API Reference, ReplaceNetworkAclAssociation.
 *
 * @throws InvalidAssociationID.NotFound, InvalidNetworkAclID.NotFound, InvalidParameterValue, MissingParameter
 */
export const replaceNetworkAclAssociation: Operation<
  ReplaceNetworkAclAssociationRequest,
  ReplaceNetworkAclAssociationResult
> = {
  action: 'ec2:ReplaceNetworkAclAssociation',
  kind: 'write',
  missing: [ipv6EntriesBindNothing],

  handle(input, ctx) {
    const { from, subnetId } = findAssociation(ctx, input.AssociationId)
    const { networkAclId, vpcId } = requireNetworkAcl(ctx, input.NetworkAclId)
    if (vpcId !== from.vpcId) throw differentNetworks(`network acl ${networkAclId}`, `subnet ${subnetId}`)

    const associations = from.associations.filter((association) => association.subnetId !== subnetId)
    ctx.tx.put('network-acl', { ...from, associations })
    // Read again: both may be one list.
    const to = requireNetworkAcl(ctx, networkAclId)
    const moved = { associationId: ctx.newId('aclassoc'), subnetId }
    ctx.tx.put('network-acl', { ...to, associations: [...to.associations, moved] })
    return { NewAssociationId: moved.associationId }
  },
}

function findAssociation(
  ctx: OperationContext,
  id: string | undefined,
): { readonly from: NetworkAcl; readonly subnetId: string } {
  if (!id) throw errors.missingParameter('associationId')
  for (const from of allOwned(ctx, 'network-acl')) {
    const association = associationsOf(ctx.tx, from).find(({ associationId }) => associationId === id)
    if (association) return { from, subnetId: association.subnetId }
  }
  throw associationNotFound(id)
}
