import type { ModifyNetworkInterfaceAttributeRequest } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import { quotas, quotaValue } from '../quota.ts'
import * as errors from './errors.ts'
import { attachmentNotFound, interfaceIsManaged } from './errors-network.ts'
import { endsWithInstance } from './network-interface.ts'
import { requireOwned } from './owned.ts'
import { resolveGroups } from './security-group.ts'

/**
 * Changes one attribute of an interface per call.
 *
 * Source: EC2 API Reference, ModifyNetworkInterfaceAttribute.
 *
 * @throws InvalidNetworkInterfaceID.NotFound, InvalidGroup.NotFound, InvalidAttachmentID.NotFound, InvalidParameterCombination,
 *         OperationNotPermitted,
 *         UnsupportedOperation
 */
export const modifyNetworkInterfaceAttribute: Operation<ModifyNetworkInterfaceAttributeRequest, object> = {
  action: 'ec2:ModifyNetworkInterfaceAttribute',
  kind: 'write',
  missing: [
    'security groups, description and DeleteOnTermination only; the source and destination check stays on: other wishes are refused',
  ],

  handle(input, ctx) {
    const { NetworkInterfaceId: id, DryRun: _, ...attributes } = input
    const eni = requireOwned(ctx, 'network-interface', id, errors.networkInterfaceId, 'networkInterfaceId')
    const given = Object.entries(attributes).filter(([, value]) => value !== undefined)
    if (given.length === 0) throw errors.invalidParameterCombination('No attributes specified.')
    if (given.length > 1) {
      const names = given.map(([name]) => `${name[0]?.toLowerCase()}${name.slice(1)}`)
      throw errors.invalidParameterCombination(`Fields for multiple attribute types specified: ${names.join(', ')}`)
    }
    if (eni.requesterManaged) throw interfaceIsManaged(eni.networkInterfaceId)

    if (input.Groups) {
      const groupIds = resolveGroups(
        ctx.tx,
        eni.vpcId,
        input.Groups,
        eni.subnetId,
        quotaValue(ctx, quotas.securityGroupsPerInterface),
      )
      ctx.tx.put('network-interface', { ...eni, groupIds })
    } else if (input.Description) {
      ctx.tx.put('network-interface', { ...eni, description: input.Description.Value ?? '' })
    } else if (input.Attachment) {
      if (!eni.attachmentId || input.Attachment.AttachmentId !== eni.attachmentId) {
        throw attachmentNotFound(input.Attachment.AttachmentId ?? '')
      }
      const deleteOnTermination = input.Attachment.DeleteOnTermination ?? endsWithInstance(eni)
      ctx.tx.put('network-interface', { ...eni, deleteOnTermination })
    } else if (!input.SourceDestCheck?.Value) {
      // What is left as it is may be asked for; AWS answers that with success too.
      throw errors.notSupported(`The attribute ${given[0]?.[0]} with this value`)
    }
    return {}
  },
}
