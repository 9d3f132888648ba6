/**
 * An Underpass of its own with one provider and one consumer, built through the API as any caller would.
 *
 *   provider 10.0.0.0/16   server 10.0.1.10   neighbour 10.0.1.20   a load balancer with a listener per workload's port
 *   consumer 10.1.0.0/16   client 10.1.1.10   an endpoint of the service, accepted by itself
 *
 * Any credentials are trusted: a 12-digit key is an account, so a benchmark can have as many accounts as it likes.
 */
import { CreateVpcEndpointServiceConfigurationCommand, DescribeNetworkInterfacesCommand } from '@aws-sdk/client-ec2'
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { Playground } from '../src/cli/demo/playground.ts'
import {
  allow,
  createEndpoint,
  createGroup,
  createNetwork,
  type Machine,
  type Network,
  runInstance,
  type Service,
  type Tenant,
  tcpFrom,
  tenantOf,
  untilEndpointIs,
} from '../src/cli/demo/scenario.ts'
import { instanceNetns } from '../src/plan/names.ts'
import { httpPort, iperfPort, type Path } from './load.ts'
import type { Stage } from './stage.ts'

const providerCidr = '10.0.0.0/16'
/** Another than the provider's for the proxies' sake alone: an endpoint would not mind the same. */
const consumerCidr = '10.1.0.0/16'

export async function startPlayground(stage: Stage): Promise<Playground> {
  const playground = await Playground.create('bench')
  stage.later(() => playground.remove())
  await playground.up('--trust-any-credentials')
  return playground
}

export function tenant(playground: Playground, accountId: string): Tenant {
  const { endpoint, region } = playground.caller()
  return tenantOf(accountId, { endpoint, region, credentials: { accessKeyId: accountId, secretAccessKey: 'trusted' } })
}

export const netnsOf = (playground: Playground, { instanceId }: Machine): string =>
  instanceNetns(playground.home.name, instanceId)

export interface Provider {
  readonly network: Network
  /** Lets in the workloads' ports from everywhere in the VPC. */
  readonly groupId: string
  readonly server: Machine
  readonly neighbour: Machine
  readonly service: Service
}

export interface Consumer {
  readonly network: Network
  readonly client: Machine
  /** Lets in the workloads' ports from everywhere in the VPC. */
  readonly groupId: string
}

const workloadPorts = (cidr: string) => [tcpFrom(httpPort, cidr), tcpFrom(iperfPort, cidr)]

export async function createProvider(playground: Playground, accountId: string): Promise<Provider> {
  const network = await createNetwork(tenant(playground, accountId), 'a', providerCidr)
  const groupId = await createGroup(network, 'servers', workloadPorts(providerCidr))
  const [server, neighbour] = await Promise.all([
    runInstance(network, 'a', '10.0.1.10', [groupId]),
    runInstance(network, 'a', '10.0.1.20', [groupId]),
  ])
  return { network, groupId, server, neighbour, service: await publish(network, server) }
}

/** A load balancer with one listener and target group per workload's port; consumers need no acceptance. */
async function publish(network: Network, server: Machine): Promise<Service> {
  const { ec2, elbv2 } = network.tenant
  const { LoadBalancers } = await elbv2.send(
    new CreateLoadBalancerCommand({
      Name: 'bench',
      Type: 'network',
      Scheme: 'internal',
      Subnets: [network.subnetIds.a ?? ''],
    }),
  )
  const loadBalancerArn = LoadBalancers?.[0]?.LoadBalancerArn ?? ''
  let targetGroupArn = ''
  for (const port of [iperfPort, httpPort]) {
    const { TargetGroups } = await elbv2.send(
      new CreateTargetGroupCommand({
        Name: `port-${port}`,
        Protocol: 'TCP',
        Port: port,
        VpcId: network.vpcId,
        TargetType: 'instance',
        HealthCheckPort: `${httpPort}`,
      }),
    )
    targetGroupArn = TargetGroups?.[0]?.TargetGroupArn ?? ''
    await elbv2.send(
      new RegisterTargetsCommand({ TargetGroupArn: targetGroupArn, Targets: [{ Id: server.instanceId }] }),
    )
    await elbv2.send(
      new CreateListenerCommand({
        LoadBalancerArn: loadBalancerArn,
        Protocol: 'TCP',
        Port: port,
        DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
      }),
    )
  }
  const { ServiceConfiguration } = await ec2.send(
    new CreateVpcEndpointServiceConfigurationCommand({
      NetworkLoadBalancerArns: [loadBalancerArn],
      AcceptanceRequired: false,
    }),
  )
  const { ServiceId = '', ServiceName = '' } = ServiceConfiguration ?? {}
  return { loadBalancerArn, targetGroupArn, serviceId: ServiceId, serviceName: ServiceName }
}

export async function createConsumer(playground: Playground, accountId: string, provider: Provider): Promise<Consumer> {
  await allow(provider.network.tenant, provider.service, accountId)
  const network = await createNetwork(tenant(playground, accountId), 'a', consumerCidr)
  const groupId = await createGroup(network, 'clients', workloadPorts(consumerCidr))
  return { network, groupId, client: await runInstance(network, 'a', '10.1.1.10', [groupId]) }
}

/** An endpoint that works. */
export async function connect(
  { network, client, groupId }: Consumer,
  { service, server }: Provider,
): Promise<Endpoint> {
  const { VpcEndpointId = '', NetworkInterfaceIds } = await createEndpoint(network, service, 'a', [groupId])
  await untilEndpointIs(network.tenant, VpcEndpointId, 'available')
  const { NetworkInterfaces } = await network.tenant.ec2.send(
    new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds }),
  )
  const ip = NetworkInterfaces?.[0]?.PrivateIpAddress
  if (!ip) throw new Error(`${VpcEndpointId} has no address`)
  return { vpcEndpointId: VpcEndpointId, ip, client, server }
}

export interface Endpoint {
  readonly vpcEndpointId: string
  /** Of its only interface. */
  readonly ip: string
  /** An instance beside it. */
  readonly client: Machine
  /** Where it leads to. */
  readonly server: Machine
}

export const endpointPath = (playground: Playground, { client, ip, server }: Endpoint): Path => ({
  name: 'endpoint',
  clientNetns: netnsOf(playground, client),
  servingNetns: [netnsOf(playground, server)],
  ip,
})

/** Between two instances of one VPC, through its namespace and its security groups: what an endpoint is compared with. */
export const directPath = (playground: Playground, { server, neighbour }: Provider): Path => ({
  name: 'direct',
  clientNetns: netnsOf(playground, neighbour),
  servingNetns: [netnsOf(playground, server)],
  ip: server.privateIp,
})
