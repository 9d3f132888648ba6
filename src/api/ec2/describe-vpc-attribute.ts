import type { DescribeVpcAttributeRequest, DescribeVpcAttributeResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { requireOwned } from './owned.ts'

/**
 * One attribute of a VPC per call.
 *
 * Source: EC2 API Reference, DescribeVpcAttribute.
 *
 * @throws InvalidVpcID.NotFound, InvalidParameterValue, MissingParameter
 */
export const describeVpcAttribute: Operation<DescribeVpcAttributeRequest, DescribeVpcAttributeResult> = {
  action: 'ec2:DescribeVpcAttribute',
  kind: 'read',

  handle({ VpcId, Attribute: attribute }, ctx) {
    const vpc = requireOwned(ctx, 'vpc', VpcId, errors.vpcId, 'vpcId')
    if (attribute === undefined) throw errors.missingParameter('attribute')
    switch (attribute) {
      case 'enableDnsSupport':
        return { VpcId: vpc.vpcId, EnableDnsSupport: { Value: vpc.enableDnsSupport } }
      case 'enableDnsHostnames':
        return { VpcId: vpc.vpcId, EnableDnsHostnames: { Value: vpc.enableDnsHostnames } }
      case 'enableNetworkAddressUsageMetrics':
        return {
          VpcId: vpc.vpcId,
          EnableNetworkAddressUsageMetrics: { Value: vpc.enableNetworkAddressUsageMetrics ?? false },
        }
      default:
        throw errors.invalidValue(attribute, 'attribute', 'Unknown attribute.')
    }
  },
}
