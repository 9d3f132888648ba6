import type { Principal } from '../aws/service.ts'
import type { Transaction } from '../state/transaction.ts'
import type { Observed } from './observed.ts'
import type { Settings } from './settings.ts'

/** What a handler is given besides its input. Time, ids and randomness arrive here, so tests can fix them. */
export interface OperationContext {
  readonly tx: Transaction
  readonly principal: Principal
  readonly accountId: string
  readonly region: string
  readonly requestId: string
  readonly now: Date
  /** The client's address, for the condition key aws:SourceIp. */
  readonly sourceIp?: string
  /**
   * The server key that session tokens and authorization messages are sealed under (api/session-token.ts). The pipeline
   * fills it; only STS reads it, so contexts made for tests of other operations may leave it out.
   */
  readonly sessionKey?: Uint8Array
  /** What the operator chose; the pipeline fills it, and a context without it has the defaults. */
  readonly settings?: Settings
  /** What agents last reported: applied revisions, target health. */
  readonly observed: Observed
  /** A fresh id: the prefix, a dash and 17 lowercase hex digits (`vpce-0…`). */
  newId(prefix: string): string
  /** `length` random characters of an alphabet, default lowercase hex. */
  randomText(length: number, alphabet?: string): string
}

/**
 * One operation of AWS's API.
 *
 * Parsing, SigV4, IAM, DryRun and ClientToken replay have all happened before `handle` runs, and the answer is sent only
 * after what it put into `ctx.tx` is durable. It runs synchronously: see state/transaction.ts.
 */
export interface Operation<Input, Output> {
  /** IAM action, e.g. `ec2:CreateVpcEndpoint`. */
  readonly action: string
  /** `write` operations take part in ClientToken replay (when the input has one) and are committed. */
  readonly kind: 'read' | 'write'
  /** What is missing compared to AWS, one short sentence each; shown in docs/coverage.md as `partial`. */
  readonly missing?: readonly string[]
  handle(input: Input, ctx: OperationContext): Output
}
