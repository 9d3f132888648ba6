import type {
  RegisterTargetsInput,
  RegisterTargetsOutput,
  TargetDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { cidrHasAddress, parseCidr } from '../../net/cidr.ts'
import { parseIpv4 } from '../../net/ip.ts'
import { formatIpv6, ipv6InBlock, parseIpv6 } from '../../net/ipv6.ts'
import { zoneOf } from '../../resource/geography.ts'
import type { Instance } from '../../resource/instance.ts'
import type { Subnet } from '../../resource/subnet.ts'
import { type Target, type TargetGroup, targetKeyOf } from '../../resource/target-group.ts'
import type { Operation, OperationContext } from '../operation.ts'
import { checkQuota, quotas } from '../quota.ts'
import * as errors from './errors.ts'
import { healthSlotsOf } from './health-slots.ts'
import { nodeAddressOf } from './load-balancer-chain.ts'
import { findTargetGroup } from './target-group.ts'

/** Where the load balancer may look for addresses outside the VPC: RFC 1918 and RFC 6598. */
const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'].map((text) => parseCidr(text))

/**
 * Registers targets; all of them are checked before any is registered. One that is draining takes traffic again.
 *
 * An instance is taken as running from the moment RunInstances answered: its address is settled then, and the health check
 * finds out by itself when it can be reached.
 * Source: Elastic Load Balancing v2 API Reference, RegisterTargets.
 *
 * @throws TargetGroupNotFound, InvalidTarget, TooManyTargets, ValidationError
 */
export const registerTargets: Operation<RegisterTargetsInput, RegisterTargetsOutput> = {
  action: 'elasticloadbalancing:RegisterTargets',
  kind: 'write',

  handle(input, ctx) {
    const { tx } = ctx
    const group = findTargetGroup(ctx, input.TargetGroupArn)
    const wanted = input.Targets ?? []
    if (wanted.length === 0) throw errors.validationError('At least one target must be specified')
    const quic = wanted.find((target) => target.QuicServerId !== undefined)
    if (quic) throw errors.validationError(`You cannot specify a QUIC server ID for the target '${quic.Id}'`)
    const places = placesOf(ctx, group, wanted)
    checkCount(ctx, group, places)
    const slots = healthSlotsOf(tx, group.vpcId)
    for (const place of places) {
      const targetKey = targetKeyOf(group.targetGroupArn, place.id, place.port)
      const old = tx.get('target', targetKey)
      const isUnchanged = old?.state === 'registered' && old.availabilityZone === place.availabilityZone
      if (isUnchanged) continue
      tx.put('target', {
        targetKey,
        targetGroupArn: group.targetGroupArn,
        vpcId: group.vpcId,
        ...place,
        healthSlot: old?.healthSlot ?? slots.take(),
        state: 'registered',
      })
    }
    return {}
  },
}

type Place = Pick<Target, 'id' | 'port' | 'ip' | 'availabilityZone'>

function placesOf(ctx: OperationContext, group: TargetGroup, targets: readonly TargetDescription[]): readonly Place[] {
  switch (group.targetType) {
    case 'instance':
      return placesOfInstances(ctx, group, targets)
    case 'ip':
      return targets.map((target) => placeOfAddress(ctx, group, target))
    case 'alb':
      return targets.map((target) => placeOfLoadBalancer(ctx, group, target))
  }
}

/** @throws TooManyTargets; draining targets count, as long as they are there */
function checkCount(ctx: OperationContext, group: TargetGroup, places: readonly Place[]): void {
  const arn = group.targetGroupArn
  const keys = new Set(places.map(({ id, port }) => targetKeyOf(arn, id, port)))
  const added = [...keys].filter((key) => !ctx.tx.get('target', key)).length
  const used = ctx.tx.countBy('target', 'targetGroupArn', arn)
  checkQuota(ctx, quotas.targetsPerTargetGroup, used, added)
  // Of load balancers as targets AWS takes one; one that drains makes room.
  if (group.targetType !== 'alb') return
  const others = ctx.tx.by('target', 'targetGroupArn', arn).filter(({ targetKey }) => !keys.has(targetKey))
  if (keys.size + others.filter(({ state }) => state === 'registered').length > 1) {
    throw quotas.targetsPerTargetGroup.exceeded()
  }
}

function placesOfInstances(
  ctx: OperationContext,
  group: TargetGroup,
  targets: readonly TargetDescription[],
): readonly Place[] {
  const instances = targets.map((target) => {
    const id = target.Id ?? ''
    if (!/^i-[0-9a-f]+$/.test(id)) throw errors.validationError(`Instance ID '${id}' is not valid`)
    if (target.AvailabilityZone !== undefined) {
      throw errors.validationError(
        `You cannot specify an Availability Zone for the target '${id}' of a target group with target type 'instance'`,
      )
    }
    const instance = ctx.tx.get('instance', id)
    const isOwn = instance?.ownerId === ctx.accountId && instance.region === ctx.region
    return { id, port: portOf(group, target), instance: isOwn ? instance : undefined }
  })
  // AWS names every culprit of a kind in one answer.
  const culprits = (isCulprit: (instance: (typeof instances)[number]) => boolean) =>
    instances.filter(isCulprit).map(({ id }) => id)
  const unknown = culprits(({ instance }) => !instance)
  if (unknown.length > 0) throw errors.instancesDoNotExist(unknown)
  const stopped = culprits(({ instance }) => instance?.state !== 'running')
  if (stopped.length > 0) throw errors.targetsNotRunning(stopped)
  const elsewhere = culprits(({ instance }) => instance?.vpcId !== group.vpcId)
  if (elsewhere.length > 0) throw errors.targetsNotInVpc(elsewhere, group.vpcId)
  return instances.flatMap(({ id, port, instance }) =>
    instance ? [{ id, port, ip: addressOf(ctx, group, instance), availabilityZone: instance.availabilityZone }] : [],
  )
}

/** The instance's own address of the group's family, the primary one. @throws InvalidTarget */
function addressOf(ctx: OperationContext, group: TargetGroup, instance: Instance): string {
  if (group.ipAddressType === 'ipv4') return instance.privateIp
  const [first] = ctx.tx.get('network-interface', instance.networkInterfaceId)?.ipv6Addresses ?? []
  if (first === undefined) {
    throw errors.invalidTarget(`The instance '${instance.instanceId}' does not have an IPv6 address`)
  }
  return first
}

/**
 * An address is in the VPC when one of its subnets holds it (AWS compares subnets, not the VPC's blocks); its zone is
 * the subnet's then. Any other private address needs a zone, or `all`.
 */
function placeOfAddress(ctx: OperationContext, group: TargetGroup, target: TargetDescription): Place {
  const id = target.Id ?? ''
  const ipv6 = group.ipAddressType === 'ipv6' ? parseIpv6(id) : undefined
  const ip = ipv6 === undefined ? id : formatIpv6(ipv6)
  const wished = target.AvailabilityZone
  const subnet = checkReachable(ctx, group, ip)
  const port = portOf(group, target)
  if (subnet) {
    if (wished !== undefined && wished !== subnet.availabilityZone) {
      throw errors.validationError(
        `The IP address '${ip}' is within the VPC, and cannot have its Availability Zone overridden to '${wished}' from '${subnet.availabilityZone}'`,
      )
    }
    return { id, port, ip, availabilityZone: subnet.availabilityZone }
  }
  if (wished === undefined || (wished !== 'all' && !zoneOf(ctx.region, wished))) {
    throw errors.validationError(
      `You must specify a valid Availability Zone or select 'all' for all enabled Availability zones, since the IP address '${ip}' is outside the VPC`,
    )
  }
  return { id, port, ip, availabilityZone: wished }
}

/**
 * The subnet of the VPC that holds an address; undefined for another private address.
 *
 * @throws InvalidTarget for public addresses, ValidationError for what is no address
 */
function checkReachable(ctx: OperationContext, group: TargetGroup, ip: string): Subnet | undefined {
  if (group.ipAddressType === 'ipv6') return checkIpv6Reachable(ctx, group, ip)
  const address = parseIpv4(ip)
  if (address === undefined) throw errors.validationError(`The IP address '${ip}' is not a valid IPv4 address`)
  const subnet = ctx.tx.by('subnet', 'vpcId', group.vpcId).find(({ cidrBlock }) => holds(parseCidr(cidrBlock), address))
  if (!subnet && !privateRanges.some((range) => holds(range, address))) {
    throw errors.invalidTarget(
      `The IP address '${ip}' is not in the subnets of the VPC nor in 10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12 or 192.168.0.0/16`,
    )
  }
  return subnet
}

/** IPv6 leads nowhere outside the VPC. */
function checkIpv6Reachable(ctx: OperationContext, group: TargetGroup, ip: string): Subnet {
  if (parseIpv6(ip) === undefined) throw errors.validationError(`The IP address '${ip}' is not a valid IPv6 address`)
  const subnets = ctx.tx.by('subnet', 'vpcId', group.vpcId)
  const subnet = subnets.find(({ ipv6CidrBlock }) => ipv6CidrBlock !== undefined && ipv6InBlock(ip, ipv6CidrBlock))
  if (!subnet) throw errors.invalidTarget(`The IP address '${ip}' is not in the subnets of the VPC`)
  return subnet
}

/**
 * A load balancer that stands behind ours: one of the caller's network load balancers by its ARN, or any other by its address,
 * for there are no application load balancers here (docs/decisions/0011). It serves every zone, as one of those does.
 */
function placeOfLoadBalancer(ctx: OperationContext, group: TargetGroup, target: TargetDescription): Place {
  const id = target.Id ?? ''
  if (target.AvailabilityZone !== undefined) {
    throw errors.validationError(
      `You cannot specify an Availability Zone for the target '${id}' of a target group with target type 'alb'`,
    )
  }
  if (portOf(group, target) !== group.port) {
    throw errors.validationError(
      `The port of the target '${id}' must be '${group.port}', the port of the target group with target type 'alb'`,
    )
  }
  if (id.startsWith('arn:')) return { id, port: group.port, ip: nodeAddressOf(ctx, group, id), availabilityZone: 'all' }
  checkReachable(ctx, group, id)
  const [eni] = ctx.tx.by('network-interface', 'address', `${group.vpcId}|${id}`)
  if (eni?.interfaceType === 'network_load_balancer') throw errors.addressOfLoadBalancer(id, eni.loadBalancerArn ?? '')
  return { id, port: group.port, ip: id, availabilityZone: 'all' }
}

function holds(range: ReturnType<typeof parseCidr>, address: number): boolean {
  return range !== undefined && cidrHasAddress(range, address)
}

/** The port of a target description: its own, or the group's. */
export function portOf(group: TargetGroup, { Port: port = group.port }: TargetDescription): number {
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw errors.constraintViolated(port, 'targets.port', 'Member must have value between 1 and 65535')
  }
  return port
}
