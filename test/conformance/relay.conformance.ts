/** What hostile peers send: at length. A short run of the same is among the unit tests. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzzConnections, fuzzHeaders } from '../support/relay-fuzz.ts'

test('1,000,000 mutated headers: no crash', (t) => {
  const outcome = fuzzHeaders(1_000_000, 7)
  t.diagnostic(JSON.stringify(outcome))
  assert.ok(outcome.taken > 10_000 && outcome.refused > 10_000 && outcome.more > 10_000)
})

test('1,000,000 connections that begin with mutated headers and ClientHellos: no crash, none is left', async (t) => {
  const failures = await fuzzConnections(1_000_000, 7)
  t.diagnostic(JSON.stringify(failures))
  assert.ok((failures.header ?? 0) > 100_000 && (failures.tls ?? 0) > 100_000)
})
