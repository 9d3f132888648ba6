import type {
  DescribeEgressOnlyInternetGatewaysRequest,
  DescribeEgressOnlyInternetGatewaysResult,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../aws/error.ts'
import type { Operation } from '../operation.ts'
import { type AbsentKind, findNothing } from './absent.ts'

const kind: AbsentKind = {
  notFound: (id) => new AwsError('InvalidGatewayID.NotFound', `The eigw ID '${id}' does not exist`),
  filterNames: [],
  max: 255,
}

/**
 * There are no egress-only internet gateways.
 *
 * Source: EC2 API Reference, DescribeEgressOnlyInternetGateways. The error's text is from memory.
 *
 * @throws InvalidGatewayID.NotFound, InvalidParameterValue, InvalidNextToken
 */
export const describeEgressOnlyInternetGateways: Operation<
  DescribeEgressOnlyInternetGatewaysRequest,
  DescribeEgressOnlyInternetGatewaysResult
> = {
  action: 'ec2:DescribeEgressOnlyInternetGateways',
  kind: 'read',

  handle(input) {
    findNothing({ ids: input.EgressOnlyInternetGatewayIds, filters: input.Filters, page: input }, kind)
    return { EgressOnlyInternetGateways: [] }
  },
}
