import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseHttpCodeMatcher } from './matcher.ts'

for (const { text, yes, no } of [
  { text: '200', yes: [200], no: [199, 201, 301] },
  { text: '200-399', yes: [200, 302, 399], no: [199, 400, 503] },
  { text: '200,301,400-404', yes: [200, 301, 400, 402, 404], no: [201, 300, 302, 399, 405] },
  { text: '200, 301', yes: [200, 301], no: [] },
  { text: '200-599', yes: [200, 599], no: [100, 101, 600] },
]) {
  test(`${text} holds ${yes.join(', ')} and not ${no.join(', ')}`, () => {
    const matcher = parseHttpCodeMatcher(text)
    assert.ok(matcher)
    for (const code of yes) assert.equal(matcher.matches(code), true, String(code))
    for (const code of no) assert.equal(matcher.matches(code), false, String(code))
  })
}

for (const text of [
  '',
  ',',
  '200,',
  '2xx',
  '20',
  '2000',
  '399-200',
  '199',
  '600',
  '200-',
  '-200',
  '200-300-400',
  '2e2',
]) {
  test(`'${text}' is no matcher`, () => assert.equal(parseHttpCodeMatcher(text), undefined))
}

test('a matcher holds exactly the codes of its parts', () => {
  const code = fc.integer({ min: 200, max: 599 })
  const range = fc.tuple(code, code).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
  fc.assert(
    fc.property(fc.array(range, { minLength: 1, maxLength: 6 }), code, (ranges, probe) => {
      const text = ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',')
      const expected = ranges.some(([from, to]) => probe >= from && probe <= to)
      assert.equal(parseHttpCodeMatcher(text)?.matches(probe), expected)
    }),
    { seed: 41 },
  )
})
