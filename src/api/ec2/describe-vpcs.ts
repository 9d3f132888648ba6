import type { DescribeVpcsRequest, DescribeVpcsResult } from '@aws-sdk/client-ec2'
import type { Vpc } from '../../resource/vpc.ts'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { applyFilters, type FilterTable } from './filters.ts'
import { selectOwned } from './owned.ts'
import { paginate } from './pagination.ts'
import { describeVpc } from './vpc.ts'
import { ipv4AssociationsOf } from './vpc-cidr-block.ts'

const ipv6Of = (vpc: Vpc) => vpc.ipv6CidrBlockAssociations ?? []

const filters: FilterTable<Vpc> = {
  cidr: (vpc) => vpc.cidrBlock,
  'cidr-block': (vpc) => vpc.cidrBlock,
  'cidr-block-association.association-id': (vpc) => ipv4AssociationsOf(vpc).map(({ associationId }) => associationId),
  'cidr-block-association.cidr-block': (vpc) => ipv4AssociationsOf(vpc).map(({ cidrBlock }) => cidrBlock),
  'cidr-block-association.state': () => 'associated',
  'dhcp-options-id': (vpc) => vpc.dhcpOptionsId,
  'ipv6-cidr-block-association.association-id': (vpc) => ipv6Of(vpc).map(({ associationId }) => associationId),
  'ipv6-cidr-block-association.ipv6-cidr-block': (vpc) => ipv6Of(vpc).map(({ ipv6CidrBlock }) => ipv6CidrBlock),
  'ipv6-cidr-block-association.ipv6-pool': (vpc) => ipv6Of(vpc).map(() => 'Amazon'),
  'ipv6-cidr-block-association.state': (vpc) => ipv6Of(vpc).map(() => 'associated'),
  'is-default': (vpc) => String(vpc.isDefault),
  isDefault: (vpc) => String(vpc.isDefault),
  'owner-id': (vpc) => vpc.ownerId,
  state: () => 'available',
  'vpc-id': (vpc) => vpc.vpcId,
}

/**
 * Source: EC2 API Reference, DescribeVpcs.
 *
 * @throws InvalidVpcID.NotFound, InvalidVpcID.Malformed, InvalidParameterValue, InvalidNextToken
 */
export const describeVpcs: Operation<DescribeVpcsRequest, DescribeVpcsResult> = {
  action: 'ec2:DescribeVpcs',
  kind: 'read',

  handle(input, ctx) {
    const vpcs = applyFilters(
      selectOwned(ctx, 'vpc', input.VpcIds, errors.vpcId),
      input.Filters,
      filters,
      (vpc) => vpc.tags,
      errors.unknownFilter,
    )
    const { page, nextToken } = paginate(vpcs, input, { min: 5, max: 1000, idOf: (vpc) => vpc.vpcId })
    return { Vpcs: page.map((vpc) => describeVpc(vpc)), NextToken: nextToken }
  },
}
