import type { HealthCheck } from '../plan/program.ts'

/** What one probe of a target came to. */
export type ProbeOutcome =
  | { readonly kind: 'success' }
  /** Refused, reset, unreachable, or an answer that is not HTTP. */
  | { readonly kind: 'failed' }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'code-mismatch'; readonly code: number }
  /** This host could not probe (no file descriptor, port or memory left): it says nothing about the target. */
  | { readonly kind: 'not-probed'; readonly error: NodeJS.ErrnoException }

/** Why a target is unhealthy, in the codes and texts of DescribeTargetHealth (reference, 2.4). */
export interface HealthReason {
  readonly code: 'Target.FailedHealthChecks' | 'Target.Timeout' | 'Target.ResponseCodeMismatch'
  readonly description: string
}

export interface CheckState {
  readonly state: 'initial' | 'healthy' | 'unhealthy'
  /** Of the last failure; only when unhealthy. */
  readonly reason?: HealthReason
  /** Outcomes in a row that speak against the state. */
  readonly streak: number
}

export const initialCheckState: CheckState = { state: 'initial', streak: 0 }

/**
 * When a target counts as healthy: the one place that decides.
 *
 * - `initial`, one success: healthy. The NLB guide (2017): "After your target is registered, it must pass one health
 *   check to be considered healthy"; and HealthyThresholdCount is "the number of consecutive health checks successes
 *   required before considering an unhealthy target healthy" (API reference, TargetGroup), so not an initial one.
 * - `initial` or healthy, UnhealthyThresholdCount failures in a row: unhealthy.
 * - unhealthy, HealthyThresholdCount successes in a row: healthy.
 *
 * A further failure of an unhealthy target renews the reason, so that it tells what is wrong now.
 */
export function nextCheckState(
  current: CheckState,
  outcome: ProbeOutcome,
  check: Pick<HealthCheck, 'healthyThresholdCount' | 'unhealthyThresholdCount'>,
): CheckState {
  if (outcome.kind === 'not-probed') return current
  if (outcome.kind === 'success') {
    if (current.state === 'healthy') return current.streak === 0 ? current : { state: 'healthy', streak: 0 }
    const streak = current.streak + 1
    const enough = current.state === 'initial' ? 1 : check.healthyThresholdCount
    return streak >= enough ? { state: 'healthy', streak: 0 } : { ...current, streak }
  }
  const reason = reasonOf(outcome)
  if (current.state === 'unhealthy') return { state: 'unhealthy', streak: 0, reason }
  const streak = current.streak + 1
  return streak >= check.unhealthyThresholdCount
    ? { state: 'unhealthy', streak: 0, reason }
    : { state: current.state, streak }
}

function reasonOf(outcome: Exclude<ProbeOutcome, { kind: 'success' | 'not-probed' }>): HealthReason {
  switch (outcome.kind) {
    case 'failed':
      return { code: 'Target.FailedHealthChecks', description: 'Health checks failed' }
    case 'timeout':
      return { code: 'Target.Timeout', description: 'Request timed out' }
    case 'code-mismatch':
      return {
        code: 'Target.ResponseCodeMismatch',
        description: `Health checks failed with these codes: [${outcome.code}]`,
      }
  }
}
