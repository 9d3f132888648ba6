import type { Tag } from './tag.ts'

/** A wish for flow records of one VPC, subnet or interface. It cannot be changed, only replaced. */
export interface FlowLog {
  /** `fl-…`. */
  readonly flowLogId: string
  readonly ownerId: string
  readonly region: string
  /** `vpc-…`, `subnet-…` or `eni-…`. */
  readonly resourceId: string
  readonly trafficType: 'ACCEPT' | 'REJECT' | 'ALL'
  readonly logDestinationType: 'cloud-watch-logs' | 's3' | 'kinesis-data-firehose'
  /** ARN of a bucket (with a prefix), a delivery stream or a log group. */
  readonly logDestination?: string
  readonly logGroupName?: string
  readonly deliverLogsPermissionArn?: string
  readonly deliverCrossAccountRole?: string
  /** Fields as `${name}`, parted by spaces. */
  readonly logFormat: string
  readonly maxAggregationIntervalSeconds: 60 | 600
  /** Only with S3. */
  readonly destinationOptions?: {
    readonly fileFormat: 'plain-text' | 'parquet'
    readonly hiveCompatiblePartitions: boolean
    readonly perHourPartition: boolean
  }
  /** ISO 8601. */
  readonly createdAt: string
  readonly tags: readonly Tag[]
}
