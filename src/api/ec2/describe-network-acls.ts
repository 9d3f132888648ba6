import type { DescribeNetworkAclsRequest, DescribeNetworkAclsResult } from '@aws-sdk/client-ec2'
import type { NetworkAcl } from '../../resource/network-acl.ts'
import type { View } from '../../state/transaction.ts'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { networkAclId } from './errors-network.ts'
import { applyFilters, type FilterTable } from './filters.ts'
import { associationsOf, describeNetworkAcl } from './network-acl.ts'
import { selectOwned } from './owned.ts'
import { paginate } from './pagination.ts'

const filters = (tx: View): FilterTable<NetworkAcl> => {
  const entries = (acl: NetworkAcl) => describeNetworkAcl(tx, acl).Entries ?? []
  return {
    'association.association-id': (acl) => associationsOf(tx, acl).map(({ associationId }) => associationId),
    'association.network-acl-id': (acl) => associationsOf(tx, acl).map(() => acl.networkAclId),
    'association.subnet-id': (acl) => associationsOf(tx, acl).map(({ subnetId }) => subnetId),
    default: (acl) => String(acl.isDefault),
    'entry.cidr': (acl) => entries(acl).flatMap((entry) => entry.CidrBlock ?? []),
    'entry.egress': (acl) => entries(acl).map((entry) => String(entry.Egress)),
    'entry.icmp.code': (acl) => entries(acl).flatMap((entry) => entry.IcmpTypeCode?.Code?.toString() ?? []),
    'entry.icmp.type': (acl) => entries(acl).flatMap((entry) => entry.IcmpTypeCode?.Type?.toString() ?? []),
    'entry.ipv6-cidr': (acl) => entries(acl).flatMap((entry) => entry.Ipv6CidrBlock ?? []),
    'entry.port-range.from': (acl) => entries(acl).flatMap((entry) => entry.PortRange?.From?.toString() ?? []),
    'entry.port-range.to': (acl) => entries(acl).flatMap((entry) => entry.PortRange?.To?.toString() ?? []),
    'entry.protocol': (acl) => entries(acl).flatMap((entry) => entry.Protocol ?? []),
    'entry.rule-action': (acl) => entries(acl).flatMap((entry) => entry.RuleAction ?? []),
    'entry.rule-number': (acl) => entries(acl).map((entry) => String(entry.RuleNumber)),
    'network-acl-id': (acl) => acl.networkAclId,
    'owner-id': (acl) => acl.ownerId,
    'vpc-id': (acl) => acl.vpcId,
  }
}

/**
 * Source: EC2 API Reference, DescribeNetworkAcls.
 *
 * @throws InvalidNetworkAclID.NotFound, InvalidNetworkAclId.Malformed, InvalidParameterValue, InvalidNextToken
 */
export const describeNetworkAcls: Operation<DescribeNetworkAclsRequest, DescribeNetworkAclsResult> = {
  action: 'ec2:DescribeNetworkAcls',
  kind: 'read',

  handle(input, ctx) {
    const acls = applyFilters(
      selectOwned(ctx, 'network-acl', input.NetworkAclIds, networkAclId),
      input.Filters,
      filters(ctx.tx),
      (acl) => acl.tags,
      errors.unknownFilter,
    )
    const { page, nextToken } = paginate(acls, input, { min: 5, max: 1000, idOf: (acl) => acl.networkAclId })
    return { NetworkAcls: page.map((acl) => describeNetworkAcl(ctx.tx, acl)), NextToken: nextToken }
  },
}
