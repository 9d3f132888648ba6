import type { DescribeFlowLogsRequest, DescribeFlowLogsResult } from '@aws-sdk/client-ec2'
import type { FlowLog } from '../../resource/flow-log.ts'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { applyFilters, type FilterTable } from './filters.ts'
import { describeFlowLog } from './flow-log.ts'
import { allOwned } from './owned.ts'
import { paginate } from './pagination.ts'

const filters: FilterTable<FlowLog> = {
  'deliver-log-status': () => undefined,
  'flow-log-id': (log) => log.flowLogId,
  'log-destination-type': (log) => log.logDestinationType,
  'log-group-name': (log) => log.logGroupName,
  'resource-id': (log) => log.resourceId,
  'traffic-type': (log) => log.trafficType,
}

/**
 * Source: EC2 API Reference, DescribeFlowLogs. An id that is not there is no error: it is left out of the answer.
 *
 * @throws InvalidParameterValue, InvalidNextToken
 */
export const describeFlowLogs: Operation<DescribeFlowLogsRequest, DescribeFlowLogsResult> = {
  action: 'ec2:DescribeFlowLogs',
  kind: 'read',

  handle(input, ctx) {
    const { FlowLogIds: ids = [] } = input
    const named = allOwned(ctx, 'flow-log').filter((log) => ids.length === 0 || ids.includes(log.flowLogId))
    const logs = applyFilters(named, input.Filter, filters, (log) => log.tags, errors.unknownFilter)
    const { page, nextToken } = paginate(logs, input, { max: 1000, idOf: (log) => log.flowLogId })
    return { FlowLogs: page.map(describeFlowLog), NextToken: nextToken }
  },
}
