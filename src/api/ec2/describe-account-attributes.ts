import type { DescribeAccountAttributesRequest, DescribeAccountAttributesResult } from '@aws-sdk/client-ec2'
import type { Operation, OperationContext } from '../operation.ts'
import { quotas, quotaValue } from '../quota.ts'
import * as errors from './errors.ts'
import { maxInstancesPerCall } from './instance-limits.ts'
import { defaultVpcOf } from './owned.ts'

/**
 * What EC2 tells of an account. Old Terraform providers ask for `supported-platforms` before anything else.
 *
 * Source: EC2 API Reference, DescribeAccountAttributes.
 *
 * @throws InvalidParameterValue
 */
export const describeAccountAttributes: Operation<DescribeAccountAttributesRequest, DescribeAccountAttributesResult> = {
  action: 'ec2:DescribeAccountAttributes',
  kind: 'read',

  handle(input, ctx) {
    const values = attributesOf(ctx)
    const names = input.AttributeNames?.length ? input.AttributeNames : Object.keys(values)
    return {
      AccountAttributes: names.map((name) => {
        const value = Object.hasOwn(values, name) ? values[name] : undefined
        if (value === undefined) throw errors.invalidValue(name, 'attributeName')
        return { AttributeName: name, AttributeValues: [{ AttributeValue: value }] }
      }),
    }
  },
}

/** In AWS's order. There are no public addresses, so none may be held. */
function attributesOf(ctx: OperationContext): Readonly<Record<string, string>> {
  return {
    'supported-platforms': 'VPC',
    'vpc-max-security-groups-per-interface': String(quotaValue(ctx, quotas.securityGroupsPerInterface)),
    'max-elastic-ips': '0',
    'max-instances': String(maxInstancesPerCall),
    'vpc-max-elastic-ips': '0',
    'default-vpc': defaultVpcOf(ctx)?.vpcId ?? 'none',
  }
}
