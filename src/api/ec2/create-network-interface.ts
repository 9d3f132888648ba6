import type { CreateNetworkInterfaceRequest, CreateNetworkInterfaceResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import { quotas, quotaValue } from '../quota.ts'
import * as errors from './errors.ts'
import { ipv6Limits } from './ipv6-address.ts'
import { describeNetworkInterface, createNetworkInterface as putNetworkInterface } from './network-interface.ts'
import { primaryIpOf, withMoreAddresses } from './network-interface-request.ts'
import { requireOwned } from './owned.ts'
import { resolveGroups } from './security-group.ts'
import { tagsFromSpecifications } from './tags.ts'

/**
 * Makes a detached interface: it holds its address, so nobody else is given it, and carries no packet.
 *
 * Source: EC2 API Reference, CreateNetworkInterface.
 *
 * @throws InvalidSubnetID.NotFound, InvalidGroup.NotFound, InvalidIPAddress.InUse, InvalidParameterValue,
 *         InvalidParameterCombination, NetworkInterfaceLimitExceeded, PrivateIpAddressLimitExceeded, InsufficientFreeAddressesInSubnet, UnsupportedOperation
 */
export const createNetworkInterface: Operation<CreateNetworkInterfaceRequest, CreateNetworkInterfaceResult> = {
  action: 'ec2:CreateNetworkInterface',
  kind: 'write',
  missing: [ipv6Limits, 'no prefixes, no primary IPv6 address, no interfaces of other types (EFA, trunk, branch)'],

  handle(input, ctx) {
    const subnet = requireOwned(ctx, 'subnet', input.SubnetId, errors.subnetId, 'subnetId')
    const unsupported: readonly (readonly [unknown, string])[] = [
      [input.Ipv4PrefixCount || input.Ipv4Prefixes?.length, 'An IPv4 prefix'],
      [input.Ipv6PrefixCount || input.Ipv6Prefixes?.length, 'An IPv6 prefix'],
      [input.EnablePrimaryIpv6, 'A primary IPv6 address'],
      [(input.InterfaceType ?? 'interface') !== 'interface', `A network interface of type '${input.InterfaceType}'`],
    ]
    for (const [isAsked, what] of unsupported) if (isAsked) throw errors.notSupported(what)

    const eni = putNetworkInterface(ctx, {
      subnet,
      interfaceType: 'interface',
      groupIds: resolveGroups(
        ctx.tx,
        subnet.vpcId,
        input.Groups,
        subnet.subnetId,
        quotaValue(ctx, quotas.securityGroupsPerInterface),
      ),
      description: input.Description ?? '',
      privateIp: primaryIpOf(input),
      tags: tagsFromSpecifications(input.TagSpecifications, 'network-interface'),
    })
    const whole = withMoreAddresses(ctx, eni, subnet, input)
    return {
      // The word is not in the model's enumeration, yet AWS answers it; the next Describe says `available`.
      NetworkInterface: { ...describeNetworkInterface(ctx.tx, whole), Status: 'pending' as unknown as 'available' },
      ...(input.ClientToken && { ClientToken: input.ClientToken }),
    }
  },
}
