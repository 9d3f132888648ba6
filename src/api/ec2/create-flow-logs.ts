import type { CreateFlowLogsRequest, CreateFlowLogsResult, UnsuccessfulItem } from '@aws-sdk/client-ec2'
import { AwsError } from '../../aws/error.ts'
import type { FlowLog } from '../../resource/flow-log.ts'
import type { Operation, OperationContext } from '../operation.ts'
import * as errors from './errors.ts'
import { flowLogAlreadyExists } from './errors-instance.ts'
import { flowLogsAreNotDelivered } from './flow-log.ts'
import { type FlowLogWish, parseFlowLog } from './flow-log-request.ts'
import { requireOwned } from './owned.ts'
import { tagsFromSpecifications } from './tags.ts'

const maxResources = 1000

/**
 * Records the wish for flow records of some resources. What one resource is refused for is in `Unsuccessful`, the others
 * get their flow log.
 *
 * Source: EC2 API Reference, CreateFlowLogs; texts in reference 11.1.
 *
 * @throws InvalidParameter, InvalidParameterValue, MissingParameter, FlowLogAlreadyExists
 */
export const createFlowLogs: Operation<CreateFlowLogsRequest, CreateFlowLogsResult> = {
  action: 'ec2:CreateFlowLogs',
  kind: 'write',
  missing: [
    flowLogsAreNotDelivered,
    'buckets, streams and log groups are not looked for: every well-formed destination is taken',
    'VPCs, subnets and interfaces only',
  ],

  handle(input, ctx) {
    const ids = [...new Set(input.ResourceIds ?? [])]
    if (ids.length === 0) throw errors.missingParameter('ResourceIds')
    if (ids.length > maxResources) throw errors.invalidParameterValue(`At most ${maxResources} resources can be named`)
    const wish = parseFlowLog(input)
    const tags = tagsFromSpecifications(input.TagSpecifications, 'vpc-flow-log')

    const made: string[] = []
    const unsuccessful: UnsuccessfulItem[] = []
    for (const resourceId of ids) {
      const refusal = refusalOf(ctx, input.ResourceType, resourceId)
      if (refusal) {
        unsuccessful.push({ ResourceId: resourceId, Error: { Code: refusal.code, Message: refusal.message } })
        continue
      }
      if (exists(ctx, resourceId, wish)) throw flowLogAlreadyExists()
      const log: FlowLog = {
        flowLogId: ctx.newId('fl'),
        ownerId: ctx.accountId,
        region: ctx.region,
        resourceId,
        ...wish,
        createdAt: ctx.now.toISOString(),
        tags,
      }
      ctx.tx.put('flow-log', log)
      made.push(log.flowLogId)
    }
    return {
      ...(input.ClientToken && { ClientToken: input.ClientToken }),
      FlowLogIds: made,
      Unsuccessful: unsuccessful,
    }
  },
}

function refusalOf(ctx: OperationContext, resourceType: string | undefined, id: string): AwsError | undefined {
  try {
    switch (resourceType) {
      case 'VPC':
        requireOwned(ctx, 'vpc', id, errors.vpcId, 'ResourceIds')
        return undefined
      case 'Subnet':
        requireOwned(ctx, 'subnet', id, errors.subnetId, 'ResourceIds')
        return undefined
      default:
        requireOwned(ctx, 'network-interface', id, errors.networkInterfaceId, 'ResourceIds')
        return undefined
    }
  } catch (error) {
    if (error instanceof AwsError) return error
    throw error
  }
}

/** The same resource, traffic, format and place: AWS has one flow log for that. */
function exists({ tx }: OperationContext, resourceId: string, wish: FlowLogWish): boolean {
  return tx
    .by('flow-log', 'resourceId', resourceId)
    .some(
      (log) =>
        log.trafficType === wish.trafficType &&
        log.logDestinationType === wish.logDestinationType &&
        log.logDestination === wish.logDestination &&
        log.logGroupName === wish.logGroupName &&
        log.logFormat === wish.logFormat,
    )
}
