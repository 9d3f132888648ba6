import type { NetworkAclEntry as WireEntry, NetworkAcl as WireNetworkAcl } from '@aws-sdk/client-ec2'
import { formatCidr, parseCidr } from '../../net/cidr.ts'
import type { NetworkAcl, NetworkAclAssociation, NetworkAclEntry } from '../../resource/network-acl.ts'
import type { Tag } from '../../resource/tag.ts'
import type { Vpc } from '../../resource/vpc.ts'
import type { View } from '../../state/transaction.ts'
import type { OperationContext } from '../operation.ts'
import * as errors from './errors.ts'
import { networkAclId } from './errors-network.ts'
import { canonicalIpv6Cidr } from './ipv6-cidr.ts'
import { requireOwned, type Scope } from './owned.ts'
import { toWireTags } from './tags.ts'

/** Said by every operation that changes what a list does. */
export const ipv6EntriesBindNothing = 'entries with an IPv6 block are records: they neither deny nor allow a packet'

/** The number of the last entry of each direction: deny everything, for ever. */
const lastRuleNumber = 32767
const maxRuleNumber = 32766

const icmpProtocols: readonly string[] = ['1', '58']
const portProtocols: readonly string[] = ['6', '17']

export function putNetworkAcl(
  ctx: OperationContext,
  vpc: Vpc,
  { isDefault, tags }: { readonly isDefault: boolean; readonly tags: readonly Tag[] },
): NetworkAcl {
  const allowAll = { ruleNumber: 100, ruleAction: 'allow', protocol: '-1', cidrBlock: '0.0.0.0/0' } as const
  const acl: NetworkAcl = {
    networkAclId: ctx.newId('acl'),
    vpcId: vpc.vpcId,
    ownerId: vpc.ownerId,
    region: vpc.region,
    isDefault,
    entries: isDefault ? [true, false].map((egress) => ({ ...allowAll, egress })) : [],
    associations: [],
    tags,
  }
  ctx.tx.put('network-acl', acl)
  return acl
}

export function requireNetworkAcl(scope: Scope, id: string | undefined): NetworkAcl {
  return requireOwned(scope, 'network-acl', id, networkAclId, 'networkAclId')
}

/** The subnets of a list; the default list has also every subnet of the VPC that no list names. */
export function associationsOf(tx: View, acl: NetworkAcl): readonly NetworkAclAssociation[] {
  if (!acl.isDefault) return acl.associations
  const lists = tx.by('network-acl', 'vpcId', acl.vpcId)
  const named = new Set(lists.flatMap((list) => list.associations.map(({ subnetId }) => subnetId)))
  const rest = tx.by('subnet', 'vpcId', acl.vpcId).filter(({ subnetId }) => !named.has(subnetId))
  // AWS gives these an id of their own; ours has the subnet's digits.
  const implicit = rest.map(({ subnetId }) => ({ associationId: subnetId.replace('subnet-', 'aclassoc-'), subnetId }))
  return [...acl.associations, ...implicit]
}

interface EntryRequest {
  readonly RuleNumber?: number | undefined
  readonly Egress?: boolean | undefined
  readonly Protocol?: string | undefined
  readonly RuleAction?: string | undefined
  readonly CidrBlock?: string | undefined
  readonly Ipv6CidrBlock?: string | undefined
  readonly PortRange?: { readonly From?: number | undefined; readonly To?: number | undefined } | undefined
  readonly IcmpTypeCode?: { readonly Type?: number | undefined; readonly Code?: number | undefined } | undefined
}

/** @throws MissingParameter, InvalidParameterValue */
export function parseEntry(input: EntryRequest): NetworkAclEntry {
  const { Egress: egress, Protocol: protocol, RuleAction: ruleAction } = input
  const ruleNumber = parseRuleNumber(input.RuleNumber)
  if (egress === undefined) throw errors.missingParameter('egress')
  if (protocol === undefined) throw errors.missingParameter('protocol')
  if (!/^(-1|\d{1,3})$/.test(protocol) || Number(protocol) > 255) throw errors.invalidValue(protocol, 'protocol')
  if (ruleAction === undefined) throw errors.missingParameter('ruleAction')
  if (ruleAction !== 'allow' && ruleAction !== 'deny') throw errors.invalidValue(ruleAction, 'ruleAction')
  return {
    ruleNumber,
    egress,
    ruleAction,
    protocol,
    ...parseBlock(input),
    ...(portProtocols.includes(protocol) && { ports: parsePorts(input) }),
    ...(icmpProtocols.includes(protocol) && {
      icmp: { type: input.IcmpTypeCode?.Type ?? -1, code: input.IcmpTypeCode?.Code ?? -1 },
    }),
  }
}

function parseRuleNumber(ruleNumber: number | undefined): number {
  if (ruleNumber === undefined) throw errors.missingParameter('ruleNumber')
  if (ruleNumber < 1 || ruleNumber > maxRuleNumber) throw errors.invalidValue(ruleNumber, 'ruleNumber')
  return ruleNumber
}

function parseBlock({ CidrBlock: ipv4, Ipv6CidrBlock: ipv6 }: EntryRequest): Partial<NetworkAclEntry> {
  if ((ipv4 === undefined) === (ipv6 === undefined)) {
    throw ipv4 === undefined
      ? errors.missingParameter('cidrBlock')
      : errors.invalidParameterCombination('Only one of cidrBlock and ipv6CidrBlock can be specified')
  }
  if (ipv6 !== undefined) {
    const ipv6CidrBlock = canonicalIpv6Cidr(ipv6)
    if (!ipv6CidrBlock) throw errors.malformedCidr(ipv6)
    return { ipv6CidrBlock }
  }
  const cidr = parseCidr(ipv4 ?? '')
  if (!cidr) throw errors.malformedCidr(ipv4 ?? '')
  return { cidrBlock: formatCidr(cidr) }
}

function parsePorts({ PortRange: range }: EntryRequest): { readonly from: number; readonly to: number } {
  const { From: from, To: to } = range ?? {}
  if (from === undefined || to === undefined) throw errors.missingParameter('portRange')
  if (from < 0 || to > 65535 || from > to) throw errors.invalidValue(`${from}-${to}`, 'portRange')
  return { from, to }
}

/** The entry of one direction that has a number. */
export function entryAt(acl: NetworkAcl, egress: boolean, ruleNumber: number): NetworkAclEntry | undefined {
  return acl.entries.find((entry) => entry.egress === egress && entry.ruleNumber === ruleNumber)
}

function describeEntry(entry: NetworkAclEntry): WireEntry {
  return {
    RuleNumber: entry.ruleNumber,
    Egress: entry.egress,
    Protocol: entry.protocol,
    RuleAction: entry.ruleAction,
    ...(entry.cidrBlock && { CidrBlock: entry.cidrBlock }),
    ...(entry.ipv6CidrBlock && { Ipv6CidrBlock: entry.ipv6CidrBlock }),
    ...(entry.ports && { PortRange: { From: entry.ports.from, To: entry.ports.to } }),
    ...(entry.icmp && { IcmpTypeCode: { Type: entry.icmp.type, Code: entry.icmp.code } }),
  }
}

/** A list as DescribeNetworkAcls answers it: outbound first, each direction by number. */
export function describeNetworkAcl(tx: View, acl: NetworkAcl): WireNetworkAcl {
  const lastIpv6 = {
    ruleNumber: lastRuleNumber + 1,
    ruleAction: 'deny',
    protocol: '-1',
    ipv6CidrBlock: '::/0',
  } as const
  const last = { ruleNumber: lastRuleNumber, ruleAction: 'deny', protocol: '-1', cidrBlock: '0.0.0.0/0' } as const
  const hasIpv6 = (tx.get('vpc', acl.vpcId)?.ipv6CidrBlockAssociations ?? []).length > 0
  const entries = [true, false].flatMap((egress) => [
    ...acl.entries.filter((entry) => entry.egress === egress).toSorted((a, b) => a.ruleNumber - b.ruleNumber),
    { ...last, egress },
    ...(hasIpv6 ? [{ ...lastIpv6, egress }] : []),
  ])
  return {
    NetworkAclId: acl.networkAclId,
    VpcId: acl.vpcId,
    OwnerId: acl.ownerId,
    IsDefault: acl.isDefault,
    Entries: entries.map(describeEntry),
    Associations: associationsOf(tx, acl).map(({ associationId, subnetId }) => ({
      NetworkAclAssociationId: associationId,
      NetworkAclId: acl.networkAclId,
      SubnetId: subnetId,
    })),
    Tags: toWireTags(acl.tags),
  }
}

/** What a VPC's default list gets with its first IPv6 block, unless it has that number already. */
export function allowIpv6ByDefault({ tx }: OperationContext, vpcId: string): void {
  const acl = tx.by('network-acl', 'vpcId', vpcId).find(({ isDefault }) => isDefault)
  if (!acl) return
  const allowAll = { ruleNumber: 101, ruleAction: 'allow', protocol: '-1', ipv6CidrBlock: '::/0' } as const
  const added = [true, false].filter((egress) => !entryAt(acl, egress, allowAll.ruleNumber))
  if (added.length === 0) return
  tx.put('network-acl', { ...acl, entries: [...acl.entries, ...added.map((egress) => ({ ...allowAll, egress }))] })
}
