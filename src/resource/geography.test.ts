import assert from 'node:assert/strict'
import { test } from 'node:test'
import { internalDomain, privateDnsName, regions, zoneOf, zonesOf, zoneWithId } from './geography.ts'

test('seventeen Regions, with distinct names, zone prefixes and hosted zones', () => {
  assert.equal(regions.length, 17)
  for (const member of ['regionName', 'zoneIdPrefix', 'nlbHostedZoneId', 'vpceHostedZoneId'] as const) {
    assert.equal(new Set(regions.map((region) => region[member])).size, 17, member)
  }
})

test('us-east-1 has six zones, every Region at least three', () => {
  assert.deepEqual(
    zonesOf('us-east-1').map((zone) => `${zone.zoneName} ${zone.zoneId}`),
    [
      'us-east-1a use1-az1',
      'us-east-1b use1-az2',
      'us-east-1c use1-az3',
      'us-east-1d use1-az4',
      'us-east-1e use1-az5',
      'us-east-1f use1-az6',
    ],
  )
  for (const { regionName } of regions) assert.ok(zonesOf(regionName).length >= 3, regionName)
})

test('a zone is found by name and by id, and only in its Region', () => {
  assert.equal(zoneOf('eu-west-1', 'eu-west-1b')?.zoneId, 'euw1-az2')
  assert.equal(zoneWithId('eu-west-1', 'euw1-az2')?.zoneName, 'eu-west-1b')
  assert.equal(zoneOf('us-east-1', 'eu-west-1b'), undefined)
  assert.deepEqual(zonesOf('mars-north-1'), [])
})

test('private names end in ec2.internal in us-east-1 only', () => {
  assert.equal(privateDnsName('10.0.1.10', 'us-east-1'), 'ip-10-0-1-10.ec2.internal')
  assert.equal(privateDnsName('10.0.1.10', 'eu-west-1'), 'ip-10-0-1-10.eu-west-1.compute.internal')
  assert.equal(internalDomain('eu-west-1'), 'eu-west-1.compute.internal')
})
