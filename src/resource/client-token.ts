/** A remembered answer, so that the same ClientToken with the same parameters creates nothing twice. */
export interface ClientToken {
  /** `${accountId}|${region}|${action}|${token}`: the key of the resource. */
  readonly tokenKey: string
  /** SHA-256 of the canonical parameters without the token, hex. */
  readonly parametersHash: string
  /** The answer that was given, as JSON. */
  readonly answer: string
  /** ISO 8601; forgotten 24 hours later. */
  readonly createdAt: string
}
