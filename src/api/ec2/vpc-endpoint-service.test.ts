import assert from 'node:assert/strict'
import { test } from 'node:test'
import type {
  CreateVpcEndpointServiceConfigurationRequest,
  ModifyVpcEndpointServiceConfigurationRequest,
} from '@aws-sdk/client-ec2'
import {
  accounts,
  aLoadBalancer,
  aNetwork,
  aService,
  consumer,
  must,
  provider,
  stranger,
  throwsAwsError,
} from '../../../test/support/privatelink.ts'
import { deleteLoadBalancer } from '../elbv2/delete-load-balancer.ts'
import { acceptVpcEndpointConnections } from './accept-vpc-endpoint-connections.ts'
import { createVpcEndpoint } from './create-vpc-endpoint.ts'
import { createVpcEndpointServiceConfiguration } from './create-vpc-endpoint-service-configuration.ts'
import { deleteVpcEndpointServiceConfigurations } from './delete-vpc-endpoint-service-configurations.ts'
import { deleteVpcEndpoints } from './delete-vpc-endpoints.ts'
import { describeVpcEndpointConnections } from './describe-vpc-endpoint-connections.ts'
import { describeVpcEndpointServiceConfigurations } from './describe-vpc-endpoint-service-configurations.ts'
import { describeVpcEndpointServicePermissions } from './describe-vpc-endpoint-service-permissions.ts'
import { describeVpcEndpointServices } from './describe-vpc-endpoint-services.ts'
import { modifyVpcEndpointServiceConfiguration } from './modify-vpc-endpoint-service-configuration.ts'
import { cutsConnectionsTag, modifyVpcEndpointServicePermissions } from './modify-vpc-endpoint-service-permissions.ts'
import { rejectVpcEndpointConnections } from './reject-vpc-endpoint-connections.ts'

function aWorld() {
  const as = accounts()
  const ctx = as(provider)
  const network = aNetwork(ctx, 'abc')
  const [a = '', b = '', c = ''] = network.subnetIds
  const loadBalancer = aLoadBalancer(ctx, [b, a])
  const create = (more: Partial<CreateVpcEndpointServiceConfigurationRequest> = {}) =>
    must(
      createVpcEndpointServiceConfiguration.handle({ NetworkLoadBalancerArns: [loadBalancer], ...more }, ctx)
        .ServiceConfiguration,
    )
  const allow = (ServiceId: string, ...AddAllowedPrincipals: string[]) =>
    modifyVpcEndpointServicePermissions.handle({ ServiceId, AddAllowedPrincipals }, ctx)
  const connect = (ServiceName: string, accountId = consumer) =>
    must(
      createVpcEndpoint.handle(
        { VpcEndpointType: 'Interface', VpcId: aNetwork(as(accountId)).vpcId, ServiceName },
        as(accountId),
      ).VpcEndpoint,
    )
  return { as, ctx, network, a, b, c, loadBalancer, create, allow, connect }
}

test('a service as its owner sees it', () => {
  const { ctx, loadBalancer, create } = aWorld()
  const service = create({
    TagSpecifications: [{ ResourceType: 'vpc-endpoint-service', Tags: [{ Key: 'k', Value: 'v' }] }],
  })
  const id = must(service.ServiceId)
  assert.match(id, /^vpce-svc-[0-9a-f]{17}$/)
  assert.deepEqual(service, {
    ServiceId: id,
    ServiceName: `com.amazonaws.vpce.us-east-1.${id}`,
    ServiceType: [{ ServiceType: 'Interface' }],
    ServiceState: 'Available',
    AvailabilityZoneIds: ['use1-az1', 'use1-az2'],
    AvailabilityZones: ['us-east-1a', 'us-east-1b'],
    AcceptanceRequired: true,
    ManagesVpcEndpoints: false,
    NetworkLoadBalancerArns: [loadBalancer],
    GatewayLoadBalancerArns: [],
    SupportedIpAddressTypes: ['ipv4'],
    BaseEndpointDnsNames: [`${id}.us-east-1.vpce.amazonaws.com`],
    PrivateDnsNameConfiguration: {},
    Tags: [{ Key: 'k', Value: 'v' }],
    SupportedRegions: [{ Region: 'us-east-1', ServiceState: 'Available' }],
    RemoteAccessEnabled: false,
  })
  assert.deepEqual(describeVpcEndpointServiceConfigurations.handle({}, ctx).ServiceConfigurations, [service])
})

test('refused at creation', () => {
  const { as, loadBalancer, create } = aWorld()
  const foreign = aLoadBalancer(as(consumer), aNetwork(as(consumer)).subnetIds)
  const other = 'arn:aws:elasticloadbalancing:us-east-1:111111111111:loadbalancer/app/web/0123456789abcdef'
  const required = 'exactly one of network_load_balancer_arn or gateway_load_balancer_arn is a required member'
  const refused: readonly (readonly [
    Partial<CreateVpcEndpointServiceConfigurationRequest>,
    string,
    string | RegExp,
  ])[] = [
    [{ NetworkLoadBalancerArns: [] }, 'InvalidParameter', required],
    [{ GatewayLoadBalancerArns: ['arn'] }, 'InvalidParameter', required],
    [
      { NetworkLoadBalancerArns: [], GatewayLoadBalancerArns: ['arn'] },
      'InvalidGatewayLoadBalancerArn.Malformed',
      /'arn' is not valid/,
    ],
    [
      { NetworkLoadBalancerArns: [], GatewayLoadBalancerArns: [other.replace('/app/', '/gwy/')] },
      'InvalidGatewayLoadBalancerArn.NotFound',
      /does not exist/,
    ],
    [{ NetworkLoadBalancerArns: ['web'] }, 'InvalidNetworkLoadBalancerArn.Malformed', /'web'/],
    [{ NetworkLoadBalancerArns: [`${loadBalancer}0`] }, 'InvalidNetworkLoadBalancerArn.NotFound', /does not exist/],
    [{ NetworkLoadBalancerArns: [foreign] }, 'InvalidNetworkLoadBalancerArn.NotFound', /does not exist/],
    [{ NetworkLoadBalancerArns: [other] }, 'InvalidParameter', /not a Network Load Balancer/],
    [{ PrivateDnsName: 'example' }, 'InvalidParameter', /'example' is not valid/],
    [{ SupportedIpAddressTypes: ['ipv5'] }, 'InvalidParameter', /'ipv5' is not valid/],
    [{ SupportedIpAddressTypes: [] }, 'InvalidParameter', /at least one IP address type/],
    [{ SupportedIpAddressTypes: ['ipv6'] }, 'InvalidParameter', /dualstack/],
    [{ SupportedRegions: ['mars-1'] }, 'InvalidParameter', "The Region 'mars-1' is not valid."],
  ]
  for (const [wish, code, text] of refused) throwsAwsError(() => create(wish), code, text)
  const { ServiceId } = create({ SupportedRegions: ['us-east-1'], SupportedIpAddressTypes: ['ipv4'] })
  throwsAwsError(() => create(), 'InvalidParameter', new RegExp(`already associated.*${ServiceId}`))
})

test('zones are taken up at creation and refreshed by a modify call, not by themselves', () => {
  const { ctx, c, loadBalancer, create } = aWorld()
  const ServiceId = must(create().ServiceId)
  const zones = () => {
    const { ServiceConfigurations } = describeVpcEndpointServiceConfigurations.handle({ ServiceIds: [ServiceId] }, ctx)
    return ServiceConfigurations?.[0]?.AvailabilityZones
  }
  // SetSubnets is not served: the zone is added to the record.
  const stored = must(ctx.tx.get('load-balancer', loadBalancer))
  const zone = must(stored.zones[0])
  ctx.tx.put('load-balancer', {
    ...stored,
    zones: [...stored.zones, { ...zone, subnetId: c, availabilityZone: 'us-east-1c', availabilityZoneId: 'use1-az3' }],
  })
  assert.deepEqual(zones(), ['us-east-1a', 'us-east-1b'])
  assert.deepEqual(modifyVpcEndpointServiceConfiguration.handle({ ServiceId }, ctx), { Return: true })
  assert.deepEqual(zones(), ['us-east-1a', 'us-east-1b', 'us-east-1c'])
})

test('modifying: load balancers, acceptance, and what is refused', () => {
  const { as, ctx, b, c, loadBalancer, create, allow, connect } = aWorld()
  const service = create()
  const ServiceId = must(service.ServiceId)
  const second = aLoadBalancer(ctx, [c], 'second')
  const taken = aLoadBalancer(ctx, [b], 'taken')
  aService(ctx, taken)
  const modify = (more: Partial<ModifyVpcEndpointServiceConfigurationRequest>) =>
    modifyVpcEndpointServiceConfiguration.handle({ ServiceId, ...more }, ctx)
  const stored = () => must(ctx.tx.get('endpoint-service', ServiceId))

  modify({ AddNetworkLoadBalancerArns: [second], AcceptanceRequired: false, PrivateDnsName: '' })
  assert.deepEqual(stored().networkLoadBalancerArns, [loadBalancer, second])
  assert.deepEqual(stored().availabilityZones, ['us-east-1a', 'us-east-1b', 'us-east-1c'])
  assert.equal(stored().acceptanceRequired, false)
  modify({ RemoveNetworkLoadBalancerArns: [loadBalancer] })
  assert.deepEqual(stored().availabilityZones, ['us-east-1c'])
  assert.equal(stored().acceptanceRequired, false, 'what is not named stays')

  allow(ServiceId, '*')
  connect(must(service.ServiceName))
  const refused: readonly (readonly [
    Partial<ModifyVpcEndpointServiceConfigurationRequest>,
    string,
    string | RegExp,
  ])[] = [
    [
      { AddNetworkLoadBalancerArns: [loadBalancer], RemoveNetworkLoadBalancerArns: [second] },
      'ExistingVpcEndpointConnections',
      'Service has existing active VPC Endpoint connections!',
    ],
    [{ AddNetworkLoadBalancerArns: [taken] }, 'InvalidParameter', /already associated/],
    [{ RemoveNetworkLoadBalancerArns: [taken] }, 'InvalidNetworkLoadBalancerArn.NotFound', /does not exist/],
    [{ AddGatewayLoadBalancerArns: ['arn'] }, 'InvalidGatewayLoadBalancerArn.Malformed', /'arn' is not valid/],
    [
      { PrivateDnsName: 'a.example.com', RemovePrivateDnsName: true },
      'InvalidParameterCombination',
      /RemovePrivateDnsName/,
    ],
    [{ AddSupportedIpAddressTypes: ['ipv6'] }, 'InvalidParameter', /dualstack/],
    [{ RemoveSupportedIpAddressTypes: ['ipv4'] }, 'InvalidParameter', /at least one IP address type/],
    [{ AddSupportedRegions: ['mars-1'] }, 'InvalidParameter', /'mars-1'/],
    [{ RemoveSupportedRegions: ['us-east-1'] }, 'InvalidParameter', /hosts the service/],
    [{ ServiceId: 'vpce-svc-0123' }, 'InvalidVpcEndpointServiceId.NotFound', /'vpce-svc-0123' does not exist/],
    [{ ServiceId: 'vpce-0123' }, 'InvalidVpcEndpointServiceIdId.Malformed', /expecting 'vpce-svc-/],
  ]
  const before = stored()
  for (const [wish, code, text] of refused) throwsAwsError(() => modify(wish), code, text)
  assert.deepEqual(stored(), before)
  throwsAwsError(
    () => modifyVpcEndpointServiceConfiguration.handle({ ServiceId }, as(consumer)),
    'InvalidVpcEndpointServiceId.NotFound',
  )
})

test('the last load balancer stays', () => {
  const { ctx, loadBalancer, create } = aWorld()
  const ServiceId = must(create().ServiceId)
  const request = { ServiceId, RemoveNetworkLoadBalancerArns: [loadBalancer] }
  throwsAwsError(
    () => modifyVpcEndpointServiceConfiguration.handle(request, ctx),
    'InvalidParameter',
    /at least one Network Load Balancer/,
  )
})

test('deleting: live connections keep a service, rejected and deleting ones do not', () => {
  const { as, ctx, loadBalancer, create, allow, connect } = aWorld()
  const service = create()
  const ServiceId = must(service.ServiceId)
  allow(ServiceId, '*')
  const remove = (...ServiceIds: string[]) =>
    deleteVpcEndpointServiceConfigurations
      .handle({ ServiceIds }, ctx)
      .Unsuccessful?.map((item) => [item.ResourceId, item.Error?.Code, item.Error?.Message])
  const live = [[ServiceId, 'ExistingVpcEndpointConnections', 'Service has existing active VPC Endpoint connections!']]
  const id = must(connect(must(service.ServiceName)).VpcEndpointId)
  const decision = { ServiceId, VpcEndpointIds: [id] }

  assert.deepEqual(remove(ServiceId), live, 'pendingAcceptance')
  acceptVpcEndpointConnections.handle(decision, ctx)
  assert.deepEqual(remove(ServiceId), live, 'available')
  rejectVpcEndpointConnections.handle(decision, ctx)
  const second = must(connect(must(service.ServiceName)).VpcEndpointId)
  deleteVpcEndpoints.handle({ VpcEndpointIds: [second] }, as(consumer))
  assert.deepEqual(remove('vpce-svc-0123', ServiceId), [
    ['vpce-svc-0123', 'InvalidVpcEndpointService.NotFound', "The VpcEndpointService Id 'vpce-svc-0123' does not exist"],
  ])
  throwsAwsError(
    () => describeVpcEndpointServiceConfigurations.handle({ ServiceIds: [ServiceId] }, ctx),
    'InvalidVpcEndpointServiceId.NotFound',
  )
  deleteLoadBalancer.handle({ LoadBalancerArn: loadBalancer }, ctx)
  assert.equal(ctx.tx.get('load-balancer', loadBalancer), undefined, 'its load balancer is free again')
})

test('permissions: kinds of principals, duplicates, removal', () => {
  const { as, ctx, create, allow } = aWorld()
  const ServiceId = must(create().ServiceId)
  const principals = [
    ['*', 'All'],
    [`arn:aws:iam::${consumer}:root`, 'Account'],
    [`arn:aws:iam::${consumer}:user/alice@example.com`, 'User'],
    [`arn:aws:iam::${consumer}:role/ci_runner-1`, 'Role'],
  ] as const
  const { AddedPrincipals: added = [], ReturnValue } = allow(ServiceId, ...principals.map(([principal]) => principal))
  assert.equal(ReturnValue, true)
  assert.deepEqual(
    added.map((entry) => [entry.Principal, entry.PrincipalType]),
    principals,
  )
  for (const entry of added) {
    assert.match(must(entry.ServicePermissionId), /^vpce-svc-perm-[0-9a-f]{17}$/)
    assert.equal(entry.ServiceId, ServiceId)
  }
  assert.deepEqual(allow(ServiceId, '*').AddedPrincipals, [added[0]], 'a duplicate keeps its id')

  const list = (Filters?: { Name: string; Values: string[] }[]) =>
    describeVpcEndpointServicePermissions
      .handle({ ServiceId, Filters }, ctx)
      .AllowedPrincipals?.map((entry) => entry.PrincipalType)
  assert.deepEqual(list(), ['All', 'Account', 'User', 'Role'])
  assert.deepEqual(list([{ Name: 'principal-type', Values: ['User', 'Role'] }]), ['User', 'Role'])
  assert.deepEqual(list([{ Name: 'principal', Values: [principals[1][0]] }]), ['Account'])
  modifyVpcEndpointServicePermissions.handle({ ServiceId, RemoveAllowedPrincipals: ['*', 'never there'] }, ctx)
  assert.deepEqual(list(), ['Account', 'User', 'Role'])

  for (const principal of [
    '',
    consumer,
    `arn:aws:iam::${consumer}:role/path/name`,
    `arn:aws:iam::${consumer}:group/x`,
    'arn:aws:iam::12:root',
    `arn:aws:iam::${consumer}:root\n`,
  ]) {
    throwsAwsError(() => allow(ServiceId, '*', principal), 'InvalidPrincipal')
  }
  assert.deepEqual(list(), ['Account', 'User', 'Role'])
  throwsAwsError(
    () => modifyVpcEndpointServicePermissions.handle({ ServiceId, AddAllowedPrincipals: ['*'] }, as(stranger)),
    'InvalidVpcEndpointServiceId.NotFound',
  )
})

test('who sees which services, and which when named', () => {
  const { as, ctx, b, create, allow } = aWorld()
  const named = create({
    TagSpecifications: [{ ResourceType: 'vpc-endpoint-service', Tags: [{ Key: 'k', Value: 'v' }] }],
  })
  const open = aService(ctx, aLoadBalancer(ctx, [b], 'open'))
  const hidden = aService(ctx, aLoadBalancer(ctx, [b], 'hidden'))
  const namedService = must(named.ServiceName)
  allow(must(named.ServiceId), `arn:aws:iam::${consumer}:root`)
  allow(open.serviceId, '*')
  const list = (accountId: string, ServiceNames?: string[]) => {
    const answer = describeVpcEndpointServices.handle({ ServiceNames }, as(accountId))
    const ofCustomers = (answer.ServiceDetails ?? []).filter((detail) => detail.Owner !== 'amazon')
    return ofCustomers.map((detail) => detail.ServiceName)
  }
  assert.deepEqual(list(provider), [namedService, open.serviceName, hidden.serviceName].toSorted())
  assert.deepEqual(list(consumer), [namedService])
  assert.deepEqual(list(stranger), [])
  assert.deepEqual(list(stranger, [open.serviceName]), [open.serviceName])
  for (const [accountId, name] of [
    [consumer, hidden.serviceName],
    [stranger, namedService],
    [consumer, 'com.amazonaws.us-east-1.nothing'],
  ] as const) {
    throwsAwsError(
      () => list(accountId, [name]),
      'InvalidServiceName',
      `The Vpc Endpoint Service '${name}' does not exist`,
    )
  }
  const detail = (accountId: string) =>
    describeVpcEndpointServices.handle({ ServiceNames: [namedService] }, as(accountId)).ServiceDetails?.[0]
  assert.deepEqual(detail(consumer), {
    ServiceId: named.ServiceId,
    ServiceName: namedService,
    ServiceType: [{ ServiceType: 'Interface' }],
    AvailabilityZoneIds: ['use1-az1', 'use1-az2'],
    AvailabilityZones: ['us-east-1a', 'us-east-1b'],
    AcceptanceRequired: true,
    ManagesVpcEndpoints: false,
    BaseEndpointDnsNames: named.BaseEndpointDnsNames,
    SupportedIpAddressTypes: ['ipv4'],
    ServiceRegion: 'us-east-1',
    Owner: provider,
    VpcEndpointPolicySupported: false,
    Tags: [],
  })
  assert.deepEqual(detail(provider)?.Tags, [{ Key: 'k', Value: 'v' }])
  const byTag = { Filters: [{ Name: 'tag:k', Values: ['v'] }] }
  assert.deepEqual(describeVpcEndpointServices.handle(byTag, as(provider)).ServiceNames, [namedService])
  assert.deepEqual(describeVpcEndpointServices.handle(byTag, as(consumer)).ServiceNames, [])
})

test('accept and reject: partial success, only the own service’s endpoints, only from the right states', () => {
  const { as, ctx, b, create, allow, connect } = aWorld()
  const service = create()
  const ServiceId = must(service.ServiceId)
  const other = aService(ctx, aLoadBalancer(ctx, [b], 'other'))
  for (const id of [ServiceId, other.serviceId]) allow(id, '*')
  const mine = must(connect(must(service.ServiceName)).VpcEndpointId)
  const others = must(connect(other.serviceName).VpcEndpointId)
  const run = (operation: typeof acceptVpcEndpointConnections, ...VpcEndpointIds: string[]) =>
    operation
      .handle({ ServiceId, VpcEndpointIds }, ctx)
      .Unsuccessful?.map((item) => [item.ResourceId, item.Error?.Code])
  const accept = (...ids: string[]) => run(acceptVpcEndpointConnections, ...ids)
  const reject = (...ids: string[]) => run(rejectVpcEndpointConnections, ...ids)
  const state = () => ctx.tx.get('vpc-endpoint', mine)?.state

  assert.deepEqual(accept(others, mine, 'vpce-0123'), [
    [others, 'InvalidVpcEndpoint.NotFound'],
    ['vpce-0123', 'InvalidVpcEndpoint.NotFound'],
  ])
  assert.equal(state(), 'available')
  assert.equal(ctx.tx.get('vpc-endpoint', others)?.state, 'pendingAcceptance')
  assert.deepEqual(accept(mine), [[mine, 'InvalidState']])
  assert.deepEqual(reject(mine), [])
  assert.equal(state(), 'rejected')
  assert.deepEqual(reject(mine), [[mine, 'InvalidState']])
  assert.deepEqual(accept(mine), [])
  assert.equal(state(), 'available')
  modifyVpcEndpointServicePermissions.handle({ ServiceId, RemoveAllowedPrincipals: ['*'] }, ctx)
  assert.equal(state(), 'available', 'removing a principal cuts nobody')
  throwsAwsError(() => connect(must(service.ServiceName)), 'InvalidServiceName')
  deleteVpcEndpoints.handle({ VpcEndpointIds: [mine] }, as(consumer))
  assert.deepEqual([accept(mine), reject(mine)], [[[mine, 'InvalidState']], [[mine, 'InvalidState']]])

  throwsAwsError(
    () => acceptVpcEndpointConnections.handle({ ServiceId, VpcEndpointIds: [mine] }, as(consumer)),
    'InvalidVpcEndpointServiceId.NotFound',
    `The VpcEndpointService Id '${ServiceId}' does not exist`,
  )
})

test('connections as the provider sees them', () => {
  const { as, ctx, loadBalancer, create, allow, connect } = aWorld()
  const service = create()
  const ServiceId = must(service.ServiceId)
  allow(ServiceId, '*')
  const first = connect(must(service.ServiceName))
  const second = connect(must(service.ServiceName), stranger)
  rejectVpcEndpointConnections.handle({ ServiceId, VpcEndpointIds: [must(second.VpcEndpointId)] }, ctx)
  const { VpcEndpointConnections: all } = describeVpcEndpointConnections.handle({}, ctx)
  const { VpcEndpointConnectionId, ...connection } = must(all?.[0])
  assert.match(must(VpcEndpointConnectionId), /^vpce-con-/)
  assert.deepEqual(connection, {
    ServiceId,
    VpcEndpointId: first.VpcEndpointId,
    VpcEndpointOwner: consumer,
    VpcEndpointState: 'pendingAcceptance',
    CreationTimestamp: ctx.now,
    DnsEntries: first.DnsEntries,
    NetworkLoadBalancerArns: [loadBalancer],
    IpAddressType: 'ipv4',
    Tags: [],
    VpcEndpointRegion: 'us-east-1',
  })
  for (const [name, value, expected] of [
    ['service-id', ServiceId, [first.VpcEndpointId, second.VpcEndpointId]],
    ['service-id', 'vpce-svc-0', []],
    ['vpc-endpoint-owner', stranger, [second.VpcEndpointId]],
    ['vpc-endpoint-state', 'rejected', [second.VpcEndpointId]],
    ['vpc-endpoint-state', 'pendingAcceptance', [first.VpcEndpointId]],
    ['vpc-endpoint-id', must(first.VpcEndpointId), [first.VpcEndpointId]],
    ['vpc-endpoint-region', 'us-east-1', [first.VpcEndpointId, second.VpcEndpointId]],
  ] as const) {
    const Filters = [{ Name: name, Values: [value] }]
    const found = describeVpcEndpointConnections.handle({ Filters }, ctx).VpcEndpointConnections
    assert.deepEqual(
      found?.map((c) => c.VpcEndpointId),
      expected,
      `${name} ${value}`,
    )
  }
  assert.deepEqual(describeVpcEndpointConnections.handle({}, as(consumer)).VpcEndpointConnections, [])
})

test('on a tagged service, taking a principal away rejects those whom nobody else stands for', () => {
  const { as, ctx, create, connect } = aWorld()
  const service = create({
    AcceptanceRequired: false,
    TagSpecifications: [{ ResourceType: 'vpc-endpoint-service', Tags: [{ Key: cutsConnectionsTag, Value: 'true' }] }],
  })
  const ServiceId = must(service.ServiceId)
  const change = (AddAllowedPrincipals: string[], RemoveAllowedPrincipals: string[]) =>
    modifyVpcEndpointServicePermissions.handle({ ServiceId, AddAllowedPrincipals, RemoveAllowedPrincipals }, ctx)
  const state = (id: string | undefined) => ctx.tx.get('vpc-endpoint', id)?.state
  const [one, other] = [consumer, stranger].map((accountId) => `arn:aws:iam::${accountId}:root`)
  change(['*', must(one), must(other)], [])
  const mine = connect(must(service.ServiceName)).VpcEndpointId
  const theirs = connect(must(service.ServiceName), stranger).VpcEndpointId
  const own = connect(must(service.ServiceName), provider).VpcEndpointId

  change([], [must(one)])
  assert.deepEqual([mine, theirs, own].map(state), Array(3).fill('available'), 'everybody still covers them')
  change([], ['*'])
  assert.deepEqual([mine, theirs, own].map(state), ['rejected', 'available', 'available'])
  change([must(one)], [must(other)])
  assert.deepEqual([mine, theirs, own].map(state), ['rejected', 'rejected', 'available'], 'who is back is not accepted')
  assert.equal(describeVpcEndpointConnections.handle({}, as(provider)).VpcEndpointConnections?.length, 3)
})
