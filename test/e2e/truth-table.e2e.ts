/**
 * The truth table, short: generated worlds in the real kernel, where who connects to whom is what `plan/explain.ts` says.
 * Two thousand of them: test/conformance/truth-table.conformance.ts.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { asRoot } from '../support/kernel-host.ts'
import { aTruthTable } from '../support/truth-table.ts'
import { arbitraryWorld } from '../support/truth-world.ts'

test('the model and the kernel agree on 25 generated worlds', asRoot, async (t) => {
  const table = await aTruthTable(t)
  for (const choices of fc.sample(arbitraryWorld, { numRuns: 25, seed: 4 })) {
    assert.deepEqual(await table.differences(choices), [], JSON.stringify(choices))
  }
  t.diagnostic(JSON.stringify(table.counts))
})
