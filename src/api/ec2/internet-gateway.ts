import type { InternetGateway as WireInternetGateway } from '@aws-sdk/client-ec2'
import type { InternetGateway } from '../../resource/internet-gateway.ts'
import { internetGatewayId } from './errors-network.ts'
import { requireOwned, type Scope } from './owned.ts'
import { toWireTags } from './tags.ts'

export function requireInternetGateway(scope: Scope, id: string | undefined): InternetGateway {
  return requireOwned(scope, 'internet-gateway', id, internetGatewayId, 'internetGatewayId')
}

/** A gateway as AWS shows it. An attachment's state is `available`, though the model's enumeration does not have the word. */
export function describeInternetGateway(gateway: InternetGateway): WireInternetGateway {
  return {
    InternetGatewayId: gateway.internetGatewayId,
    OwnerId: gateway.ownerId,
    Attachments: gateway.vpcId ? [{ VpcId: gateway.vpcId, State: 'available' as unknown as 'attached' }] : [],
    Tags: toWireTags(gateway.tags),
  }
}
