import { formatIpv4 } from '../net/ip.ts'
import { firstFabricAddress, lastFabricAddress } from '../resource/fabric.ts'
import type { Transaction } from '../state/transaction.ts'

/**
 * A fabric address nobody ever had.
 *
 * The cursor is a record of the log like any other, so it is as durable as what is given the address; it only goes up,
 * so a packet on its way to something deleted can reach nothing newer. 67 million addresses: at a hundred interfaces a
 * second they last for a week of doing nothing else.
 */
export function allocateFabricIp(tx: Transaction): string {
  const address = tx.get('fabric', 'fabric')?.nextAddress ?? firstFabricAddress
  if (address > lastFabricAddress) {
    throw new Error(`fabric addresses are exhausted: the cursor passed ${formatIpv4(lastFabricAddress)}`)
  }
  tx.put('fabric', { nextAddress: address + 1 })
  return formatIpv4(address)
}
