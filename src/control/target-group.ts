import type { SettleRule } from './settle.ts'

/** Reference 2.3; the group holds the attribute only when it differs. */
const defaultDeregistrationDelaySeconds = 300

/** A draining target is forgotten when the group's delay has passed: its connections have had their time. */
export const removeDrainedTargets: SettleRule = ({ tx, now }) => {
  for (const target of tx.by('target', 'unsettled', 'draining')) {
    const group = tx.get('target-group', target.targetGroupArn)
    const attribute = group?.attributes['deregistration_delay.timeout_seconds']
    const delaySeconds = Number(attribute ?? defaultDeregistrationDelaySeconds)
    const drainedMs = now.getTime() - Date.parse(target.drainingSince ?? '')
    // Without a group, or without a beginning, there is nothing to wait for.
    if (group && drainedMs < delaySeconds * 1000) continue
    tx.delete('target', target.targetKey)
  }
}
