import type { SettleRule } from './settle.ts'

/**
 * A deleted endpoint keeps its interfaces, and so its addresses, until the kernel holds nothing of it: no packet for it
 * can then reach an interface that is given the same address.
 */
export const removeDeletedEndpoints: SettleRule = ({ tx, observed }) => {
  for (const endpoint of tx.by('vpc-endpoint', 'unsettled', 'deleting')) {
    if (!observed.isApplied('vpc-endpoint', endpoint.vpcEndpointId)) continue
    for (const networkInterfaceId of endpoint.networkInterfaceIds) tx.delete('network-interface', networkInterfaceId)
    tx.delete('vpc-endpoint', endpoint.vpcEndpointId)
  }
}

const dayMs = 24 * 60 * 60 * 1000
/**
 * How long an endpoint waits to be accepted. Seven days is what is commonly said of AWS, which publishes no number
 * (reference 3.2); it is decided here and nowhere else.
 */
const acceptancePeriodDays = 7
/** A control process that was off for longer than this leaves the endpoints of that time waiting. */
const longestAbsenceDays = 90

/**
 * An endpoint that nobody accepted in time is `expired`, and of no more use. They are looked for by the day on which they
 * were made, so that those which still may wait cost nothing.
 */
export const expirePendingEndpoints: SettleRule = ({ tx, now }) => {
  const periodMs = acceptancePeriodDays * dayMs
  for (let days = 0; days <= longestAbsenceDays; days++) {
    const day = new Date(now.getTime() - periodMs - days * dayMs).toISOString().slice(0, 10)
    for (const endpoint of tx.by('vpc-endpoint', 'pendingSince', day)) {
      if (now.getTime() - Date.parse(endpoint.createdAt) < periodMs) continue
      tx.put('vpc-endpoint', { ...endpoint, state: 'expired', placedAtRevision: tx.revision + 1 })
    }
  }
}
