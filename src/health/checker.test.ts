import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FakeClock } from '../../test/support/health-clock.ts'
import type { HealthCheck, HealthState } from '../plan/program.ts'
import { type CheckState, initialCheckState, nextCheckState, type ProbeOutcome } from './check-state.ts'
import { createHealthChecker } from './checker.ts'
import type { ProbeEvents } from './probe.ts'
import { granularityMs } from './schedule.ts'

const success: ProbeOutcome = { kind: 'success' }
const failed: ProbeOutcome = { kind: 'failed' }
const timeout: ProbeOutcome = { kind: 'timeout' }

function aCheck(key: string, fields: Partial<HealthCheck> = {}): HealthCheck {
  return {
    key,
    targetKey: key,
    protocol: 'TCP',
    connectIp: '240.0.0.17',
    connectPort: 1,
    httpHost: '10.0.1.5:80',
    path: '/',
    matcherHttpCode: '200-399',
    intervalMs: 10_000,
    timeoutMs: 6_000,
    healthyThresholdCount: 3,
    unhealthyThresholdCount: 2,
    ...fields,
  }
}

const byKey = (...checks: HealthCheck[]) => new Map(checks.map((check) => [check.key, check]))

interface FakeProbe {
  readonly check: HealthCheck
  readonly atMs: number
  readonly events: ProbeEvents
  cancelled: boolean
}

/** A checker on a clock that the test moves, with probes that end when the test says so, or as `answer` says at once. */
function aChecker(options: { answer?: (check: HealthCheck) => ProbeOutcome | undefined; maxOpen?: number } = {}) {
  const clock = new FakeClock()
  const changes: string[] = []
  const warnings: string[] = []
  const probes: FakeProbe[] = []
  const running = new Set<FakeProbe>()
  const close = (probe: FakeProbe) => {
    if (running.delete(probe)) probe.events.closed()
  }
  const end = (probe: FakeProbe, outcome: ProbeOutcome) => {
    probe.events.outcome(outcome)
    close(probe)
  }
  const checker = createHealthChecker({
    onChange: (key, state, reason) => changes.push([key, state, ...(reason ? [reason.code] : [])].join(' ')),
    log: { warn: (_: unknown, message?: string) => warnings.push(message ?? '') },
    now: clock.now,
    timers: clock,
    ...(options.maxOpen === undefined ? {} : { maxOpen: options.maxOpen }),
    startProbe: (check, events) => {
      const probe = { check, atMs: clock.nowMs, events, cancelled: false }
      probes.push(probe)
      running.add(probe)
      const outcome = options.answer?.(check)
      // As with sockets, nothing is known in the turn in which a probe begins.
      if (outcome) clock.setTimeout(() => running.has(probe) && !probe.cancelled && end(probe, outcome), 1)
      return () => {
        probe.cancelled = true
        clock.setTimeout(() => close(probe), 1)
      }
    },
  })
  const startsOf = (key: string) => probes.filter(({ check }) => check.key === key).map(({ atMs }) => atMs)
  const last = () => {
    const probe = probes.at(-1)
    assert.ok(probe)
    return probe
  }
  return { checker, clock, changes, warnings, probes, running, end, startsOf, last }
}

test('a check is made at once, again after half an interval to a whole one, and then at its interval', () => {
  const { checker, clock, startsOf } = aChecker({ answer: () => success })
  checker.update(byKey(aCheck('a'), aCheck('b')))
  assert.deepEqual([startsOf('a'), startsOf('b')], [[0], [0]])
  clock.advance(100_000)
  for (const key of ['a', 'b']) {
    const starts = startsOf(key)
    const gaps = starts.slice(1).map((atMs, i) => atMs - (starts[i] ?? 0))
    const [first = 0, ...rest] = gaps
    assert.ok(first >= 5_000 && first <= 10_000 + granularityMs, `first gap ${first}`)
    for (const gap of rest) assert.ok(Math.abs(gap - 10_000) <= granularityMs, `gap ${gap}`)
    const lateMs = (starts.at(-1) ?? 0) - ((starts[1] ?? 0) + (starts.length - 2) * 10_000)
    assert.ok(Math.abs(lateMs) <= granularityMs, `${lateMs} ms of drift`)
  }
  assert.notEqual(startsOf('a')[1], startsOf('b')[1])
})

test('10,000 checks that appear together do not start together, then or later', () => {
  const { checker, clock, probes } = aChecker({ answer: () => success })
  checker.update(new Map(Array.from({ length: 10_000 }, (_, i) => [`eni-${i}|t`, aCheck(`eni-${i}|t`)])))
  assert.ok(probes.length <= 32, `${probes.length} in the first turn`)
  clock.advance(1_000)
  assert.equal(probes.length, 10_000, 'all within a second')
  assert.equal(checker.view().size, 10_000)

  clock.advance(29_000)
  const perTenth = new Map<number, number>()
  for (const { atMs } of probes) {
    const tenth = Math.floor(atMs / 100)
    perTenth.set(tenth, (perTenth.get(tenth) ?? 0) + 1)
  }
  // Spread over half an interval: 200 in a tenth of a second, and some more by chance.
  const most = Math.max(...[...perTenth].filter(([tenth]) => tenth >= 10).map(([, count]) => count))
  assert.ok(most < 300, `${most} within 100 ms`)
  checker.close()
})

test('changes are told once, with their reason, and the view follows', () => {
  const { checker, clock, changes } = aChecker({ answer: () => next })
  let next: ProbeOutcome = success
  checker.update(byKey(aCheck('a')))
  assert.deepEqual([...checker.view()], [])
  clock.advance(10)
  assert.deepEqual(changes.splice(0), ['a healthy'])
  assert.deepEqual([...checker.view()], [['a', 'healthy']])
  assert.equal(checker.view(), checker.view(), 'one value until something changes')

  next = failed
  clock.advance(20_000)
  assert.deepEqual(changes.splice(0), ['a unhealthy Target.FailedHealthChecks'])
  assert.deepEqual([...checker.view()], [['a', 'unhealthy']])
  clock.advance(10_000)
  assert.deepEqual(changes.splice(0), [], 'nothing new')
  next = timeout
  clock.advance(10_000)
  assert.deepEqual(changes.splice(0), ['a unhealthy Target.Timeout'])
  assert.equal(checker.reasonOf('a')?.description, 'Request timed out')
  next = { kind: 'code-mismatch', code: 503 }
  clock.advance(10_000)
  next = { kind: 'code-mismatch', code: 500 }
  clock.advance(10_000)
  assert.deepEqual(changes.splice(0), [
    'a unhealthy Target.ResponseCodeMismatch',
    'a unhealthy Target.ResponseCodeMismatch',
  ])
  assert.equal(checker.reasonOf('a')?.description, 'Health checks failed with these codes: [500]')
  next = success
  clock.advance(30_000)
  assert.deepEqual(changes, ['a healthy'])
  assert.equal(checker.reasonOf('a'), undefined)
})

test('a check that vanishes is forgotten, its probe dropped, and nobody is told', () => {
  const { checker, clock, changes, last, running, probes } = aChecker()
  checker.update(byKey(aCheck('a')))
  last().events.outcome(success)
  changes.length = 0
  checker.update(new Map())
  assert.equal(last().cancelled, true)
  assert.deepEqual([...checker.view()], [])
  last().events.outcome(failed)
  clock.advance(60_000)
  assert.equal(probes.length, 1)
  assert.equal(running.size, 0)
  assert.deepEqual(checker.stats(), { checks: 0, open: 0, waiting: 0, probes: 1, notProbed: 0 })
  assert.deepEqual(changes, [])

  checker.update(byKey(aCheck('a')))
  assert.deepEqual([...checker.view()], [], 'what comes back begins anew')
})

for (const [title, change] of [
  ['a shorter interval', { intervalMs: 5_000 }],
  ['another timeout', { timeoutMs: 2_000 }],
  ['other thresholds', { healthyThresholdCount: 2, unhealthyThresholdCount: 5 }],
  ['another Host header', { httpHost: '10.0.1.5:443' }],
] as const) {
  test(`${title}: the state stays`, () => {
    const { checker, clock, changes, probes } = aChecker({ answer: () => success })
    checker.update(byKey(aCheck('a')))
    clock.advance(31_000)
    changes.length = 0
    const before = probes.length
    checker.update(byKey(aCheck('a', change)))
    assert.deepEqual([...checker.view()], [['a', 'healthy']])
    assert.equal(probes.length, before)
    const { intervalMs } = aCheck('a', change)
    clock.advance(intervalMs + granularityMs)
    assert.equal(probes.length, before + 1, 'the next comes within the new interval')
    assert.deepEqual(changes, [])
  })
}

for (const [title, change] of [
  ['another port', { connectPort: 2 }],
  ['another address', { connectIp: '240.0.0.18' }],
  ['another protocol', { protocol: 'HTTP' }],
  ['another path', { path: '/health' }],
  ['another matcher', { matcherHttpCode: '200' }],
] as const) {
  test(`${title}: initial again, and checked at once`, () => {
    const { checker, clock, changes, probes, last, end } = aChecker()
    checker.update(byKey(aCheck('a')))
    end(last(), success)
    clock.advance(10_000 + granularityMs)
    const old = last()
    changes.length = 0
    checker.update(byKey(aCheck('a', change)))
    assert.deepEqual(changes.splice(0), ['a initial'])
    assert.deepEqual([...checker.view()], [])
    assert.equal(old.cancelled, true)
    assert.equal(probes.length, 3)
    // What the probe of the old kind finds is no longer of interest.
    old.events.outcome(failed)
    old.events.outcome(failed)
    end(last(), success)
    assert.deepEqual(changes, ['a healthy'])
  })
}

test('an update with the same values changes nothing', () => {
  const { checker, clock, changes, probes } = aChecker({ answer: () => success })
  const checks = byKey(aCheck('a'), aCheck('b'))
  checker.update(checks)
  clock.advance(1_000)
  changes.length = 0
  const view = checker.view()
  checker.update(new Map(checks))
  checker.update(byKey(aCheck('a'), aCheck('b')))
  assert.equal(checker.view(), view)
  assert.equal(probes.length, 2)
  assert.deepEqual(changes, [])
})

test('new checks start from what was known before a restart', () => {
  const { checker, clock, changes } = aChecker({ answer: () => failed })
  const known = new Map<string, HealthState>([
    ['a', 'healthy'],
    ['b', 'unhealthy'],
    ['gone', 'healthy'],
  ])
  checker.update(byKey(aCheck('a'), aCheck('b'), aCheck('c')), known)
  assert.deepEqual(
    [...checker.view()],
    [
      ['a', 'healthy'],
      ['b', 'unhealthy'],
    ],
  )
  assert.deepEqual(changes, [])
  clock.advance(10)
  assert.deepEqual(changes.splice(0), ['b unhealthy Target.FailedHealthChecks'], 'the reason was not known')
  clock.advance(10_000)
  assert.deepEqual(changes.toSorted(), [
    'a unhealthy Target.FailedHealthChecks',
    'c unhealthy Target.FailedHealthChecks',
  ])
})

test('no more sockets than allowed, and those who wait come in their order', () => {
  const { checker, clock, probes, running, end } = aChecker({ maxOpen: 3 })
  checker.update(byKey(...['a', 'b', 'c', 'd', 'e'].map((key) => aCheck(key))))
  assert.equal(running.size, 3)
  assert.equal(checker.stats().waiting, 2)
  for (const probe of [...running]) end(probe, success)
  assert.deepEqual(
    probes.map(({ check }) => check.key),
    ['a', 'b', 'c', 'd', 'e'],
  )
  clock.advance(1)
  assert.equal(checker.stats().waiting, 0)
})

test('targets that never answer delay each other and nobody else', () => {
  // Ten of them hold a socket for six of every ten seconds: six at a time, where four are allowed.
  const { checker, clock, startsOf, running } = aChecker({
    maxOpen: 4,
    answer: (check) => (check.key.startsWith('dead') ? undefined : success),
  })
  const dead = Array.from({ length: 10 }, (_, i) => aCheck(`dead-${i}`))
  const alive = Array.from({ length: 5 }, (_, i) => aCheck(`alive-${i}`))
  const tick = () => {
    clock.advance(1)
    for (const probe of [...running]) {
      if (probe.check.key.startsWith('dead') && clock.nowMs - probe.atMs >= 6_000) {
        probe.events.outcome(timeout)
        running.delete(probe)
        probe.events.closed()
      }
    }
  }
  checker.update(byKey(...dead, ...alive))
  for (let ms = 0; ms < 60_000; ms++) tick()
  const from = startsOf('alive-0').length
  for (let ms = 0; ms < 60_000; ms++) tick()
  assert.equal(startsOf('alive-0').length - from, 6, 'one at every interval')
  for (const { key } of alive) {
    const starts = startsOf(key).filter((atMs) => atMs > 60_000)
    for (const [i, atMs] of starts.slice(1).entries()) {
      const gap = atMs - (starts[i] ?? 0)
      assert.ok(Math.abs(gap - 10_000) <= 2 * granularityMs, `${key}: ${gap} ms`)
    }
  }
  for (const { key } of dead)
    assert.ok(
      startsOf(key).some((atMs) => atMs > 60_000),
      `${key} is still checked`,
    )
})

test('a host that cannot probe changes no state, and says so once in a while', () => {
  let next: ProbeOutcome = success
  const { checker, clock, changes, warnings } = aChecker({ answer: () => next })
  checker.update(byKey(aCheck('a'), aCheck('b'), aCheck('c')))
  clock.advance(1_000)
  changes.length = 0
  next = { kind: 'not-probed', error: Object.assign(new Error('too many open files'), { code: 'EMFILE' }) }
  clock.advance(100_000)
  assert.deepEqual(changes, [])
  assert.equal(checker.view().get('a'), 'healthy')
  assert.ok(checker.stats().notProbed >= 29)
  assert.ok(warnings.length >= 5 && warnings.length <= 11, `${warnings.length} warnings`)
})

test('close drops connections and leaves no timer', () => {
  const { checker, clock, running, changes } = aChecker()
  checker.update(new Map(Array.from({ length: 100 }, (_, i) => [`${i}`, aCheck(`${i}`)])))
  clock.advance(10)
  assert.equal(running.size, 100)
  checker.close()
  assert.ok([...running].every(({ cancelled }) => cancelled))
  clock.advance(60_000)
  assert.equal(clock.pending, 0)
  assert.deepEqual(checker.stats(), { checks: 0, open: 0, waiting: 0, probes: 100, notProbed: 0 })
  assert.deepEqual(changes, [])
})

test('whatever happens in whatever order, the view is what the outcomes say, and no place is lost', () => {
  const key = fc.constantFrom('a', 'b', 'c', 'd')
  const step = fc.oneof(
    fc.record({ do: fc.constant('advance' as const), ms: fc.nat(12_000) }),
    fc.record({
      do: fc.constant('end' as const),
      which: fc.nat(5),
      outcome: fc.constantFrom(success, failed, timeout),
    }),
    fc.record({
      do: fc.constant('update' as const),
      checks: fc.uniqueArray(fc.tuple(key, fc.constantFrom(1, 2), fc.constantFrom(5_000, 10_000)), {
        selector: ([k]) => k,
      }),
    }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { checker, clock, running, end } = aChecker({ maxOpen: 2 })
      const model = new Map<string, { check: HealthCheck; state: CheckState }>()
      for (const action of steps) {
        if (action.do === 'advance') clock.advance(action.ms)
        else if (action.do === 'update') {
          const checks = byKey(
            ...action.checks.map(([k, connectPort, intervalMs]) => aCheck(k, { connectPort, intervalMs })),
          )
          for (const k of model.keys()) if (!checks.has(k)) model.delete(k)
          for (const [k, check] of checks) {
            const known = model.get(k)
            const same = known?.check.connectPort === check.connectPort
            model.set(k, { check, state: known && same ? known.state : initialCheckState })
          }
          checker.update(checks)
        } else {
          const probe = [...running][action.which]
          if (!probe || probe.cancelled) continue
          const entry = model.get(probe.check.key)
          assert.ok(entry, 'a probe of a check that is gone is cancelled')
          entry.state = nextCheckState(entry.state, action.outcome, entry.check)
          end(probe, action.outcome)
        }
        assert.ok(running.size <= 2)
        assert.equal(checker.stats().open, running.size)
        const expected = [...model].flatMap(([k, { state }]) => (state.state === 'initial' ? [] : [[k, state.state]]))
        assert.deepEqual([...checker.view()].toSorted(), expected.toSorted())
      }
      checker.close()
      clock.advance(10)
      assert.equal(checker.stats().open, 0)
      assert.equal(clock.pending, 0)
    }),
    { seed: 45, numRuns: 300 },
  )
})

test('unhealthy.draining comes before unhealthy, where the group asks for it', () => {
  let outcome: ProbeOutcome = success
  const { checker, clock, changes } = aChecker({ answer: () => outcome })
  const state = () => checker.view().get('a')
  const until = (wanted: string) => {
    for (let i = 0; i < 100 && state() !== wanted; i++) clock.advance(1_000)
    assert.equal(state(), wanted)
  }
  checker.update(byKey(aCheck('a', { drainingMs: 30_000 })))
  until('healthy')
  outcome = { kind: 'failed' }
  until('unhealthy.draining')
  clock.advance(28_000)
  assert.equal(state(), 'unhealthy.draining')
  clock.advance(2_000)
  assert.equal(state(), 'unhealthy')
  assert.deepEqual(
    changes.map((each) => each.split(' ')[1]),
    ['healthy', 'unhealthy.draining', 'unhealthy'],
  )
  outcome = success
  until('healthy')
  outcome = { kind: 'failed' }
  until('unhealthy.draining')
  outcome = success
  until('healthy')
  clock.advance(60_000)
  assert.equal(state(), 'healthy', 'well again before the interval was over')
})

test('draining is remembered as what it was, and begins anew', () => {
  const { checker, clock } = aChecker()
  checker.update(byKey(aCheck('a', { drainingMs: 30_000 })), new Map([['a', 'unhealthy.draining']]))
  assert.equal(checker.view().get('a'), 'unhealthy.draining')
  clock.advance(30_000)
  assert.equal(checker.view().get('a'), 'unhealthy')
})
