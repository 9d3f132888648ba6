import type { AttachInternetGatewayRequest } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { gatewayAlreadyAttached, vpcHasGateway } from './errors-network.ts'
import { requireInternetGateway } from './internet-gateway.ts'
import { requireOwned } from './owned.ts'

/**
 * Source: EC2 API Reference, AttachInternetGateway.
 *
 * @throws InvalidInternetGatewayID.NotFound, InvalidVpcID.NotFound, Resource.AlreadyAssociated, InvalidParameterValue
 */
export const attachInternetGateway: Operation<AttachInternetGatewayRequest, object> = {
  action: 'ec2:AttachInternetGateway',
  kind: 'write',
  missing: ['a gateway is a record: no packet passes it'],

  handle(input, ctx) {
    const gateway = requireInternetGateway(ctx, input.InternetGatewayId)
    const { vpcId } = requireOwned(ctx, 'vpc', input.VpcId, errors.vpcId, 'vpcId')
    if (gateway.vpcId) throw gatewayAlreadyAttached(gateway.internetGatewayId, gateway.vpcId)
    if (ctx.tx.by('internet-gateway', 'vpcId', vpcId).length > 0) throw vpcHasGateway(vpcId)
    ctx.tx.put('internet-gateway', { ...gateway, vpcId })
    return {}
  },
}
