import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { asStored } from './overlay.ts'

/** What a handler might put, and what it should not: members left undefined, dates, numbers that JSON has no word for. */
const anything = fc
  .anything({ withDate: true, withNullPrototype: false, maxDepth: 4 })
  .filter((value) => value !== undefined)

test('a stored value is what JSON gives back, and nothing of it is shared or can be changed', () => {
  fc.assert(
    fc.property(anything, (value) => {
      const stored = asStored(value)
      assert.deepEqual(stored, JSON.parse(JSON.stringify(value)))
      assertApart(stored, value)
    }),
    { numRuns: 2_000 },
  )
})

test('members that JSON leaves out, and names that mean something to JavaScript', () => {
  const value = JSON.parse('{"__proto__": {"a": 1}, "constructor": "x", "list": [1, "two", null]}')
  value.left = undefined
  value.call = () => 1
  value.list.push(undefined, Number.NaN)
  const stored = asStored(value)
  assert.deepEqual(Object.keys(stored), ['__proto__', 'constructor', 'list'])
  assert.equal(JSON.stringify(stored), '{"__proto__":{"a":1},"constructor":"x","list":[1,"two",null,null,null]}')
  assert.equal(Object.getPrototypeOf(stored), Object.prototype)
  assert.throws(() => asStored({ big: 1n }), TypeError)
})

function assertApart(stored: unknown, value: unknown): void {
  if (typeof stored !== 'object' || stored === null) return
  assert.ok(Object.isFrozen(stored))
  assert.notEqual(stored, value)
  for (const [name, member] of Object.entries(stored)) {
    assertApart(member, typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined)
  }
}
