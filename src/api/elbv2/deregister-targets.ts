import type { DeregisterTargetsInput, DeregisterTargetsOutput } from '@aws-sdk/client-elastic-load-balancing-v2'
import { targetGroupAttribute, targetKeyOf } from '../../resource/target-group.ts'
import type { Operation } from '../operation.ts'
import { targetsNotRegistered } from './errors.ts'
import { portOf } from './register-targets.ts'
import { findTargetGroup } from './target-group.ts'

/**
 * Takes targets out of rotation. They drain: no new flow, established ones until the deregistration delay has passed and
 * the control process removes the record. Without a listener there is nothing to drain, and without a delay only when
 * connections are to be cut: the record says which.
 * Source: Elastic Load Balancing v2 API Reference, DeregisterTargets.
 *
 * @throws TargetGroupNotFound, InvalidTarget
 */
export const deregisterTargets: Operation<DeregisterTargetsInput, DeregisterTargetsOutput> = {
  action: 'elasticloadbalancing:DeregisterTargets',
  kind: 'write',

  handle(input, ctx) {
    const { tx } = ctx
    const group = findTargetGroup(ctx, input.TargetGroupArn)
    const wanted = (input.Targets ?? []).map((target) => ({
      id: target.Id ?? '',
      target: tx.get('target', targetKeyOf(group.targetGroupArn, target.Id ?? '', portOf(group, target))),
    }))
    const unknown = wanted.filter(({ target }) => !target).map(({ id }) => id)
    if (unknown.length > 0) throw targetsNotRegistered(unknown)

    const isInUse = tx.by('listener', 'targetGroupArn', group.targetGroupArn).length > 0
    const drains =
      isInUse &&
      (targetGroupAttribute(group, 'deregistration_delay.timeout_seconds') !== '0' ||
        targetGroupAttribute(group, 'deregistration_delay.connection_termination.enabled') === 'true')
    for (const { target } of wanted) {
      if (!target || target.state === 'draining') continue
      if (drains) tx.put('target', { ...target, state: 'draining', drainingSince: ctx.now.toISOString() })
      else tx.delete('target', target.targetKey)
    }
    return {}
  },
}
