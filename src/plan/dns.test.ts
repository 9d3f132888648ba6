import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aWorld } from '../../test/support/world.ts'
import { regionalDnsName, zonalDnsName } from '../resource/vpc-endpoint.ts'
import { compileProgram } from './compile.ts'
import type { HealthState } from './program.ts'

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
