import type { StopInstancesRequest, StopInstancesResult } from '@aws-sdk/client-ec2'
import type { Instance } from '../../resource/instance.ts'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { cannotBe, mayNotBe } from './errors-instance.ts'
import { describeState, stateOf } from './instance.ts'
import { selectOwned } from './owned.ts'

/**
 * Stops instances: all of them, or none. The namespace goes, and with it every process in it; the interface stays, with its
 * addresses, which nobody else is given.
 *
 * Source: EC2 API Reference, StopInstances. Stopping twice is not an error.
 *
 * @throws InvalidInstanceID.NotFound, InvalidInstanceID.Malformed, IncorrectInstanceState, OperationNotPermitted,
 *         MissingParameter, UnsupportedOperation
 */
export const stopInstances: Operation<StopInstancesRequest, StopInstancesResult> = {
  action: 'ec2:StopInstances',
  kind: 'write',
  missing: ['no hibernation; a stop is always by force'],

  handle(input, ctx) {
    if (!input.InstanceIds || input.InstanceIds.length === 0) throw errors.missingParameter('InstanceId')
    if (input.Hibernate) throw errors.notSupported('Hibernation')
    const instances = selectOwned(ctx, 'instance', input.InstanceIds, errors.instanceId)
    for (const { instanceId, state, disableApiStop } of instances) {
      if (state === 'terminated') throw cannotBe('stopped', instanceId)
      if (state === 'running' && disableApiStop) throw mayNotBe('stopped', instanceId, 'disableApiStop')
    }
    return {
      StoppingInstances: instances.map((instance) => {
        const previous = stateOf(ctx, instance)
        if (instance.state === 'running') {
          const stopped: Instance = {
            ...instance,
            state: 'stopped',
            stoppedAt: ctx.now.toISOString(),
            stoppedAtRevision: ctx.tx.revision + 1,
          }
          ctx.tx.put('instance', stopped)
        }
        return {
          InstanceId: instance.instanceId,
          PreviousState: describeState(previous),
          CurrentState: describeState(previous === 'stopped' ? 'stopped' : 'stopping'),
        }
      }),
    }
  },
}
