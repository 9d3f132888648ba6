import type { AssociateDhcpOptionsRequest } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import { defaultDhcpOptions, optionsAreNotServed, requireDhcpOptions } from './dhcp-options.ts'
import * as errors from './errors.ts'
import { requireOwned } from './owned.ts'

/**
 * Gives a VPC another set; `default` is the account's own.
 *
 * Source: EC2 API Reference, AssociateDhcpOptions.
 *
 * @throws InvalidDhcpOptionID.NotFound, InvalidVpcID.NotFound
 */
export const associateDhcpOptions: Operation<AssociateDhcpOptionsRequest, object> = {
  action: 'ec2:AssociateDhcpOptions',
  kind: 'write',
  missing: [optionsAreNotServed],

  handle(input, ctx) {
    const vpc = requireOwned(ctx, 'vpc', input.VpcId, errors.vpcId, 'vpcId')
    const id = input.DhcpOptionsId
    const options = id === 'default' ? defaultDhcpOptions(ctx) : requireDhcpOptions(ctx, id)
    ctx.tx.put('vpc', { ...vpc, dhcpOptionsId: options.dhcpOptionsId })
    return {}
  },
}
