import type { CreateNetworkAclEntryRequest } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import { checkQuota, quotas } from '../quota.ts'
import { aclEntryAlreadyExists } from './errors-network.ts'
import { entryAt, ipv6EntriesBindNothing, parseEntry, requireNetworkAcl } from './network-acl.ts'

/**
 * Source: EC2 API Reference, CreateNetworkAclEntry.
 *
 * @throws InvalidNetworkAclID.NotFound, NetworkAclEntryAlreadyExists, NetworkAclEntryLimitExceeded,
 *         InvalidParameterValue, MissingParameter
 */
export const createNetworkAclEntry: Operation<CreateNetworkAclEntryRequest, object> = {
  action: 'ec2:CreateNetworkAclEntry',
  kind: 'write',
  missing: [ipv6EntriesBindNothing],

  handle(input, ctx) {
    const acl = requireNetworkAcl(ctx, input.NetworkAclId)
    const entry = parseEntry(input)
    if (entryAt(acl, entry.egress, entry.ruleNumber)) throw aclEntryAlreadyExists(entry.ruleNumber)
    const ofDirection = acl.entries.filter(({ egress }) => egress === entry.egress)
    checkQuota(ctx, quotas.rulesPerNetworkAcl, ofDirection.length)
    ctx.tx.put('network-acl', { ...acl, entries: [...acl.entries, entry] })
    return {}
  },
}
