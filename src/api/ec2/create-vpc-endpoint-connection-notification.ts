import type {
  CreateVpcEndpointConnectionNotificationRequest,
  CreateVpcEndpointConnectionNotificationResult,
} from '@aws-sdk/client-ec2'
import type { ConnectionNotification } from '../../resource/connection-notification.ts'
import type { Operation } from '../operation.ts'
import { describeNotification, parseEvents, parseTopicArn } from './connection-notification.ts'
import * as errors from './errors.ts'
import { vpcEndpointId } from './errors-privatelink.ts'
import { requireOwned } from './owned.ts'
import { requireService } from './vpc-endpoint-service.ts'

/**
 * Records the wish to hear of connections to a service, or of one endpoint.
 * Source: EC2 API Reference, CreateVpcEndpointConnectionNotification.
 *
 * @throws InvalidVpcEndpointServiceId.NotFound, InvalidVpcEndpointId.NotFound, InvalidConnectionNotification,
 *         InvalidParameterValue,
 *         InvalidParameterCombination, MissingParameter
 */
export const createVpcEndpointConnectionNotification: Operation<
  CreateVpcEndpointConnectionNotificationRequest,
  CreateVpcEndpointConnectionNotificationResult
> = {
  action: 'ec2:CreateVpcEndpointConnectionNotification',
  kind: 'write',

  handle(input, ctx) {
    const topicArn = parseTopicArn(input.ConnectionNotificationArn)
    const events = parseEvents(input.ConnectionEvents)
    if (!input.ServiceId === !input.VpcEndpointId) {
      throw errors.invalidParameterCombination('Exactly one of ServiceId and VpcEndpointId must be specified')
    }
    const watched = input.ServiceId
      ? { serviceId: requireService(ctx, input.ServiceId).serviceId }
      : {
          vpcEndpointId: requireOwned(ctx, 'vpc-endpoint', input.VpcEndpointId, vpcEndpointId, 'VpcEndpointId')
            .vpcEndpointId,
        }
    const notification: ConnectionNotification = {
      connectionNotificationId: ctx.newId('vpce-nfn'),
      ownerId: ctx.accountId,
      region: ctx.region,
      ...watched,
      topicArn,
      events,
    }
    ctx.tx.put('connection-notification', notification)
    return {
      ConnectionNotification: describeNotification(ctx.tx, notification),
      ...(input.ClientToken && { ClientToken: input.ClientToken }),
    }
  },
}
