import type { AssignIpv6AddressesRequest, AssignIpv6AddressesResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { interfaceIsManaged } from './errors-network.ts'
import { ipv6Limits } from './ipv6-address.ts'
import { checkWanted, withIpv6Addresses } from './network-interface-addresses.ts'
import { requireOwned } from './owned.ts'

/**
 * Gives an interface IPv6 addresses of its subnet's block.
 *
 * Source: EC2 API Reference, AssignIpv6Addresses.
 *
 * @throws InvalidNetworkInterfaceID.NotFound, InvalidIPAddress.InUse, PrivateIpAddressLimitExceeded,
 *         InvalidParameterCombination, InvalidParameterValue, MissingParameter, OperationNotPermitted, UnsupportedOperation
 */
export const assignIpv6Addresses: Operation<AssignIpv6AddressesRequest, AssignIpv6AddressesResult> = {
  action: 'ec2:AssignIpv6Addresses',
  kind: 'write',
  missing: [ipv6Limits, 'no prefixes'],

  handle(input, ctx) {
    const { NetworkInterfaceId: id, Ipv6Addresses: addresses = [], Ipv6AddressCount: count } = input
    const eni = requireOwned(ctx, 'network-interface', id, errors.networkInterfaceId, 'networkInterfaceId')
    if (input.Ipv6PrefixCount || input.Ipv6Prefixes?.length) throw errors.notSupported('An IPv6 prefix')
    if (eni.requesterManaged) throw interfaceIsManaged(eni.networkInterfaceId)
    checkWanted({ addresses, count }, ['ipv6Addresses', 'ipv6AddressCount'])
    if (addresses.length === 0 && !count) throw errors.missingParameter('ipv6Addresses')

    const subnet = requireOwned(ctx, 'subnet', eni.subnetId, errors.subnetId, 'subnetId')
    const changed = withIpv6Addresses(ctx, eni, subnet, { addresses, count })
    const before = new Set(eni.ipv6Addresses)
    return {
      NetworkInterfaceId: eni.networkInterfaceId,
      AssignedIpv6Addresses: (changed.ipv6Addresses ?? []).filter((address) => !before.has(address)),
      AssignedIpv6Prefixes: [],
    }
  },
}
