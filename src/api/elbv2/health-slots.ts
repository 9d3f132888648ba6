import { AwsError } from '../../aws/error.ts'
import type { View } from '../../state/transaction.ts'

/** A slot is a port number of the load balancer nodes' fabric addresses. */
const lastSlot = 65535

/** Hands out the free health slots of a VPC, lowest first. */
export interface HealthSlots {
  take(): number
}

/**
 * One pass over the VPC's targets when the first slot is asked for, then one step per slot: registering a thousand
 * targets in one call costs no more than reading them.
 */
export function healthSlotsOf(tx: View, vpcId: string): HealthSlots {
  let used: Set<number> | undefined
  let next = 1
  return {
    take() {
      used ??= new Set(tx.by('target', 'vpcId', vpcId).map((target) => target.healthSlot))
      while (used.has(next)) next++
      if (next > lastSlot) {
        throw new AwsError('TooManyTargets', `The maximum number of targets per VPC (${lastSlot}) has been reached`)
      }
      return next++
    },
  }
}
