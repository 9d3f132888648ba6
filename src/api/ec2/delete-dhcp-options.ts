import type { DeleteDhcpOptionsRequest } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import { requireDhcpOptions } from './dhcp-options.ts'
import { hasDependencies } from './errors-network.ts'
import { allOwned } from './owned.ts'

/**
 * Source: EC2 API Reference, DeleteDhcpOptions.
 *
 * @throws InvalidDhcpOptionID.NotFound, DependencyViolation while a VPC has it
 */
export const deleteDhcpOptions: Operation<DeleteDhcpOptionsRequest, object> = {
  action: 'ec2:DeleteDhcpOptions',
  kind: 'write',

  handle(input, ctx) {
    const { dhcpOptionsId } = requireDhcpOptions(ctx, input.DhcpOptionsId)
    const isUsed = allOwned(ctx, 'vpc').some((vpc) => vpc.dhcpOptionsId === dhcpOptionsId)
    if (isUsed) throw hasDependencies('dhcpOptions', dhcpOptionsId)
    ctx.tx.delete('dhcp-options', dhcpOptionsId)
    return {}
  },
}
