import type { RejectVpcEndpointConnectionsRequest, RejectVpcEndpointConnectionsResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import { decideConnections } from './vpc-endpoint-decision.ts'

/**
 * Shuts endpoints out, before or after they were accepted. Their interfaces and names stay until the consumer deletes the
 * endpoint (reference 3.3).
 * Source: EC2 API Reference, RejectVpcEndpointConnections.
 *
 * @throws InvalidVpcEndpointServiceId.NotFound; partial success: InvalidVpcEndpoint.NotFound, InvalidState
 */
export const rejectVpcEndpointConnections: Operation<
  RejectVpcEndpointConnectionsRequest,
  RejectVpcEndpointConnectionsResult
> = {
  action: 'ec2:RejectVpcEndpointConnections',
  kind: 'write',

  handle(input, ctx) {
    return decideConnections(input, ctx, { verb: 'rejected', from: ['pendingAcceptance', 'available'], to: 'rejected' })
  },
}
