/**
 * What the rows of the error table speak of, made through the API in front of an empty store: one provider's network with
 * a load balancer and a service, and an endpoint to it, all in one account. The agent is one that applies everything.
 */
import * as acm from '@aws-sdk/client-acm'
import * as ec2 from '@aws-sdk/client-ec2'
import * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2'
import * as iam from '@aws-sdk/client-iam'
import * as organizations from '@aws-sdk/client-organizations'
import * as serviceQuotas from '@aws-sdk/client-service-quotas'
import * as sts from '@aws-sdk/client-sts'
import { lookupCredential } from '../../../src/api/identity.ts'
import { createDispatch } from '../../../src/api/pipeline.ts'
import { services } from '../../../src/api/services.ts'
import { operations } from '../../../src/api/table.ts'
import { createAwsListener } from '../../../src/aws/listener.ts'
import { Store } from '../../../src/state/store.ts'
import { VolatileLog } from '../../../src/state/volatile-log.ts'

export const accountId = '111111111111'
const strangerId = '222222222222'
const region = 'us-east-1'
const sessionKey = new Uint8Array(32).fill(7)

export interface Clients {
  readonly ec2: ec2.EC2Client
  readonly elbv2: elbv2.ElasticLoadBalancingV2Client
  readonly sts: sts.STSClient
  readonly iam: iam.IAMClient
  readonly organizations: organizations.OrganizationsClient
  readonly acm: acm.ACMClient
  readonly servicequotas: serviceQuotas.ServiceQuotasClient
}

export interface World {
  readonly url: string
  /** Of the account that everything belongs to, and of one that owns nothing. */
  readonly owner: Clients
  readonly stranger: Clients
  /** name → id, ARN or name of what was made. */
  readonly names: ReadonlyMap<string, string>
  close(): Promise<void>
}

export async function aWorld(): Promise<World> {
  const store = await Store.open(new VolatileLog())
  const listener = createAwsListener({
    services,
    credentials: (accessKeyId, token) => store.peek((view) => lookupCredential(view, accessKeyId, token, sessionKey)),
    dispatch: createDispatch({
      store,
      observedIn: () => ({
        isConfirmed: () => true,
        isApplied: () => true,
        failureOf: () => undefined,
        targetHealth: () => undefined,
      }),
      operations,
      sessionKey,
      trustAnyCredentials: true,
      now: () => new Date(),
    }),
    trustAnyCredentials: true,
    defaultRegion: region,
  })
  const { port } = await listener.listen(0)
  const url = `http://127.0.0.1:${port}`
  const owner = clientsOf(url, accountId)
  const stranger = clientsOf(url, strangerId)
  return {
    url,
    owner,
    stranger,
    names: await build(owner),
    async close() {
      for (const client of [...Object.values(owner), ...Object.values(stranger)]) client.destroy()
      await listener.close()
      await store.close()
    },
  }
}

function clientsOf(endpoint: string, accessKeyId: string): Clients {
  const settings = { endpoint, region, maxAttempts: 1, credentials: { accessKeyId, secretAccessKey: 'x' } }
  return {
    ec2: new ec2.EC2Client(settings),
    elbv2: new elbv2.ElasticLoadBalancingV2Client(settings),
    sts: new sts.STSClient(settings),
    iam: new iam.IAMClient(settings),
    organizations: new organizations.OrganizationsClient(settings),
    acm: new acm.ACMClient(settings),
    servicequotas: new serviceQuotas.ServiceQuotasClient(settings),
  }
}

async function build({
  ec2: ec2Client,
  elbv2: elbv2Client,
  iam: iamClient,
}: Clients): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>()
  const keep = (name: string, value: string | undefined): string => {
    if (value === undefined) throw new Error(`the answer has no ${name}`)
    names.set(name, value)
    return value
  }
  const vpc = async (name: string) => {
    const { Vpc } = await ec2Client.send(new ec2.CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))
    return keep(name, Vpc?.VpcId)
  }
  const subnet = async (name: string, VpcId: string, CidrBlock: string, zone: string) => {
    const { Subnet } = await ec2Client.send(
      new ec2.CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone: `${region}${zone}` }),
    )
    return keep(name, Subnet?.SubnetId)
  }
  const group = async (name: string, VpcId: string, GroupName: string) => {
    const { GroupId } = await ec2Client.send(
      new ec2.CreateSecurityGroupCommand({ VpcId, GroupName, Description: 'of the error table' }),
    )
    return keep(name, GroupId)
  }
  const loadBalancer = async (name: string, Name: string, ...Subnets: string[]) => {
    const { LoadBalancers } = await elbv2Client.send(
      new elbv2.CreateLoadBalancerCommand({ Name, Type: 'network', Scheme: 'internal', Subnets }),
    )
    return keep(name, LoadBalancers?.[0]?.LoadBalancerArn)
  }
  const targetGroup = async (name: string, Name: string, TargetType: 'instance' | 'ip', VpcId: string) => {
    const { TargetGroups } = await elbv2Client.send(
      new elbv2.CreateTargetGroupCommand({ Name, Protocol: 'TCP', Port: 80, VpcId, TargetType }),
    )
    return keep(name, TargetGroups?.[0]?.TargetGroupArn)
  }

  const vpcId = await vpc('vpc')
  const otherVpcId = await vpc('otherVpc')
  const subnetA = await subnet('subnetA', vpcId, '10.0.1.0/24', 'a')
  const subnetB = await subnet('subnetB', vpcId, '10.0.2.0/24', 'b')
  await subnet('subnetA2', vpcId, '10.0.3.0/24', 'a')
  await subnet('subnetC', vpcId, '10.0.4.0/24', 'c')
  await subnet('otherSubnet', otherVpcId, '10.0.1.0/24', 'a')
  const groupId = await group('group', vpcId, 'web')
  await group('otherGroup', otherVpcId, 'web')
  const inVpc = { Filters: [{ Name: 'vpc-id', Values: [vpcId] }] }
  const { SecurityGroups } = await ec2Client.send(new ec2.DescribeSecurityGroupsCommand(inVpc))
  keep('defaultGroup', SecurityGroups?.find(({ GroupName }) => GroupName === 'default')?.GroupId)
  await ec2Client.send(
    new ec2.AuthorizeSecurityGroupIngressCommand({
      GroupId: groupId,
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '10.0.0.0/16' }] }],
    }),
  )
  const { RouteTables } = await ec2Client.send(new ec2.DescribeRouteTablesCommand(inVpc))
  keep('mainRouteTable', RouteTables?.[0]?.RouteTableId)
  const { RouteTable } = await ec2Client.send(new ec2.CreateRouteTableCommand({ VpcId: vpcId }))
  keep('routeTable', RouteTable?.RouteTableId)
  const { InternetGateway } = await ec2Client.send(new ec2.CreateInternetGatewayCommand({}))
  const InternetGatewayId = keep('gateway', InternetGateway?.InternetGatewayId)
  await ec2Client.send(new ec2.AttachInternetGatewayCommand({ InternetGatewayId, VpcId: vpcId }))
  const { NetworkAcls } = await ec2Client.send(new ec2.DescribeNetworkAclsCommand(inVpc))
  keep('defaultAcl', NetworkAcls?.[0]?.NetworkAclId)

  const { Instances } = await ec2Client.send(
    new ec2.RunInstancesCommand({
      ImageId: 'ami-0123456789abcdef0',
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      SubnetId: subnetA,
      PrivateIpAddress: '10.0.1.10',
      SecurityGroupIds: [groupId],
    }),
  )
  keep('instance', Instances?.[0]?.InstanceId)
  const arn = await loadBalancer('loadBalancer', 'main', subnetA, subnetB)
  await loadBalancer('freeLoadBalancer', 'free', subnetA)
  const targetGroupArn = await targetGroup('targetGroup', 'main', 'instance', vpcId)
  await targetGroup('freeGroup', 'free', 'instance', vpcId)
  await targetGroup('ipGroup', 'addresses', 'ip', vpcId)
  const { Listeners } = await elbv2Client.send(
    new elbv2.CreateListenerCommand({
      LoadBalancerArn: arn,
      Protocol: 'TCP',
      Port: 80,
      DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
    }),
  )
  keep('listener', Listeners?.[0]?.ListenerArn)

  const { ServiceConfiguration } = await ec2Client.send(
    new ec2.CreateVpcEndpointServiceConfigurationCommand({ NetworkLoadBalancerArns: [arn], AcceptanceRequired: true }),
  )
  keep('service', ServiceConfiguration?.ServiceId)
  const ServiceName = keep('serviceName', ServiceConfiguration?.ServiceName)
  const { VpcEndpoint } = await ec2Client.send(
    new ec2.CreateVpcEndpointCommand({
      VpcId: vpcId,
      ServiceName,
      VpcEndpointType: 'Interface',
      SubnetIds: [subnetA],
      SecurityGroupIds: [groupId],
      ClientToken: 'used',
    }),
  )
  keep('endpoint', VpcEndpoint?.VpcEndpointId)
  keep('endpointInterface', VpcEndpoint?.NetworkInterfaceIds?.[0])

  const policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] })
  await iamClient.send(new iam.CreateUserCommand({ UserName: 'ada' }))
  await iamClient.send(new iam.CreateGroupCommand({ GroupName: 'staff' }))
  await iamClient.send(new iam.AddUserToGroupCommand({ UserName: 'ada', GroupName: 'staff' }))
  for (let key = 0; key < 2; key++) await iamClient.send(new iam.CreateAccessKeyCommand({ UserName: 'ada' }))
  const { Policy } = await iamClient.send(
    new iam.CreatePolicyCommand({ PolicyName: 'everything', PolicyDocument: policy }),
  )
  const PolicyArn = keep('policy', Policy?.Arn)
  await iamClient.send(new iam.AttachUserPolicyCommand({ UserName: 'ada', PolicyArn }))
  return names
}
