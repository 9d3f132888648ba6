import { invalidParameter, notSupported } from './errors.ts'
import { serviceIpv6NeedsDualstack } from './errors-privatelink.ts'

/** Address families that a service is to support: IPv4, as its load balancers have no other. */
export function checkIpAddressTypes(types: readonly string[] | undefined): void {
  for (const type of types ?? []) {
    if (type === 'ipv6') throw serviceIpv6NeedsDualstack()
    if (type !== 'ipv4') throw invalidParameter(`The IP address type '${type}' is not valid.`)
  }
}

/** The host Region is always supported and may be named. */
export function checkRegions(regions: readonly string[] | undefined, hostRegion: string): void {
  if (regions?.some((region) => region !== hostRegion)) throw notSupported('Cross-Region access to endpoint services')
}
