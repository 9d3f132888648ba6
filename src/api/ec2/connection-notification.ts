import type { ConnectionNotification as WireNotification } from '@aws-sdk/client-ec2'
import { type ConnectionNotification, connectionEvents } from '../../resource/connection-notification.ts'
import type { View } from '../../state/transaction.ts'
import * as errors from './errors.ts'
import { notATopic } from './errors-privatelink.ts'

/** @throws InvalidParameterValue, MissingParameter */
export function parseEvents(events: readonly string[] | undefined): ConnectionNotification['events'] {
  if (!events || events.length === 0) throw errors.missingParameter('ConnectionEvents')
  return [...new Set(events)].map((event) => {
    const known = connectionEvents.find((other) => other === event)
    if (!known) throw errors.invalidValue(event, 'ConnectionEvents')
    return known
  })
}

/** @throws InvalidConnectionNotification, MissingParameter */
export function parseTopicArn(arn: string | undefined): string {
  if (!arn) throw errors.missingParameter('ConnectionNotificationArn')
  if (!/^arn:[\w-]+:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}(\.fifo)?$/.test(arn)) {
    throw notATopic(arn)
  }
  return arn
}

/** As AWS shows it; `Disabled` once the service or endpoint it was made for is gone. */
export function describeNotification(tx: View, notification: ConnectionNotification): WireNotification {
  const { serviceId, vpcEndpointId } = notification
  const watched = serviceId ? tx.get('endpoint-service', serviceId) : tx.get('vpc-endpoint', vpcEndpointId)
  return {
    ConnectionNotificationId: notification.connectionNotificationId,
    ...(serviceId && { ServiceId: serviceId }),
    ...(vpcEndpointId && { VpcEndpointId: vpcEndpointId }),
    ConnectionNotificationType: 'Topic',
    ConnectionNotificationArn: notification.topicArn,
    ConnectionEvents: [...notification.events],
    ConnectionNotificationState: watched ? 'Enabled' : 'Disabled',
    ServiceRegion: notification.region,
  }
}
