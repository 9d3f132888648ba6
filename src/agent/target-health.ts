import type { HealthReason } from '../health/check-state.ts'
import type { HealthCheck, HealthView } from '../plan/program.ts'
import type { TargetHealthReport } from '../resource/target-group.ts'

/**
 * What DescribeTargetHealth can say of each target, from the checks of all nodes that use it.
 *
 * Healthy when any node finds it so, since that node sends to it; unhealthy when none does and one has decided, draining
 * while one keeps its connections; initial until then.
 */
export function targetHealthOf(
  checks: ReadonlyMap<string, HealthCheck>,
  health: HealthView,
  reasonOf: (checkKey: string) => HealthReason | undefined,
): Map<string, TargetHealthReport> {
  const reports = new Map<string, TargetHealthReport>()
  for (const [key, { targetKey }] of checks) {
    const before = reports.get(targetKey)
    const state = health.get(key) ?? 'initial'
    if (before && rank[before.state] >= rank[state]) continue
    if (state === 'healthy') reports.set(targetKey, { state })
    else if (state === 'initial') reports.set(targetKey, { state, reason: 'Elb.InitialHealthChecking' })
    else {
      const reason = reasonOf(key)
      // After a restart the state is remembered and its reason is not: the next failure brings it.
      reports.set(targetKey, {
        state,
        reason: reason?.code ?? 'Target.FailedHealthChecks',
        ...(reason ? { description: reason.description } : {}),
      })
    }
  }
  return reports
}

/** What one node says against what another says. */
const rank = { initial: 0, unhealthy: 1, 'unhealthy.draining': 2, healthy: 3 } as const

/** Sends what changed since it was last sent. */
export class TargetHealthReporter {
  readonly #send: (targets: Readonly<Record<string, TargetHealthReport>>, full: boolean) => boolean
  #sent = new Map<string, TargetHealthReport>()

  constructor(send: (targets: Readonly<Record<string, TargetHealthReport>>, full: boolean) => boolean) {
    this.#send = send
  }

  /** @param full control knows nothing, so tell it everything */
  report(now: Map<string, TargetHealthReport>, full: boolean): void {
    const changed = [...now].filter(([targetKey, report]) => full || !isSame(this.#sent.get(targetKey), report))
    if (changed.length === 0 && !full) return
    if (this.#send(Object.fromEntries(changed), full)) this.#sent = now
  }

  /**
   * Control has forgotten the target with its record. One that is registered again at once may be the same check to us, whose
   * state did not change: it must be told all the same.
   */
  forget(targetKey: string): void {
    this.#sent.delete(targetKey)
  }
}

const isSame = (a: TargetHealthReport | undefined, b: TargetHealthReport): boolean =>
  a?.state === b.state && a.reason === b.reason && a.description === b.description
