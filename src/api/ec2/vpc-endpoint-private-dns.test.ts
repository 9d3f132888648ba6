import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CreateVpcEndpointRequest } from '@aws-sdk/client-ec2'
import {
  accounts,
  aLoadBalancer,
  aNetwork,
  consumer,
  must,
  provider,
  throwsAwsError,
} from '../../../test/support/privatelink.ts'
import { acceptVpcEndpointConnections } from './accept-vpc-endpoint-connections.ts'
import { createVpcEndpoint } from './create-vpc-endpoint.ts'
import { createVpcEndpointServiceConfiguration } from './create-vpc-endpoint-service-configuration.ts'
import { deleteVpcEndpoints } from './delete-vpc-endpoints.ts'
import { describeVpcEndpointServiceConfigurations } from './describe-vpc-endpoint-service-configurations.ts'
import { describeVpcEndpointServices } from './describe-vpc-endpoint-services.ts'
import { describeVpcEndpoints } from './describe-vpc-endpoints.ts'
import { modifyVpcAttribute } from './modify-vpc-attribute.ts'
import { modifyVpcEndpoint } from './modify-vpc-endpoint.ts'
import { modifyVpcEndpointServiceConfiguration } from './modify-vpc-endpoint-service-configuration.ts'
import { modifyVpcEndpointServicePermissions } from './modify-vpc-endpoint-service-permissions.ts'
import { startVpcEndpointServicePrivateDnsVerification } from './start-vpc-endpoint-service-private-dns-verification.ts'
import { parsePrivateDnsName } from './vpc-endpoint-service-private-dns.ts'

const lookup = { privateDnsVerification: 'lookup', quotas: new Map() } as const

/** A provider whose service has a private name, open to everybody, and a consumer whose VPC has DNS in full. */
function aWorld({ name = 'api.example.com', acceptanceRequired = false, isVerified = true } = {}) {
  const as = accounts()
  const publish = (PrivateDnsName: string, balancer: string) => {
    const ctx = isVerified ? as(provider) : { ...as(provider), settings: lookup }
    const service = must(
      createVpcEndpointServiceConfiguration.handle(
        {
          NetworkLoadBalancerArns: [aLoadBalancer(ctx, aNetwork(ctx).subnetIds, balancer)],
          AcceptanceRequired: acceptanceRequired,
          ...(PrivateDnsName && { PrivateDnsName }),
        },
        ctx,
      ).ServiceConfiguration,
    )
    const ServiceId = must(service.ServiceId)
    modifyVpcEndpointServicePermissions.handle({ ServiceId, AddAllowedPrincipals: ['*'] }, ctx)
    return { ...service, ServiceId, ServiceName: must(service.ServiceName) }
  }
  const service = publish(name, 'first')
  const ctx = as(consumer)
  const { vpcId, subnetIds } = aNetwork(ctx)
  const attribute = (more: object) => modifyVpcAttribute.handle({ VpcId: vpcId, ...more }, ctx)
  attribute({ EnableDnsHostnames: { Value: true } })
  const create = (more: Partial<CreateVpcEndpointRequest> = {}) =>
    must(
      createVpcEndpoint.handle(
        {
          VpcEndpointType: 'Interface',
          VpcId: vpcId,
          ServiceName: service.ServiceName,
          SubnetIds: subnetIds,
          PrivateDnsEnabled: true,
          ...more,
        },
        ctx,
      ).VpcEndpoint,
    )
  const describe = (id: string | undefined) =>
    must(describeVpcEndpoints.handle({ VpcEndpointIds: [must(id)] }, ctx).VpcEndpoints?.[0])
  const configuration = () =>
    must(
      describeVpcEndpointServiceConfigurations.handle({ ServiceIds: [service.ServiceId] }, as(provider))
        .ServiceConfigurations?.[0],
    )
  const change = (more: object) =>
    modifyVpcEndpointServiceConfiguration.handle(
      { ServiceId: service.ServiceId, ...more },
      isVerified ? as(provider) : { ...as(provider), settings: lookup },
    )
  return { as, ctx, service, publish, vpcId, attribute, create, describe, configuration, change }
}

test('where names are trusted, a new one is verified from the answer on', () => {
  const { service, configuration, change } = aWorld()
  assert.equal(service.PrivateDnsNameConfiguration?.State, 'pendingVerification')
  assert.deepEqual(configuration().PrivateDnsNameConfiguration, {
    ...service.PrivateDnsNameConfiguration,
    State: 'verified',
  })
  change({ PrivateDnsName: 'other.example.com' })
  assert.equal(configuration().PrivateDnsNameConfiguration?.State, 'verified')
})

test('a private name waits for its proof; asked for where names are trusted, it is verified at once', () => {
  const { as, service, configuration } = aWorld({ isVerified: false })
  assert.equal(service.PrivateDnsName, 'api.example.com')
  const { State, Type, Name, Value } = must(service.PrivateDnsNameConfiguration)
  assert.deepEqual([State, Type], ['pendingVerification', 'TXT'])
  assert.match(must(Name), /^_[a-z0-9]{20}$/)
  assert.match(must(Value), /^vpce:[A-Za-z0-9]{20}$/)
  const seen = () =>
    describeVpcEndpointServices.handle({ ServiceNames: [service.ServiceName] }, as(consumer)).ServiceDetails?.[0]
  assert.deepEqual(
    [seen()?.PrivateDnsName, seen()?.PrivateDnsNames, seen()?.PrivateDnsNameVerificationState],
    ['api.example.com', [{ PrivateDnsName: 'api.example.com' }], 'pendingVerification'],
  )
  const start = () =>
    startVpcEndpointServicePrivateDnsVerification.handle({ ServiceId: service.ServiceId }, as(provider))
  assert.deepEqual(start(), { ReturnValue: true })
  assert.deepEqual(configuration().PrivateDnsNameConfiguration, { State: 'verified', Type, Name, Value })
  assert.equal(seen()?.PrivateDnsNameVerificationState, 'verified')
  start()
  assert.equal(configuration().PrivateDnsNameConfiguration?.State, 'verified')
})

test('where the record is looked up, asking again only begins the wait anew', () => {
  const { as, service, configuration } = aWorld({ isVerified: false })
  const later = new Date(as(provider).now.getTime() + 60_000)
  const start = { ServiceId: service.ServiceId }
  startVpcEndpointServicePrivateDnsVerification.handle(start, { ...as(provider), settings: lookup, now: later })
  assert.equal(configuration().PrivateDnsNameConfiguration?.State, 'pendingVerification')
  const stored = must(as(provider).tx.get('endpoint-service', service.ServiceId)?.privateDnsVerification)
  assert.equal(stored.since, later.toISOString())
})

test('another name needs another proof; the same one changes nothing; taken away it is gone', () => {
  const { as, service, configuration, change } = aWorld({ isVerified: false })
  const before = configuration().PrivateDnsNameConfiguration
  change({ PrivateDnsName: 'api.example.com' })
  assert.deepEqual(configuration().PrivateDnsNameConfiguration, before)
  change({ PrivateDnsName: 'other.example.com' })
  const after = configuration().PrivateDnsNameConfiguration
  assert.equal(after?.State, 'pendingVerification')
  assert.notEqual(after?.Value, before?.Value)
  change({ RemovePrivateDnsName: true })
  assert.deepEqual([configuration().PrivateDnsName, configuration().PrivateDnsNameConfiguration], [undefined, {}])
  throwsAwsError(
    () => startVpcEndpointServicePrivateDnsVerification.handle({ ServiceId: service.ServiceId }, as(provider)),
    'InvalidParameter',
    /does not have a private DNS name/,
  )
  throwsAwsError(
    () => startVpcEndpointServicePrivateDnsVerification.handle({ ServiceId: service.ServiceId }, as(consumer)),
    'InvalidVpcEndpointServiceId.NotFound',
  )
})

test('a name stays as long as somebody is connected, and connected ones keep the name they have', () => {
  const { create, describe, change } = aWorld()
  const id = must(create().VpcEndpointId)
  for (const wish of [{ RemovePrivateDnsName: true }, { PrivateDnsName: '' }]) {
    throwsAwsError(() => change(wish), 'ExistingVpcEndpointConnections')
  }
  change({ PrivateDnsName: 'other.example.com' })
  assert.equal(describe(id).DnsEntries?.at(-1)?.DnsName, 'api.example.com')
})

for (const [name, isValid] of [
  ['api.example.com', true],
  ['*.example.com', true],
  ['a_b.example.com', true],
  ['example', false],
  ['API.example.com', false],
  ['api.*.com', false],
  ['-a.example.com', false],
  [`${'a'.repeat(64)}.example.com`, false],
  [`${'a'.repeat(63)}.example.com`, true],
  [`${'a.'.repeat(126)}com`, true],
  [`${'a.'.repeat(127)}com`, false],
  ['api.example.com.', false],
  ['*.com\n', false],
] as const) {
  test(`${JSON.stringify(name.slice(0, 40))} of ${name.length} characters is ${isValid ? 'a' : 'no'} private name`, () => {
    if (isValid) assert.equal(parsePrivateDnsName(name), name)
    else throwsAwsError(() => parsePrivateDnsName(name), 'InvalidParameter', /is not valid/)
  })
}

test('an endpoint with the private name shows it last, in a zone of its own', () => {
  const { service, create, describe } = aWorld({ name: '*.example.com' })
  const made = create()
  assert.equal(made.PrivateDnsEnabled, true)
  const [regional, zoneA, zoneB, own] = made.DnsEntries ?? []
  assert.equal(made.DnsEntries?.length, 4)
  assert.equal(own?.DnsName, '*.example.com')
  assert.match(must(own?.HostedZoneId), /^Z[A-Z0-9]{13}$/)
  for (const entry of [regional, zoneA, zoneB]) {
    assert.equal(entry?.HostedZoneId, 'Z7HUB22UULQXV')
    assert.ok(entry?.DnsName?.endsWith(`${service.ServiceId}.us-east-1.vpce.amazonaws.com`))
  }
  assert.deepEqual(describe(made.VpcEndpointId), made)
})

test('not asked for, a private name is not brought along', () => {
  const { create } = aWorld()
  const made = create({ PrivateDnsEnabled: undefined })
  assert.deepEqual([made.PrivateDnsEnabled, made.DnsEntries?.length], [false, 3])
})

test('refused: a VPC without DNS, no name, no proof, no word of the provider', () => {
  const { vpcId, attribute, create } = aWorld()
  const off = `Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for ${vpcId}`
  attribute({ EnableDnsHostnames: { Value: false } })
  throwsAwsError(() => create(), 'InvalidParameter', off)
  attribute({ EnableDnsHostnames: { Value: true } })
  attribute({ EnableDnsSupport: { Value: false } })
  throwsAwsError(() => create(), 'InvalidParameter', off)

  const unnamed = aWorld({ name: '' })
  throwsAwsError(
    () => unnamed.create(),
    'InvalidParameter',
    `Private DNS can't be enabled because the service ${unnamed.service.ServiceName} does not provide a private DNS name.`,
  )
  const unproven = aWorld({ isVerified: false })
  throwsAwsError(
    () => unproven.create(),
    'InvalidParameter',
    `Private DNS can't be enabled because the service ${unproven.service.ServiceName} has not verified the private DNS name.`,
  )
  const undecided = aWorld({ acceptanceRequired: true })
  throwsAwsError(
    () => undecided.create(),
    'InvalidParameter',
    `Private DNS can only be enabled after the endpoint connection is accepted by the owner of ${undecided.service.ServiceName}.`,
  )
})

test('after acceptance it is switched on, and off again', () => {
  const { as, ctx, service, create, describe } = aWorld({ acceptanceRequired: true })
  const VpcEndpointId = must(create({ PrivateDnsEnabled: false }).VpcEndpointId)
  const set = (PrivateDnsEnabled: boolean) => modifyVpcEndpoint.handle({ VpcEndpointId, PrivateDnsEnabled }, ctx)
  throwsAwsError(() => set(true), 'InvalidParameter', /after the endpoint connection is accepted/)
  set(false)
  acceptVpcEndpointConnections.handle({ ServiceId: service.ServiceId, VpcEndpointIds: [VpcEndpointId] }, as(provider))
  set(true)
  const shown = () => [describe(VpcEndpointId).PrivateDnsEnabled, describe(VpcEndpointId).DnsEntries?.at(-1)?.DnsName]
  assert.deepEqual(shown(), [true, 'api.example.com'])
  const before = describe(VpcEndpointId)
  set(true)
  assert.deepEqual(describe(VpcEndpointId), before, 'asked for again: nothing changes')
  set(false)
  assert.equal(shown()[0], false)
  assert.notEqual(shown()[1], 'api.example.com')
})

test('one zone per VPC: a second endpoint with the same domain is refused until the first lets go', () => {
  const { ctx, publish, vpcId, create } = aWorld({ name: '*.example.com' })
  const first = must(create().VpcEndpointId)
  const conflict = (name: string) =>
    `private-dns-enabled cannot be set because there is already a conflicting DNS domain for ${name} in the VPC ${vpcId}`
  throwsAwsError(() => create(), 'InvalidParameter', conflict('*.example.com'))
  const apex = publish('example.com', 'second')
  throwsAwsError(() => create({ ServiceName: apex.ServiceName }), 'InvalidParameter', conflict('example.com'))
  const below = publish('api.example.com', 'third')
  create({ ServiceName: below.ServiceName })
  create({ PrivateDnsEnabled: false })
  deleteVpcEndpoints.handle({ VpcEndpointIds: [first] }, ctx)
  create()
})

test('a proof that is lost closes the name to new endpoints only', () => {
  const { as, service, create, describe } = aWorld()
  const id = create().VpcEndpointId
  const { tx } = as(provider)
  const stored = must(tx.get('endpoint-service', service.ServiceId))
  const proof = must(stored.privateDnsVerification)
  tx.put('endpoint-service', { ...stored, privateDnsVerification: { ...proof, state: 'failed' } })
  assert.equal(describe(id).PrivateDnsEnabled, true)
  deleteVpcEndpoints.handle({ VpcEndpointIds: [must(id)] }, as(consumer))
  throwsAwsError(() => create(), 'InvalidParameter', /has not verified/)
})
