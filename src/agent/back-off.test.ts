import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BackOff } from './back-off.ts'

test('a failed owner waits twice as long each time, half a minute at most', () => {
  const backOff = new BackOff()
  const waits: number[] = []
  for (let i = 0; i < 9; i++) {
    backOff.failed('a', undefined, 'no', 0)
    waits.push(backOff.nextDueMs() ?? 0)
  }
  assert.deepEqual(waits, [250, 500, 1000, 2000, 4000, 8000, 16000, 30000, 30000])
})

test('another wish is tried at once, the same one is not', () => {
  const backOff = new BackOff()
  const wish = [] as const
  backOff.failed('a', wish, 'no', 0)
  assert.equal(backOff.mustWait('a', wish, 100), true)
  assert.equal(backOff.mustWait('a', [], 100), false)
  assert.equal(backOff.mustWait('b', wish, 100), false)
  assert.equal(backOff.mustWait('a', wish, 250), false)
})

test('what succeeded is forgotten, what was not tried is not', () => {
  const backOff = new BackOff()
  backOff.failed('tried', undefined, 'no', 0)
  backOff.failed('waiting', undefined, 'never', 0)
  backOff.succeededExcept((owner) => owner === 'waiting')
  assert.deepEqual(backOff.failures(), [{ owner: 'waiting', message: 'never' }])
})
