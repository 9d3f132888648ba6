/**
 * Two thousand generated worlds, each tried with real connections: who connects to whom is what `plan/explain.ts` says.
 *
 *     WORLDS=2000 SEED=1 node --test test/conformance/truth-table.conformance.ts
 *
 * A difference is shrunk to the smallest world that has one, which is printed with the seed and path that bring it back.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { asRoot } from '../support/kernel-host.ts'
import { aTruthTable } from '../support/truth-table.ts'
import { arbitraryWorld } from '../support/truth-world.ts'

const worlds = Number(process.env.WORLDS ?? 2_000)
const seed = Number(process.env.SEED ?? 1)

test(`${worlds} generated worlds: the model and the kernel agree`, { ...asRoot, timeout: 5_400_000 }, async (t) => {
  const table = await aTruthTable(t)
  let isShrinking = false
  await fc.assert(
    fc.asyncProperty(arbitraryWorld, async (choices) => {
      const differences = await table.differences(choices)
      // Shrinking takes minutes: what was found first is told at once.
      if (differences.length > 0 && !isShrinking) console.error(JSON.stringify({ choices, differences }))
      isShrinking ||= differences.length > 0
      assert.deepEqual(differences, [])
      if (table.counts.worlds % 100 === 0) console.error(JSON.stringify(table.counts))
    }),
    { numRuns: worlds, seed, ...(process.env.SHRINK_PATH ? { path: process.env.SHRINK_PATH } : {}) },
  )
  t.diagnostic(JSON.stringify(table.counts))
})
