import type {
  ModifyTargetGroupAttributesInput,
  ModifyTargetGroupAttributesOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { defaultTargetGroupAttributes } from '../../resource/target-group.ts'
import type { Operation } from '../operation.ts'
import { describeAttributes, mergeAttributes, parseAttributes } from './attributes.ts'
import { findTargetGroup } from './target-group.ts'
import {
  checkTargetGroupAttributes,
  foreignTargetGroupAttributes,
  targetGroupAttributeRules,
} from './target-group-attributes.ts'

/**
 * Sets attributes of a target group; all are checked, alone and together, before any is set.
 * Source: Elastic Load Balancing v2 API Reference, ModifyTargetGroupAttributes.
 *
 * @throws TargetGroupNotFound, InvalidConfigurationRequest, ValidationError
 */
export const modifyTargetGroupAttributes: Operation<
  ModifyTargetGroupAttributesInput,
  ModifyTargetGroupAttributesOutput
> = {
  action: 'elasticloadbalancing:ModifyTargetGroupAttributes',
  kind: 'write',
  missing: [
    'proxy_protocol_v2.enabled: TCP and TLS listeners to IPv4 targets only; of several weighted target groups all get the header when one asks for it.',
  ],

  handle(input, ctx) {
    const group = findTargetGroup(ctx, input.TargetGroupArn)
    const changed = parseAttributes(
      input.Attributes,
      targetGroupAttributeRules,
      'Target group',
      foreignTargetGroupAttributes,
    )
    const defaults = defaultTargetGroupAttributes(group)
    const attributes = mergeAttributes(group.attributes, changed, defaults)
    checkTargetGroupAttributes(ctx, group, { ...defaults, ...attributes })
    ctx.tx.put('target-group', { ...group, attributes })
    return { Attributes: describeAttributes(defaults, attributes) }
  },
}
