import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CreateFlowLogsRequest } from '@aws-sdk/client-ec2'
import { aContext } from '../../../test/support/fake-context.ts'
import { aNetwork, must, throwsAwsError } from '../../../test/support/privatelink.ts'
import { createFlowLogs } from './create-flow-logs.ts'
import { createTags } from './create-tags.ts'
import { deleteFlowLogs } from './delete-flow-logs.ts'
import { deleteSubnet } from './delete-subnet.ts'
import { describeFlowLogs } from './describe-flow-logs.ts'
import { describeTags } from './describe-tags.ts'

const toS3 = { TrafficType: 'ALL', LogDestinationType: 's3', LogDestination: 'arn:aws:s3:::logs/flows' } as const
const role = 'arn:aws:iam::111111111111:role/flows'

test('flow logs of a VPC and of a subnet: made, found, tagged, deleted', () => {
  const ctx = aContext()
  const { vpcId, subnetIds } = aNetwork(ctx)
  const logs = createFlowLogs.handle(
    {
      ResourceType: 'VPC',
      ResourceIds: [vpcId, 'vpc-0'],
      TrafficType: 'REJECT',
      LogGroupName: 'flows',
      DeliverLogsPermissionArn: role,
      ClientToken: 'once',
    },
    ctx,
  )
  assert.equal(logs.ClientToken, 'once')
  assert.deepEqual(logs.Unsuccessful, [
    { ResourceId: 'vpc-0', Error: { Code: 'InvalidVpcID.NotFound', Message: "The vpc ID 'vpc-0' does not exist" } },
  ])
  const [FlowLogId = ''] = logs.FlowLogIds ?? []
  assert.deepEqual(describeFlowLogs.handle({ FlowLogIds: [FlowLogId] }, ctx).FlowLogs, [
    {
      FlowLogId,
      FlowLogStatus: 'ACTIVE',
      CreationTime: ctx.now,
      ResourceId: vpcId,
      TrafficType: 'REJECT',
      LogDestinationType: 'cloud-watch-logs',
      LogGroupName: 'flows',
      DeliverLogsPermissionArn: role,
      LogFormat:
        // biome-ignore lint/suspicious/noTemplateCurlyInString: AWS's format
        '${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}',
      MaxAggregationInterval: 600,
      Tags: [],
    },
  ])

  const subnetLog = { ...toS3, ResourceType: 'Subnet' as const, ResourceIds: [...subnetIds] }
  const [ofSubnet] = createFlowLogs.handle(subnetLog, ctx).FlowLogIds ?? []
  throwsAwsError(() => createFlowLogs.handle(subnetLog, ctx), 'FlowLogAlreadyExists')
  createTags.handle({ Resources: [must(ofSubnet)], Tags: [{ Key: 'team', Value: 'net' }] }, ctx)
  const found = (Name: string, value: string) =>
    describeFlowLogs.handle({ Filter: [{ Name, Values: [value] }] }, ctx).FlowLogs?.map((log) => log.FlowLogId)
  assert.deepEqual(found('tag:team', 'net'), [ofSubnet])
  assert.deepEqual(found('traffic-type', 'REJECT'), [FlowLogId])
  assert.deepEqual(found('resource-id', subnetIds[0] ?? ''), [ofSubnet])
  assert.equal(describeTags.handle({}, ctx).Tags?.[0]?.ResourceType, 'vpc-flow-log')

  throwsAwsError(
    () => deleteFlowLogs.handle({ FlowLogIds: [FlowLogId, 'fl-0'] }, ctx),
    'InvalidFlowLogId.NotFound',
    'These flow log ids in the input list are not found: [TotalCount: 1] fl-0',
  )
  deleteFlowLogs.handle({ FlowLogIds: [FlowLogId] }, ctx)
  deleteSubnet.handle({ SubnetId: subnetIds[0] }, ctx)
  assert.deepEqual(found('resource-id', `${subnetIds[0]}`), [])
  assert.deepEqual(describeFlowLogs.handle({ FlowLogIds: [FlowLogId] }, ctx).FlowLogs, [])
})

for (const { input, code, message } of [
  {
    input: { LogGroupName: 'x', LogDestination: 'y' },
    code: 'InvalidParameter',
    message: 'Please only provide LogGroupName or only provide LogDestination.',
  },
  { input: {}, code: 'InvalidParameter', message: "LogDestination can't be empty if LogGroupName is not provided." },
  {
    input: { LogGroupName: 'x', LogDestinationType: 's3' },
    code: 'InvalidParameter',
    message: 'LogDestination type must be cloud-watch-logs if LogGroupName is provided.',
  },
  { input: { LogGroupName: 'x' }, code: 'InvalidParameter', message: /DeliverLogsPermissionArn/ },
  { input: { ...toS3, LogDestination: 'logs' }, code: 'InvalidParameter', message: /LogDestination: logs/ },
  { input: { ...toS3, MaxAggregationInterval: 61 }, code: 'InvalidParameter', message: /Max Aggregation Interval/ },
  { input: { ...toS3, TrafficType: undefined }, code: 'MissingParameter', message: /TrafficType/ },
  { input: { ...toS3, LogFormat: 'version' }, code: 'InvalidParameter', message: /Unknown fields/ },
  // biome-ignore lint/suspicious/noTemplateCurlyInString: AWS's format
  { input: { ...toS3, LogFormat: '${version} ${colour}' }, code: 'InvalidParameter', message: /\$\{colour\}/ },
  { input: { ...toS3, ResourceType: 'TransitGateway' }, code: 'UnsupportedOperation', message: /TransitGateway/ },
  { input: { ...toS3, ResourceType: 'Bucket' }, code: 'InvalidParameterValue', message: /resourceType/ },
  { input: { ...toS3, ResourceIds: [] }, code: 'MissingParameter', message: /ResourceIds/ },
  {
    input: { LogGroupName: 'x', DeliverLogsPermissionArn: role, DestinationOptions: { FileFormat: 'parquet' } },
    code: 'InvalidParameter',
    message: /DestinationOptions/,
  },
]) {
  test(`a flow log with ${JSON.stringify(input)} is refused: ${code}`, () => {
    const ctx = aContext()
    const request = { ResourceType: 'VPC', ResourceIds: [aNetwork(ctx).vpcId], TrafficType: 'ALL', ...input }
    throwsAwsError(() => createFlowLogs.handle(request as CreateFlowLogsRequest, ctx), code, message)
  })
}
