import type {
  DescribeNetworkInterfacePermissionsRequest,
  DescribeNetworkInterfacePermissionsResult,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../aws/error.ts'
import type { Operation } from '../operation.ts'
import { type AbsentKind, findNothing } from './absent.ts'

const kind: AbsentKind = {
  notFound: (id) => new AwsError('InvalidPermissionID.NotFound', `The permission ID '${id}' does not exist`),
  filterNames: [
    'network-interface-permission.network-interface-permission-id',
    'network-interface-permission.network-interface-id',
    'network-interface-permission.aws-account-id',
    'network-interface-permission.aws-service',
    'network-interface-permission.permission',
  ],
  hasTags: false,
  max: 255,
}

/**
 * There are no permissions on network interfaces.
 *
 * Source: EC2 API Reference, DescribeNetworkInterfacePermissions. The error's text is from memory.
 *
 * @throws InvalidPermissionID.NotFound, InvalidParameterValue, InvalidNextToken
 */
export const describeNetworkInterfacePermissions: Operation<
  DescribeNetworkInterfacePermissionsRequest,
  DescribeNetworkInterfacePermissionsResult
> = {
  action: 'ec2:DescribeNetworkInterfacePermissions',
  kind: 'read',

  handle(input) {
    findNothing({ ids: input.NetworkInterfacePermissionIds, filters: input.Filters, page: input }, kind)
    return { NetworkInterfacePermissions: [] }
  },
}
