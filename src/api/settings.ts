/**
 * What an operator decides when the control process starts (src/control/options.ts) and handlers go by.
 *
 * A context without settings (a test's) has the defaults.
 */
export interface Settings {
  /**
   * How a provider proves that a private DNS name is its own (docs/decisions/0010).
   *
   * `trust`: a name is verified as soon as it is given, and nobody is asked: on one's own machine there is nobody to steal
   * a name from. `lookup`: the TXT record is asked for in the DNS that the host itself uses.
   */
  readonly privateDnsVerification: 'trust' | 'lookup'
  /**
   * Whether UDP listeners of dual-stack load balancers ask for what AWS asks: `EnablePrefixForIpv6SourceNat`, which its own
   * nodes need for UDP over IPv6 (NLB guide, "Source NAT prefixes"). Absent: they do not ask, for our nodes need nothing.
   */
  readonly udpOnDualstack?: 'as-aws'
  /** `SERVICE/QUOTA-CODE` → what an account has before it asks for more; the others have the default of api/quota.ts. */
  readonly quotas: ReadonlyMap<string, number>
}

export const defaultSettings: Settings = {
  privateDnsVerification: 'trust',
  quotas: new Map(),
}
