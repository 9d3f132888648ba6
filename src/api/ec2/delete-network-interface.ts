import type { DeleteNetworkInterfaceRequest } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { networkInterfaceIsAttached } from './errors-network.ts'
import { deleteFlowLogsOf } from './flow-log.ts'
import { requireOwned } from './owned.ts'

/**
 * Removes an interface that is attached to nothing.
 *
 * Source: EC2 API Reference, DeleteNetworkInterface.
 *
 * @throws InvalidNetworkInterfaceID.NotFound, InvalidParameterValue while it is attached
 */
export const deleteNetworkInterface: Operation<DeleteNetworkInterfaceRequest, object> = {
  action: 'ec2:DeleteNetworkInterface',
  kind: 'write',

  handle({ NetworkInterfaceId: id }, ctx) {
    const eni = requireOwned(ctx, 'network-interface', id, errors.networkInterfaceId, 'networkInterfaceId')
    if (eni.attachmentId) throw networkInterfaceIsAttached(eni.networkInterfaceId)
    deleteFlowLogsOf(ctx.tx, eni.networkInterfaceId)
    ctx.tx.delete('network-interface', eni.networkInterfaceId)
    return {}
  },
}
