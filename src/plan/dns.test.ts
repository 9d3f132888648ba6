import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aWorld } from '../../test/support/world.ts'
import type { Vpc } from '../resource/vpc.ts'
import { regionalDnsName, type VpcEndpoint, zonalDnsName } from '../resource/vpc-endpoint.ts'
import { compileProgram } from './compile.ts'
import type { DnsRecord, HealthState } from './program.ts'
import { serviceZoneOf } from './service-zone.ts'
import { topologyOf } from './topology.ts'

/** The consumer's endpoint with an interface in each of the provider's zones, and the health of the two targets. */
function answers(zoneA: HealthState, zoneB: HealthState) {
  const { world, provider, consumer } = aWorld()
  const subnetB = world.subnet(consumer.vpc, 'b', '10.0.2.0/24', 'b')
  const endpoint = world.endpoint(
    provider.service,
    [
      { subnet: consumer.subnet, ip: '10.0.1.60' },
      { subnet: subnetB, ip: '10.0.2.60' },
    ],
    [consumer.endpointSg],
  )
  const keys = [...compileProgram(world.snapshot(), new Map(), { name: 't' }).healthChecks.keys()]
  const health = new Map<string, HealthState>([
    [keys[0] ?? '', zoneA],
    [keys[1] ?? '', zoneB],
  ])
  const { dns } = compileProgram(world.snapshot(), health, { name: 't' })
  const addresses = (name: string) => dns.publicNames.get(name)?.a
  return {
    dns,
    consumer,
    regional: addresses(regionalDnsName(endpoint)),
    zonal: addresses(zonalDnsName(endpoint, 'us-east-1a')),
    loadBalancer: addresses(provider.loadBalancer.dnsName),
  }
}

for (const { zones, regional, loadBalancer } of [
  { zones: ['healthy', 'healthy'], regional: ['10.0.1.60', '10.0.2.60'], loadBalancer: ['10.0.1.5', '10.0.2.5'] },
  { zones: ['healthy', 'unhealthy'], regional: ['10.0.1.60'], loadBalancer: ['10.0.1.5'] },
  { zones: ['unhealthy', 'healthy'], regional: ['10.0.2.60'], loadBalancer: ['10.0.2.5'] },
  { zones: ['unhealthy', 'unhealthy'], regional: ['10.0.1.60', '10.0.2.60'], loadBalancer: ['10.0.1.5', '10.0.2.5'] },
  { zones: ['initial', 'healthy'], regional: ['10.0.2.60'], loadBalancer: ['10.0.2.5'] },
] as const) {
  test(`zones ${zones.join(' and ')}: the regional name has ${regional.join(' and ')}`, () => {
    const seen = answers(zones[0], zones[1])
    assert.deepEqual(seen.regional, regional)
    assert.deepEqual(seen.loadBalancer, loadBalancer)
    assert.deepEqual(seen.zonal, ['10.0.1.60'], "a zone's own name always has its address")
  })
}

test('an instance is named in its own VPC only', () => {
  const { dns, consumer } = answers('healthy', 'healthy')
  assert.deepEqual(dns.vpcs.get(consumer.vpc.fabricIp)?.names.get('ip-10-0-1-10.ec2.internal')?.a, ['10.0.1.10'])
  assert.equal(dns.publicNames.has('ip-10-0-1-10.ec2.internal'), false)
})

/** What a consumer's VPC knows of an endpoint with a private name. */
function privateZones(endpointMore: Partial<VpcEndpoint>, vpcMore: Partial<Vpc> = {}) {
  const { world, provider, consumer } = aWorld()
  world.put('vpc', { ...consumer.vpc, enableDnsHostnames: true, ...vpcMore })
  const endpoint = world.endpoint(provider.service, [{ subnet: consumer.subnet, ip: '10.0.1.60' }], [], {
    privateDnsEnabled: true,
    privateDns: { name: 'api.example.com', hostedZoneId: 'Z1' },
    ...endpointMore,
  })
  const { dns } = compileProgram(world.snapshot(), new Map(), { name: 't' })
  return { endpoint, provider, dns, zones: dns.vpcs.get(consumer.vpc.fabricIp)?.privateZones }
}

for (const state of ['available', 'rejected', 'pendingAcceptance'] as const) {
  test(`${state}: the private name is an alias of the regional one, in the consumer's VPC only`, () => {
    const { endpoint, provider, dns, zones } = privateZones({ state })
    const target = regionalDnsName(endpoint)
    const zone = zones?.get('api.example.com')
    assert.deepEqual([zone?.name, zone?.target, zone?.record.a], ['api.example.com', target, ['10.0.1.60']])
    assert.equal(zone?.record, dns.publicNames.get(target), 'one record: they rotate together')
    assert.equal(dns.vpcs.get(provider.vpc.fabricIp)?.privateZones, undefined)
  })
}

test('a wildcard lies in the zone around it', () => {
  const { zones } = privateZones({ privateDns: { name: '*.example.com', hostedZoneId: 'Z1' } })
  assert.deepEqual([...(zones ?? new Map()).keys()], ['example.com'])
})

test('no private zone: deleting, switched off, or the VPC lacks an attribute', () => {
  assert.equal(privateZones({ state: 'deleting' }).zones, undefined)
  const { zones } = privateZones({}, { enableDnsHostnames: false })
  assert.equal(zones, undefined)
})

for (const { dnsRecordIpType, own, alias } of [
  { dnsRecordIpType: undefined, own: [1, 1], alias: [1, 1] },
  { dnsRecordIpType: 'ipv4', own: [1, 0], alias: [1, 0] },
  { dnsRecordIpType: 'ipv6', own: [0, 1], alias: [0, 1] },
  { dnsRecordIpType: 'service-defined', own: [1, 1], alias: [1, 0] },
] as const) {
  test(`a dual-stack endpoint with ${dnsRecordIpType} records: ${own} by its own name, ${alias} by the private one`, () => {
    const { world, provider, consumer } = aWorld()
    world.put('vpc', { ...consumer.vpc, enableDnsHostnames: true })
    const endpoint = world.endpoint(provider.service, [{ subnet: consumer.subnet, ip: '10.0.1.60' }], [], {
      ipAddressType: 'dualstack',
      ...(dnsRecordIpType && { dnsRecordIpType }),
      privateDnsEnabled: true,
      privateDns: { name: 'api.example.com', hostedZoneId: 'Z1' },
    })
    const [id = ''] = endpoint.networkInterfaceIds
    const eni = world.snapshot().resources['network-interface'].get(id)
    assert.ok(eni)
    world.put('network-interface', { ...eni, ipv6Addresses: ['fd00::60'] })
    const { dns } = compileProgram(world.snapshot(), new Map(), { name: 't' })
    const counts = (record: DnsRecord | undefined) => [record?.a.length, record?.aaaa?.length ?? 0]
    assert.deepEqual(counts(dns.publicNames.get(regionalDnsName(endpoint))), own)
    const zone = dns.vpcs.get(consumer.vpc.fabricIp)?.privateZones?.get('api.example.com')
    assert.deepEqual(counts(zone?.record), alias)
  })
}

test('an endpoint of another Region follows the health of the zone that it leads to, and has no zonal names', () => {
  const { world, provider, consumer } = aWorld()
  const places = ['10.0.1.60', '10.0.1.61', '10.0.1.62', '10.0.1.63'].map((ip) => ({ subnet: consumer.subnet, ip }))
  const endpoint = world.endpoint(provider.service, places, [consumer.endpointSg], {
    region: 'eu-west-1',
    serviceRegion: 'us-east-1',
  })
  for (const id of endpoint.networkInterfaceIds) {
    const eni = world.snapshot().resources['network-interface'].get(id)
    assert.ok(eni)
    world.put('network-interface', { ...eni, availabilityZone: 'eu-west-1c', availabilityZoneId: 'euw1-az3' })
  }
  const zoneOf = (id: string) => {
    const topology = topologyOf(world.snapshot())
    const eni = topology.interfaces.get(id)
    assert.ok(eni)
    return serviceZoneOf(topology, endpoint, eni).availabilityZone
  }
  const led = endpoint.networkInterfaceIds.map(zoneOf)
  assert.deepEqual(new Set(led), new Set(['us-east-1a', 'us-east-1b']), 'both zones of the service are used')
  assert.deepEqual(endpoint.networkInterfaceIds.map(zoneOf), led, 'and each interface keeps to its own')

  const program = compileProgram(world.snapshot(), new Map(), { name: 't' })
  const objects = [...program.fragments].flatMap(([owner, fragment]) =>
    owner.includes(endpoint.vpcEndpointId) ? fragment : [],
  )
  const listeners = objects.filter((object) => object.kind === 'nft-element' && object.element.includes(' . tcp . '))
  assert.ok(listeners.length >= places.length, 'every interface leads somewhere')

  const [keyA = ''] = [...program.healthChecks.keys()]
  const health = new Map<string, HealthState>([[keyA, 'healthy']])
  const { dns } = compileProgram(world.snapshot(), health, { name: 't' })
  const healthy = dns.publicNames.get(regionalDnsName(endpoint))?.a
  assert.deepEqual(
    healthy,
    places.filter((_, i) => led[i] === 'us-east-1a').map(({ ip }) => ip),
  )
  assert.equal(dns.publicNames.has(zonalDnsName(endpoint, 'eu-west-1c')), false)
})

for (const { policy, zones, percent, told } of [
  { policy: 'any_availability_zone', zones: 0, percent: undefined, told: undefined },
  { policy: 'partial_availability_zone_affinity', zones: 2, percent: 85, told: ['us-east-1a', 'us-east-1b'] },
  { policy: 'availability_zone_affinity', zones: 2, percent: 100, told: ['us-east-1a', 'us-east-1b'] },
]) {
  test(`client routing ${policy}: ${zones} zones of the VPC are told apart`, () => {
    const { world, provider } = aWorld()
    world.put('load-balancer', { ...provider.loadBalancer, attributes: { 'dns_record.client_routing_policy': policy } })
    const { dns } = compileProgram(world.snapshot(), new Map(), { name: 't' })
    const sources = [...dns.vpcs.values()].filter(({ vpcId }) => vpcId === provider.vpc.vpcId)
    assert.equal(sources.filter(({ availabilityZone }) => availabilityZone !== undefined).length, zones)
    assert.equal(sources.length, zones + 1)
    const affinity = dns.publicNames.get(provider.loadBalancer.dnsName)?.affinity
    assert.equal(affinity?.percent, percent)
    assert.deepEqual(affinity && [...affinity.byZone.keys()], told)
  })
}
