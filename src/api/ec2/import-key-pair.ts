import type { ImportKeyPairRequest, ImportKeyPairResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { keyPairFormat } from './errors-instance.ts'
import { newKeyName, putKeyPair } from './key-pair.ts'
import { parseSshKey } from './ssh-key.ts'
import { tagsFromSpecifications, toWireTags } from './tags.ts'

/**
 * Source: EC2 API Reference, ImportKeyPair.
 *
 * @throws InvalidKeyPair.Duplicate, InvalidKey.Format, InvalidParameterValue, MissingParameter
 */
export const importKeyPair: Operation<ImportKeyPairRequest, ImportKeyPairResult> = {
  action: 'ec2:ImportKeyPair',
  kind: 'write',

  handle(input, ctx) {
    const keyName = newKeyName(ctx, input.KeyName)
    if (!input.PublicKeyMaterial || input.PublicKeyMaterial.length === 0) {
      throw errors.missingParameter('PublicKeyMaterial')
    }
    const key = parseSshKey(input.PublicKeyMaterial)
    if (!key) throw keyPairFormat()
    const keyPair = putKeyPair(ctx, keyName, key, tagsFromSpecifications(input.TagSpecifications, 'key-pair'))
    return {
      KeyPairId: keyPair.keyPairId,
      KeyName: keyName,
      KeyFingerprint: keyPair.keyFingerprint,
      Tags: toWireTags(keyPair.tags),
    }
  },
}
