import type { DescribeAccountAttributesRequest, DescribeAccountAttributesResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
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
  missing: ['the attributes of platform and default VPC only; limits are not told'],

  handle(input, ctx) {
    const values: Readonly<Record<string, string>> = {
      'supported-platforms': 'VPC',
      'default-vpc': defaultVpcOf(ctx)?.vpcId ?? 'none',
    }
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
