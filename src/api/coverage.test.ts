import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isCoverageCurrent, renderCoverage } from './coverage.ts'
import { operations } from './table.ts'

test('docs/coverage.md says what is served', () => {
  assert.ok(isCoverageCurrent(), 'it is stale. Run: node src/api/coverage.ts --write')
})

test('every operation is in the page once, and says what it lacks', () => {
  const page = renderCoverage()
  for (const [name, { missing = [] }] of Object.values(operations).flatMap((served) => Object.entries(served))) {
    assert.match(page, new RegExp(`^\\| ${name} \\| ${missing.length > 0 ? 'partial' : 'done'} \\|`, 'm'))
    for (const sentence of missing) assert.ok(page.includes(sentence.slice(1).replace(/\.$/, '')), sentence)
  }
  assert.match(page, /^\| CreateVpcEndpoint \|/m)
  assert.match(page, /\bAcceptAddressTransfer,/)
})
