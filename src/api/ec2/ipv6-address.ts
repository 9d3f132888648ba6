import { formatIpv6, parseIpv6, parseIpv6Block } from '../../net/ipv6.ts'
import type { Subnet } from '../../resource/subnet.ts'
import type { View } from '../../state/transaction.ts'
import type { OperationContext } from '../operation.ts'
import * as errors from './errors.ts'
import { malformedIpv6Address, subnetHasNoIpv6 } from './errors-cidr-block.ts'

/** Said by every operation that gives IPv6 blocks or addresses. */
export const ipv6Limits =
  'names are asked over IPv4 (no resolver at fd00:ec2::253), and IPv6 leads nowhere outside the VPC but through endpoints'

/** Amazon VPC User Guide, "Subnet sizing for IPv6": the first four addresses and the last one are nobody's. */
const reservedAtStart = 4n

/**
 * A free IPv6 address of a subnet, in canonical form: the one that is asked for, or a random one, as AWS gives them.
 *
 * @throws InvalidIPAddress.InUse, InvalidParameterValue
 */
export function allocateIpv6(ctx: OperationContext, subnet: Subnet, wanted?: string): string {
  const block = parseIpv6Block(subnet.ipv6CidrBlock ?? '')
  if (!block) throw subnetHasNoIpv6(subnet.subnetId)
  const hostBits = BigInt(128 - block.prefixLength)
  const last = (1n << hostBits) - 1n

  if (wanted !== undefined) {
    const address = parseIpv6(wanted)
    if (address === undefined) throw malformedIpv6Address(wanted)
    if (address >> hostBits !== block.first >> hostBits) throw errors.addressOutsideSubnet(wanted)
    const host = address & last
    if (host < reservedAtStart || host === last) throw errors.addressReserved(wanted)
    const text = formatIpv6(address)
    if (isTaken(ctx.tx, subnet.vpcId, text)) throw errors.addressInUse(text)
    return text
  }

  // 2^64 addresses: the first try is free but for once in the life of the sun.
  for (;;) {
    const host = BigInt(`0x${ctx.randomText(32)}`) & last
    const text = formatIpv6(block.first | host)
    if (host >= reservedAtStart && host !== last && !isTaken(ctx.tx, subnet.vpcId, text)) return text
  }
}

function isTaken(tx: View, vpcId: string, address: string): boolean {
  return tx.countBy('network-interface', 'address', `${vpcId}|${address}`) > 0
}
