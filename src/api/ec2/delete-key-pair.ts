import type { DeleteKeyPairRequest, DeleteKeyPairResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { keyPairNamed } from './key-pair.ts'
import { findOwned } from './owned.ts'

/**
 * Source: EC2 API Reference, DeleteKeyPair. One that does not exist is no error.
 *
 * @throws MissingParameter
 */
export const deleteKeyPair: Operation<DeleteKeyPairRequest, DeleteKeyPairResult> = {
  action: 'ec2:DeleteKeyPair',
  kind: 'write',

  handle({ KeyName: name, KeyPairId: id }, ctx) {
    if (!name && !id) throw errors.missingParameter('KeyName')
    const keyPair = name ? keyPairNamed(ctx, name) : findOwned(ctx, 'key-pair', id)
    if (!keyPair) return { Return: true }
    ctx.tx.delete('key-pair', keyPair.keyPairId)
    return { Return: true, KeyPairId: keyPair.keyPairId }
  },
}
