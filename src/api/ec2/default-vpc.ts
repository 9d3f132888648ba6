import { zonesOf } from '../../resource/geography.ts'
import type { Vpc } from '../../resource/vpc.ts'
import type { OperationContext } from '../operation.ts'
import * as errors from './errors.ts'
import { defaultVpcOf } from './owned.ts'
import { putSubnet } from './subnet.ts'
import { putVpc } from './vpc.ts'
import { parseVpcCidr } from './vpc-cidr.ts'

const defaultVpcCidr = '172.31.0.0/16'
export const defaultSubnetPrefixLength = 20

/**
 * The account's default VPC in a Region: made on the first use of the Region, with a default subnet in every zone.
 *
 * The caller (the pipeline) remembers that it was made, because an account may delete it and AWS then does not make it again.
 *
 * Source: Amazon VPC User Guide, "Default VPCs": 172.31.0.0/16, a /20 in each zone, DNS host names on.
 *
 * @throws AuthFailure in a Region that does not exist
 */
export function ensureDefaultVpc(ctx: OperationContext): Vpc {
  const existing = defaultVpcOf(ctx)
  if (existing) return existing
  const zones = zonesOf(ctx.region)
  if (zones.length === 0) throw errors.authFailure()

  const cidr = parseVpcCidr(defaultVpcCidr)
  const vpc = putVpc(ctx, { cidr, isDefault: true, instanceTenancy: 'default', tags: [] })
  const subnetSize = 2 ** (32 - defaultSubnetPrefixLength)
  zones.forEach((zone, index) => {
    const subnetCidr = {
      first: cidr.first + index * subnetSize,
      size: subnetSize,
      prefixLength: defaultSubnetPrefixLength,
    }
    putSubnet(ctx, vpc, { cidr: subnetCidr, zone, defaultForAz: true, tags: [] })
  })
  return vpc
}
