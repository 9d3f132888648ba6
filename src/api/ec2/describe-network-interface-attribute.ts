import type {
  DescribeNetworkInterfaceAttributeRequest,
  DescribeNetworkInterfaceAttributeResult,
} from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { describeNetworkInterface } from './network-interface.ts'
import { requireOwned } from './owned.ts'

/**
 * One attribute of an interface per call.
 *
 * Source: EC2 API Reference, DescribeNetworkInterfaceAttribute.
 *
 * @throws InvalidNetworkInterfaceID.NotFound, InvalidParameterValue, MissingParameter
 */
export const describeNetworkInterfaceAttribute: Operation<
  DescribeNetworkInterfaceAttributeRequest,
  DescribeNetworkInterfaceAttributeResult
> = {
  action: 'ec2:DescribeNetworkInterfaceAttribute',
  kind: 'read',

  handle({ NetworkInterfaceId: id, Attribute: attribute }, ctx) {
    const eni = requireOwned(ctx, 'network-interface', id, errors.networkInterfaceId, 'networkInterfaceId')
    const shown = describeNetworkInterface(ctx.tx, eni)
    const NetworkInterfaceId = eni.networkInterfaceId
    if (attribute === undefined) throw errors.missingParameter('attribute')
    switch (attribute) {
      case 'description':
        return { NetworkInterfaceId, Description: { Value: eni.description } }
      case 'groupSet':
        return { NetworkInterfaceId, Groups: shown.Groups }
      case 'sourceDestCheck':
        return { NetworkInterfaceId, SourceDestCheck: { Value: eni.sourceDestCheck } }
      case 'attachment':
        return { NetworkInterfaceId, ...(shown.Attachment && { Attachment: shown.Attachment }) }
      case 'associatePublicIpAddress':
        return { NetworkInterfaceId, AssociatePublicIpAddress: false }
      default:
        throw errors.invalidValue(attribute, 'attribute', 'Unknown attribute.')
    }
  },
}
