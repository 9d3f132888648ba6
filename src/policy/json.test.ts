import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { JsonError, parseJson } from './json.ts'

/** undefined for a text that is no JSON. */
function attempt(parse: (text: string) => unknown, text: string): { readonly value: unknown } | undefined {
  try {
    return { value: parse(text) }
  } catch (error) {
    assert.ok(error instanceof JsonError || error instanceof SyntaxError)
    return undefined
  }
}

test('valid JSON is read as JSON.parse reads it', () => {
  const spaced = fc.tuple(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(0, 1, 2, '\t'))
  fc.assert(
    fc.property(spaced, ([value, space]) => {
      const text = JSON.stringify(value, null, space)
      assert.deepEqual(parseJson(text), JSON.parse(text))
    }),
    { seed: 4, numRuns: 1000 },
  )
})

test('broken JSON is refused where JSON.parse refuses it', () => {
  const broken = fc.tuple(
    fc.json({ maxDepth: 3 }),
    fc.nat(),
    fc.constantFrom('', ',', '"', '\\', '}', ']', '0', '\n', 'e'),
  )
  fc.assert(
    fc.property(broken, ([text, at, inserted]) => {
      const place = at % (text.length + 1)
      const mutant = text.slice(0, place) + inserted + text.slice(place + 1)
      const expected = attempt(JSON.parse, mutant)
      const actual = attempt(parseJson, mutant)
      // The one difference: equal keys.
      if (actual === undefined && expected !== undefined) assert.throws(() => parseJson(mutant), /Duplicate element/)
      else assert.deepEqual(actual, expected)
    }),
    { seed: 5, numRuns: 3000 },
  )
})

for (const [text, where] of [
  ['', 'line 1, column 1'],
  ['{"a":1,\n "b":}', 'line 2, column 6'],
  ['{"a":1}\n x', 'line 2, column 2'],
  ['["a\\x"]', 'line 1, column 4'],
  ['{"a":1,"a":2}', 'line 1, column 8'],
  ['{"a":1,"\\u0061":2}', 'line 1, column 8'],
  ['['.repeat(40), 'line 1, column 34'],
] as const) {
  test(`${text.slice(0, 20).replace('\n', ' ')} fails at ${where}`, () => {
    assert.throws(
      () => parseJson(text),
      (error) => error instanceof JsonError && error.where === where,
    )
  })
}

test('a string of a million characters', () => {
  const text = JSON.stringify('x"'.repeat(500_000))
  assert.equal(parseJson(text), JSON.parse(text))
})
