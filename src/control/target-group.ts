import { targetGroupAttribute } from '../resource/target-group.ts'
import type { SettleRule } from './settle.ts'

/**
 * A draining target is forgotten when the group's delay has passed: its connections have had their time. Where the group
 * asks for it they are cut before (reference 2.3): the mark is what the plan cuts by, and the record waits for the agent.
 */
export const removeDrainedTargets: SettleRule = ({ tx, observed, now }) => {
  for (const target of tx.by('target', 'unsettled', 'draining')) {
    const group = tx.get('target-group', target.targetGroupArn)
    const delaySeconds = Number(group && targetGroupAttribute(group, 'deregistration_delay.timeout_seconds'))
    const drainedMs = now.getTime() - Date.parse(target.drainingSince ?? '')
    // Without a group, or without a beginning, there is nothing to wait for.
    if (group && drainedMs < delaySeconds * 1000) continue
    const cuts = group && targetGroupAttribute(group, 'deregistration_delay.connection_termination.enabled') === 'true'
    if (cuts && !target.terminating) tx.put('target', { ...target, terminating: true })
    else if (!cuts || observed.isApplied('target', target.targetKey)) tx.delete('target', target.targetKey)
  }
}
