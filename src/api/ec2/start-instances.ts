import type { StartInstancesRequest, StartInstancesResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { cannotBe } from './errors-instance.ts'
import { describeState, stateOf } from './instance.ts'
import { selectOwned } from './owned.ts'

/**
 * Starts stopped instances: all of them, or none. Each gets a new, empty namespace around its old interface.
 *
 * Source: EC2 API Reference, StartInstances. Starting one that runs is not an error.
 *
 * @throws InvalidInstanceID.NotFound, InvalidInstanceID.Malformed, IncorrectInstanceState, MissingParameter
 */
export const startInstances: Operation<StartInstancesRequest, StartInstancesResult> = {
  action: 'ec2:StartInstances',
  kind: 'write',

  handle(input, ctx) {
    if (!input.InstanceIds || input.InstanceIds.length === 0) throw errors.missingParameter('InstanceId')
    const instances = selectOwned(ctx, 'instance', input.InstanceIds, errors.instanceId)
    return {
      StartingInstances: instances.map((instance) => {
        const previous = stateOf(ctx, instance)
        const canStart = previous === 'stopped' || previous === 'running' || previous === 'pending'
        if (!canStart) throw cannotBe('started', instance.instanceId)
        const { stoppedAt: _at, stoppedAtRevision: _revision, ...kept } = instance
        if (previous === 'stopped') {
          ctx.tx.put('instance', {
            ...kept,
            state: 'running',
            launchedAt: ctx.now.toISOString(),
            launchedAtRevision: ctx.tx.revision + 1,
          })
        }
        return {
          InstanceId: instance.instanceId,
          PreviousState: describeState(previous),
          CurrentState: describeState(previous === 'running' ? 'running' : 'pending'),
        }
      }),
    }
  },
}
