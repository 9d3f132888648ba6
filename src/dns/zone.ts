import type { DnsConfig } from '../plan/program.ts'

/**
 * Which names we may deny.
 *
 * To say NXDOMAIN is to claim a whole zone, and amazonaws.com is not ours: a host with a way out must still reach real
 * AWS names through us. So a zone is ours only when a name in it was made by us: one endpoint service
 * (`vpce-svc-….REGION.vpce.amazonaws.com`) or one load balancer (`NAME-ID.elb.REGION.amazonaws.com`); everything else
 * below amazonaws.com goes upstream. `ec2.internal` and `compute.internal` are nobody's on the public internet and
 * always ours, and so are the reverse zones of private addresses: asked upstream, they would tell a tenant the names
 * of the host's own network. AWS has autodefined rules for the same reverse zones (Route 53 Resolver guide,
 * "autodefined system rules"; RFC 6303); 240.0.0.0/4 is ours because the fabric lies in it.
 */

/** The zone that a name would lie in if it were one of ours; undefined: no name of ours has this shape. */
export function zoneOf(name: string): string | undefined {
  // A dot or backslash inside a label: nothing that we make.
  if (name.includes('\\')) return undefined
  const labels = name.split('.')
  const from = (index: number) => labels.slice(index).join('.')
  const last = labels.length

  if (name.endsWith('.amazonaws.com')) {
    // … [vpce-svc-…] REGION vpce amazonaws com
    if (last >= 5 && labels[last - 3] === 'vpce') return from(last - 5)
    // … [NAME-ID] elb REGION amazonaws com
    if (last >= 5 && labels[last - 4] === 'elb') return from(last - 5)
    return undefined
  }
  if (labels[last - 1] === 'internal') {
    // … [ec2] internal, … [REGION] compute internal
    if (labels[last - 2] === 'ec2') return 'ec2.internal'
    if (labels[last - 2] === 'compute') return from(Math.max(0, last - 3))
  }
  return undefined
}

/** Whether `zone`, a result of `zoneOf`, is ours to deny names in. */
export function isOurZone(zone: string, config: DnsConfig): boolean {
  return zone.endsWith('.internal') || zonesOfPublicNames(config.publicNames).has(zone)
}

const memo = new WeakMap<DnsConfig['publicNames'], ReadonlySet<string>>()

/** Costs a walk over all names, so it is done when the first unknown name is asked for and not at every update. */
function zonesOfPublicNames(publicNames: DnsConfig['publicNames']): ReadonlySet<string> {
  let zones = memo.get(publicNames)
  if (!zones) {
    zones = new Set([...publicNames.keys()].map((name) => zoneOf(name) ?? name))
    memo.set(publicNames, zones)
  }
  return zones
}

export interface ReverseName {
  readonly zone: string
  /** Undefined when the name stands for a block and not for one address. */
  readonly address: string | undefined
}

/** Reads `10.1.0.10.in-addr.arpa`; undefined unless it lies in a private block. */
export function parseReverseName(name: string): ReverseName | undefined {
  if (!name.endsWith('.in-addr.arpa')) return undefined
  const octets = name.slice(0, -'.in-addr.arpa'.length).split('.').reverse()
  if (octets.length > 4 || !octets.every((octet) => /^(0|[1-9]\d{0,2})$/.test(octet) && Number(octet) <= 255)) {
    return undefined
  }
  const length = reverseZoneLength(Number(octets[0]), octets[1] === undefined ? undefined : Number(octets[1]))
  if (length === undefined) return undefined
  const zone = `${octets.slice(0, length).reverse().join('.')}.in-addr.arpa`
  return { zone, address: octets.length === 4 ? octets.join('.') : undefined }
}

/** How many octets name the private zone that these two begin. */
function reverseZoneLength(first: number, second: number | undefined): 1 | 2 | undefined {
  if (first === 10 || first >= 240) return 1
  if (first === 172 && second !== undefined && second >= 16 && second <= 31) return 2
  if (first === 192 && second === 168) return 2
  if (first === 169 && second === 254) return 2
  return undefined
}
