/**
 * Giving addresses to an interface and taking them away: secondary private IPv4 addresses, and IPv6 addresses.
 *
 * Every address is written before the next one is chosen, because what is taken is asked from the index of the transaction.
 */
import type { NetworkInterface } from '../../resource/network-interface.ts'
import type { Subnet } from '../../resource/subnet.ts'
import type { OperationContext } from '../operation.ts'
import * as errors from './errors.ts'
import { addressNotAssigned, primaryAddressStays } from './errors-cidr-block.ts'
import { addressLimitExceeded } from './errors-network.ts'
import { allocateIpv6 } from './ipv6-address.ts'
import { canonicalIpv6Cidr } from './ipv6-cidr.ts'
import { allocatePrivateIp } from './network-interface.ts'

/** What the largest instance types of AWS take on one interface, of either family. */
export const maxAddressesPerInterface = 50

/** Addresses by name, or how many of them; never both. */
export interface WantedAddresses {
  readonly addresses?: readonly string[] | undefined
  readonly count?: number | undefined
}

/**
 * @param names of the two parameters, for the error
 * @throws InvalidParameterCombination, InvalidParameterValue
 */
export function checkWanted({ addresses = [], count }: WantedAddresses, names: readonly [string, string]): void {
  if (addresses.length > 0 && count !== undefined && count > 0) {
    throw errors.invalidParameterCombination(`The parameter ${names[0]} cannot be used with the parameter ${names[1]}`)
  }
  if (count !== undefined && count < 0) throw errors.invalidValue(count, names[1])
}

/** The interface with more secondary addresses; those that it has already count as given. */
export function withSecondaryIps(
  ctx: OperationContext,
  eni: NetworkInterface,
  subnet: Subnet,
  { addresses, count = 0 }: WantedAddresses,
): NetworkInterface {
  const wanted: readonly (string | undefined)[] = addresses?.length
    ? [...new Set(addresses)].filter((address) => !eni.secondaryPrivateIps?.includes(address))
    : Array.from({ length: count }, () => undefined)
  if (1 + (eni.secondaryPrivateIps?.length ?? 0) + wanted.length > maxAddressesPerInterface) {
    throw addressLimitExceeded()
  }
  let changed = eni
  for (const address of wanted) {
    const secondaryPrivateIps = [...(changed.secondaryPrivateIps ?? []), allocatePrivateIp(ctx.tx, subnet, address)]
    changed = { ...changed, secondaryPrivateIps }
    ctx.tx.put('network-interface', changed)
  }
  return changed
}

/** The interface with more IPv6 addresses; those that it has already count as given. */
export function withIpv6Addresses(
  ctx: OperationContext,
  eni: NetworkInterface,
  subnet: Subnet,
  { addresses, count = 0 }: WantedAddresses,
): NetworkInterface {
  const wanted: readonly (string | undefined)[] = addresses?.length
    ? [...new Set(addresses.map(canonical))].filter((address) => !eni.ipv6Addresses?.includes(address))
    : Array.from({ length: count }, () => undefined)
  if ((eni.ipv6Addresses?.length ?? 0) + wanted.length > maxAddressesPerInterface) throw addressLimitExceeded()
  let changed = eni
  for (const address of wanted) {
    changed = { ...changed, ipv6Addresses: [...(changed.ipv6Addresses ?? []), allocateIpv6(ctx, subnet, address)] }
    ctx.tx.put('network-interface', changed)
  }
  return changed
}

/** @throws InvalidParameterValue for an address that the interface has not, and for its primary one */
export function withoutSecondaryIps(eni: NetworkInterface, addresses: readonly string[]): NetworkInterface {
  const own = eni.secondaryPrivateIps ?? []
  for (const address of addresses) {
    if (address === eni.privateIp) throw primaryAddressStays(address)
    if (!own.includes(address)) throw addressNotAssigned(eni.networkInterfaceId)
  }
  return { ...eni, secondaryPrivateIps: own.filter((address) => !addresses.includes(address)) }
}

/** @throws InvalidParameterValue for an address that the interface has not */
export function withoutIpv6Addresses(eni: NetworkInterface, addresses: readonly string[]): NetworkInterface {
  const own = eni.ipv6Addresses ?? []
  const gone = addresses.map(canonical)
  if (gone.some((address) => !own.includes(address))) throw addressNotAssigned(eni.networkInterfaceId)
  return { ...eni, ipv6Addresses: own.filter((address) => !gone.includes(address)) }
}

/** As it was written when it is no address: whoever looks at it next refuses it. */
function canonical(address: string): string {
  return canonicalIpv6Cidr(`${address}/128`)?.slice(0, -'/128'.length) ?? address
}
