import type { CreateNetworkInterfaceRequest, CreateNetworkInterfaceResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { describeNetworkInterface, createNetworkInterface as putNetworkInterface } from './network-interface.ts'
import { requireOwned } from './owned.ts'
import { resolveGroups } from './security-group.ts'
import { tagsFromSpecifications } from './tags.ts'

/**
 * Makes a detached interface: it holds its address, so nobody else is given it, and carries no packet.
 *
 * Source: EC2 API Reference, CreateNetworkInterface.
 *
 * @throws InvalidSubnetID.NotFound, InvalidGroup.NotFound, InvalidIPAddress.InUse, InvalidParameterValue,
 *         InsufficientFreeAddressesInSubnet, UnsupportedOperation
 */
export const createNetworkInterface: Operation<CreateNetworkInterfaceRequest, CreateNetworkInterfaceResult> = {
  action: 'ec2:CreateNetworkInterface',
  kind: 'write',
  missing: [
    'one private IPv4 address: no secondary ones, no prefixes, no IPv6',
    'it cannot be attached to an instance',
  ],

  handle(input, ctx) {
    const subnet = requireOwned(ctx, 'subnet', input.SubnetId, errors.subnetId, 'subnetId')
    const addresses = input.PrivateIpAddresses ?? []
    const unsupported: readonly (readonly [unknown, string])[] = [
      [addresses.length > 1 || input.SecondaryPrivateIpAddressCount, 'A secondary private IP address'],
      [input.Ipv4PrefixCount || input.Ipv4Prefixes?.length, 'An IPv4 prefix'],
      [input.Ipv6PrefixCount || input.Ipv6Prefixes?.length, 'An IPv6 prefix'],
      [input.Ipv6AddressCount || input.Ipv6Addresses?.length || input.EnablePrimaryIpv6, 'An IPv6 address'],
      [(input.InterfaceType ?? 'interface') !== 'interface', `A network interface of type '${input.InterfaceType}'`],
    ]
    for (const [isAsked, what] of unsupported) if (isAsked) throw errors.notSupported(what)

    const eni = putNetworkInterface(ctx, {
      subnet,
      interfaceType: 'interface',
      groupIds: resolveGroups(ctx.tx, subnet.vpcId, input.Groups, subnet.subnetId),
      description: input.Description ?? '',
      privateIp: input.PrivateIpAddress ?? addresses[0]?.PrivateIpAddress,
      tags: tagsFromSpecifications(input.TagSpecifications, 'network-interface'),
    })
    return {
      NetworkInterface: describeNetworkInterface(ctx.tx, eni),
      ...(input.ClientToken && { ClientToken: input.ClientToken }),
    }
  },
}
