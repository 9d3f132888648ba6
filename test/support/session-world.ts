/** A provider with a service in two zones and a consumer beside it, and what tests ask of AWS and of the kernel. */
import assert from 'node:assert/strict'
import {
  AuthorizeSecurityGroupIngressCommand,
  DescribeNetworkInterfacesCommand,
  type IpPermission,
  type VpcEndpoint,
} from '@aws-sdk/client-ec2'
import type { CreateTargetGroupCommandInput } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Playground, Status } from '../../src/cli/demo/playground.ts'
import {
  type Caller,
  createGroup,
  createNetwork,
  createOrganization,
  createTenant,
  type Network,
  publishService,
  runInstance,
  type Service,
  type Tenant,
  tcpFrom,
  until,
} from '../../src/cli/demo/scenario.ts'
import { nftFamily, nftTable } from '../../src/plan/names.ts'
import { inside, untilSettled, vpcNetnsOf } from './e2e-underpass.ts'
import { type Attempt, Resident } from './session-resident.ts'

export const cidr = '10.0.0.0/16'
export const servicePort = 80
export const targetPort = 8080

/** Generous: on a busy machine a condition comes late, and that decides no test. */
export const patienceMs = 60_000
/** How long a client waits for an answer that must not come. */
export const silenceMs = 700

/** The shortest that the API allows. */
export const quickChecks: Partial<CreateTargetGroupCommandInput> = {
  HealthCheckIntervalSeconds: 5,
  HealthCheckTimeoutSeconds: 2,
  HealthyThresholdCount: 2,
  UnhealthyThresholdCount: 2,
}

export interface World {
  readonly playground: Playground
  readonly provider: Network
  readonly consumer: Network
  readonly service: Service
  /** In the provider's zones a and b, at the same place of their subnets. */
  readonly targets: readonly [Resident, Resident]
  /** In the consumer's zone a, with the very address of the first target. */
  readonly client: Resident
  /** Admits everything from the consumer's VPC. */
  readonly openGroupId: string
}

export interface WorldWish {
  readonly acceptanceRequired?: boolean
  readonly consumerZones?: string
  readonly health?: Partial<CreateTargetGroupCommandInput>
  /** Provider and consumer; by default two new accounts of a new organisation. */
  readonly tenants?: readonly [Tenant, Tenant]
}

async function newTenants(management: Caller): Promise<readonly [Tenant, Tenant]> {
  await createOrganization(management)
  return Promise.all([createTenant(management, 'provider'), createTenant(management, 'consumer')])
}

/** Both in accounts of their own, both in the same block, the client at the first target's address. */
export async function aWorld(playground: Playground, wish: WorldWish = {}): Promise<World> {
  const tenants = wish.tenants ?? (await newTenants(playground.caller()))
  const [provider, consumer] = await Promise.all([
    createNetwork(tenants[0], 'ab', cidr),
    createNetwork(tenants[1], wish.consumerZones ?? 'ab', cidr),
  ])
  const [targetGroupId, openGroupId] = await Promise.all([
    createGroup(provider, 'targets', [tcpFrom(targetPort, cidr)]),
    createGroup(consumer, 'open', [anythingFrom(cidr)]),
  ])
  const [targetA, targetB, clientMachine] = await Promise.all([
    runInstance(provider, 'a', '10.0.1.10', [targetGroupId]),
    runInstance(provider, 'b', '10.0.2.10', [targetGroupId]),
    runInstance(consumer, 'a', '10.0.1.10', [openGroupId]),
  ])
  const [residentA, residentB, client] = await Promise.all(
    [targetA, targetB, clientMachine].map((machine) => Resident.in(playground, machine)),
  )
  assert(residentA && residentB && client)
  await Promise.all([residentA.serve(targetPort, 'zone-a'), residentB.serve(targetPort, 'zone-b')])
  const service = await publishService(provider, {
    name: 'service',
    listenerPort: servicePort,
    targetPort,
    targets: [targetA, targetB],
    zones: 'ab',
    acceptanceRequired: wish.acceptanceRequired ?? true,
    health: { ...quickChecks, ...wish.health },
  })
  return { playground, provider, consumer, service, targets: [residentA, residentB], client, openGroupId }
}

export const anythingFrom = (block: string): IpPermission => ({ IpProtocol: '-1', IpRanges: [{ CidrIp: block }] })

export const permit = async (network: Network, groupId: string, ...permissions: readonly IpPermission[]) => {
  await network.tenant.ec2.send(
    new AuthorizeSecurityGroupIngressCommand({ GroupId: groupId, IpPermissions: [...permissions] }),
  )
}

/** An instance and a process of ours in it. */
export async function aResident(
  playground: Playground,
  network: Network,
  zone: string,
  privateIp: string,
  groupIds: readonly string[],
): Promise<Resident> {
  return Resident.in(playground, await runInstance(network, zone, privateIp, groupIds))
}

/** The error that AWS answers. */
export async function refusalOf(
  answer: Promise<unknown>,
): Promise<{ readonly name: string; readonly message: string }> {
  const refusal = await answer.then(
    () => undefined,
    (error: Error) => error,
  )
  assert(refusal, 'it was not refused')
  return refusal
}

/** Zone letter → the address of the endpoint's interface there. */
export async function interfaceAddresses(
  network: Network,
  endpoint: VpcEndpoint | undefined,
): Promise<Readonly<Record<string, string>>> {
  const { NetworkInterfaces = [] } = await network.tenant.ec2.send(
    new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: endpoint?.NetworkInterfaceIds ?? [] }),
  )
  return Object.fromEntries(
    NetworkInterfaces.map((eni) => [eni.AvailabilityZone?.at(-1) ?? '', eni.PrivateIpAddress ?? '']),
  )
}

/** Zone letter → the private address of the load balancer's node there; a network with one load balancer. */
export async function nodeAddresses(network: Network): Promise<Readonly<Record<string, string>>> {
  const { NetworkInterfaces = [] } = await network.tenant.ec2.send(
    new DescribeNetworkInterfacesCommand({ Filters: [{ Name: 'vpc-id', Values: [network.vpcId] }] }),
  )
  return Object.fromEntries(
    NetworkInterfaces.filter(({ InterfaceType }) => InterfaceType === 'network_load_balancer').map((eni) => [
      eni.AvailabilityZone?.at(-1) ?? '',
      eni.PrivateIpAddress ?? '',
    ]),
  )
}

/** As `dropped`, asked of control itself: a test that looks a hundred times need not start a hundred processes. */
export async function countedDrops(playground: Playground, vpcId: string, reason: string): Promise<number> {
  const answer = await fetch(`${playground.caller().endpoint}/_underpass/status`)
  const { agent } = (await answer.json()) as Pick<Status, 'agent'>
  return agent?.drops.find((drop) => drop.vpcId === vpcId && drop.reason === reason)?.packets ?? 0
}

/** Everything that nft has for a VPC, as it prints it. */
export function tableText(playground: Playground, vpcId: string): string {
  return inside(vpcNetnsOf(playground, vpcId), 'nft', 'list', 'table', nftFamily, nftTable)
}

/** Whether an address occurs there, as an address of its own: 10.0.1.5 is not in 10.0.1.50. */
export const mentions = (text: string, ip: string): boolean =>
  new RegExp(`(?<![\\d.])${ip.replaceAll('.', '\\.')}(?![\\d.])`).test(text)

/** Tries again until it is answered. @returns the answer and how long that took */
export async function untilAnswered<T>(
  what: string,
  attempt: () => Promise<Attempt<T>>,
): Promise<{ readonly answer: T; readonly ms: number }> {
  const from = performance.now()
  let last = ''
  const answer = await until(
    what,
    async () => {
      const { answer: found, error } = await attempt()
      last = error ?? ''
      return found
    },
    patienceMs,
  ).catch((error: Error) => {
    throw new Error(`${error.message}: ${last}`)
  })
  return { answer, ms: Math.round(performance.now() - from) }
}

/** Tries again until it is refused. @returns the reason and when the attempt that got it had begun */
export async function untilRefused(
  what: string,
  attempt: () => Promise<Attempt<unknown>>,
): Promise<{ readonly error: string; readonly ms: number }> {
  const from = performance.now()
  return until(
    what,
    async () => {
      const begun = performance.now()
      const { error } = await attempt()
      return error === undefined ? undefined : { error, ms: Math.round(begun - from) }
    },
    patienceMs,
  )
}

/** Asks on a held connection until it is no more. @returns what ended it */
export async function untilCut(resident: Resident, connection: string): Promise<string> {
  let n = 0
  return until(
    `${connection} to be cut`,
    async () => {
      const text = `still there? ${++n}`
      const { answer, error } = await resident.say(connection, text, patienceMs)
      if (answer !== undefined) assert.equal(answer, text)
      return error
    },
    patienceMs,
  )
}

/** Waits until everything that was written is in the kernel. */
export async function untilApplied(playground: Playground): Promise<void> {
  await untilSettled(playground, patienceMs)
}
