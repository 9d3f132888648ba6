import type { _InstanceType, DescribeInstanceTypesRequest, DescribeInstanceTypesResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { checkedInstanceType } from './instance-type.ts'
import { allOwned } from './owned.ts'

/**
 * What an instance of a type is. A type is a name here: whichever it is, the instance is a namespace with one interface.
 *
 * Source: EC2 API Reference, DescribeInstanceTypes.
 *
 * @throws InvalidParameterValue, UnsupportedOperation
 */
export const describeInstanceTypes: Operation<DescribeInstanceTypesRequest, DescribeInstanceTypesResult> = {
  action: 'ec2:DescribeInstanceTypes',
  kind: 'read',
  missing: [
    "every well-formed name is a type, and all types are alike: one interface, one address, no memory, disk or credits of AWS's",
    'without names, the types of the own instances; no filters',
  ],

  handle(input, ctx) {
    if (input.Filters?.length) throw errors.notSupported('A filter on instance types')
    const inUse = () => allOwned(ctx, 'instance').map((instance) => instance.instanceType)
    const names = new Set(
      input.InstanceTypes?.length ? input.InstanceTypes.map((name) => checkedInstanceType(name)) : inUse(),
    )
    return {
      InstanceTypes: [...names].map((name) => ({
        InstanceType: name as _InstanceType,
        BareMetal: false,
        BurstablePerformanceSupported: false,
        HibernationSupported: false,
        InstanceStorageSupported: false,
        NetworkInfo: { Ipv4AddressesPerInterface: 1, Ipv6Supported: false, MaximumNetworkInterfaces: 1 },
        ProcessorInfo: { SupportedArchitectures: ['x86_64'] },
        SupportedUsageClasses: ['on-demand'],
        SupportedVirtualizationTypes: ['hvm'],
      })),
    }
  },
}
