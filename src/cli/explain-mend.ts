/**
 * What to type next: the AWS CLI command that would take away a refusal, and whose it is to type it.
 *
 * Each is complete but for words in capitals, which only its reader can know. A rule or entry lets in no more than the
 * connection that was asked about.
 */
import type {
  Explanation,
  NameStep,
  NetworkAclStep,
  Path,
  SecurityGroupStep,
  Step,
  TargetChoiceStep,
} from '../plan/explanation.ts'
import { endOf } from './explain-words.ts'
import { quoteWord } from './shell.ts'

export interface Mend {
  readonly accountId: string
  /** In this order. */
  readonly commands: readonly string[]
}

export interface MendSurroundings {
  /** What the shell's AWS_REGION is after `underpass env`. */
  readonly region: string
  /** `underpass exec INSTANCE -- …`, as it would be typed here. */
  exec(instanceId: string, ...command: readonly string[]): string
}

/** One for each refusal, the same one once. */
export function mendsOf({ name, attempts }: Explanation, surroundings: MendSurroundings): readonly Mend[] {
  const byAddress = attempts.flatMap(({ paths }) => paths.flatMap((path) => pathMend(path, surroundings) ?? []))
  // A private name that leads outside is to lead to its endpoint first.
  const isNameWrong = name && (name.verdict === 'refuses' || (name.privateName && byAddress.length > 0))
  const mends = isNameWrong ? [mend(name, surroundings, nameWords(name))] : byAddress
  const known = new Set<string>()
  return mends.filter(({ commands }) => !known.has(commands.join()) && known.add(commands.join()))
}

type Words = readonly string[]

/** The states that the service's owner can accept. */
const acceptable: ReadonlySet<string> = new Set(['pendingAcceptance', 'rejected'])

function pathMend(path: Path, surroundings: MendSurroundings): Mend | undefined {
  const end = endOf(path)
  const last = path.steps.at(-1)
  if (end === 'connects' || !last) return undefined
  if (end === 'refused') {
    const isToAccept = last.step === 'vpc-endpoint' && acceptable.has(last.state ?? '')
    return mend((isToAccept && last.service) || last, surroundings, ...commandsFor(last))
  }
  const target = path.steps.find((step) => step.step === 'target')
  if (!target || last.step !== 'arrival') return undefined
  const asked = ['elbv2', 'describe-target-health', '--target-group-arn', target.targetGroupArn]
  const { accountId, commands } = mend(target, surroundings, asked)
  const listening = ['ss', '-ltn', `sport = :${target.healthCheckPort}`]
  return { accountId, commands: [...commands, surroundings.exec(last.instanceId ?? '', ...listening)] }
}

function mend(
  { ownerId, region }: { readonly ownerId: string; readonly region: string },
  surroundings: MendSurroundings,
  ...commands: readonly Words[]
): Mend {
  const away = region === surroundings.region ? [] : ['--region', region]
  return {
    accountId: ownerId,
    commands: commands.map((words) => ['aws', ...words, ...away].map(quoteWord).join(' ')),
  }
}

function commandsFor(step: Step): readonly Words[] {
  switch (step.step) {
    case 'sender':
    case 'arrival': {
      if (step.state === 'stopped') return [['ec2', 'start-instances', '--instance-ids', step.instanceId ?? '']]
      return [['ec2', 'describe-instances', '--filters', 'Name=instance-state-name,Values=running']]
    }
    case 'network-acl':
      return [networkAclWords(step)]
    case 'security-group':
      return [securityGroupWords(step)]
    case 'destination': {
      const inVpc = ['--filters', `Name=vpc-id,Values=${step.vpcId}`]
      return step.isInVpc
        ? [
            [
              'ec2',
              'describe-network-interfaces',
              ...inVpc,
              ...asText('NetworkInterfaces[].[PrivateIpAddress,InterfaceType,Description]'),
            ],
          ]
        : [
            [
              'ec2',
              'describe-vpc-endpoints',
              ...inVpc,
              ...asText('VpcEndpoints[].[VpcEndpointId,State,DnsEntries[0].DnsName]'),
            ],
          ]
    }
    case 'vpc-endpoint': {
      const { vpcEndpointId, state, serviceId, serviceName, vpcId, subnetIds, groupIds } = step
      if (acceptable.has(state ?? '')) {
        return [
          ['ec2', 'accept-vpc-endpoint-connections', '--service-id', serviceId, '--vpc-endpoint-ids', vpcEndpointId],
        ]
      }
      const anew = [
        ...['ec2', 'create-vpc-endpoint', '--vpc-endpoint-type', 'Interface', '--vpc-id', vpcId],
        ...['--service-name', serviceName || 'SERVICE_NAME', '--subnet-ids', ...subnetIds],
        ...['--security-group-ids', ...groupIds],
      ]
      const isThere = state !== undefined && state !== 'deleting'
      return isThere ? [['ec2', 'delete-vpc-endpoints', '--vpc-endpoint-ids', vpcEndpointId], anew] : [anew]
    }
    case 'endpoint-service': {
      const { serviceId, loadBalancerArn, subnetIds = [], subnetIdInZone = 'SUBNET_ID', availabilityZone } = step
      if (loadBalancerArn) {
        const made = [
          'ec2',
          'create-subnet',
          '--vpc-id',
          'VPC_ID',
          '--availability-zone',
          availabilityZone,
          '--cidr-block',
          'CIDR_BLOCK',
        ]
        const wide = [
          'elbv2',
          'set-subnets',
          '--load-balancer-arn',
          loadBalancerArn,
          '--subnets',
          ...subnetIds,
          subnetIdInZone,
        ]
        return step.subnetIdInZone ? [wide] : [made, wide]
      }
      const service = ['ec2', 'modify-vpc-endpoint-service-configuration', '--service-id', serviceId]
      return [[...service, '--add-network-load-balancer-arns', 'LOAD_BALANCER_ARN']]
    }
    case 'listener': {
      const { loadBalancerArn, port, protocol, targetGroup } = step
      const arn = targetGroup?.targetGroupArn ?? 'TARGET_GROUP_ARN'
      const create = [
        ...['elbv2', 'create-listener', '--load-balancer-arn', loadBalancerArn],
        ...['--protocol', targetGroup?.protocol ?? protocol.toUpperCase(), '--port', String(port)],
        ...['--default-actions', `Type=forward,TargetGroupArn=${arn}`],
      ]
      return targetGroup
        ? [create]
        : [['elbv2', 'describe-target-groups', ...asText('TargetGroups[].[TargetGroupArn,Protocol,Port]')], create]
    }
    case 'target-choice':
      return [targetWords(step)]
    case 'target': {
      const { targetGroupArn, id, port } = step
      return [
        ['elbv2', 'deregister-targets', '--target-group-arn', targetGroupArn, '--targets', `Id=${id},Port=${port}`],
      ]
    }
    case 'enforcement':
      return []
  }
}

const asText = (query: string): Words => ['--query', query, '--output', 'text']

function networkAclWords(step: NetworkAclStep): Words {
  const { networkAclId, direction, way, protocol, port, peerIp, ruleNumber, freeRuleNumber } = step
  const list = ['--network-acl-id', networkAclId, `--${direction}`]
  // Nothing is asked before number 1: it is replaced.
  const verb = freeRuleNumber === undefined ? 'replace-network-acl-entry' : 'create-network-acl-entry'
  // An answer goes to whatever port the client had: on AWS's pages, 1024-65535.
  const ports = way === 'back' ? 'From=1024,To=65535' : `From=${port},To=${port}`
  return [
    ...['ec2', verb, ...list, '--rule-number', String(freeRuleNumber ?? ruleNumber)],
    ...['--protocol', protocol, '--port-range', ports, '--cidr-block', `${peerIp}/32`, '--rule-action', 'allow'],
  ]
}

function securityGroupWords({
  direction,
  groupIds,
  of,
  protocol,
  port,
  peerIp,
  peerGroupId,
}: SecurityGroupStep): Words {
  const [groupId] = groupIds
  if (groupId === undefined)
    return ['ec2', 'modify-network-interface-attribute', '--network-interface-id', of, '--groups', 'SECURITY_GROUP_ID']
  const isByGroup = direction === 'ingress' && peerGroupId !== undefined
  return [
    ...['ec2', `authorize-security-group-${direction}`, '--group-id', groupId],
    ...['--protocol', protocol, '--port', String(port)],
    ...(isByGroup ? ['--source-group', peerGroupId] : ['--cidr', `${peerIp}/32`]),
  ]
}

function targetWords({ listenerArn, groups }: TargetChoiceStep): Words {
  const group = groups.find(({ weight }) => weight > 0)
  if (!group) {
    const TargetGroups = groups.map(({ targetGroupArn }) => ({ TargetGroupArn: targetGroupArn, Weight: 1 }))
    const action = JSON.stringify([{ Type: 'forward', ForwardConfig: { TargetGroups } }])
    return ['elbv2', 'modify-listener', '--listener-arn', listenerArn, '--default-actions', action]
  }
  const { targetGroupArn, targets } = group
  const inOtherZones = targets.some(({ state }) => state === 'registered')
  if (inOtherZones) {
    const attribute = 'Key=load_balancing.cross_zone.enabled,Value=true'
    return ['elbv2', 'modify-target-group-attributes', '--target-group-arn', targetGroupArn, '--attributes', attribute]
  }
  const draining = targets.map(({ id, port }) => `Id=${id},Port=${port}`)
  const which = draining.length > 0 ? draining : ['Id=INSTANCE_ID']
  return ['elbv2', 'register-targets', '--target-group-arn', targetGroupArn, '--targets', ...which]
}

function nameWords({ vpcId, reason, privateName }: NameStep): Words {
  const attribute = ['ec2', 'modify-vpc-attribute', '--vpc-id', vpcId]
  if (reason === 'dns-support-off') return [...attribute, '--enable-dns-support', 'Value=true']
  if (privateName && !privateName.areHostnamesEnabled) return [...attribute, '--enable-dns-hostnames', 'Value=true']
  if (privateName)
    return ['ec2', 'modify-vpc-endpoint', '--vpc-endpoint-id', privateName.vpcEndpointId, '--private-dns-enabled']
  const filters = ['--filters', `Name=vpc-id,Values=${vpcId}`]
  return ['ec2', 'describe-vpc-endpoints', ...filters, ...asText('VpcEndpoints[].DnsEntries[].DnsName')]
}
