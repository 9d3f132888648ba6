import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aContext } from '../../test/support/fake-context.ts'
import { aNetwork, throwsAwsError } from '../../test/support/privatelink.ts'
import { createNetworkInterface } from '../api/ec2/create-network-interface.ts'
import { describeInstances } from '../api/ec2/describe-instances.ts'
import { runInstances } from '../api/ec2/run-instances.ts'
import { terminateInstances } from '../api/ec2/terminate-instances.ts'
import { removeTerminatedInstances } from './instance.ts'

test('an instance takes a detached interface, and leaves it behind', () => {
  const ctx = aContext()
  const [SubnetId = ''] = aNetwork(ctx).subnetIds
  const detached = createNetworkInterface.handle(
    { SubnetId, PrivateIpAddress: '10.0.1.20', SecondaryPrivateIpAddressCount: 1 },
    ctx,
  ).NetworkInterface
  const NetworkInterfaceId = detached?.NetworkInterfaceId ?? ''
  const run = (card: object, MaxCount = 1) =>
    runInstances.handle(
      { ImageId: 'ami-0', MinCount: 1, MaxCount, NetworkInterfaces: [{ DeviceIndex: 0, NetworkInterfaceId, ...card }] },
      ctx,
    )
  throwsAwsError(() => run({ SubnetId }), 'InvalidParameterCombination')
  throwsAwsError(() => run({}, 2), 'InvalidParameterCombination')
  throwsAwsError(() => run({ NetworkInterfaceId: 'eni-0' }), 'InvalidNetworkInterfaceID.NotFound')
  const [instance] = run({}).Instances ?? []
  const InstanceId = instance?.InstanceId ?? ''
  assert.equal(instance?.PrivateIpAddress, '10.0.1.20')
  assert.equal(instance?.NetworkInterfaces?.[0]?.PrivateIpAddresses?.length, 2)
  assert.equal(instance?.NetworkInterfaces?.[0]?.Attachment?.DeleteOnTermination, false)
  throwsAwsError(() => run({}), 'InvalidNetworkInterface.InUse', `Interface: [${NetworkInterfaceId}] in use.`)

  terminateInstances.handle({ InstanceIds: [InstanceId] }, ctx)
  removeTerminatedInstances(ctx)
  const left = ctx.tx.get('network-interface', NetworkInterfaceId)
  assert.deepEqual([left?.instanceId, left?.attachmentId, left?.privateIp], [undefined, undefined, '10.0.1.20'])
  assert.equal(
    describeInstances.handle({ InstanceIds: [InstanceId] }, ctx).Reservations?.[0]?.Instances?.[0]?.State?.Name,
    'terminated',
  )
  const [next] = run({ DeleteOnTermination: true }).Instances ?? []
  removeTerminatedInstances(ctx)
  assert.equal(ctx.tx.get('network-interface', NetworkInterfaceId)?.instanceId, next?.InstanceId)
  terminateInstances.handle({ InstanceIds: [next?.InstanceId ?? ''] }, ctx)
  removeTerminatedInstances(ctx)
  assert.equal(ctx.tx.get('network-interface', NetworkInterfaceId), undefined)
})
