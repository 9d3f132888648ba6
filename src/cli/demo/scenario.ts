/**
 * A provider and its consumers, built with AWS's own SDK as any caller would.
 *
 * The demo tells its story with these, and the end-to-end tests build their worlds with them; nothing here knows anything of
 * Underpass but the endpoint URL.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  CreateVpcEndpointServiceConfigurationCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeVpcEndpointsCommand,
  EC2Client,
  type IpPermission,
  ModifyVpcEndpointServicePermissionsCommand,
  RunInstancesCommand,
  type VpcEndpoint,
} from '@aws-sdk/client-ec2'
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  type CreateTargetGroupCommandInput,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import {
  CreateAccountCommand,
  CreateOrganizationCommand,
  DescribeCreateAccountStatusCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'

export interface Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** Where Underpass answers and who calls. */
export interface Caller {
  readonly endpoint: string
  readonly region: string
  readonly credentials: Keys
}

/** One account and the clients that act for it. */
export interface Tenant {
  readonly accountId: string
  readonly caller: Caller
  readonly ec2: EC2Client
  readonly elbv2: ElasticLoadBalancingV2Client
}

export function tenantOf(accountId: string, caller: Caller): Tenant {
  const settings = { endpoint: caller.endpoint, region: caller.region, credentials: caller.credentials }
  return { accountId, caller, ec2: new EC2Client(settings), elbv2: new ElasticLoadBalancingV2Client(settings) }
}

/** Waits until `probe` gives a value; says what was waited for when the time is over. */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined>,
  timeoutMs = 20_000,
  everyMs = 25,
): Promise<T> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const value = await probe()
    if (value !== undefined) return value
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`)
    await sleep(everyMs)
  }
}

/** The organisation that member accounts belong to; once per Underpass. */
export async function createOrganization(management: Caller): Promise<void> {
  await new OrganizationsClient(management).send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }))
}

/** A new member account of the organisation, entered through the role that every new account has. */
export async function createTenant(management: Caller, name: string): Promise<Tenant> {
  const organizations = new OrganizationsClient(management)
  const { CreateAccountStatus } = await organizations.send(
    new CreateAccountCommand({ AccountName: name, Email: `${name}@example.com` }),
  )
  const accountId = await until(`account ${name}`, async () => {
    const { CreateAccountStatus: status } = await organizations.send(
      new DescribeCreateAccountStatusCommand({ CreateAccountRequestId: CreateAccountStatus?.Id }),
    )
    if (status?.State === 'FAILED') throw new Error(`account ${name}: ${status.FailureReason}`)
    return status?.State === 'SUCCEEDED' ? status.AccountId : undefined
  })
  const { Credentials } = await new STSClient(management).send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${accountId}:role/OrganizationAccountAccessRole`,
      RoleSessionName: name,
    }),
  )
  return tenantOf(accountId, {
    ...management,
    credentials: {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken,
    },
  })
}

const need = (value: string | undefined, what: string): string => {
  if (value === undefined) throw new Error(`the answer has no ${what}`)
  return value
}

export interface Network {
  readonly tenant: Tenant
  readonly vpcId: string
  /** By zone letter. */
  readonly subnetIds: Readonly<Record<string, string>>
}

/** A VPC with one /24 per zone: 10.0.1.0/24 in the first, 10.0.2.0/24 in the second… unless told otherwise. */
export async function createNetwork(tenant: Tenant, zones = 'ab', cidrBlock = '10.0.0.0/16'): Promise<Network> {
  const { Vpc } = await tenant.ec2.send(new CreateVpcCommand({ CidrBlock: cidrBlock }))
  const vpcId = need(Vpc?.VpcId, 'VpcId')
  const prefix = cidrBlock.split('.').slice(0, 2).join('.')
  const subnetIds: Record<string, string> = {}
  for (const [i, letter] of [...zones].entries()) {
    const { Subnet } = await tenant.ec2.send(
      new CreateSubnetCommand({
        VpcId: vpcId,
        CidrBlock: `${prefix}.${i + 1}.0/24`,
        AvailabilityZone: `${tenant.caller.region}${letter}`,
      }),
    )
    subnetIds[letter] = need(Subnet?.SubnetId, 'SubnetId')
  }
  return { tenant, vpcId, subnetIds }
}

export async function createGroup(network: Network, name: string, ingress: readonly IpPermission[]): Promise<string> {
  const { ec2 } = network.tenant
  const { GroupId } = await ec2.send(
    new CreateSecurityGroupCommand({ GroupName: name, Description: name, VpcId: network.vpcId }),
  )
  if (ingress.length > 0) {
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [...ingress] }))
  }
  return need(GroupId, 'GroupId')
}

/** An ingress permission for one TCP port from a block. */
export const tcpFrom = (port: number, cidr: string): IpPermission => ({
  IpProtocol: 'tcp',
  FromPort: port,
  ToPort: port,
  IpRanges: [{ CidrIp: cidr }],
})

export interface Machine {
  readonly instanceId: string
  readonly privateIp: string
}

/** An instance that is running: its namespace and interface are there. */
export async function runInstance(
  network: Network,
  zone: string,
  privateIp: string,
  groupIds: readonly string[],
): Promise<Machine> {
  const { ec2 } = network.tenant
  const { Instances } = await ec2.send(
    new RunInstancesCommand({
      ImageId: 'ami-00000000000000000',
      MinCount: 1,
      MaxCount: 1,
      SubnetId: network.subnetIds[zone],
      PrivateIpAddress: privateIp,
      SecurityGroupIds: [...groupIds],
    }),
  )
  const instanceId = need(Instances?.[0]?.InstanceId, 'InstanceId')
  await until(`instance ${instanceId} to run`, async () => {
    const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }))
    return Reservations?.[0]?.Instances?.[0]?.State?.Name === 'running' ? true : undefined
  })
  return { instanceId, privateIp }
}

export interface Service {
  readonly loadBalancerArn: string
  readonly targetGroupArn: string
  readonly serviceId: string
  readonly serviceName: string
}

export interface ServiceWish {
  readonly name: string
  readonly listenerPort: number
  readonly targetPort: number
  readonly targets: readonly Machine[]
  readonly zones?: string
  readonly acceptanceRequired?: boolean
  readonly health?: Partial<CreateTargetGroupCommandInput>
}

/** A load balancer over some instances, published as an endpoint service. */
export async function publishService(network: Network, wish: ServiceWish): Promise<Service> {
  const { ec2, elbv2 } = network.tenant
  const { LoadBalancers } = await elbv2.send(
    new CreateLoadBalancerCommand({
      Name: wish.name,
      Type: 'network',
      Scheme: 'internal',
      Subnets: [...(wish.zones ?? 'ab')].map((letter) => need(network.subnetIds[letter], `subnet in zone ${letter}`)),
    }),
  )
  const loadBalancerArn = need(LoadBalancers?.[0]?.LoadBalancerArn, 'LoadBalancerArn')
  const { TargetGroups } = await elbv2.send(
    new CreateTargetGroupCommand({
      Name: wish.name,
      Protocol: 'TCP',
      Port: wish.targetPort,
      VpcId: network.vpcId,
      TargetType: 'instance',
      HealthCheckProtocol: 'TCP',
      HealthCheckIntervalSeconds: 5,
      HealthCheckTimeoutSeconds: 2,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 2,
      ...wish.health,
    }),
  )
  const targetGroupArn = need(TargetGroups?.[0]?.TargetGroupArn, 'TargetGroupArn')
  if (wish.targets.length > 0) {
    await elbv2.send(
      new RegisterTargetsCommand({
        TargetGroupArn: targetGroupArn,
        Targets: wish.targets.map(({ instanceId }) => ({ Id: instanceId })),
      }),
    )
  }
  await elbv2.send(
    new CreateListenerCommand({
      LoadBalancerArn: loadBalancerArn,
      Protocol: 'TCP',
      Port: wish.listenerPort,
      DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
    }),
  )
  const { ServiceConfiguration } = await ec2.send(
    new CreateVpcEndpointServiceConfigurationCommand({
      NetworkLoadBalancerArns: [loadBalancerArn],
      AcceptanceRequired: wish.acceptanceRequired ?? true,
    }),
  )
  return {
    loadBalancerArn,
    targetGroupArn,
    serviceId: need(ServiceConfiguration?.ServiceId, 'ServiceId'),
    serviceName: need(ServiceConfiguration?.ServiceName, 'ServiceName'),
  }
}

export async function allow(provider: Tenant, service: Service, accountId: string): Promise<void> {
  await provider.ec2.send(
    new ModifyVpcEndpointServicePermissionsCommand({
      ServiceId: service.serviceId,
      AddAllowedPrincipals: [`arn:aws:iam::${accountId}:root`],
    }),
  )
}

export async function createEndpoint(
  network: Network,
  service: Service,
  zones: string,
  groupIds: readonly string[],
): Promise<VpcEndpoint> {
  const { VpcEndpoint: endpoint } = await network.tenant.ec2.send(
    new CreateVpcEndpointCommand({
      VpcEndpointType: 'Interface',
      VpcId: network.vpcId,
      ServiceName: service.serviceName,
      SubnetIds: [...zones].map((letter) => need(network.subnetIds[letter], `subnet in zone ${letter}`)),
      SecurityGroupIds: [...groupIds],
    }),
  )
  if (!endpoint) throw new Error('the answer has no VpcEndpoint')
  return endpoint
}

export async function describeEndpoint(
  tenant: Tenant,
  vpcEndpointId: string | undefined,
): Promise<VpcEndpoint | undefined> {
  const { VpcEndpoints } = await tenant.ec2.send(
    new DescribeVpcEndpointsCommand({ VpcEndpointIds: [vpcEndpointId ?? ''] }),
  )
  return VpcEndpoints?.[0]
}

/** The private addresses of an endpoint's interfaces, in the order of its subnets. */
export async function endpointAddresses(tenant: Tenant, endpoint: VpcEndpoint): Promise<string[]> {
  const ids = endpoint.NetworkInterfaceIds ?? []
  const { NetworkInterfaces } = await tenant.ec2.send(
    new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: ids }),
  )
  const byId = new Map((NetworkInterfaces ?? []).map((eni) => [eni.NetworkInterfaceId, eni.PrivateIpAddress]))
  return ids.map((id) => need(byId.get(id), `address of ${id}`))
}

/** The wire's states are camelCase; the SDK's type says otherwise (reference section 0). */
export const stateOf = (endpoint: VpcEndpoint | undefined): string => String(endpoint?.State)

export async function untilEndpointIs(
  tenant: Tenant,
  vpcEndpointId: string | undefined,
  state: string,
): Promise<VpcEndpoint> {
  return until(`${vpcEndpointId} to be ${state}`, async () => {
    const endpoint = await describeEndpoint(tenant, vpcEndpointId)
    return stateOf(endpoint) === state ? endpoint : undefined
  })
}

/** instance id → state, as the provider sees it. */
export async function targetHealth(provider: Tenant, service: Service): Promise<Map<string, string>> {
  const { TargetHealthDescriptions } = await provider.elbv2.send(
    new DescribeTargetHealthCommand({ TargetGroupArn: service.targetGroupArn }),
  )
  return new Map(
    (TargetHealthDescriptions ?? []).map(({ Target, TargetHealth }) => [Target?.Id ?? '', String(TargetHealth?.State)]),
  )
}

export async function untilAllHealthy(provider: Tenant, service: Service, timeoutMs = 40_000): Promise<void> {
  await until(
    'every target to be healthy',
    async () => {
      const states = [...(await targetHealth(provider, service)).values()]
      return states.length > 0 && states.every((state) => state === 'healthy') ? true : undefined
    },
    timeoutMs,
    100,
  )
}
