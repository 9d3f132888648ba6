import type { DescribeAddressesRequest, DescribeAddressesResult } from '@aws-sdk/client-ec2'
import { AwsError } from '../../aws/error.ts'
import type { Operation } from '../operation.ts'
import { type AbsentKind, findNothing } from './absent.ts'

const allocations: AbsentKind = {
  notFound: (id) => new AwsError('InvalidAllocationID.NotFound', `The allocation ID '${id}' does not exist`),
  filterNames: [
    'allocation-id',
    'association-id',
    'instance-id',
    'network-border-group',
    'network-interface-id',
    'network-interface-owner-id',
    'private-ip-address',
    'public-ip',
  ],
}
const addresses: AbsentKind = {
  notFound: (ip) => new AwsError('InvalidAddress.NotFound', `Address '${ip}' not found.`),
  filterNames: allocations.filterNames,
}

/**
 * There are no public addresses.
 *
 * Source: EC2 API Reference, DescribeAddresses.
 *
 * @throws InvalidAllocationID.NotFound, InvalidAddress.NotFound, InvalidParameterValue
 */
export const describeAddresses: Operation<DescribeAddressesRequest, DescribeAddressesResult> = {
  action: 'ec2:DescribeAddresses',
  kind: 'read',

  handle({ AllocationIds: ids, PublicIps: ips, Filters: filters }) {
    findNothing({ ids, filters }, allocations)
    findNothing({ ids: ips }, addresses)
    return { Addresses: [] }
  },
}
