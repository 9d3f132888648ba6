import type { ModifyVpcAttributeRequest } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { requireOwned } from './owned.ts'

/**
 * Changes one attribute of a VPC per call, as AWS allows no more.
 *
 * Source: EC2 API Reference, ModifyVpcAttribute.
 *
 * @throws InvalidVpcID.NotFound, InvalidParameterCombination
 */
export const modifyVpcAttribute: Operation<ModifyVpcAttributeRequest, object> = {
  action: 'ec2:ModifyVpcAttribute',
  kind: 'write',
  missing: ['network address usage metrics are recorded and not measured'],

  handle(input, ctx) {
    const vpc = requireOwned(ctx, 'vpc', input.VpcId, errors.vpcId, 'vpcId')
    const given = {
      enableDnsSupport: input.EnableDnsSupport?.Value,
      enableDnsHostnames: input.EnableDnsHostnames?.Value,
      enableNetworkAddressUsageMetrics: input.EnableNetworkAddressUsageMetrics?.Value,
    }
    const names = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [name]))
    if (names.length === 0) throw errors.invalidParameterCombination('No attributes specified.')
    if (names.length > 1) {
      throw errors.invalidParameterCombination(`Fields for multiple attribute types specified: ${names.join(', ')}`)
    }

    ctx.tx.put('vpc', {
      ...vpc,
      enableDnsSupport: given.enableDnsSupport ?? vpc.enableDnsSupport,
      enableDnsHostnames: given.enableDnsHostnames ?? vpc.enableDnsHostnames,
      enableNetworkAddressUsageMetrics:
        given.enableNetworkAddressUsageMetrics ?? vpc.enableNetworkAddressUsageMetrics ?? false,
    })
    return {}
  },
}
