import type { DescribeKeyPairsRequest, DescribeKeyPairsResult } from '@aws-sdk/client-ec2'
import type { KeyPair } from '../../resource/key-pair.ts'
import type { Operation, OperationContext } from '../operation.ts'
import * as errors from './errors.ts'
import { keyPairId, keyPairNotFound } from './errors-instance.ts'
import { applyFilters, type FilterTable } from './filters.ts'
import { describeKeyPair, keyPairNamed } from './key-pair.ts'
import { allOwned, selectOwned } from './owned.ts'

const filters: FilterTable<KeyPair> = {
  fingerprint: (keyPair) => keyPair.keyFingerprint,
  'key-name': (keyPair) => keyPair.keyName,
  'key-pair-id': (keyPair) => keyPair.keyPairId,
}

/**
 * Source: EC2 API Reference, DescribeKeyPairs.
 *
 * @throws InvalidKeyPair.NotFound, InvalidParameterValue
 */
export const describeKeyPairs: Operation<DescribeKeyPairsRequest, DescribeKeyPairsResult> = {
  action: 'ec2:DescribeKeyPairs',
  kind: 'read',

  handle(input, ctx) {
    const keyPairs = applyFilters(
      wantedKeyPairs(input, ctx),
      input.Filters,
      filters,
      (keyPair) => keyPair.tags,
      errors.unknownFilter,
    )
    const withPublicKey = input.IncludePublicKey ?? false
    return { KeyPairs: keyPairs.map((keyPair) => describeKeyPair(keyPair, { withPublicKey })) }
  },
}

function wantedKeyPairs(
  { KeyNames: names = [], KeyPairIds: ids = [] }: DescribeKeyPairsRequest,
  ctx: OperationContext,
): readonly KeyPair[] {
  if (names.length === 0 && ids.length === 0) return allOwned(ctx, 'key-pair')
  const unknown = names.filter((name) => !keyPairNamed(ctx, name))
  if (unknown.length > 0) throw keyPairNotFound(...unknown)
  const byId = ids.length > 0 ? selectOwned(ctx, 'key-pair', ids, keyPairId) : []
  return [...new Set([...names.flatMap((name) => keyPairNamed(ctx, name) ?? []), ...byId])]
}
