import type {
  DescribeTargetGroupAttributesInput,
  DescribeTargetGroupAttributesOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { defaultTargetGroupAttributes } from '../../resource/target-group.ts'
import type { Operation } from '../operation.ts'
import { describeAttributes } from './attributes.ts'
import { findTargetGroup } from './target-group.ts'

/**
 * Every attribute of a target group with its value, set or default.
 * Source: Elastic Load Balancing v2 API Reference, DescribeTargetGroupAttributes.
 *
 * @throws TargetGroupNotFound
 */
export const describeTargetGroupAttributes: Operation<
  DescribeTargetGroupAttributesInput,
  DescribeTargetGroupAttributesOutput
> = {
  action: 'elasticloadbalancing:DescribeTargetGroupAttributes',
  kind: 'read',

  handle(input, ctx) {
    const group = findTargetGroup(ctx, input.TargetGroupArn)
    return { Attributes: describeAttributes(defaultTargetGroupAttributes(group), group.attributes) }
  },
}
