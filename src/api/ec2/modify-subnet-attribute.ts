import type { ModifySubnetAttributeRequest } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { requireOwned } from './owned.ts'

/**
 * Changes one attribute of a subnet per call. What no subnet here has can only be switched off, which it is.
 *
 * Source: EC2 API Reference, ModifySubnetAttribute.
 *
 * @throws InvalidSubnetID.NotFound, InvalidParameterCombination, UnsupportedOperation
 */
export const modifySubnetAttribute: Operation<ModifySubnetAttributeRequest, object> = {
  action: 'ec2:ModifySubnetAttribute',
  kind: 'write',
  missing: [
    'MapPublicIpOnLaunch is recorded; there are no public addresses to map',
    'no IPv6, DNS64, resource names or local network interfaces: what asks for one is refused',
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
      [input.AssignIpv6AddressOnCreation?.Value, 'An IPv6 address'],
      [input.EnableDns64?.Value, 'DNS64'],
      [input.EnableResourceNameDnsARecordOnLaunch?.Value, 'A resource name in DNS'],
      [input.EnableResourceNameDnsAAAARecordOnLaunch?.Value, 'A resource name in DNS'],
      [input.MapCustomerOwnedIpOnLaunch?.Value, 'A customer-owned IP address'],
      [input.CustomerOwnedIpv4Pool, 'A customer-owned IP address'],
      [input.PrivateDnsHostnameTypeOnLaunch === 'resource-name', 'A resource name in DNS'],
      [input.EnableLniAtDeviceIndex, 'A local network interface'],
    ]
    for (const [isAsked, what] of unsupported) if (isAsked) throw errors.notSupported(what)

    const mapPublicIpOnLaunch = input.MapPublicIpOnLaunch?.Value
    if (mapPublicIpOnLaunch !== undefined) ctx.tx.put('subnet', { ...subnet, mapPublicIpOnLaunch })
    return {}
  },
}
