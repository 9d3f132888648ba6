import type { AcceptVpcEndpointConnectionsRequest, AcceptVpcEndpointConnectionsResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import { decideConnections } from './vpc-endpoint-decision.ts'

/**
 * Lets endpoints in. Each is `pending` then, and `available` once the agent has applied it: never at once (reference 3.2).
 * Source: EC2 API Reference, AcceptVpcEndpointConnections.
 *
 * @throws InvalidVpcEndpointServiceId.NotFound; partial success: InvalidVpcEndpoint.NotFound, InvalidState
 */
export const acceptVpcEndpointConnections: Operation<
  AcceptVpcEndpointConnectionsRequest,
  AcceptVpcEndpointConnectionsResult
> = {
  action: 'ec2:AcceptVpcEndpointConnections',
  kind: 'write',

  handle(input, ctx) {
    return decideConnections(input, ctx, { verb: 'accepted', from: ['pendingAcceptance', 'rejected'], to: 'available' })
  },
}
