import type { SettleRule } from './settle.ts'

/** A terminated instance stays visible for an hour: EC2 User Guide, "Terminate Amazon EC2 instances". */
const terminatedVisibleMs = 60 * 60 * 1000

/** The interface goes, and its address becomes free, when the agent has taken the instance's namespace away. */
export const removeTerminatedInstances: SettleRule = ({ tx, observed, now }) => {
  for (const instance of tx.by('instance', 'unsettled', 'terminated')) {
    if (!observed.isApplied('instance', instance.instanceId)) continue
    tx.delete('network-interface', instance.networkInterfaceId)
    const terminatedAt = Date.parse(instance.terminatedAt ?? instance.launchedAt)
    if (now.getTime() - terminatedAt >= terminatedVisibleMs) tx.delete('instance', instance.instanceId)
  }
}
