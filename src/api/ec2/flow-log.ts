import type { FlowLog as WireFlowLog } from '@aws-sdk/client-ec2'
import type { FlowLog } from '../../resource/flow-log.ts'
import type { Transaction } from '../../state/transaction.ts'
import { toWireTags } from './tags.ts'

/** Said by every operation that a flow log's records would come from. */
export const flowLogsAreNotDelivered = 'a flow log is a record: nothing is delivered anywhere yet'

/** What goes with the VPC, subnet or interface that it watches. */
export function deleteFlowLogsOf(tx: Transaction, resourceId: string): void {
  for (const { flowLogId } of tx.by('flow-log', 'resourceId', resourceId)) tx.delete('flow-log', flowLogId)
}

export function describeFlowLog(log: FlowLog): WireFlowLog {
  const options = log.destinationOptions
  return {
    FlowLogId: log.flowLogId,
    FlowLogStatus: 'ACTIVE',
    CreationTime: new Date(log.createdAt),
    ResourceId: log.resourceId,
    TrafficType: log.trafficType,
    LogDestinationType: log.logDestinationType,
    ...(log.logDestination !== undefined && { LogDestination: log.logDestination }),
    ...(log.logGroupName !== undefined && { LogGroupName: log.logGroupName }),
    ...(log.deliverLogsPermissionArn !== undefined && { DeliverLogsPermissionArn: log.deliverLogsPermissionArn }),
    ...(log.deliverCrossAccountRole !== undefined && { DeliverCrossAccountRole: log.deliverCrossAccountRole }),
    LogFormat: log.logFormat,
    MaxAggregationInterval: log.maxAggregationIntervalSeconds,
    ...(options && {
      DestinationOptions: {
        FileFormat: options.fileFormat,
        HiveCompatiblePartitions: options.hiveCompatiblePartitions,
        PerHourPartition: options.perHourPartition,
      },
    }),
    Tags: toWireTags(log.tags),
  }
}
