import type { CreateLoadBalancerInput, CreateLoadBalancerOutput } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { LoadBalancer } from '../../resource/load-balancer.ts'
import { loadBalancerArnOf, loadBalancerDnsName } from '../../resource/load-balancer.ts'
import type { Subnet } from '../../resource/subnet.ts'
import type { Operation } from '../operation.ts'
import { quotas } from '../quota.ts'
import * as errors from './errors.ts'
import { checkRegionQuota } from './limits.ts'
import { describeLoadBalancer } from './load-balancer.ts'
import {
  createNode,
  parseIpAddressType,
  parseIpv6SourceNat,
  parseMappings,
  wantedSubnets,
} from './load-balancer-nodes.ts'
import { parseSecurityGroups } from './load-balancer-security-groups.ts'
import { checkName } from './names.ts'
import { parseTags } from './tags.ts'

/**
 * Records a network load balancer and gives each of its zones a node: an interface with a private address in the subnet
 * and one on the fabric. The same call again, with the same settings, answers the same load balancer.
 *
 * Without security groups all traffic is allowed, for good (reference 2.7): groups can be set at creation or never.
 * Source: Elastic Load Balancing v2 API Reference, CreateLoadBalancer.
 *
 * @throws DuplicateLoadBalancerName, SubnetNotFound, InvalidSubnet, InvalidSecurityGroup, InvalidScheme,
 *         AllocationIdNotFound, TooManyLoadBalancers, OperationNotPermitted, InvalidConfigurationRequest, ValidationError
 */
export const createLoadBalancer: Operation<CreateLoadBalancerInput, CreateLoadBalancerOutput> = {
  action: 'elasticloadbalancing:CreateLoadBalancer',
  kind: 'write',
  missing: [
    'Only Type=network; application and gateway load balancers are refused.',
    'Internet-facing load balancers have no public address: they are reached as internal ones are.',
    'SourceNatIpv6Prefix: only auto_assigned, and no prefix is assigned; UDP over IPv6 needs none here.',
  ],

  handle(input, ctx) {
    const name = input.Name ?? ''
    checkLoadBalancerName(name)
    checkType(input.Type)
    const scheme = parseScheme(input.Scheme)
    const ipAddressType = parseIpAddressType(input.IpAddressType)
    const sourceNat = parseIpv6SourceNat(input.EnablePrefixForIpv6SourceNat, ipAddressType)
    refusePools(input)
    const mappings = parseMappings(input)
    const { subnets, vpcId } = wantedSubnets(ctx, mappings, { scheme, ipAddressType })
    const securityGroupIds = parseSecurityGroups(ctx, input.SecurityGroups, vpcId)
    const tags = parseTags(input.Tags)

    const [existing] = ctx.tx.by('load-balancer', 'name', `${ctx.accountId}|${ctx.region}|${name}`)
    if (existing) {
      if (!isSame(existing, { scheme, ipAddressType, subnets, securityGroupIds }))
        throw errors.duplicateLoadBalancerName(name)
      return { LoadBalancers: [describeLoadBalancer(ctx, existing)] }
    }
    checkRegionQuota(ctx, quotas.networkLoadBalancersPerRegion, 'load-balancer')
    const loadBalancerId = ctx.randomText(16)
    const loadBalancerArn = loadBalancerArnOf(ctx.region, ctx.accountId, name, loadBalancerId)
    const node = { loadBalancerArn, description: `ELB net/${name}/${loadBalancerId}`, groupIds: securityGroupIds }
    const loadBalancer: LoadBalancer = {
      loadBalancerArn,
      loadBalancerName: name,
      loadBalancerId,
      ownerId: ctx.accountId,
      region: ctx.region,
      vpcId,
      dnsName: loadBalancerDnsName(ctx.region, name, loadBalancerId),
      scheme,
      ipAddressType,
      ...(sourceNat && { enablePrefixForIpv6SourceNat: sourceNat }),
      zones: subnets.map((subnet, index) => createNode(ctx, subnet, mappings[index] ?? {}, ipAddressType, node)),
      securityGroupIds,
      attributes: {},
      createdAt: ctx.now.toISOString(),
      tags,
    }
    ctx.tx.put('load-balancer', loadBalancer)
    return { LoadBalancers: [describeLoadBalancer(ctx, loadBalancer)] }
  },
}

function checkLoadBalancerName(name: string): void {
  checkName(name, 'The load balancer')
  if (name.startsWith('internal-')) {
    throw errors.validationError(`The load balancer name '${name}' cannot begin with 'internal-'`)
  }
}

/** AWS's default type is `application`, so leaving it out asks for what we do not serve. */
function checkType(type: string | undefined): void {
  if (type === 'network') return
  if (type !== undefined && type !== 'application' && type !== 'gateway') {
    throw errors.notInEnum(type, 'type', ['application', 'gateway', 'network'])
  }
  throw errors.operationNotPermitted(
    `Load balancers with type '${type ?? 'application'}' are not supported by this installation; specify the type 'network'`,
  )
}

function parseScheme(scheme: string | undefined): LoadBalancer['scheme'] {
  if (scheme === undefined) return 'internet-facing'
  if (scheme === 'internal' || scheme === 'internet-facing') return scheme
  throw errors.notInEnum(scheme, 'scheme', ['internal', 'internet-facing'])
}

function refusePools(input: CreateLoadBalancerInput): void {
  if (input.CustomerOwnedIpv4Pool !== undefined || input.IpamPools !== undefined) {
    throw errors.invalidConfigurationRequest("Address pools cannot be specified for load balancers with type 'network'")
  }
}

function isSame(
  loadBalancer: LoadBalancer,
  wish: {
    readonly scheme: string
    readonly ipAddressType: string
    readonly subnets: readonly Subnet[]
    readonly securityGroupIds: readonly string[]
  },
): boolean {
  const sameSet = (a: readonly string[], b: readonly string[]) => a.toSorted().join() === b.toSorted().join()
  return (
    loadBalancer.scheme === wish.scheme &&
    loadBalancer.ipAddressType === wish.ipAddressType &&
    sameSet(loadBalancer.securityGroupIds, wish.securityGroupIds) &&
    sameSet(
      loadBalancer.zones.map((zone) => zone.subnetId),
      wish.subnets.map((subnet) => subnet.subnetId),
    )
  )
}
