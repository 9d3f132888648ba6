import type { UnassignIpv6AddressesRequest, UnassignIpv6AddressesResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { interfaceIsManaged } from './errors-network.ts'
import { withoutIpv6Addresses } from './network-interface-addresses.ts'
import { requireOwned } from './owned.ts'

/**
 * Takes IPv6 addresses from an interface.
 *
 * Source: EC2 API Reference, UnassignIpv6Addresses.
 *
 * @throws InvalidNetworkInterfaceID.NotFound, InvalidParameterValue, MissingParameter, OperationNotPermitted,
 *         UnsupportedOperation
 */
export const unassignIpv6Addresses: Operation<UnassignIpv6AddressesRequest, UnassignIpv6AddressesResult> = {
  action: 'ec2:UnassignIpv6Addresses',
  kind: 'write',
  missing: ['no prefixes'],

  handle({ NetworkInterfaceId: id, Ipv6Addresses: addresses = [], Ipv6Prefixes: prefixes = [] }, ctx) {
    const eni = requireOwned(ctx, 'network-interface', id, errors.networkInterfaceId, 'networkInterfaceId')
    if (prefixes.length > 0) throw errors.notSupported('An IPv6 prefix')
    if (addresses.length === 0) throw errors.missingParameter('ipv6Addresses')
    if (eni.requesterManaged) throw interfaceIsManaged(eni.networkInterfaceId)
    ctx.tx.put('network-interface', withoutIpv6Addresses(eni, addresses))
    return {
      NetworkInterfaceId: eni.networkInterfaceId,
      UnassignedIpv6Addresses: [...addresses],
      UnassignedIpv6Prefixes: [],
    }
  },
}
