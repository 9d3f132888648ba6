import type { ResetNetworkInterfaceAttributeRequest } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { interfaceIsManaged } from './errors-network.ts'
import { requireOwned } from './owned.ts'

/**
 * Resets the source and destination check to true, the only attribute that can be reset.
 *
 * Source: EC2 API Reference, ResetNetworkInterfaceAttribute.
 *
 * @throws InvalidNetworkInterfaceID.NotFound, OperationNotPermitted
 */
export const resetNetworkInterfaceAttribute: Operation<ResetNetworkInterfaceAttributeRequest, object> = {
  action: 'ec2:ResetNetworkInterfaceAttribute',
  kind: 'write',

  handle({ NetworkInterfaceId: id }, ctx) {
    const eni = requireOwned(ctx, 'network-interface', id, errors.networkInterfaceId, 'networkInterfaceId')
    if (eni.requesterManaged) throw interfaceIsManaged(eni.networkInterfaceId)
    ctx.tx.put('network-interface', { ...eni, sourceDestCheck: true })
    return {}
  },
}
