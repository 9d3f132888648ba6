import type { CreateInternetGatewayRequest, CreateInternetGatewayResult } from '@aws-sdk/client-ec2'
import type { InternetGateway } from '../../resource/internet-gateway.ts'
import type { Operation } from '../operation.ts'
import { quotas } from '../quota.ts'
import { describeInternetGateway } from './internet-gateway.ts'
import { checkRegionQuota } from './owned.ts'
import { tagsFromSpecifications } from './tags.ts'

/**
 * Source: EC2 API Reference, CreateInternetGateway.
 *
 * @throws InternetGatewayLimitExceeded
 */
export const createInternetGateway: Operation<CreateInternetGatewayRequest, CreateInternetGatewayResult> = {
  action: 'ec2:CreateInternetGateway',
  kind: 'write',
  missing: ['a gateway is a record: no packet passes it'],

  handle(input, ctx) {
    checkRegionQuota(ctx, 'internet-gateway', quotas.internetGatewaysPerRegion)
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
