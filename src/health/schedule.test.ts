import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FakeClock } from '../../test/support/health-clock.ts'
import { createSchedule, granularityMs } from './schedule.ts'

test('things come in the order of their times, none early and none late', () => {
  const due = fc.nat(1_000)
  fc.assert(
    fc.property(
      fc.array(due, { maxLength: 60 }),
      fc.array(fc.tuple(fc.nat(59), due)),
      fc.array(fc.nat(59)),
      (dues, moves, removals) => {
        const clock = new FakeClock()
        const expected = new Map<number, number>(dues.entries())
        const seen: { item: number; atMs: number }[] = []
        const schedule = createSchedule<number>((item) => seen.push({ item, atMs: clock.nowMs }), clock.now, clock)
        for (const [item, dueMs] of expected) schedule.set(item, dueMs)
        for (const [item, dueMs] of moves) {
          schedule.set(item, dueMs)
          expected.set(item, dueMs)
        }
        for (const item of removals) {
          schedule.remove(item)
          expected.delete(item)
        }
        assert.equal(schedule.size, expected.size)
        clock.advance(2_000)
        assert.deepEqual(seen.map(({ item }) => item).sort(), [...expected.keys()].sort())
        for (const { item, atMs } of seen) {
          const dueMs = expected.get(item) ?? Number.NaN
          assert.ok(atMs >= dueMs && atMs <= dueMs + granularityMs, `${item}: due ${dueMs}, came ${atMs}`)
        }
        const times = seen.map(({ item }) => expected.get(item) ?? 0)
        assert.deepEqual(
          times,
          times.toSorted((a, b) => a - b),
        )
        assert.equal(clock.pending, 0, 'no timer is left when nothing is due')
      },
    ),
    { seed: 44, numRuns: 300 },
  )
})

test('a thing may be set again while it is handed out', () => {
  const clock = new FakeClock()
  const times: number[] = []
  const schedule = createSchedule<string>(
    (item) => {
      times.push(clock.nowMs)
      if (times.length < 3) schedule.set(item, clock.nowMs + 100)
    },
    clock.now,
    clock,
  )
  schedule.set('a', 0)
  clock.advance(1_000)
  assert.equal(times.length, 3)
})

test('close leaves no timer', () => {
  const clock = new FakeClock()
  const schedule = createSchedule<string>(() => assert.fail('handed out after close'), clock.now, clock)
  schedule.set('a', 10)
  schedule.close()
  assert.equal(clock.pending, 0)
  clock.advance(100)
})
