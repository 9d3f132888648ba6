import type {
  DescribeVpcEndpointConnectionNotificationsRequest,
  DescribeVpcEndpointConnectionNotificationsResult,
} from '@aws-sdk/client-ec2'
import type { ConnectionNotification } from '../../resource/connection-notification.ts'
import type { View } from '../../state/transaction.ts'
import type { Operation } from '../operation.ts'
import { describeNotification } from './connection-notification.ts'
import { connectionNotificationNotFound } from './errors-network.ts'
import { applyFilters, type FilterTable } from './filters.ts'
import { allOwned, findOwned } from './owned.ts'
import { paginate } from './pagination.ts'

const filters = (tx: View): FilterTable<ConnectionNotification> => ({
  'connection-notification-arn': (notification) => notification.topicArn,
  'connection-notification-id': (notification) => notification.connectionNotificationId,
  'connection-notification-state': (notification) => describeNotification(tx, notification).ConnectionNotificationState,
  'connection-notification-type': () => 'Topic',
  'service-id': (notification) => notification.serviceId,
  'vpc-endpoint-id': (notification) => notification.vpcEndpointId,
})

/**
 * Source: EC2 API Reference, DescribeVpcEndpointConnectionNotifications. The list's member is called
 * ConnectionNotificationSet, unlike every other list of EC2.
 *
 * @throws InvalidConnectionNotification, InvalidFilter, InvalidNextToken
 */
export const describeVpcEndpointConnectionNotifications: Operation<
  DescribeVpcEndpointConnectionNotificationsRequest,
  DescribeVpcEndpointConnectionNotificationsResult
> = {
  action: 'ec2:DescribeVpcEndpointConnectionNotifications',
  kind: 'read',

  handle(input, ctx) {
    const id = input.ConnectionNotificationId
    const one = findOwned(ctx, 'connection-notification', id)
    if (id && !one) throw connectionNotificationNotFound(id)
    const all = one ? [one] : allOwned(ctx, 'connection-notification')
    const { page, nextToken } = paginate(applyFilters(all, input.Filters, filters(ctx.tx)), input, {
      max: 1000,
      isClamped: true,
      idOf: (notification) => notification.connectionNotificationId,
    })
    return {
      ConnectionNotificationSet: page.map((notification) => describeNotification(ctx.tx, notification)),
      NextToken: nextToken,
    }
  },
}
