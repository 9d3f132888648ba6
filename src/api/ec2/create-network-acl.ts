import type { CreateNetworkAclRequest, CreateNetworkAclResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import { checkQuota, quotas } from '../quota.ts'
import * as errors from './errors.ts'
import { describeNetworkAcl, ipv6EntriesBindNothing, putNetworkAcl } from './network-acl.ts'
import { requireOwned } from './owned.ts'
import { tagsFromSpecifications } from './tags.ts'

/**
 * A new list has no entry but the last ones, which deny.
 *
 * Source: EC2 API Reference, CreateNetworkAcl.
 *
 * @throws InvalidVpcID.NotFound, NetworkAclLimitExceeded, MissingParameter
 */
export const createNetworkAcl: Operation<CreateNetworkAclRequest, CreateNetworkAclResult> = {
  action: 'ec2:CreateNetworkAcl',
  kind: 'write',
  missing: [ipv6EntriesBindNothing],

  handle(input, ctx) {
    const vpc = requireOwned(ctx, 'vpc', input.VpcId, errors.vpcId, 'vpcId')
    checkQuota(ctx, quotas.networkAclsPerVpc, ctx.tx.countBy('network-acl', 'vpcId', vpc.vpcId))
    const tags = tagsFromSpecifications(input.TagSpecifications, 'network-acl')
    const acl = putNetworkAcl(ctx, vpc, { isDefault: false, tags })
    return { NetworkAcl: describeNetworkAcl(ctx.tx, acl), ...(input.ClientToken && { ClientToken: input.ClientToken }) }
  },
}
