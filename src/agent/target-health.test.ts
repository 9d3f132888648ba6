import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HealthCheck, HealthState } from '../plan/program.ts'
import type { TargetHealthReport } from '../resource/target-group.ts'
import { TargetHealthReporter, targetHealthOf } from './target-health.ts'

const check = (key: string, targetKey: string): HealthCheck => ({
  key,
  targetKey,
  protocol: 'TCP',
  connectIp: '240.0.0.9',
  connectPort: 1,
  httpHost: '',
  path: '/',
  matcherHttpCode: '200-399',
  intervalMs: 1000,
  timeoutMs: 1000,
  healthyThresholdCount: 3,
  unhealthyThresholdCount: 3,
})
const checks = new Map(['a', 'b'].map((key) => [key, check(key, 't')]))
const timeout = { code: 'Target.Timeout', description: 'Request timed out' } as const

for (const { a, b, report } of [
  { a: 'initial', b: 'initial', report: { state: 'initial', reason: 'Elb.InitialHealthChecking' } },
  { a: 'healthy', b: 'unhealthy', report: { state: 'healthy' } },
  { a: 'unhealthy', b: 'healthy', report: { state: 'healthy' } },
  {
    a: 'initial',
    b: 'unhealthy',
    report: { state: 'unhealthy', reason: timeout.code, description: timeout.description },
  },
  {
    a: 'unhealthy',
    b: 'initial',
    report: { state: 'unhealthy', reason: timeout.code, description: timeout.description },
  },
] as const satisfies readonly { a: HealthState; b: HealthState; report: TargetHealthReport }[]) {
  test(`one node says ${a}, another ${b}: ${report.state}`, () => {
    const health = new Map<string, HealthState>([
      ['a', a],
      ['b', b],
    ])
    assert.deepEqual(targetHealthOf(checks, health, () => timeout).get('t'), report)
  })
}

test('only changes are sent, everything when control knows nothing', () => {
  const sent: unknown[] = []
  let isConnected = true
  const reporter = new TargetHealthReporter((targets, full) => {
    if (isConnected) sent.push([Object.keys(targets), full])
    return isConnected
  })
  const one = new Map<string, TargetHealthReport>([['t', { state: 'healthy' }]])
  reporter.report(one, false)
  reporter.report(new Map(one), false)
  assert.deepEqual(sent, [[['t'], false]])

  isConnected = false
  reporter.report(new Map([...one, ['u', { state: 'healthy' }]]), false)
  isConnected = true
  reporter.report(new Map([...one, ['u', { state: 'healthy' }]]), false)
  reporter.report(one, true)
  assert.deepEqual(sent.slice(1), [
    [['u'], false],
    [['t'], true],
  ])
})

test('a target that was deleted and registered again in one go is told again, though nothing about it changed', () => {
  const sent: unknown[] = []
  const reporter = new TargetHealthReporter((targets) => sent.push(targets) > 0)
  const healthy = () => new Map<string, TargetHealthReport>([['t', { state: 'healthy' }]])
  reporter.report(healthy(), false)
  reporter.forget('t')
  reporter.report(healthy(), false)
  assert.deepEqual(sent, [{ t: { state: 'healthy' } }, { t: { state: 'healthy' } }])
})
