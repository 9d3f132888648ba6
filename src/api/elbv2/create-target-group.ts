import type { CreateTargetGroupInput, CreateTargetGroupOutput } from '@aws-sdk/client-elastic-load-balancing-v2'
import { type TargetGroup, targetGroupArnOf } from '../../resource/target-group.ts'
import type { Operation, OperationContext } from '../operation.ts'
import * as errors from './errors.ts'
import { parseHealthCheck } from './health-check.ts'
import { checkName } from './names.ts'
import { parseTags } from './tags.ts'
import { describeTargetGroup } from './target-group.ts'

/**
 * Records a target group. The same call again, with the same settings, answers the same group.
 * Source: Elastic Load Balancing v2 API Reference, CreateTargetGroup.
 *
 * @throws DuplicateTargetGroupName, UnsupportedProtocol, InvalidConfigurationRequest, ValidationError
 */
export const createTargetGroup: Operation<CreateTargetGroupInput, CreateTargetGroupOutput> = {
  action: 'elasticloadbalancing:CreateTargetGroup',
  kind: 'write',
  missing: [
    'Only the protocols TCP and UDP and the target types instance and ip; others are refused.',
    'IPv6 target groups are refused.',
  ],

  handle(input, ctx) {
    const name = input.Name ?? ''
    checkName(name, 'Target group')
    const protocol = parseProtocol(input.Protocol)
    const port = parsePort(input.Port)
    const targetType = parseTargetType(input.TargetType)
    if ((input.IpAddressType ?? 'ipv4') !== 'ipv4') {
      throw errors.invalidConfigurationRequest(
        `Target groups with the IP address type '${input.IpAddressType}' are not supported by this installation; use 'ipv4'`,
      )
    }
    if (input.ProtocolVersion !== undefined) {
      throw errors.invalidConfigurationRequest(
        `You cannot specify a protocol version for target groups with the ${protocol} protocol`,
      )
    }
    const vpc = findVpc(ctx, input.VpcId)
    const settings = { protocol, port, targetType, vpcId: vpc.vpcId, healthCheck: parseHealthCheck(input) }
    const tags = parseTags(input.Tags)

    const [existing] = ctx.tx.by('target-group', 'name', `${ctx.accountId}|${ctx.region}|${name}`)
    if (existing) {
      if (!isSame(existing, settings)) throw errors.duplicateTargetGroupName(name)
      return { TargetGroups: [describeTargetGroup(ctx, existing)] }
    }
    const group: TargetGroup = {
      targetGroupArn: targetGroupArnOf(ctx.region, ctx.accountId, name, ctx.randomText(16)),
      targetGroupName: name,
      ownerId: ctx.accountId,
      region: ctx.region,
      ...settings,
      ipAddressType: 'ipv4',
      attributes: {},
      createdAt: ctx.now.toISOString(),
      tags,
    }
    ctx.tx.put('target-group', group)
    return { TargetGroups: [describeTargetGroup(ctx, group)] }
  },
}

function parseProtocol(protocol: string | undefined): 'TCP' | 'UDP' {
  if (protocol === undefined) throw errors.validationError('A protocol must be specified')
  if (protocol === 'TCP' || protocol === 'UDP') return protocol
  const known = ['GENEVE', 'HTTP', 'HTTPS', 'QUIC', 'TCP', 'TCP_QUIC', 'TCP_UDP', 'TLS', 'UDP']
  if (!known.includes(protocol)) throw errors.notInEnum(protocol, 'protocol', known)
  throw errors.unsupportedProtocol(protocol, 'target group')
}

function parsePort(port: number | undefined): number {
  if (port === undefined) throw errors.validationError('A port must be specified')
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw errors.constraintViolated(port, 'port', 'Member must have value between 1 and 65535')
  }
  return port
}

function parseTargetType(targetType: string | undefined): 'instance' | 'ip' {
  if (targetType === undefined) return 'instance'
  if (targetType === 'instance' || targetType === 'ip') return targetType
  if (targetType === 'alb' || targetType === 'lambda') {
    throw errors.invalidConfigurationRequest(
      `Target groups with target type '${targetType}' are not supported by this installation; use 'instance' or 'ip'`,
    )
  }
  throw errors.notInEnum(targetType, 'targetType', ['alb', 'instance', 'ip', 'lambda'])
}

function findVpc(ctx: OperationContext, vpcId: string | undefined) {
  if (!vpcId) throw errors.validationError('A VPC ID must be specified')
  const vpc = ctx.tx.get('vpc', vpcId)
  if (!vpc || vpc.ownerId !== ctx.accountId || vpc.region !== ctx.region) {
    throw errors.validationError(`The VPC ID '${vpcId}' is not found`)
  }
  return vpc
}

function isSame(
  group: TargetGroup,
  settings: Pick<TargetGroup, 'protocol' | 'port' | 'targetType' | 'vpcId' | 'healthCheck'>,
): boolean {
  const { protocol, port, targetType, vpcId, healthCheck } = group
  return JSON.stringify({ protocol, port, targetType, vpcId, healthCheck }) === JSON.stringify(settings)
}
