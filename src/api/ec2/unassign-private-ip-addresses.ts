import type { UnassignPrivateIpAddressesRequest } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { interfaceIsManaged } from './errors-network.ts'
import { withoutSecondaryIps } from './network-interface-addresses.ts'
import { requireOwned } from './owned.ts'

/**
 * Takes secondary private addresses from an interface.
 *
 * Source: EC2 API Reference, UnassignPrivateIpAddresses.
 *
 * @throws InvalidNetworkInterfaceID.NotFound, InvalidParameterValue, MissingParameter, OperationNotPermitted,
 *         UnsupportedOperation
 */
export const unassignPrivateIpAddresses: Operation<UnassignPrivateIpAddressesRequest, object> = {
  action: 'ec2:UnassignPrivateIpAddresses',
  kind: 'write',
  missing: ['no prefixes'],

  handle({ NetworkInterfaceId: id, PrivateIpAddresses: addresses = [], Ipv4Prefixes: prefixes = [] }, ctx) {
    const eni = requireOwned(ctx, 'network-interface', id, errors.networkInterfaceId, 'networkInterfaceId')
    if (prefixes.length > 0) throw errors.notSupported('An IPv4 prefix')
    if (addresses.length === 0) throw errors.missingParameter('privateIpAddress')
    if (eni.requesterManaged) throw interfaceIsManaged(eni.networkInterfaceId)
    ctx.tx.put('network-interface', withoutSecondaryIps(eni, addresses))
    return {}
  },
}
