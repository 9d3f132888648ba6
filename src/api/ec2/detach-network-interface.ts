import type { DetachNetworkInterfaceRequest } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { attachmentNotFound } from './errors-network.ts'
import { allOwned } from './owned.ts'

/**
 * Refuses in AWS's words: an instance's first interface cannot be detached, and there is no other; those of endpoints and
 * load balancers belong to their service.
 *
 * Source: EC2 API Reference, DetachNetworkInterface.
 *
 * @throws InvalidAttachmentID.NotFound, OperationNotPermitted, MissingParameter
 */
export const detachNetworkInterface: Operation<DetachNetworkInterfaceRequest, object> = {
  action: 'ec2:DetachNetworkInterface',
  kind: 'write',
  missing: ['an instance has one interface, which cannot be detached'],

  handle({ AttachmentId: id }, ctx) {
    if (!id) throw errors.missingParameter('attachmentId')
    const eni = allOwned(ctx, 'network-interface').find(({ attachmentId }) => attachmentId === id)
    if (!eni) throw attachmentNotFound(id)
    throw errors.operationNotPermitted(
      eni.requesterManaged
        ? `You are not allowed to manage '${id.split('-').slice(0, 2).join('-')}' attachments.`
        : 'The network interface at device index 0 cannot be detached.',
    )
  },
}
