import type {
  DescribeTransitGatewayVpcAttachmentsRequest,
  DescribeTransitGatewayVpcAttachmentsResult,
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
  filterNames: ['state', 'transit-gateway-attachment-id', 'transit-gateway-id', 'vpc-id'],
}

/**
 * There are no transit gateways.
 *
 * Source: EC2 API Reference, DescribeTransitGatewayVpcAttachments. The error's text is from memory.
 *
 * @throws InvalidTransitGatewayAttachmentID.NotFound, InvalidParameterValue, InvalidNextToken
 */
export const describeTransitGatewayVpcAttachments: Operation<
  DescribeTransitGatewayVpcAttachmentsRequest,
  DescribeTransitGatewayVpcAttachmentsResult
> = {
  action: 'ec2:DescribeTransitGatewayVpcAttachments',
  kind: 'read',

  handle(input) {
    findNothing({ ids: input.TransitGatewayAttachmentIds, filters: input.Filters, page: input }, kind)
    return { TransitGatewayVpcAttachments: [] }
  },
}
