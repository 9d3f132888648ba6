import type { DnsConfig, DnsRecord, DnsVpc, PrivateZone } from '../plan/program.ts'
import { classIn, emptyResponse, type Question, type ResourceRecord, type Response, rcodes, types } from './message.ts'
import { isOurZone, parseReverseName, zoneOf } from './zone.ts'

/**
 * What the resolver of a VPC says to one question: pure, so that the rules are read and tested without a socket.
 *
 * Private hosted zones come first, then the VPC's own names, then the names that resolve everywhere; a name that is none
 * of these is denied where we are its only source and asked upstream otherwise (see zone.ts).
 */
export type Answer =
  /** The VPC has no resolver (`enableDnsSupport=false`): its addresses do not answer (reference, 5.3). */
  | { readonly kind: 'silence' }
  | { readonly kind: 'respond'; readonly response: Response }
  | { readonly kind: 'forward' }

/** A regional name answers with up to eight addresses, rotated (reference, 5.3). */
export const maxAddresses = 8

/**
 * How long a client may remember that a name or a type is not there. As the TTL of the names themselves, so that an
 * address that comes back is seen no later than one that goes.
 */
export const negativeTtlSeconds = 60

/**
 * @param peerIp  the fabric address the question came from, which is what tells VPCs apart
 * @param turnOf  how many answers this record has given before: the rotation, kept by the caller
 */
export function answerQuestion(
  question: Question,
  config: DnsConfig,
  peerIp: string,
  turnOf: (record: DnsRecord) => number,
): Answer {
  const vpc = config.vpcs.get(peerIp)
  if (!vpc) return respond(rcodes.REFUSED)
  if (!vpc.enabled) return { kind: 'silence' }
  if (question.class !== classIn) return respond(rcodes.REFUSED)
  if (question.type === types.AXFR || question.type === types.IXFR) return respond(rcodes.REFUSED)

  const zoneOfVpc = privateZoneAround(question.name, vpc.privateZones)
  if (zoneOfVpc) return answerPrivate(question, zoneOfVpc.apex, zoneOfVpc.zone, turnOf)

  const record = vpc.names.get(question.name) ?? config.publicNames.get(question.name)
  if (record) return answerRecord(question, record, turnOf, vpc.availabilityZone)

  const reverse = parseReverseName(question.name)
  if (reverse) return answerReverse(question, reverse.zone, reverse.address, vpc)

  const zone = zoneOf(question.name)
  if (zone === undefined || !isOurZone(zone, config)) return { kind: 'forward' }
  return zone === question.name ? noData(zone) : respond(rcodes.NXDOMAIN, [], [soa(zone)])
}

function answerRecord(
  question: Question,
  record: DnsRecord,
  turnOf: (record: DnsRecord) => number,
  clientZone: string | undefined,
): Answer {
  const addresses = addressesOf(question.name, question.type, record, turnOf, clientZone)
  if (addresses.length === 0) return noData(zoneOf(question.name) ?? question.name)
  return respond(rcodes.NOERROR, addresses)
}

/** The addresses of the wanted type under a name, rotated. */
function addressesOf(
  name: string,
  type: number,
  record: DnsRecord,
  turnOf: (record: DnsRecord) => number,
  clientZone?: string,
): readonly ResourceRecord[] {
  const { a, aaaa = [], ttlSeconds } = record
  // ANY is answered with one of the record sets that exist (RFC 8482, 4.1).
  const wantsIpv6 = type === types.AAAA || (type === types.ANY && a.length === 0)
  const wanted = wantsIpv6 ? aaaa : type === types.A || type === types.ANY ? a : []
  if (wanted.length === 0) return []
  const turn = turnOf(record)
  const ofZone = addressesOfZone(record, clientZone, turn)?.filter((address) => wanted.includes(address))
  const addresses = rotate(ofZone?.length ? ofZone : wanted, turn).slice(0, maxAddresses)
  return addresses.map((address) => ({ name, type: wantsIpv6 ? 'AAAA' : 'A', ttlSeconds, address }))
}

/**
 * Those of the client's own zone, in so many of a hundred answers as the record says; undefined: no zone is preferred, this
 * time or at all. 37 steps of a hundred visit each place once, so the share is kept within any hundred answers in a row.
 */
function addressesOfZone(
  { affinity }: DnsRecord,
  clientZone: string | undefined,
  turn: number,
): readonly string[] | undefined {
  const isPreferred = affinity && (turn * 37) % 100 < affinity.percent
  return isPreferred && clientZone !== undefined ? affinity.byZone.get(clientZone) : undefined
}

/** The most specific private zone that a name lies in: the cost is the name's labels, not the number of zones. */
function privateZoneAround(
  name: string,
  zones: DnsVpc['privateZones'],
): { readonly apex: string; readonly zone: PrivateZone } | undefined {
  if (!zones) return undefined
  for (let apex = name; ; ) {
    const zone = zones.get(apex)
    if (zone) return { apex, zone }
    const dot = apex.indexOf('.')
    if (dot < 0) return undefined
    apex = apex.slice(dot + 1)
  }
}

/**
 * A name in a private hosted zone: the zone's one name is an alias of the endpoint's regional name, whose addresses come in
 * the same answer, and every other name of the zone does not exist, whoever else may know it (reference 5.2, 5.3).
 *
 * The alias stands at the apex too, which the rules of DNS forbid (RFC 1912, 2.4) and every resolver follows all the same:
 * AWS answers so, and there are no other records at the apex that it could hide.
 */
function answerPrivate(
  { name, type }: Question,
  apex: string,
  zone: PrivateZone,
  turnOf: (record: DnsRecord) => number,
): Answer {
  const isWildcard = zone.name !== apex
  if (name === apex && isWildcard) return noData(apex)
  if (name !== apex && !isWildcard) return respond(rcodes.NXDOMAIN, [], [soa(apex)])
  if (type === types.SOA && name === apex) return respond(rcodes.NOERROR, [soa(apex)])
  const alias: ResourceRecord = { name, type: 'CNAME', ttlSeconds: zone.record.ttlSeconds, target: zone.target }
  if (type === types.CNAME) return respond(rcodes.NOERROR, [alias])
  const addresses = addressesOf(zone.target, type, zone.record, turnOf)
  const authorities = addresses.length > 0 ? [] : [soa(zoneOf(zone.target) ?? zone.target)]
  return respond(rcodes.NOERROR, [alias, ...addresses], authorities)
}

function rotate<T>(values: readonly T[], turn: number): readonly T[] {
  const first = turn % values.length
  return first === 0 ? values : [...values.slice(first), ...values.slice(0, first)]
}

/** Which name has this address, within one VPC: the same address may be another instance in the next. */
function answerReverse(question: Question, zone: string, address: string | undefined, vpc: DnsVpc): Answer {
  if (address === undefined) return noData(zone)
  const named = namesByAddress(vpc.names).get(address)
  if (!named) return respond(rcodes.NXDOMAIN, [], [soa(zone)])
  if (question.type !== types.PTR && question.type !== types.ANY) return noData(zone)
  return respond(rcodes.NOERROR, [
    { name: question.name, type: 'PTR', ttlSeconds: named.ttlSeconds, target: named.name },
  ])
}

interface NamedAddress {
  readonly name: string
  readonly ttlSeconds: number
}
const memo = new WeakMap<DnsVpc['names'], ReadonlyMap<string, NamedAddress>>()

/** Turned round at the first reverse question after a change, and kept as long as the VPC's names are the same value. */
function namesByAddress(names: DnsVpc['names']): ReadonlyMap<string, NamedAddress> {
  let byAddress = memo.get(names)
  if (!byAddress) {
    const turned = new Map<string, NamedAddress>()
    for (const [name, { a, ttlSeconds }] of names) for (const address of a) turned.set(address, { name, ttlSeconds })
    byAddress = turned
    memo.set(names, byAddress)
  }
  return byAddress
}

/** The name exists and has nothing of this type (RFC 2308, 2.2): NOERROR with the SOA that says for how long. */
function noData(zone: string): Answer {
  return respond(rcodes.NOERROR, [], [soa(zone)])
}

function soa(zone: string): ResourceRecord {
  return {
    name: zone,
    type: 'SOA',
    ttlSeconds: negativeTtlSeconds,
    mname: `ns.${zone}`,
    rname: `hostmaster.${zone}`,
    minimumSeconds: negativeTtlSeconds,
  }
}

function respond(
  rcode: Response['rcode'],
  answers: readonly ResourceRecord[] = [],
  authorities: readonly ResourceRecord[] = [],
): Answer {
  return { kind: 'respond', response: { ...emptyResponse(rcode), answers, authorities } }
}
