import type { ReplaceNetworkAclEntryRequest } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import { aclEntryNotFound } from './errors-network.ts'
import { entryAt, ipv6EntriesBindNothing, parseEntry, requireNetworkAcl } from './network-acl.ts'

/**
 * Source: EC2 API Reference, ReplaceNetworkAclEntry.
 *
 * @throws InvalidNetworkAclID.NotFound, InvalidNetworkAclEntry.NotFound, InvalidParameterValue, MissingParameter
 */
export const replaceNetworkAclEntry: Operation<ReplaceNetworkAclEntryRequest, object> = {
  action: 'ec2:ReplaceNetworkAclEntry',
  kind: 'write',
  missing: [ipv6EntriesBindNothing],

  handle(input, ctx) {
    const acl = requireNetworkAcl(ctx, input.NetworkAclId)
    const entry = parseEntry(input)
    const old = entryAt(acl, entry.egress, entry.ruleNumber)
    if (!old) throw aclEntryNotFound(entry.ruleNumber, acl.networkAclId)
    ctx.tx.put('network-acl', { ...acl, entries: acl.entries.map((other) => (other === old ? entry : other)) })
    return {}
  },
}
