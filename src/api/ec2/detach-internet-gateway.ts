import type { DetachInternetGatewayRequest } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { gatewayNotAttached } from './errors-network.ts'
import { requireInternetGateway } from './internet-gateway.ts'
import { requireOwned } from './owned.ts'

/**
 * Routes to the gateway stay, as `blackhole`.
 *
 * Source: EC2 API Reference, DetachInternetGateway.
 *
 * @throws InvalidInternetGatewayID.NotFound, InvalidVpcID.NotFound, Gateway.NotAttached
 */
export const detachInternetGateway: Operation<DetachInternetGatewayRequest, object> = {
  action: 'ec2:DetachInternetGateway',
  kind: 'write',

  handle(input, ctx) {
    const gateway = requireInternetGateway(ctx, input.InternetGatewayId)
    const vpc = requireOwned(ctx, 'vpc', input.VpcId, errors.vpcId, 'vpcId')
    const { vpcId, ...detached } = gateway
    if (vpcId !== vpc.vpcId) throw gatewayNotAttached(gateway.internetGatewayId, vpc.vpcId)
    ctx.tx.put('internet-gateway', detached)
    return {}
  },
}
