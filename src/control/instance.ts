import type { NetworkInterface } from '../resource/network-interface.ts'
import type { SettleRule } from './settle.ts'

/** A terminated instance stays visible for an hour: EC2 User Guide, "Terminate Amazon EC2 instances". */
const terminatedVisibleMs = 60 * 60 * 1000

/**
 * The interface goes, and its address becomes free, when the agent has taken the instance's namespace away; one that does
 * not end with its instance is detached instead, and may be another instance's by the next time.
 */
export const removeTerminatedInstances: SettleRule = ({ tx, observed, now }) => {
  for (const instance of tx.by('instance', 'unsettled', 'terminated')) {
    if (!observed.isApplied('instance', instance.instanceId)) continue
    const eni = tx.get('network-interface', instance.networkInterfaceId)
    if (eni?.instanceId === instance.instanceId) {
      if (eni.deleteOnTermination === false) tx.put('network-interface', detached(eni))
      else tx.delete('network-interface', eni.networkInterfaceId)
    }
    const terminatedAt = Date.parse(instance.terminatedAt ?? instance.launchedAt)
    if (now.getTime() - terminatedAt >= terminatedVisibleMs) tx.delete('instance', instance.instanceId)
  }
}

function detached(eni: NetworkInterface): NetworkInterface {
  const { instanceId: _, attachmentId: _attachment, attachedAt: _at, deleteOnTermination: _ends, ...rest } = eni
  return rest
}
