import type { CreateTargetGroupInput, CreateTargetGroupOutput } from '@aws-sdk/client-elastic-load-balancing-v2'
import { type TargetGroup, targetGroupArnOf } from '../../resource/target-group.ts'
import type { Operation, OperationContext } from '../operation.ts'
import { quotas } from '../quota.ts'
import { protocols, quicProtocols } from './carried.ts'
import * as errors from './errors.ts'
import { parseHealthCheck } from './health-check.ts'
import { checkRegionQuota } from './limits.ts'
import { checkName } from './names.ts'
import { parseTags } from './tags.ts'
import { describeTargetGroup } from './target-group.ts'

/**
 * Records a target group. The same call again, with the same settings, answers the same group.
 * Source: Elastic Load Balancing v2 API Reference, CreateTargetGroup.
 *
 * @throws DuplicateTargetGroupName, TooManyTargetGroups, UnsupportedProtocol, InvalidConfigurationRequest, ValidationError
 */
export const createTargetGroup: Operation<CreateTargetGroupInput, CreateTargetGroupOutput> = {
  action: 'elasticloadbalancing:CreateTargetGroup',
  kind: 'write',
  missing: ['The protocols QUIC and TCP_QUIC are refused; so are IPv6 target groups of type alb.'],

  handle(input, ctx) {
    const name = input.Name ?? ''
    checkName(name, 'Target group')
    const targetType = parseTargetType(input.TargetType)
    const protocol = parseProtocol(input.Protocol, targetType)
    const port = parsePort(input.Port)
    const ipAddressType = parseIpAddressType(input.IpAddressType, targetType)
    refuseForeignMembers(input, protocol)
    const vpc = findVpc(ctx, input.VpcId)
    const settings = {
      protocol,
      port,
      targetType,
      vpcId: vpc.vpcId,
      ipAddressType,
      healthCheck: parseHealthCheck(input, targetType),
    }
    const tags = parseTags(input.Tags)

    const [existing] = ctx.tx.by('target-group', 'name', `${ctx.accountId}|${ctx.region}|${name}`)
    if (existing) {
      if (!isSame(existing, settings)) throw errors.duplicateTargetGroupName(name)
      return { TargetGroups: [describeTargetGroup(ctx, existing)] }
    }
    checkRegionQuota(ctx, quotas.targetGroupsPerRegion, 'target-group')
    const group: TargetGroup = {
      targetGroupArn: targetGroupArnOf(ctx.region, ctx.accountId, name, ctx.randomText(16)),
      targetGroupName: name,
      ownerId: ctx.accountId,
      region: ctx.region,
      ...settings,
      attributes: {},
      createdAt: ctx.now.toISOString(),
      tags,
    }
    ctx.tx.put('target-group', group)
    return { TargetGroups: [describeTargetGroup(ctx, group)] }
  },
}

function parseProtocol(protocol: string | undefined, targetType: TargetGroup['targetType']): TargetGroup['protocol'] {
  if (protocol === undefined) throw errors.validationError('A protocol must be specified')
  const carried = protocols.find((each) => each === protocol)
  if (!carried) {
    const known = ['GENEVE', 'HTTP', 'HTTPS', ...quicProtocols, ...protocols]
    if (!known.includes(protocol)) throw errors.notInEnum(protocol, 'protocol', known.sort())
    throw errors.unsupportedProtocol(protocol, 'target group', protocols)
  }
  if (targetType === 'alb' && carried !== 'TCP') {
    throw errors.invalidConfigurationRequest(
      `Target groups with target type 'alb' do not support the ${carried} protocol; use TCP`,
    )
  }
  return carried
}

function parsePort(port: number | undefined): number {
  if (port === undefined) throw errors.validationError('A port must be specified')
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw errors.constraintViolated(port, 'port', 'Member must have value between 1 and 65535')
  }
  return port
}

function parseTargetType(targetType: string | undefined): TargetGroup['targetType'] {
  if (targetType === undefined) return 'instance'
  if (targetType === 'instance' || targetType === 'ip' || targetType === 'alb') return targetType
  if (targetType === 'lambda') {
    throw errors.invalidConfigurationRequest(
      "Target groups with target type 'lambda' are used by application load balancers only; use 'instance', 'ip' or 'alb'",
    )
  }
  throw errors.notInEnum(targetType, 'targetType', ['alb', 'instance', 'ip', 'lambda'])
}

function parseIpAddressType(
  type: string | undefined,
  targetType: TargetGroup['targetType'],
): TargetGroup['ipAddressType'] {
  if (type === undefined || type === 'ipv4') return 'ipv4'
  if (type !== 'ipv6') throw errors.notInEnum(type, 'ipAddressType', ['ipv4', 'ipv6'])
  if (targetType !== 'alb') return 'ipv6'
  throw errors.invalidConfigurationRequest(
    "Target groups with target type 'alb' and the IP address type 'ipv6' are not supported by this installation; use 'ipv4'",
  )
}

/** What only target groups of application load balancers have. */
function refuseForeignMembers(input: CreateTargetGroupInput, protocol: string): void {
  if (input.ProtocolVersion !== undefined) {
    throw errors.invalidConfigurationRequest(
      `You cannot specify a protocol version for target groups with the ${protocol} protocol`,
    )
  }
  if (input.TargetControlPort !== undefined) {
    throw errors.invalidConfigurationRequest(
      `You cannot specify a target control port for target groups with the ${protocol} protocol`,
    )
  }
}

function findVpc(ctx: OperationContext, vpcId: string | undefined) {
  if (!vpcId) throw errors.validationError('A VPC ID must be specified')
  const vpc = ctx.tx.get('vpc', vpcId)
  if (!vpc || vpc.ownerId !== ctx.accountId || vpc.region !== ctx.region) {
    throw errors.validationError(`The VPC ID '${vpcId}' is not found`)
  }
  return vpc
}

function isSame(group: TargetGroup, settings: Pick<TargetGroup, (typeof immutable)[number]>): boolean {
  return immutable.every((member) => JSON.stringify(group[member]) === JSON.stringify(settings[member]))
}

const immutable = ['protocol', 'port', 'targetType', 'vpcId', 'ipAddressType', 'healthCheck'] as const
