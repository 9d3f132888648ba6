import type { DeleteVpcEndpointsRequest, DeleteVpcEndpointsResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors-privatelink.ts'
import { findOwned } from './owned.ts'
import { partialSuccess } from './vpc-endpoint-partial-success.ts'

/**
 * Begins the end of endpoints. They are `deleting`, and their interfaces stay, until the agent has confirmed that nothing
 * of them is left in the kernel; then the control process removes both.
 * Source: EC2 API Reference, DeleteVpcEndpoints.
 *
 * Partial success: InvalidVpcEndpoint.NotFound is answered per endpoint.
 */
export const deleteVpcEndpoints: Operation<DeleteVpcEndpointsRequest, DeleteVpcEndpointsResult> = {
  action: 'ec2:DeleteVpcEndpoints',
  kind: 'write',

  handle(input, ctx) {
    return partialSuccess(input.VpcEndpointIds, 'VpcEndpointId', errors.vpcEndpointId, (vpcEndpointId) => {
      const endpoint = findOwned(ctx, 'vpc-endpoint', vpcEndpointId)
      if (!endpoint) throw errors.endpointNotFound(vpcEndpointId)
      if (endpoint.state !== 'deleting') ctx.tx.put('vpc-endpoint', { ...endpoint, state: 'deleting' })
    })
  },
}
