/**
 * Namespaces, wires and routes → lines of `ip -batch`, and the script that sets a new namespace up.
 *
 * `ip` is not atomic, so everything is stamped last: a namespace on the alias of its `lo`, a wire on the alias of its
 * end `a`. What carries no stamp was interrupted and is built again.
 */
import type { NetnsObject, RouteObject, WireEnd, WireObject } from '../plan/program.ts'
import { fingerprintMark } from './render-nft.ts'

/** Marks the end `b` of a wire, so that observe.ts does not take it for one of its own that was never stamped. */
export const endMark = 'end:'

/** Routes of RouteObjects carry this protocol number, those of wires are `static`: so observe tells them apart. */
export const routeProtocol = '117'

/** An `ip` route without a length is one to a host. */
export const withLength = (destination: string): string =>
  destination.includes('/') ? destination : `${destination}/${destination.includes(':') ? 128 : 32}`

/**
 * How much hangs on an end: kept in the stamp, so that a wire that lost an address or a route shows as damaged. `ip` shows
 * routes of one family at a time, and those of IPv4 are what a look at an instance asks for.
 */
export const shapeOf = ({ addresses, routes, neighbours }: WireEnd): string =>
  `${addresses.length}.${routes.filter(({ destination }) => !destination.includes(':')).length}.${neighbours.length}`

/** `fp:HASH:0.1.1/1.1.0@NETNS/IFNAME`: at most 255 bytes (IFALIASZ); ours stay under 120. */
export const wireStamp = ({ fingerprint, a, b }: WireObject): string =>
  `${fingerprintMark}${fingerprint}:${shapeOf(a)}/${shapeOf(b)}@${b.netns}/${b.ifname}`

/** Made straight in both namespaces: no moment in which an end lies about in another one. */
export function createWireLine({ a, b }: WireObject): string {
  const end = (e: WireEnd): string => `${e.ifname} address ${e.mac} mtu ${e.mtuBytes} netns ${e.netns}`
  return `link add name ${end(a)} type veth peer name ${end(b)}`
}

/** Everything that hangs on one end, in its own namespace. The link is up first: a route needs it. */
export function endLines(end: WireEnd): string[] {
  const dev = end.ifname
  return [
    `link set dev ${dev} up`,
    ...(end.proxyArp ? [`ntable change name arp_cache dev ${dev} proxy_delay 0`] : []),
    ...end.addresses.map((address) => `address replace ${address} dev ${dev}`),
    ...end.neighbours.map(({ ip, mac }) => `neigh replace ${ip} lladdr ${mac} dev ${dev} nud permanent`),
    ...end.routes.map(
      ({ destination, via, onlink }) =>
        `route replace ${destination}${via === undefined ? '' : ` via ${via}`} dev ${dev}${onlink ? ' onlink' : ''} proto static`,
    ),
  ]
}

export const stampWireLine = (wire: WireObject): string => `link set dev ${wire.a.ifname} alias ${wireStamp(wire)}`
export const markEndLine = (wire: WireObject): string =>
  `link set dev ${wire.b.ifname} alias ${endMark}${wire.a.netns}/${wire.a.ifname}`
export const deleteWireLine = (wire: WireObject): string => `link del dev ${wire.a.ifname}`

export const addRouteLine = ({ destination, via, dev }: RouteObject): string =>
  `route replace ${destination} via ${via} dev ${dev} onlink proto ${routeProtocol}`
export const deleteRouteLine = ({ destination }: RouteObject): string =>
  `route del ${destination} proto ${routeProtocol}`

/** `net.ipv4.conf.default.rp_filter` → its file. Our names hold no interface name, so every dot is a slash. */
const sysctlPath = (name: string): string => `/proc/sys/${name.replaceAll('.', '/')}`

/**
 * A shell script that sets a namespace up from inside: /proc/sys/net shows the namespace of the process that opens it,
 * and sysctl(8) is not on every machine. A sysctl that is refused prints `sysctl failed N` and keeps the stamp away.
 */
export function netnsScript({ sysctls, localBlocks = [], fingerprint }: NetnsObject): string {
  return [
    'failed=0',
    ...Object.entries(sysctls).map(
      ([name, value], i) =>
        `printf %s '${value}' > ${sysctlPath(name)} || { failed=1; echo 'sysctl failed ${i}' >&2; }`,
    ),
    '[ $failed = 0 ] || exit 1',
    "exec ip -batch - <<'END'",
    'link set dev lo up',
    // A prefix on `lo` makes all of it local. Of host scope, or the kernel would send its ICMP errors from there.
    // On IPv6 a prefix does not, only an address.
    ...localBlocks.map((block) =>
      block.includes(':') && !block.endsWith('/128')
        ? `route replace local ${block} dev lo`
        : `address replace ${block.replace('.0/', '.1/')} dev lo scope host`,
    ),
    `link set dev lo alias ${fingerprintMark}${fingerprint}`,
    'END',
    '',
  ].join('\n')
}
