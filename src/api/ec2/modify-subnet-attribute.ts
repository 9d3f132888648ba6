import type { ModifySubnetAttributeRequest } from '@aws-sdk/client-ec2'
import type { Subnet } from '../../resource/subnet.ts'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { subnetHasNoIpv6 } from './errors-cidr-block.ts'
import { requireOwned } from './owned.ts'
import { plainDnsNameOptions } from './subnet.ts'

/**
 * Changes one attribute of a subnet per call.
 *
 * Source: EC2 API Reference, ModifySubnetAttribute.
 *
 * @throws InvalidSubnetID.NotFound, InvalidParameterCombination, InvalidParameterValue, UnsupportedOperation
 */
export const modifySubnetAttribute: Operation<ModifySubnetAttributeRequest, object> = {
  action: 'ec2:ModifySubnetAttribute',
  kind: 'write',
  missing: [
    'MapPublicIpOnLaunch, EnableDns64 and the private names on launch are recorded: there are no public addresses, no DNS64 and no resource names',
    'no customer-owned addresses and no local network interfaces: what asks for one is refused',
  ],

  handle(input, ctx) {
    const subnet = requireOwned(ctx, 'subnet', input.SubnetId, errors.subnetId, 'subnetId')
    const given = Object.entries(input).filter(([name, value]) => name !== 'SubnetId' && value !== undefined)
    if (given.length === 0) throw errors.invalidParameterCombination('No attributes specified.')
    if (given.length > 1) {
      const names = given.map(([name]) => `${name[0]?.toLowerCase()}${name.slice(1)}`)
      throw errors.invalidParameterCombination(`Fields for multiple attribute types specified: ${names.join(', ')}`)
    }
    const unsupported: readonly (readonly [unknown, string])[] = [
      [input.MapCustomerOwnedIpOnLaunch?.Value, 'A customer-owned IP address'],
      [input.CustomerOwnedIpv4Pool, 'A customer-owned IP address'],
      [input.EnableLniAtDeviceIndex, 'A local network interface'],
    ]
    for (const [isAsked, what] of unsupported) if (isAsked) throw errors.notSupported(what)
    if (input.AssignIpv6AddressOnCreation?.Value && !subnet.ipv6CidrBlock) throw subnetHasNoIpv6(subnet.subnetId)

    ctx.tx.put('subnet', changed(subnet, input))
    return {}
  },
}

function changed(subnet: Subnet, input: ModifySubnetAttributeRequest): Subnet {
  const names = subnet.privateDnsNameOptionsOnLaunch ?? plainDnsNameOptions
  const hostnameType = input.PrivateDnsHostnameTypeOnLaunch
  return {
    ...subnet,
    mapPublicIpOnLaunch: input.MapPublicIpOnLaunch?.Value ?? subnet.mapPublicIpOnLaunch,
    assignIpv6AddressOnCreation:
      input.AssignIpv6AddressOnCreation?.Value ?? subnet.assignIpv6AddressOnCreation ?? false,
    enableDns64: input.EnableDns64?.Value ?? subnet.enableDns64 ?? false,
    privateDnsNameOptionsOnLaunch: {
      hostnameType: hostnameType ?? names.hostnameType,
      enableResourceNameDnsARecord:
        input.EnableResourceNameDnsARecordOnLaunch?.Value ?? names.enableResourceNameDnsARecord,
      enableResourceNameDnsAAAARecord:
        input.EnableResourceNameDnsAAAARecordOnLaunch?.Value ?? names.enableResourceNameDnsAAAARecord,
    },
  }
}
