import type {
  DescribeListenerAttributesInput,
  DescribeListenerAttributesOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { defaultListenerAttributes } from '../../resource/load-balancer.ts'
import type { Operation } from '../operation.ts'
import { describeAttributes } from './attributes.ts'
import { findListener } from './listener.ts'

/**
 * Every attribute of a listener with its value, set or default.
 * Source: Elastic Load Balancing v2 API Reference, DescribeListenerAttributes.
 *
 * @throws ListenerNotFound
 */
export const describeListenerAttributes: Operation<DescribeListenerAttributesInput, DescribeListenerAttributesOutput> =
  {
    action: 'elasticloadbalancing:DescribeListenerAttributes',
    kind: 'read',

    handle(input, ctx) {
      const listener = findListener(ctx, input.ListenerArn)
      return { Attributes: describeAttributes(defaultListenerAttributes(listener), listener.attributes ?? {}) }
    },
  }
