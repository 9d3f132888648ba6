import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { throwsAwsError } from '../../../test/support/privatelink.ts'
import { page } from './pagination.ts'

const self = (text: string) => text

test('pages of any size give every item once, in order', () => {
  const items = fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 60 })
  fc.assert(
    fc.property(items, fc.integer({ min: 1, max: 7 }), (all, PageSize) => {
      const seen: string[] = []
      let Marker: string | undefined
      do {
        const next = page(all, self, { Marker, PageSize })
        assert.ok(next.items.length <= PageSize)
        seen.push(...next.items)
        Marker = next.NextMarker
      } while (Marker !== undefined)
      assert.deepEqual(
        seen,
        all.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)),
      )
    }),
    { seed: 4711 },
  )
})

test('what is deleted between two pages hides nothing', () => {
  const { NextMarker } = page(['a', 'b', 'c', 'd'], self, { PageSize: 2 })
  assert.deepEqual(page(['c', 'd'], self, { Marker: NextMarker, PageSize: 2 }), { items: ['c', 'd'] })
})

test('refused page sizes and markers', () => {
  for (const PageSize of [0, 401]) throwsAwsError(() => page([], self, { PageSize }), 'ValidationError')
  for (const Marker of ['!', 'YQ==', ' '])
    throwsAwsError(() => page(['a'], self, { Marker }), 'ValidationError', /marker/)
})
