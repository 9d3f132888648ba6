/** A quota that was raised for an account in a region through the Service Quotas API; the default holds otherwise. */
export interface Quota {
  readonly accountId: string
  readonly region: string
  /** `vpc`, `elasticloadbalancing`. */
  readonly serviceCode: string
  /** `L-29B6F2EB`. */
  readonly quotaCode: string
  readonly value: number
}
