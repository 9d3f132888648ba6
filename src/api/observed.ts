import type { Kind } from '../resource/kind.ts'
import type { TargetHealthReport } from '../resource/target-group.ts'

/** What is observed and not in the log: it is reported by agents and kept in memory. */
export interface Observed {
  /** Whether the agent has confirmed a revision. */
  isConfirmed(revision: number): boolean
  /** Whether the agent has confirmed the revision that last wrote this resource, and refused nothing of it. */
  isApplied(kind: Kind, id: string): boolean
  /** Why the kernel refused this resource, when it did. */
  failureOf(kind: Kind, id: string): string | undefined
  /** By target key (`targetKeyOf`); undefined when no check has been reported. */
  targetHealth(targetKey: string): TargetHealthReport | undefined
}
