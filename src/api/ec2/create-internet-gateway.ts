import type { CreateInternetGatewayRequest, CreateInternetGatewayResult } from '@aws-sdk/client-ec2'
import type { InternetGateway } from '../../resource/internet-gateway.ts'
import type { Operation } from '../operation.ts'
import { describeInternetGateway } from './internet-gateway.ts'
import { tagsFromSpecifications } from './tags.ts'

/** Source: EC2 API Reference, CreateInternetGateway. */
export const createInternetGateway: Operation<CreateInternetGatewayRequest, CreateInternetGatewayResult> = {
  action: 'ec2:CreateInternetGateway',
  kind: 'write',
  missing: ['a gateway is a record: no packet passes it'],

  handle(input, ctx) {
    const gateway: InternetGateway = {
      internetGatewayId: ctx.newId('igw'),
      ownerId: ctx.accountId,
      region: ctx.region,
      tags: tagsFromSpecifications(input.TagSpecifications, 'internet-gateway'),
    }
    ctx.tx.put('internet-gateway', gateway)
    return { InternetGateway: describeInternetGateway(gateway) }
  },
}
