import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { paginate } from './pagination.ts'

const limits = { min: 5, max: 1000, idOf: (item: string) => item }
const items = Array.from({ length: 12 }, (_, i) => `item-${i}`)

test('without MaxResults everything is on one page', () => {
  assert.deepEqual(paginate(items, {}, limits), { page: items, nextToken: undefined })
  assert.deepEqual(paginate([], { MaxResults: 5 }, limits), { page: [], nextToken: undefined })
})

test('the pages of any list are the list', () => {
  fc.assert(
    fc.property(fc.nat(40), fc.integer({ min: 5, max: 20 }), fc.boolean(), (count, MaxResults, withIds) => {
      const all = Array.from({ length: count }, (_, i) => `item-${i}`)
      const seen: string[] = []
      let NextToken: string | undefined
      do {
        const { page, nextToken } = paginate(all, { MaxResults, NextToken }, withIds ? limits : { min: 5, max: 1000 })
        seen.push(...page)
        NextToken = nextToken
      } while (NextToken)
      assert.deepEqual(seen, all)
    }),
    { seed: 1 },
  )
})

test('a page starts after the last one, though items before it went and came', () => {
  const { nextToken: NextToken } = paginate(items, { MaxResults: 5 }, limits)
  const changed = ['new', ...items.slice(2)]
  assert.deepEqual(paginate(changed, { MaxResults: 5, NextToken }, limits).page, items.slice(5, 10))
})

test('when the last item is gone the page starts where it stood', () => {
  const { nextToken: NextToken } = paginate(items, { MaxResults: 5 }, limits)
  const changed = items.filter((item) => item !== 'item-4')
  assert.deepEqual(paginate(changed, { MaxResults: 5, NextToken }, limits).page, items.slice(6, 11))
})

for (const { request, code } of [
  { request: { MaxResults: 4 }, code: 'InvalidParameterValue' },
  { request: { MaxResults: 0 }, code: 'InvalidParameterValue' },
  { request: { MaxResults: -1 }, code: 'InvalidParameterValue' },
  { request: { MaxResults: 1001 }, code: 'InvalidParameterValue' },
  { request: { NextToken: 'nonsense' }, code: 'InvalidNextToken' },
  { request: { NextToken: Buffer.from('2:5:item-4').toString('base64url') }, code: 'InvalidNextToken' },
  { request: { NextToken: `${Buffer.from('1:5:item-4').toString('base64url')}=` }, code: 'InvalidNextToken' },
]) {
  test(`${JSON.stringify(request)} answers ${code}`, () => {
    assert.throws(() => paginate(items, request, limits), { code })
  })
}
