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
