import type {
  DescribeTransitGatewayAttachmentsRequest,
  DescribeTransitGatewayAttachmentsResult,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../aws/error.ts'
import type { Operation } from '../operation.ts'
import { type AbsentKind, findNothing } from './absent.ts'

const kind: AbsentKind = {
  notFound: (id) =>
    new AwsError(
      'InvalidTransitGatewayAttachmentID.NotFound',
      `Transit Gateway Attachment ${id} was deleted or does not exist.`,
    ),
  filterNames: [
    'association.state',
    'association.transit-gateway-route-table-id',
    'resource-id',
    'resource-owner-id',
    'resource-type',
    'state',
    'transit-gateway-attachment-id',
    'transit-gateway-id',
    'transit-gateway-owner-id',
  ],
}

/**
 * There are no transit gateways.
 *
 * Source: EC2 API Reference, DescribeTransitGatewayAttachments. The error's text is from memory.
 *
 * @throws InvalidTransitGatewayAttachmentID.NotFound, InvalidParameterValue, InvalidNextToken
 */
export const describeTransitGatewayAttachments: Operation<
  DescribeTransitGatewayAttachmentsRequest,
  DescribeTransitGatewayAttachmentsResult
> = {
  action: 'ec2:DescribeTransitGatewayAttachments',
  kind: 'read',

  handle(input) {
    findNothing({ ids: input.TransitGatewayAttachmentIds, filters: input.Filters, page: input }, kind)
    return { TransitGatewayAttachments: [] }
  },
}
