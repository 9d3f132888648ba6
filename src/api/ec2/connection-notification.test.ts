import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  accounts,
  aLoadBalancer,
  aNetwork,
  aService,
  consumer,
  provider,
  throwsAwsError,
} from '../../../test/support/privatelink.ts'
import { createVpcEndpointConnectionNotification } from './create-vpc-endpoint-connection-notification.ts'
import { deleteVpcEndpointConnectionNotifications } from './delete-vpc-endpoint-connection-notifications.ts'
import { deleteVpcEndpointServiceConfigurations } from './delete-vpc-endpoint-service-configurations.ts'
import { describeVpcEndpointConnectionNotifications } from './describe-vpc-endpoint-connection-notifications.ts'
import { modifyVpcEndpointConnectionNotification } from './modify-vpc-endpoint-connection-notification.ts'
import { modifyVpcEndpointServicePayerResponsibility } from './modify-vpc-endpoint-service-payer-responsibility.ts'

const topic = 'arn:aws:sns:us-east-1:111111111111:connections'

function aProvider() {
  const as = accounts()
  const ctx = as(provider)
  const { serviceId: ServiceId } = aService(ctx, aLoadBalancer(ctx, aNetwork(ctx).subnetIds))
  const wish = { ServiceId, ConnectionNotificationArn: topic, ConnectionEvents: ['Accept', 'Reject'] }
  return { as, ctx, ServiceId, wish }
}

test('a notification is made, changed, found by its filters, and deleted once', () => {
  const { as, ctx, ServiceId, wish } = aProvider()
  const { ConnectionNotification: made } = createVpcEndpointConnectionNotification.handle(wish, ctx)
  const ConnectionNotificationId = made?.ConnectionNotificationId ?? ''
  assert.match(ConnectionNotificationId, /^vpce-nfn-[0-9a-f]{17}$/)
  modifyVpcEndpointConnectionNotification.handle({ ConnectionNotificationId, ConnectionEvents: ['Delete'] }, ctx)

  const find = (Name: string, value: string) =>
    describeVpcEndpointConnectionNotifications.handle({ Filters: [{ Name, Values: [value] }] }, ctx)
      .ConnectionNotificationSet
  const expected = [{ ...made, ConnectionEvents: ['Delete'] }]
  assert.deepEqual(find('service-id', ServiceId), expected)
  assert.deepEqual(find('connection-notification-state', 'Enabled'), expected)
  deleteVpcEndpointServiceConfigurations.handle({ ServiceIds: [ServiceId] }, ctx)
  assert.equal(find('connection-notification-arn', topic)?.[0]?.ConnectionNotificationState, 'Disabled')

  const stranger = as(consumer)
  throwsAwsError(
    () => describeVpcEndpointConnectionNotifications.handle({ ConnectionNotificationId }, stranger),
    'InvalidConnectionNotification',
  )
  const remove = () =>
    deleteVpcEndpointConnectionNotifications
      .handle({ ConnectionNotificationIds: [ConnectionNotificationId] }, ctx)
      .Unsuccessful?.map(({ Error: error }) => error?.Code)
  assert.deepEqual(remove(), [])
  assert.deepEqual(remove(), ['InvalidConnectionNotification'])
})

for (const { name, more, code } of [
  { name: 'no service and no endpoint', more: { ServiceId: undefined }, code: 'InvalidParameterCombination' },
  { name: 'both', more: { VpcEndpointId: 'vpce-1' }, code: 'InvalidParameterCombination' },
  { name: 'an unknown event', more: { ConnectionEvents: ['Open'] }, code: 'InvalidParameterValue' },
  { name: 'no event', more: { ConnectionEvents: [] }, code: 'MissingParameter' },
  { name: 'what is no topic', more: { ConnectionNotificationArn: 'topic' }, code: 'InvalidConnectionNotification' },
  { name: "another's service", more: { ServiceId: 'vpce-svc-1' }, code: 'InvalidVpcEndpointServiceId.NotFound' },
]) {
  test(`a notification is refused: ${name}: ${code}`, () => {
    const { ctx, wish } = aProvider()
    throwsAwsError(() => createVpcEndpointConnectionNotification.handle({ ...wish, ...more }, ctx), code)
  })
}

test('the owner takes the bill over, and is shown as its payer', () => {
  const { ctx, ServiceId } = aProvider()
  const modify = (PayerResponsibility: 'ServiceOwner') =>
    modifyVpcEndpointServicePayerResponsibility.handle({ ServiceId, PayerResponsibility }, ctx)
  throwsAwsError(() => modify('EndpointOwner' as 'ServiceOwner'), 'InvalidParameterValue')
  assert.deepEqual(modify('ServiceOwner'), { ReturnValue: true })
  assert.equal(ctx.tx.get('endpoint-service', ServiceId)?.payerResponsibility, 'ServiceOwner')
})
