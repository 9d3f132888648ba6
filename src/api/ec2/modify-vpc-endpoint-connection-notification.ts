import type {
  ModifyVpcEndpointConnectionNotificationRequest,
  ModifyVpcEndpointConnectionNotificationResult,
} from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import { parseEvents, parseTopicArn } from './connection-notification.ts'
import * as errors from './errors.ts'
import { connectionNotificationNotFound } from './errors-network.ts'
import { findOwned } from './owned.ts'

/**
 * Changes a notification's topic or events; what is not named stays.
 * Source: EC2 API Reference, ModifyVpcEndpointConnectionNotification.
 *
 * @throws InvalidConnectionNotification, InvalidParameterValue, MissingParameter
 */
export const modifyVpcEndpointConnectionNotification: Operation<
  ModifyVpcEndpointConnectionNotificationRequest,
  ModifyVpcEndpointConnectionNotificationResult
> = {
  action: 'ec2:ModifyVpcEndpointConnectionNotification',
  kind: 'write',

  handle(input, ctx) {
    const id = input.ConnectionNotificationId
    if (!id) throw errors.missingParameter('ConnectionNotificationId')
    const old = findOwned(ctx, 'connection-notification', id)
    if (!old) throw connectionNotificationNotFound(id)
    ctx.tx.put('connection-notification', {
      ...old,
      ...(input.ConnectionNotificationArn !== undefined && {
        topicArn: parseTopicArn(input.ConnectionNotificationArn),
      }),
      ...(input.ConnectionEvents?.length && { events: parseEvents(input.ConnectionEvents) }),
    })
    return { ReturnValue: true }
  },
}
