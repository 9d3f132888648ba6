import type { EnableVgwRoutePropagationRequest } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { vpnGatewayId } from './errors-network.ts'
import { checkIdForm } from './owned.ts'
import { requireRouteTable } from './route-table.ts'

/**
 * Answers as AWS does for a gateway that does not exist, since there are no virtual private gateways here.
 *
 * Source: EC2 API Reference, EnableVgwRoutePropagation.
 *
 * @throws InvalidRouteTableID.NotFound, InvalidVpnGatewayID.NotFound, MissingParameter
 */
export const enableVgwRoutePropagation: Operation<EnableVgwRoutePropagationRequest, object> = {
  action: 'ec2:EnableVgwRoutePropagation',
  kind: 'write',
  missing: ['there are no virtual private gateways: none is ever found'],

  handle({ RouteTableId: id, GatewayId: gatewayId }, ctx) {
    requireRouteTable(ctx, id)
    if (!gatewayId) throw errors.missingParameter('gatewayId')
    checkIdForm(gatewayId, vpnGatewayId)
    throw vpnGatewayId.notFound(gatewayId)
  },
}
