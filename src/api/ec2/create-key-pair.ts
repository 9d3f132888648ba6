import type { CreateKeyPairRequest, KeyPair as WireKeyPair } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { newKeyName, putKeyPair } from './key-pair.ts'
import { makeSshKey } from './ssh-key.ts'
import { tagsFromSpecifications, toWireTags } from './tags.ts'

/**
 * Makes a key and tells its private half, this once; it is not kept.
 *
 * Source: EC2 API Reference, CreateKeyPair.
 *
 * @throws InvalidKeyPair.Duplicate, InvalidParameterValue, MissingParameter, UnsupportedOperation
 */
export const createKeyPair: Operation<CreateKeyPairRequest, WireKeyPair> = {
  action: 'ec2:CreateKeyPair',
  kind: 'write',
  missing: ["no key files in PuTTY's format; instances run no SSH server that would know the key"],

  handle(input, ctx) {
    const keyName = newKeyName(ctx, input.KeyName)
    const { KeyType: keyType = 'rsa', KeyFormat: format = 'pem' } = input
    if (keyType !== 'rsa' && keyType !== 'ed25519') throw errors.invalidValue(keyType, 'keyType')
    if (format === 'ppk') throw errors.notSupported('The key format ppk')
    if (format !== 'pem') throw errors.invalidValue(format, 'keyFormat')
    const tags = tagsFromSpecifications(input.TagSpecifications, 'key-pair')

    const { keyMaterial, ...key } = makeSshKey(keyType, keyName)
    const keyPair = putKeyPair(ctx, keyName, key, tags)
    return {
      KeyPairId: keyPair.keyPairId,
      KeyName: keyName,
      KeyFingerprint: keyPair.keyFingerprint,
      KeyMaterial: keyMaterial,
      Tags: toWireTags(tags),
    }
  },
}
