import type { KeyPairInfo } from '@aws-sdk/client-ec2'
import type { KeyPair } from '../../resource/key-pair.ts'
import type { Tag } from '../../resource/tag.ts'
import type { OperationContext } from '../operation.ts'
import * as errors from './errors.ts'
import { keyPairDuplicate, keyPairNotFound } from './errors-instance.ts'
import type { Scope } from './owned.ts'
import type { SshKey } from './ssh-key.ts'
import { toWireTags } from './tags.ts'

export function keyPairNamed({ tx, accountId, region }: Scope, keyName: string): KeyPair | undefined {
  return tx.by('key-pair', 'name', `${accountId}|${region}|${keyName}`)[0]
}

/** @throws InvalidKeyPair.NotFound */
export function requireKeyPair(scope: Scope, keyName: string): KeyPair {
  const keyPair = keyPairNamed(scope, keyName)
  if (!keyPair) throw keyPairNotFound(keyName)
  return keyPair
}

/**
 * A name that can be given to a new key pair: "Up to 255 ASCII characters. Can't include leading or trailing spaces".
 *
 * @throws InvalidParameterValue, InvalidKeyPair.Duplicate, MissingParameter
 */
export function newKeyName(scope: Scope, keyName: string | undefined): string {
  if (!keyName) throw errors.missingParameter('KeyName')
  if (!/^[\x20-\x7e]{1,255}$/.test(keyName) || keyName.trim() !== keyName) throw errors.invalidValue(keyName, 'KeyName')
  if (keyPairNamed(scope, keyName)) throw keyPairDuplicate(keyName)
  return keyName
}

export function putKeyPair(
  ctx: OperationContext,
  keyName: string,
  { keyType, keyFingerprint, publicKey }: SshKey,
  tags: readonly Tag[],
): KeyPair {
  const keyPair: KeyPair = {
    keyPairId: ctx.newId('key'),
    ownerId: ctx.accountId,
    region: ctx.region,
    keyName,
    keyType,
    keyFingerprint,
    publicKey: `${publicKey} ${keyName}`,
    createdAt: ctx.now.toISOString(),
    tags,
  }
  ctx.tx.put('key-pair', keyPair)
  return keyPair
}

export function describeKeyPair(keyPair: KeyPair, { withPublicKey }: { readonly withPublicKey: boolean }): KeyPairInfo {
  return {
    KeyPairId: keyPair.keyPairId,
    KeyName: keyPair.keyName,
    KeyType: keyPair.keyType,
    KeyFingerprint: keyPair.keyFingerprint,
    CreateTime: new Date(keyPair.createdAt),
    ...(withPublicKey && { PublicKey: keyPair.publicKey }),
    Tags: toWireTags(keyPair.tags),
  }
}
