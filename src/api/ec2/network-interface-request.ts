import type { PrivateIpAddressSpecification } from '@aws-sdk/client-ec2'
import type { NetworkInterface } from '../../resource/network-interface.ts'
import type { Subnet } from '../../resource/subnet.ts'
import type { OperationContext } from '../operation.ts'
import * as errors from './errors.ts'
import { checkWanted, withIpv6Addresses, withSecondaryIps } from './network-interface-addresses.ts'

/** The addresses of a new interface, as CreateNetworkInterface and an interface of RunInstances ask for them. */
export interface AddressRequest {
  readonly PrivateIpAddress?: string | undefined
  readonly PrivateIpAddresses?: readonly PrivateIpAddressSpecification[] | undefined
  readonly SecondaryPrivateIpAddressCount?: number | undefined
  readonly Ipv6Addresses?: readonly { readonly Ipv6Address?: string | undefined }[] | undefined
  readonly Ipv6AddressCount?: number | undefined
}

/**
 * The primary address that is asked for: the one that says so, or the first of the list.
 *
 * @throws InvalidParameterCombination
 */
export function primaryIpOf({
  PrivateIpAddress: single,
  PrivateIpAddresses: list = [],
}: AddressRequest): string | undefined {
  const marked = list.filter(({ Primary: isPrimary }) => isPrimary)
  if (marked.length > 1 || (marked.length > 0 && single !== undefined)) {
    throw errors.invalidParameterCombination('Only one primary private IP address can be specified.')
  }
  return single ?? (marked[0] ?? list.find(({ Primary: isPrimary }) => isPrimary === undefined))?.PrivateIpAddress
}

/** The interface with every other address of the request; in a subnet that assigns one, with an IPv6 address unasked. */
export function withMoreAddresses(
  ctx: OperationContext,
  eni: NetworkInterface,
  subnet: Subnet,
  input: AddressRequest,
): NetworkInterface {
  const secondary = {
    addresses: (input.PrivateIpAddresses ?? [])
      .flatMap(({ PrivateIpAddress: address }) => address ?? [])
      .filter((address) => address !== eni.privateIp),
    count: input.SecondaryPrivateIpAddressCount,
  }
  checkWanted(secondary, ['privateIpAddressesSet', 'secondaryPrivateIpAddressCount'])
  const ipv6 = {
    addresses: (input.Ipv6Addresses ?? []).flatMap(({ Ipv6Address: address }) => address ?? []),
    count:
      input.Ipv6AddressCount ?? (subnet.assignIpv6AddressOnCreation && !input.Ipv6Addresses?.length ? 1 : undefined),
  }
  checkWanted(ipv6, ['ipv6Addresses', 'ipv6AddressCount'])
  return withIpv6Addresses(ctx, withSecondaryIps(ctx, eni, subnet, secondary), subnet, ipv6)
}
