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
/** 255.0.0.0/8 is left alone: the limited broadcast lies in it. */
export const lastFabricAddress = 0xfe_ff_ff_ff
