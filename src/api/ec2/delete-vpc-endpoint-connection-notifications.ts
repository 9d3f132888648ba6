import type {
  DeleteVpcEndpointConnectionNotificationsRequest,
  DeleteVpcEndpointConnectionNotificationsResult,
} from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import { type IdErrors, invalidValue } from './errors.ts'
import { connectionNotificationNotFound } from './errors-network.ts'
import { findOwned } from './owned.ts'
import { partialSuccess } from './vpc-endpoint-partial-success.ts'

const idErrors: IdErrors = {
  prefix: 'vpce-nfn',
  malformed: (id) => invalidValue(id, 'ConnectionNotificationId', 'Expecting vpce-nfn-...'),
  notFound: (...ids) => connectionNotificationNotFound(ids.join(', ')),
}

/**
 * Source: EC2 API Reference, DeleteVpcEndpointConnectionNotifications.
 *
 * Partial success: InvalidConnectionNotification is answered per notification.
 */
export const deleteVpcEndpointConnectionNotifications: Operation<
  DeleteVpcEndpointConnectionNotificationsRequest,
  DeleteVpcEndpointConnectionNotificationsResult
> = {
  action: 'ec2:DeleteVpcEndpointConnectionNotifications',
  kind: 'write',

  handle(input, ctx) {
    return partialSuccess(input.ConnectionNotificationIds, 'ConnectionNotificationId', idErrors, (id) => {
      if (!findOwned(ctx, 'connection-notification', id)) throw connectionNotificationNotFound(id)
      ctx.tx.delete('connection-notification', id)
    })
  },
}
