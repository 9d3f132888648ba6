import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CreateVpcEndpointRequest } from '@aws-sdk/client-ec2'
import { aContext } from '../../../test/support/fake-context.ts'
import { aNetwork, consumer, must, provider, stranger, throwsAwsError } from '../../../test/support/privatelink.ts'
import { aWorld } from '../../../test/support/vpc-endpoint-world.ts'
import { answerOnce } from '../client-token.ts'
import { requestServiceQuotaIncrease } from '../servicequotas/request-service-quota-increase.ts'
import { acceptVpcEndpointConnections } from './accept-vpc-endpoint-connections.ts'
import { createSubnet } from './create-subnet.ts'
import { createTags } from './create-tags.ts'
import { createVpcEndpoint } from './create-vpc-endpoint.ts'
import { deleteTags } from './delete-tags.ts'
import { deleteVpcEndpoints } from './delete-vpc-endpoints.ts'
import { describeNetworkInterfaces } from './describe-network-interfaces.ts'
import { describeVpcEndpointConnections } from './describe-vpc-endpoint-connections.ts'
import { describeVpcEndpoints } from './describe-vpc-endpoints.ts'
import { rejectVpcEndpointConnections } from './reject-vpc-endpoint-connections.ts'

test('an endpoint as AWS shows it: interfaces, names, default group and policy', () => {
  const { ctx, service, network, a, b, create, describe, defaultGroup } = aWorld()
  const made = create({
    SubnetIds: [a, b],
    ClientToken: 'token',
    TagSpecifications: [{ ResourceType: 'vpc-endpoint', Tags: [{ Key: 'k', Value: 'v' }] }],
  })
  assert.match(must(made.VpcEndpointId), /^vpce-[0-9a-f]{17}$/)
  const enis = ctx.tx.by('network-interface', 'vpcId', network.vpcId)
  assert.deepEqual(
    made.NetworkInterfaceIds,
    enis.map((eni) => eni.networkInterfaceId),
  )
  const name = new RegExp(
    `^${made.VpcEndpointId}-[a-z0-9]{8}(-us-east-1[ab])?\\.${service.serviceId}\\.us-east-1\\.vpce\\.amazonaws\\.com$`,
  )
  for (const entry of made.DnsEntries ?? []) {
    assert.match(entry.DnsName ?? '', name)
    assert.equal(entry.HostedZoneId, 'Z7HUB22UULQXV')
  }
  assert.deepEqual(
    made.DnsEntries?.map((entry) => name.exec(entry.DnsName ?? '')?.[1]),
    [undefined, '-us-east-1a', '-us-east-1b'],
    'the regional name, then the zones',
  )
  const { DnsEntries, NetworkInterfaceIds, VpcEndpointId, PolicyDocument, ...rest } = made
  assert.deepEqual(JSON.parse(must(PolicyDocument)), {
    Statement: [{ Action: '*', Effect: 'Allow', Principal: '*', Resource: '*' }],
  })
  assert.deepEqual(rest, {
    VpcEndpointType: 'Interface',
    VpcId: network.vpcId,
    ServiceName: service.serviceName,
    State: 'available',
    RouteTableIds: [],
    SubnetIds: [a, b],
    Groups: [{ GroupId: defaultGroup, GroupName: 'default' }],
    IpAddressType: 'ipv4',
    DnsOptions: { DnsRecordIpType: 'ipv4' },
    PrivateDnsEnabled: false,
    RequesterManaged: false,
    CreationTimestamp: ctx.now,
    Tags: [{ Key: 'k', Value: 'v' }],
    OwnerId: consumer,
    ServiceRegion: 'us-east-1',
  })
  assert.deepEqual(describe(VpcEndpointId), made)
  const shown = describeNetworkInterfaces.handle({ NetworkInterfaceIds }, ctx).NetworkInterfaces ?? []
  assert.deepEqual(
    shown.map((eni) => [eni.InterfaceType, eni.Description, eni.RequesterManaged, eni.PrivateIpAddress, eni.SubnetId]),
    [
      ['vpc_endpoint', `VPC Endpoint Interface ${VpcEndpointId}`, true, '10.0.1.4', a],
      ['vpc_endpoint', `VPC Endpoint Interface ${VpcEndpointId}`, true, '10.0.2.4', b],
    ],
  )
  assert.equal(new Set(enis.map((eni) => must(eni.fabricIp))).size, 2)
})

test('not permitted looks like not existing', () => {
  const { as, service } = aWorld()
  for (const [accountId, name] of [
    [stranger, service.serviceName],
    [consumer, `${service.serviceName}0`],
    [consumer, 'com.amazonaws.us-east-1.nothing'],
  ] as const) {
    const { vpcId } = aNetwork(as(accountId))
    throwsAwsError(
      () => createVpcEndpoint.handle({ VpcEndpointType: 'Interface', VpcId: vpcId, ServiceName: name }, as(accountId)),
      'InvalidServiceName',
      `The Vpc Endpoint Service '${name}' does not exist`,
    )
  }
})

test('a service is of one Region', () => {
  const { as, ctx, service, create } = aWorld()
  const elsewhere = aContext({ accountId: consumer, region: 'eu-west-1', tx: ctx.tx })
  const { vpcId } = aNetwork(elsewhere)
  const request = { VpcEndpointType: 'Interface', VpcId: vpcId, ServiceName: service.serviceName } as const
  throwsAwsError(() => createVpcEndpoint.handle(request, elsewhere), 'InvalidServiceName')
  const id = must(create().VpcEndpointId)
  throwsAwsError(
    () => describeVpcEndpoints.handle({ VpcEndpointIds: [id] }, elsewhere),
    'InvalidVpcEndpointId.NotFound',
  )
  assert.deepEqual(describeVpcEndpoints.handle({}, elsewhere).VpcEndpoints, [])
  assert.equal(describeVpcEndpoints.handle({}, as(consumer)).VpcEndpoints?.length, 1)
})

test('`available` only when what placed the endpoint is confirmed and nothing of it failed', () => {
  let confirmed = 0
  const failures = new Map<string, string>()
  const world = aWorld({
    acceptanceRequired: true,
    observed: { isConfirmed: (revision) => revision <= confirmed, failureOf: (_, id) => failures.get(id) },
  })
  const { as, ctx, service, a, b, create, describe, modify, group } = world
  const made = create({ SubnetIds: [a] })
  const id = must(made.VpcEndpointId)
  const [eni = ''] = made.NetworkInterfaceIds ?? []
  const decide = { ServiceId: service.serviceId, VpcEndpointIds: [id] }
  const shown = () => [describe(id).State, describe(id).LastError?.Message]
  const confirm = () => {
    confirmed = ctx.tx.revision
  }

  assert.deepEqual(shown(), ['pendingAcceptance', undefined])
  confirm()
  acceptVpcEndpointConnections.handle(decide, as(provider))
  assert.deepEqual(shown(), ['pending', undefined])
  confirm()
  assert.deepEqual(shown(), ['available', undefined])
  failures.set(eni, 'nft: no space')
  assert.deepEqual(shown(), ['pending', 'nft: no space'])
  failures.clear()

  const unrelated: readonly (() => unknown)[] = [
    () => createTags.handle({ Resources: [id, eni], Tags: [{ Key: 'k', Value: 'v' }] }, ctx),
    () => modify(id, { AddSecurityGroupIds: [group('another')] }),
    () => modify(id, { ResetPolicy: true }),
    () => modify(id, { AddSubnetIds: [] }),
  ]
  for (const write of unrelated) {
    write()
    assert.deepEqual(shown(), ['available', undefined], `${write} takes it back to pending`)
  }

  modify(id, { AddSubnetIds: [b] })
  assert.deepEqual(shown(), ['pending', undefined], 'a subnet is a promise too')
  confirm()
  rejectVpcEndpointConnections.handle(decide, as(provider))
  assert.deepEqual(shown(), ['rejected', undefined])
  assert.equal(describe(id).NetworkInterfaceIds?.length, 2, 'interfaces stay until the consumer deletes')
  acceptVpcEndpointConnections.handle(decide, as(provider))
  assert.deepEqual(shown(), ['pending', undefined])
})

const lattice = 'arn:aws:vpc-lattice:us-east-1:222222222222:'

/** What AWS has and this installation does not: told as AWS tells of what does not exist. */
const absentThings: readonly (readonly [Partial<CreateVpcEndpointRequest>, string, string | RegExp])[] = [
  [
    { ServiceName: 'com.amazonaws.us-east-1.s3', VpcEndpointType: undefined },
    'UnsupportedOperation',
    /com\.amazonaws\.us-east-1\.s3 is run by AWS/,
  ],
  [{ ServiceName: 'com.amazonaws.us-east-1.sqs' }, 'UnsupportedOperation', /is run by AWS/],
  [
    { ServiceName: 'com.amazonaws.us-east-1.sqs', VpcEndpointType: 'Gateway' },
    'InvalidParameter',
    'Endpoint type (Gateway) does not match available service types ([Interface]).',
  ],
  [
    { ServiceName: 'com.amazonaws.us-east-1.s3', VpcEndpointType: 'GatewayLoadBalancer' },
    'InvalidParameter',
    'Endpoint type (GatewayLoadBalancer) does not match available service types ([Gateway, Interface]).',
  ],
  [{ VpcEndpointType: 'Resource' }, 'InvalidParameterCombination', /ServiceName/],
  [{ VpcEndpointType: 'Resource', ServiceName: undefined }, 'MissingParameter', /ResourceConfigurationArn/],
  [
    { VpcEndpointType: 'Resource', ServiceName: undefined, ResourceConfigurationArn: 'x' },
    'InvalidResourceConfigurationArn.Malformed',
    /'x'/,
  ],
  [
    {
      VpcEndpointType: 'Resource',
      ServiceName: undefined,
      ResourceConfigurationArn: `${lattice}resourceconfiguration/rcfg-0123456789abcdef0`,
    },
    'InvalidResourceConfigurationArn.NotFound',
    /does not exist/,
  ],
  [{ VpcEndpointType: 'ServiceNetwork', ServiceName: undefined }, 'MissingParameter', /ServiceNetworkArn/],
  [
    {
      VpcEndpointType: 'ServiceNetwork',
      ServiceName: undefined,
      ServiceNetworkArn: `${lattice}servicenetwork/sn-0123456789abcdef0`,
    },
    'InvalidServiceNetworkArn.NotFound',
    /does not exist/,
  ],
  [
    { ServiceNetworkArn: 'x' },
    'InvalidParameter',
    'ServiceNetworkArn is only supported for ServiceNetwork type VPC Endpoints.',
  ],
  [{ ResourceConfigurationArn: 'x' }, 'InvalidParameter', /only supported for Resource type/],
]

test('refused at creation, and nothing is left behind', () => {
  const { ctx, as, service, network, a, c, create, group } = aWorld()
  const sibling = must(
    createSubnet.handle({ VpcId: network.vpcId, CidrBlock: '10.0.9.0/24', AvailabilityZone: 'us-east-1a' }, ctx).Subnet
      ?.SubnetId,
  )
  const elsewhere = aNetwork(ctx)
  const foreign = aNetwork(as(stranger))
  const foreignGroup = group('elsewhere', elsewhere.vpcId)
  const before = [...ctx.tx.all('network-interface')].length
  const policy = (statement: object) => JSON.stringify({ Statement: [statement] })
  const cases: readonly (readonly [Partial<CreateVpcEndpointRequest>, string, string | RegExp])[] = [
    [
      { VpcEndpointType: undefined },
      'InvalidParameter',
      'Endpoint type (Gateway) does not match available service types ([Interface]).',
    ],
    [
      { VpcEndpointType: undefined, SubnetIds: [a] },
      'InvalidParameter',
      'Subnet IDs are only supported for Interface and GatewayLoadBalancer type VPC Endpoints.',
    ],
    [{ VpcEndpointType: 'GatewayLoadBalancer' }, 'InvalidParameter', /type \(GatewayLoadBalancer\) does not match/],
    ...absentThings,
    [{ VpcEndpointType: 'interface' as 'Interface' }, 'InvalidVpcEndpointType', /'interface'/],
    [{ RouteTableIds: ['rtb-1'] }, 'InvalidParameter', /Route table IDs are only supported for Gateway/],
    [{ VpcId: 'vpc-0123' }, 'InvalidVpcID.NotFound', "The vpc ID 'vpc-0123' does not exist"],
    [{ VpcId: foreign.vpcId }, 'InvalidVpcID.NotFound', /does not exist/],
    [{ VpcId: 'x' }, 'InvalidVpcId.Malformed', /expecting 'vpc-/],
    [{ ServiceName: undefined }, 'MissingParameter', /ServiceName/],
    [{ ServiceRegion: 'eu-west-1' }, 'InvalidServiceName', /does not exist/],
    [{ SubnetIds: ['subnet-0123'] }, 'InvalidSubnetId.NotFound', "The subnet ID 'subnet-0123' does not exist"],
    [
      { SubnetIds: ['nope'] },
      'InvalidSubnetId.Malformed',
      "Invalid Subnet Id: 'nope' (expecting 'subnet-...; the Id may only contain lowercase alphanumeric characters and a single dash')",
    ],
    [{ SubnetIds: [foreign.subnetId] }, 'InvalidSubnetId.NotFound', /does not exist/],
    [{ SubnetIds: [elsewhere.subnetId] }, 'InvalidParameter', /does not belong to the VPC/],
    [
      { SubnetIds: [c] },
      'InvalidParameter',
      `The VPC endpoint service ${service.serviceName} does not support the availability zone of the subnet: ${c}. Supported availability zones: us-east-1a, us-east-1b.`,
    ],
    [
      { SubnetIds: [a, sibling] },
      'DuplicateSubnetsInSameZone',
      `Found another VPC endpoint subnet in the availability zone of ${sibling}. VPC endpoint subnets should be in different availability zones supported by the VPC endpoint service.`,
    ],
    [{ SecurityGroupIds: ['sg-0123'] }, 'InvalidGroup.NotFound', /sg-0123/],
    [{ SecurityGroupIds: [foreignGroup] }, 'InvalidGroup.NotFound', new RegExp(foreignGroup)],
    [{ IpAddressType: 'dualstack' }, 'InvalidParameter', /does not support the IP address type: dualstack/],
    [{ IpAddressType: 'ipv5' as 'ipv4' }, 'InvalidParameter', /'ipv5' is not valid/],
    [{ DnsOptions: { DnsRecordIpType: 'ipv6' } }, 'InvalidParameter', /ipv6/],
    [
      { DnsOptions: { PrivateDnsOnlyForInboundResolverEndpoint: true } },
      'InvalidParameter',
      `To set PrivateDnsOnlyForInboundResolverEndpoint to true, the VPC ${network.vpcId} must have a Gateway endpoint for the service.`,
    ],
    [{ DnsOptions: { PrivateDnsPreference: 'ALL_DOMAINS' } }, 'InvalidParameter', /Resource and ServiceNetwork/],
    [{ PolicyDocument: 'no json' }, 'InvalidPolicyDocument', /not JSON/],
    [{ PolicyDocument: '{}' }, 'InvalidPolicyDocument', /no statement/],
    [{ PolicyDocument: policy({ Effect: 'Allow', Action: '*' }) }, 'InvalidPolicyDocument', /no Principal/],
    [{ PolicyDocument: ' '.repeat(20_481) }, 'InvalidPolicyDocument', /20480/],
    [{ PolicyDocument: policy({ Effect: 'Deny', Principal: '*' }) }, 'InvalidParameter', /endpoint policies/],
    [
      { SubnetIds: [a], SubnetConfigurations: [{ SubnetId: c, Ipv4: '10.0.3.9' }] },
      'InvalidParameter',
      /is not one of the subnets/,
    ],
    [{ SubnetIds: [a], SubnetConfigurations: [{ SubnetId: a, Ipv6: '::1' }] }, 'InvalidParameter', /IPv6/],
    [
      { SubnetIds: [a], SubnetConfigurations: [{ SubnetId: a, Ipv4: '10.0.1.3' }] },
      'InvalidParameterValue',
      /reserved/,
    ],
    [{ SubnetIds: [a], SubnetConfigurations: [{ SubnetId: a, Ipv4: '10.0.2.9' }] }, 'InvalidParameterValue', /range/],
    [
      { TagSpecifications: [{ ResourceType: 'vpc', Tags: [{ Key: 'k', Value: 'v' }] }] },
      'InvalidParameterValue',
      /taggable resource type/,
    ],
  ]
  for (const [wish, code, text] of cases) throwsAwsError(() => create(wish), code, text)
  assert.equal([...ctx.tx.all('network-interface')].length, before)
  assert.deepEqual([...ctx.tx.all('vpc-endpoint')], [])
})

test('no subnets: no interfaces, the regional name only; they can come later', () => {
  const { a, create, describe, modify } = aWorld()
  const made = create()
  assert.deepEqual([made.SubnetIds, made.NetworkInterfaceIds, made.DnsEntries?.length], [[], [], 1])
  modify(made.VpcEndpointId, { AddSubnetIds: [a] })
  const now = describe(made.VpcEndpointId)
  assert.deepEqual([now.SubnetIds, now.NetworkInterfaceIds?.length, now.DnsEntries?.length], [[a], 1, 2])
})

test('addresses: fixed ones are kept, taken ones refused', () => {
  const { ctx, a, b, create } = aWorld()
  const fixed = { SubnetIds: [a, b], SubnetConfigurations: [{ SubnetId: b, Ipv4: '10.0.2.50' }] }
  const made = create(fixed)
  assert.deepEqual(
    made.NetworkInterfaceIds?.map((id) => ctx.tx.get('network-interface', id)?.privateIp),
    ['10.0.1.4', '10.0.2.50'],
  )
  throwsAwsError(() => create({ ...fixed, SubnetIds: [b] }), 'InvalidIPAddress.InUse', /10\.0\.2\.50/)
})

test('deleting: partial success, `deleting` with its interfaces until the agent is done', () => {
  const { as, ctx, a, create, describe, modify } = aWorld()
  const made = create({ SubnetIds: [a] })
  const id = must(made.VpcEndpointId)
  const unknown = 'vpce-0123456789abcdef0'
  const notFound = (ResourceId: string) => ({
    ResourceId,
    Error: { Code: 'InvalidVpcEndpoint.NotFound', Message: `The Vpc Endpoint Id '${ResourceId}' does not exist` },
  })
  assert.deepEqual(deleteVpcEndpoints.handle({ VpcEndpointIds: [id] }, as(provider)).Unsuccessful, [notFound(id)])
  assert.equal(describe(id).State, 'available')
  assert.deepEqual(deleteVpcEndpoints.handle({ VpcEndpointIds: [unknown, id] }, ctx).Unsuccessful, [notFound(unknown)])
  assert.deepEqual([describe(id).State, describe(id).NetworkInterfaceIds], ['deleting', made.NetworkInterfaceIds])
  assert.ok(ctx.tx.get('network-interface', made.NetworkInterfaceIds?.[0]))
  assert.deepEqual(deleteVpcEndpoints.handle({ VpcEndpointIds: [id] }, ctx).Unsuccessful, [], 'again: no error')
  throwsAwsError(() => modify(id, { RemoveSubnetIds: [a] }), 'InvalidState', /'deleting' and cannot be modified/)
  throwsAwsError(() => deleteVpcEndpoints.handle({ VpcEndpointIds: ['x'] }, ctx), 'InvalidVpcEndpointId.Malformed')
  throwsAwsError(() => deleteVpcEndpoints.handle({ VpcEndpointIds: [] }, ctx), 'MissingParameter')
})

test('describing: ids, filters, pages, other accounts', () => {
  const { as, ctx, service, network, a, create } = aWorld({ acceptanceRequired: true })
  const ids = [1, 2, 3].map(() => must(create({ SubnetIds: [] }).VpcEndpointId))
  const tagged = must(
    create({
      SubnetIds: [a],
      TagSpecifications: [{ ResourceType: 'vpc-endpoint', Tags: [{ Key: 'env', Value: 'test' }] }],
    }).VpcEndpointId,
  )
  const list = (Name: string, ...Values: string[]) =>
    describeVpcEndpoints.handle({ Filters: [{ Name, Values }] }, ctx).VpcEndpoints?.map((e) => e.VpcEndpointId)
  for (const [name, value, expected] of [
    ['vpc-id', network.vpcId, [...ids, tagged]],
    ['vpc-id', 'vpc-0', []],
    ['service-name', service.serviceName, [...ids, tagged]],
    ['vpc-endpoint-id', must(ids[1]), [ids[1]]],
    ['vpc-endpoint-state', 'pendingAcceptance', [...ids, tagged]],
    ['vpc-endpoint-state', 'available', []],
    ['vpc-endpoint-type', 'Interface', [...ids, tagged]],
    ['ip-address-type', 'ipv4', [...ids, tagged]],
    ['service-region', 'us-east-1', [...ids, tagged]],
    ['tag:env', 't*', [tagged]],
    ['tag-key', 'env', [tagged]],
  ] as const) {
    assert.deepEqual(list(name, value), expected, `${name} ${value}`)
  }
  throwsAwsError(() => list('nope', 'x'), 'InvalidFilter')

  const pages: (string | undefined)[][] = []
  let NextToken: string | undefined
  do {
    const answer = describeVpcEndpoints.handle({ MaxResults: 3, NextToken }, ctx)
    pages.push((answer.VpcEndpoints ?? []).map((endpoint) => endpoint.VpcEndpointId))
    NextToken = answer.NextToken
  } while (NextToken)
  assert.deepEqual(pages, [ids, [tagged]])

  assert.deepEqual(describeVpcEndpoints.handle({}, as(provider)).VpcEndpoints, [])
  throwsAwsError(
    () => describeVpcEndpoints.handle({ VpcEndpointIds: [tagged] }, as(provider)),
    'InvalidVpcEndpointId.NotFound',
    `The Vpc Endpoint Id '${tagged}' does not exist`,
  )
  throwsAwsError(
    () => describeVpcEndpoints.handle({ VpcEndpointIds: ['vpce_x'] }, ctx),
    'InvalidVpcEndpointId.Malformed',
  )
})

test('fifty endpoints in a VPC, as many as AWS has; more when more is granted', () => {
  const { ctx, network, create } = aWorld()
  for (let n = 0; n < 50; n++) create()
  throwsAwsError(() => create(), 'VpcEndpointLimitExceeded', 'The maximum number of VPC endpoints has been reached.')
  requestServiceQuotaIncrease.handle({ ServiceCode: 'vpc', QuotaCode: 'L-29B6F2EB', DesiredValue: 51 }, ctx)
  create()
  throwsAwsError(() => create(), 'VpcEndpointLimitExceeded')
  assert.notEqual(create({ VpcId: aNetwork(ctx).vpcId }).VpcId, network.vpcId, 'another VPC has its own fifty')
})

test('a connection has tags of the provider’s, which the consumer does not see', () => {
  const { as, service, create, describe } = aWorld()
  const { VpcEndpointId } = create()
  const connection = () => must(describeVpcEndpointConnections.handle({}, as(provider)).VpcEndpointConnections?.[0])
  const request = { Resources: [must(connection().VpcEndpointConnectionId)], Tags: [{ Key: 'k', Value: 'v' }] }
  createTags.handle(request, as(provider))
  assert.deepEqual([connection().Tags, connection().ServiceId], [request.Tags, service.serviceId])
  assert.deepEqual(describe(VpcEndpointId).Tags, [])
  throwsAwsError(() => createTags.handle(request, as(consumer)), 'InvalidID')
  deleteTags.handle(request, as(provider))
  assert.deepEqual(connection().Tags, [])
})

/** As it will be once load balancers have IPv6: the records say so, the operations cannot make them yet. */
test('the same request again: a second endpoint without a token, the same answer with one', () => {
  const { ctx, service, network, a } = aWorld()
  const request = { VpcEndpointType: 'Interface', VpcId: network.vpcId, ServiceName: service.serviceName } as const
  const send = (more: object) => {
    const input = { ...request, ...more }
    return answerOnce(ctx, createVpcEndpoint.action, input, () => createVpcEndpoint.handle(input, ctx))
  }
  assert.notDeepEqual(send({}), send({}))
  const first = send({ ClientToken: 'one', SubnetIds: [a] })
  assert.deepEqual(send({ ClientToken: 'one', SubnetIds: [a] }), first)
  throwsAwsError(() => send({ ClientToken: 'one', SubnetIds: [] }), 'IdempotentParameterMismatch')
  assert.equal([...ctx.tx.all('vpc-endpoint')].length, 3)
})
