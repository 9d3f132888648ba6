import type { DeleteInternetGatewayRequest } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import { hasDependencies } from './errors-network.ts'
import { requireInternetGateway } from './internet-gateway.ts'

/**
 * Source: EC2 API Reference, DeleteInternetGateway.
 *
 * @throws InvalidInternetGatewayID.NotFound, DependencyViolation while it is attached
 */
export const deleteInternetGateway: Operation<DeleteInternetGatewayRequest, object> = {
  action: 'ec2:DeleteInternetGateway',
  kind: 'write',

  handle(input, ctx) {
    const { internetGatewayId, vpcId } = requireInternetGateway(ctx, input.InternetGatewayId)
    if (vpcId) throw hasDependencies('internetGateway', internetGatewayId)
    ctx.tx.delete('internet-gateway', internetGatewayId)
    return {}
  },
}
