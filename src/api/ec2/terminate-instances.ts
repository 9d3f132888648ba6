import type { TerminateInstancesRequest, TerminateInstancesResult } from '@aws-sdk/client-ec2'
import type { Instance } from '../../resource/instance.ts'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { mayNotBe } from './errors-instance.ts'
import { describeState, stateOf } from './instance.ts'
import { selectOwned } from './owned.ts'

/**
 * Wishes instances away: all of them, or none when one does not exist. The interface stays, with its address, until the
 * agent confirmed that the namespace is gone, so nobody else is given the address before that.
 *
 * Source: EC2 API Reference, TerminateInstances. Terminating twice is not an error.
 *
 * @throws InvalidInstanceID.NotFound, InvalidInstanceID.Malformed, OperationNotPermitted, MissingParameter
 */
export const terminateInstances: Operation<TerminateInstancesRequest, TerminateInstancesResult> = {
  action: 'ec2:TerminateInstances',
  kind: 'write',

  handle(input, ctx) {
    if (!input.InstanceIds || input.InstanceIds.length === 0) throw errors.missingParameter('InstanceId')

    const instances = selectOwned(ctx, 'instance', input.InstanceIds, errors.instanceId)
    const kept = instances.find((instance) => instance.state !== 'terminated' && instance.disableApiTermination)
    if (kept) throw mayNotBe('terminated', kept.instanceId, 'disableApiTermination')
    return {
      TerminatingInstances: instances.map((instance) => {
        const previous = stateOf(ctx, instance)
        if (instance.state !== 'terminated') {
          const terminated: Instance = { ...instance, state: 'terminated', terminatedAt: ctx.now.toISOString() }
          ctx.tx.put('instance', terminated)
        }
        return {
          InstanceId: instance.instanceId,
          PreviousState: describeState(previous),
          CurrentState: describeState(previous === 'terminated' ? 'terminated' : 'shutting-down'),
        }
      }),
    }
  },
}
