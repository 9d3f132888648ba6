import type { AssignPrivateIpAddressesRequest, AssignPrivateIpAddressesResult } from '@aws-sdk/client-ec2'
import type { NetworkInterface } from '../../resource/network-interface.ts'
import type { Operation, OperationContext } from '../operation.ts'
import * as errors from './errors.ts'
import { interfaceIsManaged } from './errors-network.ts'
import { checkWanted, withoutSecondaryIps, withSecondaryIps } from './network-interface-addresses.ts'
import { requireOwned } from './owned.ts'

/**
 * Gives an interface secondary private addresses. With AllowReassignment, one that is another interface's secondary
 * address moves from there.
 *
 * Source: EC2 API Reference, AssignPrivateIpAddresses.
 *
 * @throws InvalidNetworkInterfaceID.NotFound, InvalidIPAddress.InUse, InsufficientFreeAddressesInSubnet,
 *         PrivateIpAddressLimitExceeded, InvalidParameterCombination, InvalidParameterValue, MissingParameter,
 *         OperationNotPermitted, UnsupportedOperation
 */
export const assignPrivateIpAddresses: Operation<AssignPrivateIpAddressesRequest, AssignPrivateIpAddressesResult> = {
  action: 'ec2:AssignPrivateIpAddresses',
  kind: 'write',
  missing: ['no prefixes'],

  handle(input, ctx) {
    const { NetworkInterfaceId: id, PrivateIpAddresses: addresses = [] } = input
    const eni = requireOwned(ctx, 'network-interface', id, errors.networkInterfaceId, 'networkInterfaceId')
    if (input.Ipv4PrefixCount || input.Ipv4Prefixes?.length) throw errors.notSupported('An IPv4 prefix')
    if (eni.requesterManaged) throw interfaceIsManaged(eni.networkInterfaceId)
    const wanted = { addresses, count: input.SecondaryPrivateIpAddressCount }
    checkWanted(wanted, ['privateIpAddress', 'secondaryPrivateIpAddressCount'])
    if (addresses.length === 0 && !wanted.count) throw errors.missingParameter('privateIpAddress')

    if (input.AllowReassignment) for (const address of addresses) release(ctx, eni, address)
    const subnet = requireOwned(ctx, 'subnet', eni.subnetId, errors.subnetId, 'subnetId')
    const changed = withSecondaryIps(ctx, eni, subnet, wanted)
    const before = new Set(eni.secondaryPrivateIps)
    const assigned =
      addresses.length > 0 ? addresses : (changed.secondaryPrivateIps ?? []).filter((ip) => !before.has(ip))
    return {
      NetworkInterfaceId: eni.networkInterfaceId,
      AssignedPrivateIpAddresses: assigned.map((PrivateIpAddress) => ({ PrivateIpAddress })),
      AssignedIpv4Prefixes: [],
    }
  },
}

/** Takes an address from the interface of the same subnet that has it as a secondary one; a primary one stays. */
function release({ tx }: OperationContext, eni: NetworkInterface, address: string): void {
  const [holder] = tx.by('network-interface', 'address', `${eni.vpcId}|${address}`)
  if (!holder || holder.networkInterfaceId === eni.networkInterfaceId || holder.subnetId !== eni.subnetId) return
  if (!holder.secondaryPrivateIps?.includes(address)) return
  tx.put('network-interface', withoutSecondaryIps(holder, [address]))
}
