/**
 * The table of errors: every row is a request and the error AWS answers it with, code, HTTP status and text, through the
 * whole server. Sources of codes and texts: the catalogues in api/, which say for each where it comes from.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { ask, type Row } from './conformance/error-table/row.ts'
import { aWorld, type World } from './conformance/error-table/world.ts'

const rows = JSON.parse(
  readFileSync(new URL('./conformance/error-table/rows.json', import.meta.url), 'utf8'),
) as readonly Row[]

let world: World
before(async () => {
  world = await aWorld()
})
after(() => world.close())

test(`${rows.length} requests that AWS refuses, each with its error`, async () => {
  const wrong: unknown[] = []
  for (const row of rows) {
    const { code, status, text, ...request } = row
    const told = (await ask(world, row)) ?? { code: 'accepted', status: 200, text: '' }
    if (!isDeepStrictEqual(told, { code, status, text }))
      wrong.push({ request, expected: { code, status, text }, told })
  }
  assert.deepEqual(wrong, [])
})
