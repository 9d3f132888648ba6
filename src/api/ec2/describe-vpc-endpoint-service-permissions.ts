import type {
  DescribeVpcEndpointServicePermissionsRequest,
  DescribeVpcEndpointServicePermissionsResult,
} from '@aws-sdk/client-ec2'
import type { ServicePermission } from '../../resource/endpoint-service.ts'
import type { Operation } from '../operation.ts'
import { applyFilters, type FilterTable } from './filters.ts'
import { paginate } from './pagination.ts'
import { toWireTags } from './tags.ts'
import { requireService } from './vpc-endpoint-service.ts'

/**
 * The allow list of one of the caller's services.
 * Source: EC2 API Reference, DescribeVpcEndpointServicePermissions.
 *
 * @throws InvalidVpcEndpointServiceId.NotFound, InvalidFilter, InvalidNextToken
 */
export const describeVpcEndpointServicePermissions: Operation<
  DescribeVpcEndpointServicePermissionsRequest,
  DescribeVpcEndpointServicePermissionsResult
> = {
  action: 'ec2:DescribeVpcEndpointServicePermissions',
  kind: 'read',

  handle(input, ctx) {
    const service = requireService(ctx, input.ServiceId)
    const matching = applyFilters(service.permissions, input.Filters, filters)
    const { page, nextToken } = paginate(matching, input, {
      max: 1000,
      isClamped: true,
      idOf: (permission) => permission.servicePermissionId,
    })
    return {
      AllowedPrincipals: page.map((permission) => ({
        PrincipalType: permission.principalType,
        Principal: permission.principal,
        ServicePermissionId: permission.servicePermissionId,
        Tags: toWireTags(permission.tags),
        ServiceId: service.serviceId,
      })),
      ...(nextToken && { NextToken: nextToken }),
    }
  },
}

const filters: FilterTable<ServicePermission> = {
  principal: (permission) => permission.principal,
  'principal-type': (permission) => permission.principalType,
}
