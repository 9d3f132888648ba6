import assert from 'node:assert/strict'
import type { DecodeAuthorizationMessageRequest, DecodeAuthorizationMessageResponse } from '@aws-sdk/client-sts'
import { openMessage } from '../authorization-message.ts'
import type { Operation } from '../operation.ts'
import { checkConstraints, constraints } from './constraints.ts'
import { errors } from './errors.ts'

/**
 * Why EC2 refused a request, out of the encoded message of its error: see authorization-message.ts. The account whose
 * principal was refused can read it, no other.
 * Source: STS API Reference, DecodeAuthorizationMessage.
 *
 * @throws InvalidAuthorizationMessageException, ValidationError
 */
export const decodeAuthorizationMessage: Operation<
  DecodeAuthorizationMessageRequest,
  DecodeAuthorizationMessageResponse
> = {
  action: 'sts:DecodeAuthorizationMessage',
  kind: 'read',

  handle(input, { accountId, sessionKey }) {
    assert(sessionKey, 'the pipeline gives every operation the session key')
    checkConstraints(input, constraints.decodeAuthorizationMessage)
    const message = openMessage(input.EncodedMessage ?? '', accountId, sessionKey)
    if (message === undefined) throw errors.invalidAuthorizationMessage()
    return { DecodedMessage: message }
  },
}
