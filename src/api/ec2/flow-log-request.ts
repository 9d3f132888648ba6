import type { CreateFlowLogsRequest } from '@aws-sdk/client-ec2'
import type { FlowLog } from '../../resource/flow-log.ts'
import * as errors from './errors.ts'

/** What CreateFlowLogs asks for, the same for each of its resources. */
export type FlowLogWish = Omit<FlowLog, 'flowLogId' | 'ownerId' | 'region' | 'resourceId' | 'createdAt' | 'tags'>

/** Reference 11.2: the fields of each version, in AWS's order. */
const fieldsByVersion: readonly string[] = [
  // 2
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status',
  // 3
  'vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr',
  // 4
  'region az-id sublocation-type sublocation-id',
  // 5
  'pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path',
  // 7
  'ecs-cluster-arn ecs-cluster-name ecs-container-instance-arn ecs-container-instance-id ecs-container-id ecs-second-container-id ecs-service-name ecs-task-definition-arn ecs-task-arn ecs-task-id',
  // 8 to 10
  'reject-reason resource-id encryption-status',
]
const defaultFields = fieldsByVersion[0]?.split(' ') ?? []
const knownFields = new Set(fieldsByVersion.flatMap((fields) => fields.split(' ')))
const formatOf = (fields: readonly string[]) => fields.map((field) => `\${${field}}`).join(' ')

/** @throws InvalidParameter, InvalidParameterValue, MissingParameter, UnsupportedOperation */
export function parseFlowLog(input: CreateFlowLogsRequest): FlowLogWish {
  checkResourceType(input.ResourceType)
  const trafficType = input.TrafficType
  if (trafficType === undefined) throw errors.missingParameter('TrafficType')
  if (!['ACCEPT', 'REJECT', 'ALL'].includes(trafficType)) throw errors.invalidValue(trafficType, 'trafficType')
  const seconds = input.MaxAggregationInterval ?? 600
  // Text from memory.
  if (seconds !== 60 && seconds !== 600) throw errors.invalidParameter('Invalid Flow Log Max Aggregation Interval')
  return {
    trafficType,
    ...parseDestination(input),
    ...(input.DeliverCrossAccountRole && { deliverCrossAccountRole: input.DeliverCrossAccountRole }),
    logFormat: parseFormat(input.LogFormat),
    maxAggregationIntervalSeconds: seconds,
    ...parseOptions(input),
  }
}

function checkResourceType(resourceType: string | undefined): void {
  if (resourceType === undefined) throw errors.missingParameter('ResourceType')
  if (['VPC', 'Subnet', 'NetworkInterface'].includes(resourceType)) return
  if (['TransitGateway', 'TransitGatewayAttachment', 'RegionalNatGateway'].includes(resourceType)) {
    throw errors.notSupported(`A flow log of a ${resourceType}`)
  }
  throw errors.invalidValue(resourceType, 'resourceType')
}

const arns = {
  'cloud-watch-logs': /^arn:aws[a-z-]*:logs:[a-z0-9-]+:\d{12}:log-group:([^:*]+)(:\*)?$/,
  s3: /^arn:aws[a-z-]*:s3:::[a-z0-9.-]+(\/.*)?$/,
  'kinesis-data-firehose': /^arn:aws[a-z-]*:firehose:[a-z0-9-]+:\d{12}:deliverystream\/.+$/,
} as const

type Destination = Pick<FlowLog, 'logDestinationType' | 'logDestination' | 'logGroupName' | 'deliverLogsPermissionArn'>

/** Texts: reference 11.1, but for the last two, which are from memory. */
function parseDestination(input: CreateFlowLogsRequest): Destination {
  const { LogDestinationType: type = 'cloud-watch-logs', LogDestination: place, LogGroupName: groupName } = input
  if (!Object.hasOwn(arns, type)) throw errors.invalidValue(type, 'logDestinationType')
  if (place && groupName) {
    throw errors.invalidParameter('Please only provide LogGroupName or only provide LogDestination.')
  }
  if (!place && !groupName) {
    throw errors.invalidParameter("LogDestination can't be empty if LogGroupName is not provided.")
  }
  if (groupName && type !== 'cloud-watch-logs') {
    throw errors.invalidParameter('LogDestination type must be cloud-watch-logs if LogGroupName is provided.')
  }
  const match = place ? arns[type].exec(place) : null
  if (place && !match) throw errors.invalidParameter(`LogDestination: ${place} is not a valid ARN for ${type}`)
  const role = input.DeliverLogsPermissionArn
  if (type === 'cloud-watch-logs' && !role) {
    throw errors.invalidParameter("DeliverLogsPermissionArn can't be empty if LogDestinationType is cloud-watch-logs.")
  }
  const logGroupName = groupName ?? (type === 'cloud-watch-logs' ? match?.[1] : undefined)
  return {
    logDestinationType: type,
    ...(place && { logDestination: place }),
    ...(logGroupName && { logGroupName }),
    ...(role && { deliverLogsPermissionArn: role }),
  }
}

/** Text from memory. */
function parseFormat(format: string | undefined): string {
  if (!format) return formatOf(defaultFields)
  const fields = format.trim().split(/\s+/)
  const unknown = fields.filter((field) => !knownFields.has(/^\$\{(.+)\}$/.exec(field)?.[1] ?? ''))
  if (unknown.length > 0) throw errors.invalidParameter(`Unknown fields provided: ${unknown.join(' ')}`)
  return fields.join(' ')
}

function parseOptions({ DestinationOptions: options, LogDestinationType: type }: CreateFlowLogsRequest) {
  if (!options) return {}
  // Text from memory.
  if (type !== 's3') throw errors.invalidParameter('DestinationOptions can only be specified for S3 destinations.')
  const fileFormat = options.FileFormat ?? 'plain-text'
  if (fileFormat !== 'plain-text' && fileFormat !== 'parquet') throw errors.invalidValue(fileFormat, 'fileFormat')
  return {
    destinationOptions: {
      fileFormat,
      hiveCompatiblePartitions: options.HiveCompatiblePartitions ?? false,
      perHourPartition: options.PerHourPartition ?? false,
    },
  }
}
