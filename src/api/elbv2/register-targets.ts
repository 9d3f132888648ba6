import type {
  RegisterTargetsInput,
  RegisterTargetsOutput,
  TargetDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { cidrHasAddress, parseCidr } from '../../net/cidr.ts'
import { parseIpv4 } from '../../net/ip.ts'
import { zoneOf } from '../../resource/geography.ts'
import { type Target, type TargetGroup, targetKeyOf } from '../../resource/target-group.ts'
import type { Operation, OperationContext } from '../operation.ts'
import * as errors from './errors.ts'
import { healthSlotsOf } from './health-slots.ts'
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
    const places =
      group.targetType === 'instance'
        ? placesOfInstances(ctx, group, input.Targets ?? [])
        : (input.Targets ?? []).map((target) => placeOfAddress(ctx, group, target))
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
    instance ? [{ id, port, ip: instance.privateIp, availabilityZone: instance.availabilityZone }] : [],
  )
}

/**
 * An address is in the VPC when one of its subnets holds it (AWS compares subnets, not the VPC's blocks); its zone is
 * the subnet's then. Any other private address needs a zone, or `all`.
 */
function placeOfAddress(ctx: OperationContext, group: TargetGroup, target: TargetDescription): Place {
  const ip = target.Id ?? ''
  const wished = target.AvailabilityZone
  const address = parseIpv4(ip)
  if (address === undefined) throw errors.validationError(`The IP address '${ip}' is not a valid IPv4 address`)
  const port = portOf(group, target)
  const subnet = ctx.tx.by('subnet', 'vpcId', group.vpcId).find(({ cidrBlock }) => holds(parseCidr(cidrBlock), address))
  if (subnet) {
    if (wished !== undefined && wished !== subnet.availabilityZone) {
      throw errors.validationError(
        `The IP address '${ip}' is within the VPC, and cannot have its Availability Zone overridden to '${wished}' from '${subnet.availabilityZone}'`,
      )
    }
    return { id: ip, port, ip, availabilityZone: subnet.availabilityZone }
  }
  if (!privateRanges.some((range) => holds(range, address))) {
    throw errors.invalidTarget(
      `The IP address '${ip}' is not in the subnets of the VPC nor in 10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12 or 192.168.0.0/16`,
    )
  }
  if (wished === undefined || (wished !== 'all' && !zoneOf(ctx.region, wished))) {
    throw errors.validationError(
      `You must specify a valid Availability Zone or select 'all' for all enabled Availability zones, since the IP address '${ip}' is outside the VPC`,
    )
  }
  return { id: ip, port, ip, availabilityZone: wished }
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
