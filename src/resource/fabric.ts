import { formatIpv4, ipv4ToInt, parseIpv4 } from '../net/ip.ts'

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
