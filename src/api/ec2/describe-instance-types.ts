import type {
  _InstanceType,
  DescribeInstanceTypesRequest,
  DescribeInstanceTypesResult,
  InstanceTypeInfo,
} from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { applyFilters, type FilterTable } from './filters.ts'
import { checkedInstanceType, instanceTypeNames } from './instance-type.ts'
import { maxAddressesPerInterface } from './network-interface-addresses.ts'
import { allOwned } from './owned.ts'
import { paginate } from './pagination.ts'

const filters: FilterTable<InstanceTypeInfo> = {
  'bare-metal': () => 'false',
  'current-generation': () => 'true',
  'instance-type': (type) => type.InstanceType,
  'processor-info.supported-architecture': (type) => type.ProcessorInfo?.SupportedArchitectures,
}

/**
 * What an instance of a type is. A type is a name here: whichever it is, the instance is a namespace with one interface.
 *
 * Source: EC2 API Reference, DescribeInstanceTypes.
 *
 * @throws InvalidParameterValue, InvalidNextToken
 */
export const describeInstanceTypes: Operation<DescribeInstanceTypesRequest, DescribeInstanceTypesResult> = {
  action: 'ec2:DescribeInstanceTypes',
  kind: 'read',
  missing: [
    "every well-formed name is a type, and all types are alike: one interface, no memory, disk or credits of AWS's",
    'without names, some well-known types and those of the own instances; four filters',
  ],

  handle(input, ctx) {
    const inUse = () => allOwned(ctx, 'instance').map((instance) => instance.instanceType)
    const names = new Set(
      input.InstanceTypes?.length
        ? input.InstanceTypes.map((name) => checkedInstanceType(name))
        : [...instanceTypeNames, ...inUse()],
    )
    const types = applyFilters([...names].map(describeType), input.Filters, filters, undefined, errors.unknownFilter)
    const { page, nextToken } = paginate(types, input, { min: 5, max: 100, idOf: (type) => type.InstanceType ?? '' })
    return { InstanceTypes: [...page], NextToken: nextToken }
  },
}

/** Of AWS's processors only the families with a g have Arm's instructions. */
function architectureOf(name: string): 'arm64' | 'x86_64' {
  return /^[a-z]+\d+g/.test(name) ? 'arm64' : 'x86_64'
}

function describeType(name: string): InstanceTypeInfo {
  return {
    InstanceType: name as _InstanceType,
    CurrentGeneration: true,
    BareMetal: false,
    BurstablePerformanceSupported: false,
    HibernationSupported: false,
    InstanceStorageSupported: false,
    NetworkInfo: {
      Ipv4AddressesPerInterface: maxAddressesPerInterface,
      Ipv6AddressesPerInterface: maxAddressesPerInterface,
      Ipv6Supported: true,
      MaximumNetworkInterfaces: 1,
    },
    ProcessorInfo: { SupportedArchitectures: [architectureOf(name)] },
    SupportedUsageClasses: ['on-demand'],
    SupportedVirtualizationTypes: ['hvm'],
  }
}
