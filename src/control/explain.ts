/**
 * `GET /_underpass/explain?from=i-…&to=ADDRESS-OR-NAME&port=443[&protocol=udp]`: who may connect to whom, and why not.
 *
 * Answered from the durable state and from what the agent told last; the kernel is not asked. A target's health is known
 * here over all nodes that check it and not node by node, so a target that only one of several nodes finds healthy counts
 * as healthy at all of them.
 */
import { Resolver } from 'node:dns/promises'
import { answerQuestion } from '../dns/answer.ts'
import { classIn, rcodes, types } from '../dns/message.ts'
import type { Failure } from '../link/messages.ts'
import { parseIpv4 } from '../net/ip.ts'
import { formatIpv6, parseIpv6 } from '../net/ipv6.ts'
import { compileDns, zoneHealthOf } from '../plan/dns.ts'
import { explainPaths } from '../plan/explain.ts'
import type { Explanation, NameStep } from '../plan/explanation.ts'
import type { HealthState, HealthView } from '../plan/program.ts'
import { topologyOf } from '../plan/topology.ts'
import { resolverIpsOf } from '../plan/vpc.ts'
import type { Instance } from '../resource/instance.ts'
import type { Snapshot } from '../resource/kind.ts'
import { forwardedGroups } from '../resource/load-balancer.ts'
import type { RouteTable } from '../resource/route-table.ts'
import type { TargetHealthReport } from '../resource/target-group.ts'
import type { Vpc } from '../resource/vpc.ts'
import { hostResolvers } from './upstream.ts'

export interface ExplainQuestion {
  readonly from: string
  /** An IPv4 address or a name. */
  readonly to: string
  readonly port: number
  readonly protocol: 'tcp' | 'udp'
}

/** What was asked makes no sense here; the message says what would. */
export class ExplainError extends Error {}

export interface ExplainSources {
  snapshot(): Promise<Snapshot>
  routeTables(): Promise<readonly RouteTable[]>
  targetHealth(targetKey: string): TargetHealthReport | undefined
  kernel(): {
    readonly confirmedRevision: number
    readonly isAgentConnected: boolean
    readonly failures: readonly Failure[]
  }
  /** The IPv4 addresses of a name that is none of ours; undefined when nobody answers. */
  lookup(name: string): Promise<readonly string[] | undefined>
}

/** Of the kernel's default range (ip_local_port_range), where network ACLs rarely end. */
const anEphemeralPort = 32_768

const isIpv4 = (text: string): boolean => parseIpv4(text) !== undefined
const isIpv6 = (text: string): boolean => parseIpv6(text) !== undefined

/** @throws ExplainError */
export function parseQuestion(query: string): ExplainQuestion {
  const values = new URLSearchParams(query)
  const [from = '', to = '', port = '', protocol = 'tcp'] = ['from', 'to', 'port', 'protocol'].map(
    (key) => values.get(key) ?? undefined,
  )
  if (!/^i-[0-9a-f]+$/.test(from))
    throw new ExplainError(`from=${from}: give an instance's id, as in i-0123456789abcdef0.`)
  const isNumeric = /^[\d.]+$/.test(to) || to.includes(':')
  const isName = /^[a-z0-9*_-]+(\.[a-z0-9_-]+)*\.?$/i.test(to) && to.length <= 254
  const ipv6 = parseIpv6(to)
  if (isNumeric ? !isIpv4(to) && ipv6 === undefined : !isName) {
    throw new ExplainError(`to=${to}: give an address or a DNS name.`)
  }
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0
  if (number < 1 || number > 65535) throw new ExplainError(`port=${port}: give a port from 1 to 65535.`)
  if (protocol !== 'tcp' && protocol !== 'udp') throw new ExplainError(`protocol=${protocol}: tcp or udp.`)
  return { from, to: ipv6 === undefined ? to : formatIpv6(ipv6), port: number, protocol }
}

/** @throws ExplainError */
export async function explainQuestion(sources: ExplainSources, question: ExplainQuestion): Promise<Explanation> {
  const { from: fromInstanceId, to, port, protocol } = question
  const [snapshot, routeTables] = await Promise.all([sources.snapshot(), sources.routeTables()])
  const instance = snapshot.resources.instance.get(fromInstanceId)
  const vpc = snapshot.resources.vpc.get(instance?.vpcId ?? '')
  if (!instance || !vpc)
    throw new ExplainError(`There is no instance ${fromInstanceId}.\nRun: aws ec2 describe-instances`)
  if (resolverIpsOf(vpc).includes(to)) {
    throw new ExplainError(
      `${to} is the resolver of ${vpc.vpcId}: it answers DNS on port 53 to every instance of the VPC, whatever groups and ` +
        `lists say, while enableDnsSupport is true (it is ${vpc.enableDnsSupport}).`,
    )
  }
  const own = addressesOf(snapshot, to)
  if (own) throw new ExplainError(`${to} is no name that a resolver knows: give its address, ${own.join(' or ')}.`)
  const health = healthViewOf(snapshot, sources)
  // Nobody asks a name in an instance that does not run: its path ends before it begins.
  const isAddress = isIpv4(to) || isIpv6(to) || instance.state !== 'running'
  const name = isAddress ? undefined : await resolve(sources, snapshot, health, instance, vpc, to)
  const attempts = (name?.addresses ?? [to]).map((ip) => ({
    ip,
    paths: explainPaths(
      snapshot,
      health,
      { fromInstanceId, protocol, fromPort: anEphemeralPort, toIp: ip, toPort: port },
      routeTables,
    ),
  }))
  const { failures, ...kernel } = sources.kernel()
  const told = JSON.stringify(attempts)
  const isNamed = (owner: string) => told.includes(`"${owner.slice(owner.indexOf('/') + 1)}"`)
  return {
    ...{ fromInstanceId, protocol, port, attempts },
    ...(name && { name }),
    basis: { revision: snapshot.revision, ...kernel, failures: failures.filter(({ owner }) => isNamed(owner)) },
  }
}

/** Of an instance or an endpoint, by its id, which somebody may take for a name. */
function addressesOf({ resources }: Snapshot, id: string): readonly string[] | undefined {
  const instance = resources.instance.get(id)
  if (instance) return [instance.privateIp]
  const ids = resources['vpc-endpoint'].get(id)?.networkInterfaceIds
  return ids?.flatMap((each) => resources['network-interface'].get(each)?.privateIp ?? [])
}

/** What the agent told of each target, as if every node that uses it had found the same. */
function healthViewOf(snapshot: Snapshot, { targetHealth }: Pick<ExplainSources, 'targetHealth'>): HealthView {
  const { 'load-balancer': loadBalancers, listener: listeners, target: targets } = snapshot.resources
  const nodesByGroup = new Map<string, Set<string>>()
  for (const listener of listeners.values()) {
    const zones = loadBalancers.get(listener.loadBalancerArn)?.zones ?? []
    for (const { targetGroupArn } of forwardedGroups(listener)) {
      const nodes = nodesByGroup.get(targetGroupArn) ?? new Set<string>()
      for (const { networkInterfaceId } of zones) nodes.add(networkInterfaceId)
      nodesByGroup.set(targetGroupArn, nodes)
    }
  }
  const view = new Map<string, HealthState>()
  for (const { targetKey, targetGroupArn } of targets.values()) {
    const state = targetHealth(targetKey)?.state
    if (!state) continue
    for (const node of nodesByGroup.get(targetGroupArn) ?? []) view.set(`${node}|${targetKey}`, state)
  }
  return view
}

/** As the resolver of the VPC answers: by the rule that the agent's own resolver follows. */
async function resolve(
  { lookup }: Pick<ExplainSources, 'lookup'>,
  snapshot: Snapshot,
  health: HealthView,
  { ownerId, region, vpcId }: Instance,
  vpc: Vpc,
  text: string,
): Promise<NameStep> {
  const name = text.toLowerCase().replace(/\.$/, '')
  const topology = topologyOf(snapshot)
  const config = compileDns(topology, zoneHealthOf(topology, health))
  const asked = { step: 'name', ownerId, region, name, vpcId, isUpstream: false } as const
  const privateName = privateNameIn(snapshot, vpc, name)
  const none = (reason: NonNullable<NameStep['reason']>): NameStep => ({
    ...{ ...asked, verdict: 'refuses', addresses: [], reason },
    ...(privateName && { privateName }),
  })
  const answer = answerQuestion({ name, type: types.A, class: classIn }, config, vpc.fabricIp, () => 0)
  if (answer.kind === 'silence') return none('dns-support-off')
  if (answer.kind === 'forward') {
    const addresses = await lookup(name)
    if (!addresses) return { ...none('unanswered'), isUpstream: true }
    if (addresses.length === 0) return { ...none('no-such-name'), isUpstream: true }
    // A private name that nothing here answers for is looked for outside: that is why somebody asks.
    return { ...asked, verdict: 'passes', isUpstream: true, addresses, ...(privateName && { privateName }) }
  }
  const { rcode, answers } = answer.response
  const addresses = answers.flatMap((each) => (each.type === 'A' ? [each.address] : []))
  const [alias] = answers.flatMap((each) => (each.type === 'CNAME' ? [each.target] : []))
  if (addresses.length === 0) return none(rcode === rcodes.NXDOMAIN ? 'no-such-name' : 'no-address')
  return { ...asked, verdict: 'passes', addresses, ...(alias !== undefined && { alias }) }
}

/** An endpoint of the VPC to a service of this private name, if it brings no zone for it. */
function privateNameIn(snapshot: Snapshot, vpc: Vpc, name: string): NameStep['privateName'] {
  for (const endpoint of snapshot.resources['vpc-endpoint'].values()) {
    if (endpoint.vpcId !== vpc.vpcId || endpoint.state === 'deleting') continue
    const service = snapshot.resources['endpoint-service'].get(endpoint.serviceId)
    const own = endpoint.privateDns?.name ?? service?.privateDnsName
    const fits = own?.startsWith('*.') ? name.endsWith(own.slice(1)) : own === name
    if (!fits || (endpoint.privateDnsEnabled && vpc.enableDnsHostnames)) continue
    return {
      vpcEndpointId: endpoint.vpcEndpointId,
      isEnabled: endpoint.privateDnsEnabled,
      areHostnamesEnabled: vpc.enableDnsHostnames,
    }
  }
  return undefined
}

/** The host's own resolvers, which the agent's asks through us too. */
export async function lookupUpstream(name: string): Promise<readonly string[] | undefined> {
  const servers = hostResolvers()
  if (servers.length === 0) return undefined
  const resolver = new Resolver({ timeout: 2_000, tries: 1 })
  try {
    resolver.setServers([...servers])
    return await resolver.resolve4(name)
  } catch (error) {
    return ['ENOTFOUND', 'ENODATA'].includes((error as NodeJS.ErrnoException).code ?? '') ? [] : undefined
  }
}
