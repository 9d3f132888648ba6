/**
 * The two address families, as nft and `ip` tell them apart.
 *
 * A map's key has one type of address, so what a VPC's table keeps by address it keeps twice: `vpce-listeners` for IPv4, and
 * `vpce-listeners6` beside it where the VPC has an IPv6 block. A VPC without one has no IPv6 object and no rule that asks for
 * one: its packets pay nothing for what they cannot be.
 */
import {
  agentFabricIp,
  agentFabricIpv6,
  fabricIpv6Of,
  relayListenBlock,
  relayListenBlockIpv6,
  relayListenIp,
} from '../resource/fabric.ts'
import { type NetworkInterface, privateIpsOf } from '../resource/network-interface.ts'
import type { Vpc } from '../resource/vpc.ts'

export interface Family {
  readonly name: 'ipv4' | 'ipv6'
  /** The header, in nft's rules: `ip daddr`, `dnat ip6 to`. */
  readonly ip: 'ip' | 'ip6'
  readonly addressType: 'ipv4_addr' | 'ipv6_addr'
  /** Ends the names of its sets and chains. */
  readonly suffix: '' | '6'
  /** The block that is everybody. */
  readonly everywhere: '0.0.0.0/0' | '::/0'
  readonly hostPrefixLength: 32 | 128
  readonly agentFabricIp: string
  /** Where the relay listens in VPCs. */
  readonly relayListenBlock: string
  /** The IP header's length where it has no options. */
  readonly headerBytes: 20 | 40
}

export const ipv4: Family = {
  name: 'ipv4',
  ip: 'ip',
  addressType: 'ipv4_addr',
  suffix: '',
  everywhere: '0.0.0.0/0',
  hostPrefixLength: 32,
  agentFabricIp,
  relayListenBlock,
  headerBytes: 20,
}

export const ipv6: Family = {
  name: 'ipv6',
  ip: 'ip6',
  addressType: 'ipv6_addr',
  suffix: '6',
  everywhere: '::/0',
  hostPrefixLength: 128,
  agentFabricIp: agentFabricIpv6,
  relayListenBlock: relayListenBlockIpv6,
  headerBytes: 40,
}

const onlyIpv4: readonly Family[] = [ipv4]
const both: readonly Family[] = [ipv4, ipv6]

export const hasIpv6 = (vpc: Vpc): boolean => (vpc.ipv6CidrBlockAssociations?.length ?? 0) > 0

/** Those that a VPC carries. */
export const familiesOf = (vpc: Vpc): readonly Family[] => familiesWhere(hasIpv6(vpc))
export const familiesWhere = (withIpv6: boolean): readonly Family[] => (withIpv6 ? both : onlyIpv4)

export const familyOf = (ip: string): Family => (ip.includes(':') ? ipv6 : ipv4)

/** The set, map or chain of one family. */
export const named = (family: Family, name: string): string => `${name}${family.suffix}`

/** An interface's own addresses of one family. */
export const addressesOf = (eni: NetworkInterface, family: Family): readonly string[] =>
  family === ipv4 ? privateIpsOf(eni) : (eni.ipv6Addresses ?? [])

/** The first of them: what a load balancer's node or an endpoint is known by. */
export const addressOf = (eni: NetworkInterface, family: Family): string | undefined =>
  family === ipv4 ? eni.privateIp : eni.ipv6Addresses?.[0]

/** What the interface is on the fabric in one family; undefined when it has no address of it. */
export function fabricAddressOf(eni: NetworkInterface, family: Family): string | undefined {
  if (eni.fabricIp === undefined || addressOf(eni, family) === undefined) return undefined
  return family === ipv4 ? eni.fabricIp : fabricIpv6Of(eni.fabricIp)
}

/** Where the relay listens for the interface, in one family. */
export function relayAddressOf({ fabricIp }: NetworkInterface, family: Family): string {
  if (fabricIp === undefined) throw new RangeError('an interface without a fabric address has no relay')
  return family === ipv4 ? relayListenIp(fabricIp) : fabricIpv6Of(relayListenIp(fabricIp))
}

/** An address as it stands before a port. */
export const beforePort = (ip: string): string => (ip.includes(':') ? `[${ip}]` : ip)
