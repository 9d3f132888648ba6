/** A quota that was raised for an account in a region through the Service Quotas API; the default holds otherwise. */
export interface Quota {
  readonly accountId: string
  readonly region: string
  /** `vpc`, `elasticloadbalancing`. */
  readonly serviceCode: string
  /** `L-29B6F2EB`. */
  readonly quotaCode: string
  readonly value: number
  /** What was asked for, oldest first; each was granted at once. Absent on records of older logs. */
  readonly requests?: readonly QuotaRequest[]
}

/** One RequestServiceQuotaIncrease. */
export interface QuotaRequest {
  /** 32 hex digits. */
  readonly requestId: string
  readonly desiredValue: number
  readonly requester: string
  /** ISO 8601. */
  readonly createdAt: string
}
