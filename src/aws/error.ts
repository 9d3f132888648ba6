/**
 * An error that the caller can act on: AWS's code, HTTP status and message.
 *
 * Each service keeps one catalogue of them (`api/<service>/errors.ts`); handlers throw nothing else. What the
 * envelope looks like is the protocol's business (`ec2-query.ts`, `aws-query.ts`, `aws-json.ts`).
 */
export class AwsError extends Error {
  override readonly name = 'AwsError'
  readonly code: string
  /** HTTP status: 4xx is the sender's fault, 5xx ours. */
  readonly status: number

  constructor(code: string, message: string, status = 400) {
    super(message)
    this.code = code
    this.status = status
  }
}
