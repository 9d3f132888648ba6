import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzzConnections, fuzzHeaders } from '../../test/support/relay-fuzz.ts'

test('5,000 mutated headers: some are taken, some refused, none is too much', () => {
  const { taken, refused, more } = fuzzHeaders(5_000)
  assert.equal(taken + refused + more, 5_000)
  assert.ok(taken > 0 && refused > 0 && more > 0)
})

test('100 connections that begin with mutated headers and ClientHellos end, and nothing else does', async () => {
  const failures = await fuzzConnections(100)
  assert.ok((failures.header ?? 0) > 0 && (failures.tls ?? 0) > 0)
})
