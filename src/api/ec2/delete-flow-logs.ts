import type { DeleteFlowLogsRequest, DeleteFlowLogsResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { flowLogId } from './errors-instance.ts'
import { selectOwned } from './owned.ts'

/**
 * Source: EC2 API Reference, DeleteFlowLogs. All of them, or none when one does not exist.
 *
 * @throws InvalidFlowLogId.NotFound, MissingParameter
 */
export const deleteFlowLogs: Operation<DeleteFlowLogsRequest, DeleteFlowLogsResult> = {
  action: 'ec2:DeleteFlowLogs',
  kind: 'write',

  handle({ FlowLogIds: ids = [] }, ctx) {
    if (ids.length === 0) throw errors.missingParameter('FlowLogIds')
    for (const log of selectOwned(ctx, 'flow-log', ids, flowLogId)) ctx.tx.delete('flow-log', log.flowLogId)
    return { Unsuccessful: [] }
  },
}
