import type { DeleteNetworkAclEntryRequest } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { aclEntryNotFound } from './errors-network.ts'
import { entryAt, ipv6EntriesBindNothing, requireNetworkAcl } from './network-acl.ts'

/**
 * Source: EC2 API Reference, DeleteNetworkAclEntry.
 *
 * @throws InvalidNetworkAclID.NotFound, InvalidNetworkAclEntry.NotFound, MissingParameter
 */
export const deleteNetworkAclEntry: Operation<DeleteNetworkAclEntryRequest, object> = {
  action: 'ec2:DeleteNetworkAclEntry',
  kind: 'write',
  missing: [ipv6EntriesBindNothing],

  handle({ NetworkAclId, Egress: egress, RuleNumber: ruleNumber }, ctx) {
    const acl = requireNetworkAcl(ctx, NetworkAclId)
    if (egress === undefined) throw errors.missingParameter('egress')
    if (ruleNumber === undefined) throw errors.missingParameter('ruleNumber')
    const entry = entryAt(acl, egress, ruleNumber)
    if (!entry) throw aclEntryNotFound(ruleNumber, acl.networkAclId)
    ctx.tx.put('network-acl', { ...acl, entries: acl.entries.filter((other) => other !== entry) })
    return {}
  },
}
