import type { DescribeInstanceStatusRequest, DescribeInstanceStatusResult } from '@aws-sdk/client-ec2'
import type { Instance } from '../../resource/instance.ts'
import type { Operation, OperationContext } from '../operation.ts'
import * as errors from './errors.ts'
import { applyFilters, type FilterTable } from './filters.ts'
import { describeState, stateOf } from './instance.ts'
import { selectOwned } from './owned.ts'
import { paginate, refuseIdsWithMaxResults } from './pagination.ts'

const summaryOf = (ctx: OperationContext, instance: Instance) =>
  stateOf(ctx, instance) === 'running' ? ('ok' as const) : ('not-applicable' as const)

const filters = (ctx: OperationContext): FilterTable<Instance> => ({
  'availability-zone': (instance) => instance.availabilityZone,
  'instance-state-code': (instance) => String(describeState(stateOf(ctx, instance)).Code),
  'instance-state-name': (instance) => stateOf(ctx, instance),
  'instance-status.status': (instance) => summaryOf(ctx, instance),
  'system-status.status': (instance) => summaryOf(ctx, instance),
})

/**
 * Source: EC2 API Reference, DescribeInstanceStatus. Running instances only, unless all are asked for.
 *
 * @throws InvalidInstanceID.NotFound, InvalidInstanceID.Malformed, InvalidParameterValue, InvalidParameterCombination
 */
export const describeInstanceStatus: Operation<DescribeInstanceStatusRequest, DescribeInstanceStatusResult> = {
  action: 'ec2:DescribeInstanceStatus',
  kind: 'read',
  missing: ['both checks say one thing: the agent has made the instance and its interface', 'no scheduled events'],

  handle(input, ctx) {
    refuseIdsWithMaxResults(input.InstanceIds, 'instancesSet', input)
    const named = selectOwned(ctx, 'instance', input.InstanceIds, errors.instanceId)
    const shown = input.IncludeAllInstances ? named : named.filter((instance) => stateOf(ctx, instance) === 'running')
    const instances = applyFilters(shown, input.Filters, filters(ctx), undefined, errors.unknownFilter)
    const { page, nextToken } = paginate(instances, input, {
      min: 5,
      max: 1000,
      idOf: (instance) => instance.instanceId,
    })
    return {
      InstanceStatuses: page.map((instance) => {
        const Status = summaryOf(ctx, instance)
        const details = Status === 'ok' ? { Details: [{ Name: 'reachability', Status: 'passed' }] as const } : {}
        const summary = { Status, ...(details.Details && { Details: [...details.Details] }) }
        return {
          InstanceId: instance.instanceId,
          AvailabilityZone: instance.availabilityZone,
          InstanceState: describeState(stateOf(ctx, instance)),
          InstanceStatus: summary,
          SystemStatus: summary,
        }
      }),
      NextToken: nextToken,
    }
  },
}
