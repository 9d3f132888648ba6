/** An explanation in words: one line a step, in the words of AWS's own pages. */
import type { NameStep, NetworkAclStep, Path, Step, TargetChoiceStep } from '../plan/explanation.ts'

/** `arn:…:loadbalancer/net/NAME/ID` and `arn:…:targetgroup/NAME/ID` → NAME. */
export const nameInArn = (arn: string): string => arn.split('/').at(-2) ?? arn

const labels: { readonly [S in Step['step']]: string } = {
  sender: 'sender',
  'network-acl': 'network ACL',
  'security-group': 'security group',
  destination: 'destination',
  'vpc-endpoint': 'endpoint',
  'endpoint-service': 'service',
  listener: 'listener',
  enforcement: 'enforcement',
  'target-choice': 'targets',
  target: 'target',
  arrival: 'arrival',
}

/** Lists that let a packet pass are one line, there, and one, back: they are asked four times and rarely say no. */
export function describeSteps(steps: readonly Step[]): readonly string[] {
  return steps.flatMap((step, index) => {
    if (step.step !== 'network-acl' || step.verdict === 'refuses') return describeStep(step)
    const before = steps[index - 1]
    const isSameWay = (other: Step | undefined): other is NetworkAclStep =>
      other?.step === 'network-acl' && other.verdict === 'passes' && other.way === step.way
    if (isSameWay(before)) return []
    const after = steps[index + 1]
    const asked = isSameWay(after) ? [step, after] : [step]
    const places = asked.map(
      ({ direction, subnetId, networkAclId, ruleNumber }) =>
        `${direction === 'ingress' ? 'into' : 'out of'} ${subnetId} (${networkAclId}, rule ${ruleNumber})`,
    )
    const packet = step.way === 'there' ? `${step.protocol} ${step.port} passes` : 'the answer passes'
    return [line('passes', labels['network-acl'], `${packet} ${places.join(', ')}`)]
  })
}

/** The line of a step, and whatever belongs below it. */
function describeStep(step: Step): readonly string[] {
  const [first = '', ...more] = wordsOf(step)
  return [line(step.verdict, labels[step.step], first), ...more.map((each) => `${' '.repeat(22)}${each}`)]
}

const line = (verdict: Step['verdict'], label: string, words: string): string =>
  `${verdict === 'passes' ? 'ok' : 'NO'}  ${label.padEnd(16)}  ${words}`

function wordsOf(step: Step): readonly string[] {
  const isRefused = step.verdict === 'refuses'
  switch (step.step) {
    case 'sender': {
      const { instanceId, state, privateIp, networkInterfaceId, subnetId, vpcId } = step
      return isRefused
        ? [`${instanceId} is ${state}: it sends nothing`]
        : [`${instanceId}: ${privateIp} (${networkInterfaceId}) in ${subnetId} of ${vpcId}`]
    }
    case 'network-acl': {
      const { networkAclId, subnetId, direction, way, protocol, port, peerIp, ruleNumber } = step
      const what = `${protocol} ${port} ${direction === 'ingress' ? 'from' : 'to'} ${peerIp}`
      const whither = direction === 'ingress' ? 'into' : 'out of'
      const packet = way === 'there' ? '' : 'the answer, '
      const entry = ruleNumber === undefined ? 'no rule fits, so * denies' : `rule ${ruleNumber} denies`
      return [`${networkAclId}, ${whither} ${subnetId}: ${entry} ${packet}${what}`]
    }
    case 'security-group': {
      const { groupIds, of, direction, protocol, port, peerIp, securityGroupRuleId } = step
      const what = `${protocol} ${port} ${direction === 'ingress' ? 'from' : 'to'} ${peerIp}`
      const whither = direction === 'ingress' ? 'in' : 'out'
      const holder = of.startsWith('arn:') ? `load balancer ${nameInArn(of)}` : of
      const groups = groupIds.join(', ') || 'no group'
      return isRefused
        ? [`no ${direction} rule of ${groups} (of ${holder}) lets ${what} ${whither}`]
        : [`${groups} (of ${holder}): ${securityGroupRuleId} lets ${what} ${whither}`]
    }
    case 'destination': {
      const { ip, vpcId, isInVpc, networkInterfaceId, interfaceType, route } = step
      if (!isRefused) return [`${ip} is ${networkInterfaceId}, ${interfaceWords[interfaceType ?? 'interface']}`]
      if (isInVpc) return [`no interface of ${vpcId} has ${ip}`]
      return [
        `${ip} is outside ${vpcId}: what leaves a VPC leaves it through an endpoint's interface in it`,
        ...(route
          ? [`${route.routeTableId} leads ${route.destination} to ${route.gatewayId}: it carries no packet here`]
          : []),
      ]
    }
    case 'vpc-endpoint': {
      const { vpcEndpointId, state, serviceId, ownerId } = step
      return [`${vpcEndpointId} of account ${ownerId} is ${state ?? 'gone'}; it leads to ${serviceId || 'no service'}`]
    }
    case 'endpoint-service': {
      const { serviceId, ownerId, availabilityZone, availabilityZoneId, loadBalancerArn, node } = step
      const zone = `${availabilityZoneId} (${availabilityZone})`
      if (node) {
        const what = `node ${node.privateIp} of load balancer ${nameInArn(loadBalancerArn ?? '')}`
        return [`${serviceId} of account ${ownerId}, ${zone}: ${what}`]
      }
      return [`${serviceId} of account ${ownerId} has no load balancer with a node in ${zone}, the interface's zone`]
    }
    case 'listener': {
      const { loadBalancerArn, protocol, port, listenerProtocol, others = [] } = step
      const name = `load balancer ${nameInArn(loadBalancerArn)}`
      if (!isRefused) return [`${name} listens: ${listenerProtocol} ${port}`]
      const heard = others.map((each) => `${each.protocol} ${each.port}`).join(', ')
      return [`${name} has no listener for ${protocol} ${port}; it has ${heard || 'none at all'}`]
    }
    case 'enforcement':
      return [`load balancer ${nameInArn(step.loadBalancerArn)} ${enforcementWords[step.enforced]}`]
    case 'target-choice':
      return choiceWords(step)
    case 'target': {
      const { id, ip, port, health, sourceIp } = step
      const where = id === ip ? `${ip}:${port}` : `${id}, ${ip}:${port}`
      if (isRefused) return [`${where}: no interface of the VPC has this address`]
      return [`${where} is ${health}; it sees ${sourceIp} as its peer`]
    }
    case 'arrival': {
      const { networkInterfaceId, instanceId, state, port } = step
      if (!isRefused) return [`${instanceId} gets it on port ${port}`]
      return [instanceId ? `${instanceId} is ${state}` : `no instance has ${networkInterfaceId}`]
    }
  }
}

const interfaceWords = {
  interface: "an instance's interface",
  vpc_endpoint: "an endpoint's interface",
  network_load_balancer: "a load balancer's node",
} as const

const enforcementWords = {
  on: 'asks its security groups of traffic through PrivateLink',
  off: 'does not ask its security groups of traffic through PrivateLink',
  none: 'has no security groups: every client may in',
} as const

function choiceWords({ nodeIp, availabilityZone, groups }: TargetChoiceStep): readonly string[] {
  const chosen = groups.flatMap(({ targets }) => targets.filter(({ isChosen }) => isChosen))
  const count = chosen.length === 0 ? 'none' : chosen.length === 1 ? 'one' : `any of ${chosen.length}`
  const failsOpen = groups.some((group) => group.isFailOpen && group.targets.some(({ isChosen }) => isChosen))
  return [
    `node ${nodeIp} in ${availabilityZone} may choose ${count}${failsOpen ? ': too few are healthy, so all get connections' : ''}`,
    ...groups.flatMap(({ targetGroupArn, weight, targets }) => [
      `${nameInArn(targetGroupArn)}, weight ${weight}${targets.length === 0 ? ': no target is registered' : ''}`,
      ...targets.map(
        ({ id, port, availabilityZone: zone, state, health, isChosen }) =>
          `  ${isChosen ? '+' : '-'} ${id}:${port}  ${zone}  ${state === 'draining' ? 'draining' : health}`,
      ),
    ]),
  ]
}

export function describeName({ verdict, name, vpcId, alias, addresses, isUpstream, reason, privateName }: NameStep) {
  const who = isUpstream ? "the host's resolver, since the name is none of ours" : `the resolver of ${vpcId}`
  const outside = isUpstream && reason !== 'unanswered' ? ", says the host's resolver: the name is none of ours" : ''
  const words =
    verdict === 'passes'
      ? `${name}${alias ? ` is ${alias}` : ''} has ${addresses.join(', ')}, says ${who}`
      : { ...reasons, 'dns-support-off': `the resolver of ${vpcId} does not answer: enableDnsSupport is false` }[
          reason ?? 'no-address'
        ].replace('NAME', name) + outside
  const zone =
    privateName &&
    `it is the private name of ${privateName.vpcEndpointId}'s service, but ` +
      (privateName.isEnabled ? `enableDnsHostnames of ${vpcId} is false` : 'PrivateDnsEnabled of the endpoint is false')
  return [line(verdict, 'name', words), ...(zone ? [`${' '.repeat(22)}${zone}`] : [])]
}

const reasons = {
  'no-such-name': 'NAME does not exist',
  'no-address': 'NAME has no IPv4 address',
  unanswered: "NAME is none of ours, and the host's resolver does not answer",
} as const

/** How a path ends, as far as we can tell: whether a process listens is known by health checks only. */
export type End = 'connects' | 'unhealthy' | 'refused'

export function endOf({ steps, fate }: Path): End {
  if (fate.outcome === 'dropped') return 'refused'
  const isIll = steps.some((step) => step.step === 'target' && step.health.startsWith('unhealthy'))
  return isIll ? 'unhealthy' : 'connects'
}
