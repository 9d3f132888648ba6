import type { IpPermission, UserIdGroupPair, SecurityGroupRule as WireSecurityGroupRule } from '@aws-sdk/client-ec2'
import { formatCidr, parseCidr } from '../../net/cidr.ts'
import type { SecurityGroup, SecurityGroupRule } from '../../resource/security-group.ts'
import type { View } from '../../state/transaction.ts'
import type { OperationContext } from '../operation.ts'
import { checkQuota, quotas } from '../quota.ts'
import * as errors from './errors.ts'
import { peeringNotFound } from './errors-network.ts'
import { canonicalIpv6Cidr } from './ipv6-cidr.ts'
import { requireUsablePrefixList, weightOfPrefixList } from './managed-prefix-list.ts'
import { checkIdForm } from './owned.ts'
import { checkedDescription } from './rule-description.ts'
import { toWireTags } from './tags.ts'

/**
 * Security group rules on the wire.
 *
 * A request and DescribeSecurityGroups speak of permissions: one protocol and port range with many peers of four sorts.
 * The rule behind it has exactly one peer. Here one is turned into the other, both ways.
 */

/** What makes a rule the rule it is; two rules of a group and direction with the same are duplicates. */
export type RuleSpec = Pick<
  SecurityGroupRule,
  | 'ipProtocol'
  | 'fromPort'
  | 'toPort'
  | 'cidrIpv4'
  | 'cidrIpv6'
  | 'prefixListId'
  | 'referencedGroupId'
  | 'referencedGroupOwnerId'
  | 'description'
>

/** Protocols that AWS shows by name. */
const protocolNames: Readonly<Record<string, string>> = { '1': 'icmp', '6': 'tcp', '17': 'udp', '58': 'icmpv6' }

/** The older form of Authorize and Revoke: one permission spread over the request. */
export interface FlatPermission {
  readonly IpProtocol?: string | undefined
  readonly FromPort?: number | undefined
  readonly ToPort?: number | undefined
  readonly CidrIp?: string | undefined
  readonly SourceSecurityGroupName?: string | undefined
  readonly SourceSecurityGroupOwnerId?: string | undefined
}

/** A request's permissions, whichever form it uses. */
export function permissionsOf(
  permissions: readonly IpPermission[] | undefined,
  flat: FlatPermission,
): readonly IpPermission[] {
  const isFlat =
    flat.IpProtocol !== undefined || flat.CidrIp !== undefined || flat.SourceSecurityGroupName !== undefined
  if (permissions && permissions.length > 0) {
    if (isFlat) {
      throw errors.invalidParameterCombination('The parameter ipPermissions cannot be used with the parameter cidrIp')
    }
    return permissions
  }
  if (!isFlat) throw errors.missingParameter('ipPermissions')
  return [
    {
      IpProtocol: flat.IpProtocol ?? (flat.SourceSecurityGroupName === undefined ? undefined : '-1'),
      FromPort: flat.FromPort,
      ToPort: flat.ToPort,
      ...(flat.CidrIp !== undefined && { IpRanges: [{ CidrIp: flat.CidrIp }] }),
      ...(flat.SourceSecurityGroupName !== undefined && {
        UserIdGroupPairs: [{ GroupName: flat.SourceSecurityGroupName, UserId: flat.SourceSecurityGroupOwnerId }],
      }),
    },
  ]
}

/**
 * One rule per peer, checked and in canonical form.
 *
 * @throws InvalidParameterValue, InvalidGroup.NotFound, InvalidPrefixListID.NotFound, MissingParameter
 */
export function parsePermissions(
  tx: View,
  group: SecurityGroup,
  permissions: readonly IpPermission[],
): readonly RuleSpec[] {
  const specs = permissions.flatMap((permission) => parsePermission(tx, group, permission))
  if (new Set(specs.map(ruleKey)).size < specs.length) throw errors.permissionRepeated()
  return specs
}

function parsePermission(tx: View, group: SecurityGroup, permission: IpPermission): readonly RuleSpec[] {
  const ports = parseProtocolAndPorts(permission)
  const rule = (peer: Partial<RuleSpec>, description: string | undefined): RuleSpec => ({
    ...ports,
    ...peer,
    ...(description !== undefined && { description: checkedDescription(description) }),
  })
  const specs = [
    ...(permission.IpRanges ?? []).map((r) => rule({ cidrIpv4: parseIpv4Range(r.CidrIp) }, r.Description)),
    ...(permission.Ipv6Ranges ?? []).map((r) => rule({ cidrIpv6: parseIpv6Range(r.CidrIpv6) }, r.Description)),
    ...(permission.UserIdGroupPairs ?? []).map((pair) => {
      const peer = findPeerGroup(tx, group, pair)
      return rule({ referencedGroupId: peer.groupId, referencedGroupOwnerId: peer.ownerId }, pair.Description)
    }),
    ...(permission.PrefixListIds ?? []).map((list) => {
      if (!list.PrefixListId) throw errors.missingParameter('prefixListId')
      const scope = { tx, accountId: group.ownerId, region: group.region }
      return rule({ prefixListId: requireUsablePrefixList(scope, list.PrefixListId).prefixListId }, list.Description)
    }),
  ]
  if (specs.length === 0) {
    throw errors.invalidParameterValue(
      'Must specify at least one of: CidrIpv4, CidrIpv6, PrefixListId, SourceSecurityGroupId',
    )
  }
  return specs
}

function parseProtocolAndPorts({
  IpProtocol: text,
  FromPort: from,
  ToPort: to,
}: IpPermission): Pick<RuleSpec, 'ipProtocol' | 'fromPort' | 'toPort'> {
  if (text === undefined || text === '') throw errors.missingParameter('ipProtocol')
  const lower = text.toLowerCase()
  const named = lower === 'all' ? '-1' : lower
  const ipProtocol = protocolNames[named] ?? named
  const isNumber = /^\d{1,3}$/.test(ipProtocol) && Number(ipProtocol) <= 255
  if (ipProtocol !== '-1' && !isNumber && !Object.values(protocolNames).includes(ipProtocol)) {
    throw errors.invalidParameterValue(`Invalid value '${text}' for IP protocol. Unknown protocol.`)
  }

  switch (ipProtocol) {
    case 'tcp':
    case 'udp': {
      if (from === undefined || to === undefined) {
        throw errors.invalidParameterValue(
          "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.",
        )
      }
      if (from < 0 || to < from || to > 65535) {
        throw errors.invalidParameterValue(`Invalid TCP/UDP port range (${from}:${to})`)
      }
      return { ipProtocol, fromPort: from, toPort: to }
    }
    case 'icmp':
    case 'icmpv6': {
      const type = from ?? -1
      const code = to ?? -1
      if (type < -1 || type > 255 || code < -1 || code > 255 || (type === -1 && code !== -1)) {
        throw errors.invalidParameterValue(`ICMP code (${code}) or type (${type}) out of range`)
      }
      return { ipProtocol, fromPort: type, toPort: code }
    }
    // Every other protocol has no ports; AWS takes what was given (Terraform sends 0 and 0) and means all.
    default:
      return { ipProtocol, fromPort: -1, toPort: -1 }
  }
}

function parseIpv4Range(text: string | undefined): string {
  const cidr = text === undefined ? undefined : parseCidr(text)
  if (!cidr) throw errors.malformedCidr(text ?? '')
  return formatCidr(cidr)
}

function parseIpv6Range(text: string | undefined): string {
  const cidr = text === undefined ? undefined : canonicalIpv6Cidr(text)
  if (!cidr) throw errors.malformedCidr(text ?? '')
  return cidr
}

/**
 * A rule may name groups that interfaces of its own VPC may have. On AWS it may name a peered VPC's too; there is no peering
 * here, so another VPC's group is answered as AWS answers it without peering: as one of a different network when it is the
 * caller's own, and as one that does not exist when it is another account's.
 */
function findPeerGroup(
  tx: View,
  group: SecurityGroup,
  { GroupId: id, GroupName: name, UserId: ownerId, VpcPeeringConnectionId: peeringId }: UserIdGroupPair,
): SecurityGroup {
  if (peeringId) throw peeringNotFound(peeringId)
  if (id === undefined) {
    if (name === undefined) throw errors.missingParameter('groupId')
    const named = tx.by('security-group', 'vpcId', group.vpcId).find((other) => other.groupName === name)
    if (!named) throw errors.groupId.notFound(name)
    return named
  }
  checkIdForm(id, errors.groupId)
  const peer = tx.get('security-group', id)
  if (
    !peer ||
    peer.ownerId !== group.ownerId ||
    peer.region !== group.region ||
    (ownerId ?? peer.ownerId) !== peer.ownerId
  ) {
    throw errors.groupId.notFound(id)
  }
  const isReachable = peer.vpcId === group.vpcId || peer.associatedVpcIds?.includes(group.vpcId)
  if (!isReachable) throw errors.differentNetworks()
  return peer
}

/**
 * Refuses more rules in one direction of a group than its owner may have. AWS counts them for each address family, a rule
 * with a group for both, and one with a prefix list as many times as the list may have entries.
 *
 * @throws RulesPerSecurityGroupLimitExceeded
 */
export function checkRuleQuota(ctx: OperationContext, rules: readonly RuleSpec[]): void {
  for (const other of ['cidrIpv6', 'cidrIpv4'] as const) {
    const counted = rules.filter((rule) => rule[other] === undefined)
    const weight = counted.reduce(
      (sum, { prefixListId }) => sum + (prefixListId ? weightOfPrefixList(ctx.tx, prefixListId) : 1),
      0,
    )
    checkQuota(ctx, quotas.rulesPerSecurityGroup, weight, 0)
  }
}

function peerOf(rule: RuleSpec): string {
  return rule.cidrIpv4 ?? rule.cidrIpv6 ?? rule.referencedGroupId ?? rule.prefixListId ?? ''
}

/** Equal for equal rules, whatever their description. */
export function ruleKey(rule: RuleSpec): string {
  return `${rule.ipProtocol}|${rule.fromPort}|${rule.toPort}|${peerOf(rule)}`
}

/** A rule as InvalidPermission.Duplicate writes it: `peer: 0.0.0.0/0, TCP, from port: 22, to port: 22, ALLOW`. */
export function ruleText(rule: RuleSpec): string {
  const { ipProtocol: protocol, fromPort, toPort } = rule
  const what =
    protocol === '-1'
      ? 'ALL'
      : protocol === 'tcp' || protocol === 'udp'
        ? `${protocol.toUpperCase()}, from port: ${fromPort}, to port: ${toPort}`
        : protocol === 'icmp' || protocol === 'icmpv6'
          ? `${protocol.toUpperCase()}, type: ${fromPort === -1 ? 'ALL' : fromPort}, code: ${toPort === -1 ? 'ALL' : toPort}`
          : `protocol: ${protocol}`
  return `peer: ${peerOf(rule)}, ${what}, ALLOW`
}

/** Rules of one direction as permissions: one for each protocol and port range, in the order they first appear. */
export function groupPermissions(rules: readonly RuleSpec[]): IpPermission[] {
  const byRange = new Map<string, Required<Pick<IpPermission, PeerLists>> & IpPermission>()
  for (const rule of rules) {
    const key = `${rule.ipProtocol}|${rule.fromPort}|${rule.toPort}`
    const permission = byRange.get(key) ?? emptyPermission(rule)
    byRange.set(key, permission)
    const description = rule.description === undefined ? {} : { Description: rule.description }
    if (rule.cidrIpv4 !== undefined) permission.IpRanges.push({ CidrIp: rule.cidrIpv4, ...description })
    if (rule.cidrIpv6 !== undefined) permission.Ipv6Ranges.push({ CidrIpv6: rule.cidrIpv6, ...description })
    if (rule.prefixListId !== undefined)
      permission.PrefixListIds.push({ PrefixListId: rule.prefixListId, ...description })
    if (rule.referencedGroupId !== undefined) {
      permission.UserIdGroupPairs.push({
        GroupId: rule.referencedGroupId,
        UserId: rule.referencedGroupOwnerId,
        ...description,
      })
    }
  }
  return [...byRange.values()]
}

type PeerLists = 'IpRanges' | 'Ipv6Ranges' | 'PrefixListIds' | 'UserIdGroupPairs'

function emptyPermission({ ipProtocol, fromPort, toPort }: RuleSpec) {
  const hasPorts = ['tcp', 'udp', 'icmp', 'icmpv6'].includes(ipProtocol)
  return {
    IpProtocol: ipProtocol,
    ...(hasPorts && { FromPort: fromPort, ToPort: toPort }),
    UserIdGroupPairs: [],
    IpRanges: [],
    Ipv6Ranges: [],
    PrefixListIds: [],
  }
}

/** A rule as DescribeSecurityGroupRules answers it. */
export function describeSecurityGroupRule(rule: SecurityGroupRule, group: SecurityGroup): WireSecurityGroupRule {
  return {
    SecurityGroupRuleId: rule.securityGroupRuleId,
    GroupId: rule.groupId,
    GroupOwnerId: rule.ownerId,
    IsEgress: rule.isEgress,
    IpProtocol: rule.ipProtocol,
    FromPort: rule.fromPort,
    ToPort: rule.toPort,
    ...(rule.cidrIpv4 !== undefined && { CidrIpv4: rule.cidrIpv4 }),
    ...(rule.cidrIpv6 !== undefined && { CidrIpv6: rule.cidrIpv6 }),
    ...(rule.prefixListId !== undefined && { PrefixListId: rule.prefixListId }),
    ...(rule.referencedGroupId !== undefined && {
      ReferencedGroupInfo: { GroupId: rule.referencedGroupId, UserId: rule.referencedGroupOwnerId },
    }),
    ...(rule.description !== undefined && { Description: rule.description }),
    Tags: toWireTags(rule.tags),
    SecurityGroupRuleArn: `arn:aws:ec2:${group.region}:${rule.ownerId}:security-group-rule/${rule.securityGroupRuleId}`,
  }
}
