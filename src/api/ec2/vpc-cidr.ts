import { type Cidr, cidrsOverlap, parseCidr } from '../../net/cidr.ts'
import * as errors from './errors.ts'

/** The sizes that VPCs and subnets may have. */
const largestPrefixLength = 16
const smallestPrefixLength = 28

/** No VPC can hold these: this host, loopback, link-local (the resolver's second address), multicast, and our fabric. */
const forbiddenCidrs = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3']
  .map(parseCidr)
  .filter((cidr) => cidr !== undefined)

/**
 * The block of a new VPC or subnet. Host bits are cleared, as on AWS: 100.68.0.18/18 means 100.68.0.0/18.
 *
 * @param outOfRange the error for a block of a size that is not allowed
 * @throws InvalidParameterValue when it is no block at all
 */
export function parseCidrBlock(text: string, outOfRange: (cidr: string) => Error): Cidr {
  const cidr = parseCidr(text)
  if (!cidr) throw errors.invalidCidrBlock(text)
  if (cidr.prefixLength < largestPrefixLength || cidr.prefixLength > smallestPrefixLength) throw outOfRange(text)
  return cidr
}

/** @throws InvalidVpc.Range, InvalidParameterValue */
export function parseVpcCidr(text: string): Cidr {
  const cidr = parseCidrBlock(text, errors.invalidVpcRange)
  if (forbiddenCidrs.some((forbidden) => cidrsOverlap(forbidden, cidr))) throw errors.invalidVpcRange(text)
  return cidr
}
