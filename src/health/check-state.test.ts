import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type CheckState, initialCheckState, nextCheckState, type ProbeOutcome } from './check-state.ts'

const outcomes: Readonly<Record<string, ProbeOutcome>> = {
  '+': { kind: 'success' },
  '-': { kind: 'failed' },
  t: { kind: 'timeout' },
  c: { kind: 'code-mismatch', code: 503 },
  '?': { kind: 'not-probed', error: new Error('EMFILE') },
}

function run(text: string, thresholds = { healthyThresholdCount: 3, unhealthyThresholdCount: 2 }): CheckState[] {
  let state = initialCheckState
  return [...text].map((letter) => {
    const outcome = outcomes[letter]
    assert.ok(outcome, letter)
    state = nextCheckState(state, outcome, thresholds)
    return state
  })
}

/** i, h, u: the state after each outcome. */
const letters = (states: readonly CheckState[]) => states.map(({ state }) => state[0]).join('')

for (const [seen, expected, why] of [
  ['+', 'h', 'an initial target needs one success'],
  ['-+', 'ih', 'even after a failure'],
  ['--', 'iu', 'and the unhealthy threshold of failures'],
  ['-+-+--', 'ihhhhu', 'only failures in a row count'],
  ['--+++', 'iuuuh', 'an unhealthy target needs the healthy threshold'],
  ['--++-++', 'iuuuuuu', 'of successes in a row'],
  ['--++-+++', 'iuuuuuuh', 'and then is healthy'],
  ['+-t', 'hhu', 'failures of different kinds count together'],
  ['+-?-', 'hhhu', 'what was not probed neither counts nor interrupts'],
  ['??', 'ii', 'and leaves an initial target initial'],
] as const) {
  test(`${seen} → ${expected}: ${why}`, () => assert.equal(letters(run(seen)), expected))
}

for (const [seen, code, description] of [
  ['--', 'Target.FailedHealthChecks', 'Health checks failed'],
  ['-t', 'Target.Timeout', 'Request timed out'],
  ['-c', 'Target.ResponseCodeMismatch', 'Health checks failed with these codes: [503]'],
  ['--t', 'Target.Timeout', 'Request timed out'],
  ['tt+', 'Target.Timeout', 'Request timed out'],
] as const) {
  test(`${seen}: the reason is ${code}`, () => assert.deepEqual(run(seen).at(-1)?.reason, { code, description }))
}

test('a target has a reason exactly while it is unhealthy', () => {
  const sequence = fc.array(fc.constantFrom(...Object.keys(outcomes)), { maxLength: 40 })
  const threshold = fc.integer({ min: 2, max: 10 })
  fc.assert(
    fc.property(sequence, threshold, threshold, (seen, healthyThresholdCount, unhealthyThresholdCount) => {
      const states = run(seen.join(''), { healthyThresholdCount, unhealthyThresholdCount })
      for (const [i, { state, reason, streak }] of states.entries()) {
        assert.equal(reason !== undefined, state === 'unhealthy')
        assert.ok(streak < Math.max(healthyThresholdCount, unhealthyThresholdCount))
        // A state other than the one before is the work of this very outcome.
        if (state !== (states[i - 1]?.state ?? 'initial')) assert.equal(state === 'healthy', seen[i] === '+')
      }
    }),
    { seed: 42 },
  )
})
