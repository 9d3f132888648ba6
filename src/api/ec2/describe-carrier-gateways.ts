import type { DescribeCarrierGatewaysRequest, DescribeCarrierGatewaysResult } from '@aws-sdk/client-ec2'
import { AwsError } from '../../aws/error.ts'
import type { Operation } from '../operation.ts'
import { type AbsentKind, findNothing } from './absent.ts'

const kind: AbsentKind = {
  notFound: (id) => new AwsError('InvalidCarrierGatewayID.NotFound', `The CarrierGateway ID '${id}' does not exist`),
  filterNames: ['carrier-gateway-id', 'state', 'owner-id', 'vpc-id'],
}

/**
 * There are no carrier gateways.
 *
 * Source: EC2 API Reference, DescribeCarrierGateways. The error's text is from memory.
 *
 * @throws InvalidCarrierGatewayID.NotFound, InvalidParameterValue, InvalidNextToken
 */
export const describeCarrierGateways: Operation<DescribeCarrierGatewaysRequest, DescribeCarrierGatewaysResult> = {
  action: 'ec2:DescribeCarrierGateways',
  kind: 'read',

  handle(input) {
    findNothing({ ids: input.CarrierGatewayIds, filters: input.Filters, page: input }, kind)
    return { CarrierGateways: [] }
  },
}
