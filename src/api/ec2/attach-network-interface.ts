import type { AttachNetworkInterfaceRequest, AttachNetworkInterfaceResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { networkInterfaceInUse } from './errors-network.ts'
import { requireOwned } from './owned.ts'

/**
 * Refuses: an instance has the one interface it was made with.
 *
 * Source: EC2 API Reference, AttachNetworkInterface.
 *
 * @throws InvalidNetworkInterfaceID.NotFound, InvalidInstanceID.NotFound, InvalidNetworkInterface.InUse, UnsupportedOperation
 */
export const attachNetworkInterface: Operation<AttachNetworkInterfaceRequest, AttachNetworkInterfaceResult> = {
  action: 'ec2:AttachNetworkInterface',
  kind: 'write',
  missing: ['an instance has one interface: a second one is always refused'],

  handle(input, ctx) {
    const { NetworkInterfaceId: id, InstanceId: instanceId } = input
    const eni = requireOwned(ctx, 'network-interface', id, errors.networkInterfaceId, 'networkInterfaceId')
    requireOwned(ctx, 'instance', instanceId, errors.instanceId, 'instanceId')
    if (eni.attachmentId) throw networkInterfaceInUse(eni.networkInterfaceId)
    throw errors.notSupported('A second network interface of an instance')
  },
}
