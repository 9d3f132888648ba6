import type {
  ModifyListenerAttributesInput,
  ModifyListenerAttributesOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { defaultListenerAttributes } from '../../resource/load-balancer.ts'
import type { Operation } from '../operation.ts'
import { describeAttributes, mergeAttributes, parseAttributes } from './attributes.ts'
import * as errors from './errors.ts'
import { findListener } from './listener.ts'
import { foreignListenerAttributes, listenerAttributeRules } from './listener-attributes.ts'

/**
 * Sets attributes of a listener; all are checked before any is set. The answer lists every attribute.
 * Source: Elastic Load Balancing v2 API Reference, ModifyListenerAttributes.
 *
 * @throws ListenerNotFound, InvalidConfigurationRequest, ValidationError
 */
export const modifyListenerAttributes: Operation<ModifyListenerAttributesInput, ModifyListenerAttributesOutput> = {
  action: 'elasticloadbalancing:ModifyListenerAttributes',
  kind: 'write',

  handle(input, ctx) {
    const listener = findListener(ctx, input.ListenerArn)
    const changed = parseAttributes(input.Attributes, listenerAttributeRules, 'Listener', foreignListenerAttributes)
    const defaults = defaultListenerAttributes(listener)
    const foreign = Object.keys(changed).find((key) => !Object.hasOwn(defaults, key))
    if (foreign) {
      throw errors.invalidConfigurationRequest(
        `Listener attribute key '${foreign}' is not supported on listeners with the ${listener.protocol} protocol`,
      )
    }
    const attributes = mergeAttributes(listener.attributes ?? {}, changed, defaults)
    ctx.tx.put('listener', { ...listener, attributes })
    return { Attributes: describeAttributes(defaults, attributes) }
  },
}
