import assert from 'node:assert/strict'
import { test } from 'node:test'
import { remember } from './memo.ts'

test('what was made of a text is remembered, short texts only, and not without bound', () => {
  const made: string[] = []
  const upper = remember(2, 3, (text) => {
    made.push(text)
    return text.toUpperCase()
  })
  assert.deepEqual(['a', 'a', 'b', 'long', 'long'].map(upper), ['A', 'A', 'B', 'LONG', 'LONG'])
  assert.deepEqual(made, ['a', 'b', 'long', 'long'])
  // The third text makes room for itself.
  assert.deepEqual(['c', 'c', 'a'].map(upper), ['C', 'C', 'A'])
  assert.deepEqual(made.slice(4), ['c', 'a'])
})
