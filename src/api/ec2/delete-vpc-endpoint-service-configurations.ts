import type {
  DeleteVpcEndpointServiceConfigurationsRequest,
  DeleteVpcEndpointServiceConfigurationsResult,
} from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors-privatelink.ts'
import { findOwned } from './owned.ts'
import { partialSuccess } from './vpc-endpoint-partial-success.ts'
import { hasLiveConnections } from './vpc-endpoint-service.ts'

/**
 * Deletes services that nobody is connected to. Rejected endpoints do not count; they stay with their owners, useless.
 * Source: EC2 API Reference, DeleteVpcEndpointServiceConfigurations.
 *
 * Partial success: InvalidVpcEndpointService.NotFound and ExistingVpcEndpointConnections are answered per service.
 */
export const deleteVpcEndpointServiceConfigurations: Operation<
  DeleteVpcEndpointServiceConfigurationsRequest,
  DeleteVpcEndpointServiceConfigurationsResult
> = {
  action: 'ec2:DeleteVpcEndpointServiceConfigurations',
  kind: 'write',

  handle(input, ctx) {
    return partialSuccess(input.ServiceIds, 'ServiceId', errors.vpcEndpointServiceId, (serviceId) => {
      if (!findOwned(ctx, 'endpoint-service', serviceId)) throw errors.serviceNotFound(serviceId)
      if (hasLiveConnections(ctx.tx, serviceId)) throw errors.existingConnections()
      ctx.tx.delete('endpoint-service', serviceId)
    })
  },
}
