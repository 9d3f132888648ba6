/**
 * What a network load balancer and an interface endpoint promise, one row per promise, each with packets. The table of all
 * promises, and of the tests that prove them, is docs/conformance.md.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { rows } from '../support/conformance-rows.ts'
import { aStage } from '../support/conformance-stage.ts'
import { disagreements, lines, page, render, summary } from '../support/conformance-table.ts'
import { asRoot } from '../support/kernel-host.ts'

/** Levels of pino: error and fatal. */
const isComplaint = (line: string): boolean => /"level":(50|60)/.test(line)

test('rows of the conformance table', { ...asRoot, concurrency: 4 }, async (t) => {
  const stage = await aStage(t)
  await Promise.all(
    rows.flatMap((row) =>
      row.paths.map((path) => t.test(`${row.name} (${path})`, { timeout: 60_000 }, () => row.run(stage, path))),
    ),
  )
  assert.deepEqual((await stage.host.status()).failures, [])
  assert.deepEqual(stage.host.log().split('\n').filter(isComplaint), [])
})

test('every proof that docs/conformance.md names is there', (t) => {
  for (const line of lines) t.diagnostic(line)
  t.diagnostic(summary)
  assert.deepEqual(disagreements(), [])
  assert.ok(readFileSync(page, 'utf8') === render(), 'stale; run: node test/support/conformance-table.ts --write')
})
