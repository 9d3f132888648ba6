import { formatIpv4, ipv4ToInt, parseIpv4 } from '../net/ip.ts'
import { formatIpv6 } from '../net/ipv6.ts'

/**
 * The allocator of fabric addresses: one record, id `fabric`. Addresses only go up and are never given twice, so a
 * packet that was on its way to a deleted interface can reach no other.
 */
export interface Fabric {
  /** The next address, as an unsigned 32-bit integer. */
  readonly nextAddress: number
}

/** The agent's own address in the fabric namespace: DNS answers and health checks come from here. */
export const agentFabricIp = '240.0.0.1'
/** First address given to VPCs, load-balancer nodes and endpoint interfaces. */
export const firstFabricAddress = 0xf0_00_00_10
/** 67 million addresses, 240.0.0.0/6; each has two shadows above, below. */
export const lastFabricAddress = 0xf3_ff_ff_ff

/**
 * The relay's addresses of an interface are made from its fabric address, so that they need no allocation and say whose they
 * are. Those it listens on, in 244.0.0.0/6, are local in every VPC's namespace; those it connects from, in 248.0.0.0/6, are
 * local in the fabric. 252.0.0.0/6 is left alone: the limited broadcast lies in it.
 */
export const relayListenBlock = '244.0.0.0/6'
export const relaySourceBlock = '248.0.0.0/6'
const listenOffset = 0x04_00_00_00
const sourceOffset = 0x08_00_00_00

export const relayListenIp = (fabricIp: string): string => formatIpv4(ipv4ToInt(fabricIp) + listenOffset)
export const relaySourceIp = (fabricIp: string): string => formatIpv4(ipv4ToInt(fabricIp) + sourceOffset)

/** The interface's fabric address behind an address that the relay connects from; undefined for any other address. */
export function fabricIpOfRelaySource(ip: string): string | undefined {
  const address = parseIpv4(ip)
  const isSource = address !== undefined && address >>> 26 === 0xf8 >>> 2
  return isSource ? formatIpv4(address - sourceOffset) : undefined
}

/**
 * IPv6 on the fabric: `fd75:6e64:7270::/96` with the IPv4 fabric address in its last 32 bits, so that an interface's second
 * address needs no allocation and says whose it is. A unique local prefix (RFC 4193) outside the pool of ipv6-pool.ts: no VPC
 * can have it.
 */
const fabricIpv6Prefix = 0xfd75_6e64_7270n << 80n

/** `240.0.0.17` → `fd75:6e64:7270::f000:11`. The relay's shadows have theirs in the same way. */
export const fabricIpv6Of = (fabricIp: string): string => formatIpv6(fabricIpv6Prefix | BigInt(ipv4ToInt(fabricIp)))

export const agentFabricIpv6 = fabricIpv6Of(agentFabricIp)
/** The relay's, where it listens. It connects over IPv4 only. */
export const relayListenBlockIpv6 = `${fabricIpv6Of('244.0.0.0')}/102`
