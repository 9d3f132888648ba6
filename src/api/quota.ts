import { AwsError } from '../aws/error.ts'
import type { Quota } from '../resource/quota.ts'
import type { OperationContext } from './operation.ts'
import { defaultSettings } from './settings.ts'

/**
 * Quotas: how many of something an account may have, and what is answered beyond it.
 *
 * This table is all there is: Service Quotas lists it, and each `exceeded` stands for a check in a handler. Codes and names
 * are AWS's (reference 8 and 2.8; the rest from memory). The number of interface endpoints per VPC is AWS's too, because
 * designs meet it; the others are far above AWS's defaults, because on one's own machine nobody would answer a request for
 * more. An operator changes a default with `--quota SERVICE/CODE=N`, an account its own with RequestServiceQuotaIncrease.
 */
export interface QuotaDefinition {
  readonly serviceCode: 'vpc' | 'elasticloadbalancing'
  /** `L-29B6F2EB`. */
  readonly quotaCode: string
  readonly quotaName: string
  readonly defaultValue: number
  /** Whether an account may ask for more. */
  readonly adjustable: boolean
  /** The error of the call that would go beyond it. */
  readonly exceeded: () => AwsError
}

/** AWS's usual words: observed for VPCs, endpoints and addresses. */
const maximum = (code: string, nouns: string) => () =>
  new AwsError(code, `The maximum number of ${nouns} has been reached.`)

/** The words of the service model. */
const reached = (code: string, nouns: string) => () =>
  new AwsError(code, `You've reached the limit on the number of ${nouns}.`)

export const quotas = {
  interfaceEndpointsPerVpc: {
    serviceCode: 'vpc',
    quotaCode: 'L-29B6F2EB',
    quotaName: 'Interface VPC endpoints per VPC',
    defaultValue: 50,
    adjustable: true,
    exceeded: maximum('VpcEndpointLimitExceeded', 'VPC endpoints'),
  },
  charactersPerEndpointPolicy: {
    serviceCode: 'vpc',
    quotaCode: 'L-3248932A',
    quotaName: 'Characters per VPC endpoint policy',
    defaultValue: 20_480,
    adjustable: false,
    exceeded: () => new AwsError('InvalidPolicyDocument', 'The policy document has too many characters.'),
  },
  vpcsPerRegion: {
    serviceCode: 'vpc',
    quotaCode: 'L-F678F1CE',
    quotaName: 'VPCs per Region',
    defaultValue: 10_000,
    adjustable: true,
    exceeded: maximum('VpcLimitExceeded', 'VPCs'),
  },
  subnetsPerVpc: {
    serviceCode: 'vpc',
    quotaCode: 'L-407747CB',
    quotaName: 'Subnets per VPC',
    defaultValue: 1_000,
    adjustable: true,
    exceeded: maximum('SubnetLimitExceeded', 'subnets'),
  },
  ipv4BlocksPerVpc: {
    serviceCode: 'vpc',
    quotaCode: 'L-83CA0A9D',
    quotaName: 'IPv4 CIDR blocks per VPC',
    defaultValue: 50,
    adjustable: true,
    exceeded: maximum('CidrLimitExceeded', 'CIDR blocks of the VPC'),
  },
  ipv6BlocksPerVpc: {
    serviceCode: 'vpc',
    quotaCode: 'L-085A6257',
    quotaName: 'IPv6 CIDR blocks per VPC',
    defaultValue: 50,
    adjustable: true,
    exceeded: maximum('CidrLimitExceeded', 'CIDR blocks of the VPC'),
  },
  routesPerRouteTable: {
    serviceCode: 'vpc',
    quotaCode: 'L-93826ACB',
    quotaName: 'Routes per route table',
    defaultValue: 1_000,
    adjustable: true,
    exceeded: maximum('RouteLimitExceeded', 'routes'),
  },
  routeTablesPerVpc: {
    serviceCode: 'vpc',
    quotaCode: 'L-589F43AA',
    quotaName: 'Route tables per VPC',
    defaultValue: 1_000,
    adjustable: true,
    exceeded: maximum('RouteTableLimitExceeded', 'route tables'),
  },
  internetGatewaysPerRegion: {
    serviceCode: 'vpc',
    quotaCode: 'L-A4707A72',
    quotaName: 'Internet gateways per Region',
    defaultValue: 10_000,
    adjustable: true,
    exceeded: maximum('InternetGatewayLimitExceeded', 'internet gateways'),
  },
  networkAclsPerVpc: {
    serviceCode: 'vpc',
    quotaCode: 'L-B4A6D682',
    quotaName: 'Network ACLs per VPC',
    defaultValue: 1_000,
    adjustable: true,
    exceeded: maximum('NetworkAclLimitExceeded', 'network ACLs'),
  },
  rulesPerNetworkAcl: {
    serviceCode: 'vpc',
    quotaCode: 'L-2AEEBF1A',
    quotaName: 'Rules per network ACL',
    defaultValue: 200,
    adjustable: true,
    exceeded: maximum('NetworkAclEntryLimitExceeded', 'network acl entries'),
  },
  securityGroupsPerRegion: {
    serviceCode: 'vpc',
    quotaCode: 'L-E79EC296',
    quotaName: 'VPC security groups per Region',
    defaultValue: 100_000,
    adjustable: true,
    exceeded: maximum('SecurityGroupLimitExceeded', 'security groups'),
  },
  rulesPerSecurityGroup: {
    serviceCode: 'vpc',
    quotaCode: 'L-0EA8095F',
    quotaName: 'Inbound or outbound rules per security group',
    defaultValue: 1_000,
    adjustable: true,
    exceeded: maximum('RulesPerSecurityGroupLimitExceeded', 'rules per security group'),
  },
  securityGroupsPerInterface: {
    serviceCode: 'vpc',
    quotaCode: 'L-2AFB9258',
    quotaName: 'Security groups per network interface',
    defaultValue: 16,
    adjustable: true,
    exceeded: maximum('SecurityGroupsPerInterfaceLimitExceeded', 'security groups per interface'),
  },
  networkInterfacesPerRegion: {
    serviceCode: 'vpc',
    quotaCode: 'L-DF5E4CA3',
    quotaName: 'Network interfaces per Region',
    defaultValue: 200_000,
    adjustable: true,
    exceeded: maximum('NetworkInterfaceLimitExceeded', 'network interfaces'),
  },
  networkLoadBalancersPerRegion: {
    serviceCode: 'elasticloadbalancing',
    quotaCode: 'L-69A177A2',
    quotaName: 'Network Load Balancers per Region',
    defaultValue: 5_000,
    adjustable: true,
    exceeded: reached('TooManyLoadBalancers', 'load balancers for your Amazon Web Services account'),
  },
  listenersPerNetworkLoadBalancer: {
    serviceCode: 'elasticloadbalancing',
    quotaCode: 'L-57A373D6',
    quotaName: 'Listeners per Network Load Balancer',
    defaultValue: 1_000,
    adjustable: true,
    exceeded: reached('TooManyListeners', 'listeners per load balancer'),
  },
  targetGroupsPerRegion: {
    serviceCode: 'elasticloadbalancing',
    quotaCode: 'L-B22855CB',
    quotaName: 'Target Groups per Region',
    defaultValue: 10_000,
    adjustable: true,
    exceeded: reached('TooManyTargetGroups', 'target groups for your Amazon Web Services account'),
  },
  targetsPerTargetGroup: {
    serviceCode: 'elasticloadbalancing',
    quotaCode: 'L-A0D0B863',
    quotaName: 'Targets per Target Group per Region',
    defaultValue: 5_000,
    adjustable: true,
    exceeded: reached('TooManyTargets', 'targets'),
  },
} as const satisfies Readonly<Record<string, QuotaDefinition>>

/** In the order of their codes, as Service Quotas lists them. */
export const quotaTable: readonly QuotaDefinition[] = Object.values<QuotaDefinition>(quotas).sort((a, b) =>
  a.quotaCode < b.quotaCode ? -1 : 1,
)

export function quotaKey({ serviceCode, quotaCode }: QuotaDefinition): string {
  return `${serviceCode}/${quotaCode}`
}

type Scope = Pick<OperationContext, 'accountId' | 'region' | 'settings'> & {
  readonly tx: Pick<OperationContext['tx'], 'get'>
}

/** What an account was granted above the default; undefined when it never asked. */
export function grantedQuota({ tx, accountId, region }: Scope, quota: QuotaDefinition): Quota | undefined {
  return tx.get('quota', `${accountId}|${region}|${quota.serviceCode}|${quota.quotaCode}`)
}

/** What holds for an account that never asked for more. */
export function defaultQuota({ settings = defaultSettings }: Pick<Scope, 'settings'>, quota: QuotaDefinition): number {
  return settings.quotas.get(quotaKey(quota)) ?? quota.defaultValue
}

export function quotaValue(scope: Scope, quota: QuotaDefinition): number {
  return grantedQuota(scope, quota)?.value ?? defaultQuota(scope, quota)
}

/**
 * The one line in a create handler: refuses what would go beyond the quota.
 *
 * @param used  how many there are; ask `tx.countBy`, which does not list them
 * @throws the quota's own error
 */
export function checkQuota(scope: Scope, quota: QuotaDefinition, used: number, adding = 1): void {
  if (used + adding > quotaValue(scope, quota)) throw quota.exceeded()
}
