import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isOurZone, parseReverseName, zoneOf } from './zone.ts'

for (const [name, zone] of [
  ['vpce-1-a.vpce-svc-2.us-east-1.vpce.amazonaws.com', 'vpce-svc-2.us-east-1.vpce.amazonaws.com'],
  ['vpce-1-a-us-east-1b.vpce-svc-2.us-east-1.vpce.amazonaws.com', 'vpce-svc-2.us-east-1.vpce.amazonaws.com'],
  ['vpce-svc-2.us-east-1.vpce.amazonaws.com', 'vpce-svc-2.us-east-1.vpce.amazonaws.com'],
  ['us-east-1.vpce.amazonaws.com', undefined],
  ['vpce.amazonaws.com', undefined],
  ['web-0123456789abcdef.elb.eu-west-1.amazonaws.com', 'web-0123456789abcdef.elb.eu-west-1.amazonaws.com'],
  ['eu-west-1a.web-0123456789abcdef.elb.eu-west-1.amazonaws.com', 'web-0123456789abcdef.elb.eu-west-1.amazonaws.com'],
  ['elb.eu-west-1.amazonaws.com', undefined],
  ['s3.eu-west-1.amazonaws.com', undefined],
  ['amazonaws.com', undefined],
  ['ip-10-0-1-10.ec2.internal', 'ec2.internal'],
  ['ec2.internal', 'ec2.internal'],
  ['ip-10-0-1-10.eu-west-1.compute.internal', 'eu-west-1.compute.internal'],
  ['eu-west-1.compute.internal', 'eu-west-1.compute.internal'],
  ['compute.internal', 'compute.internal'],
  ['internal', undefined],
  ['corp.internal', undefined],
  ['example.com', undefined],
  ['', undefined],
  ['a\\.b.eu-west-1.compute.internal', undefined],
] as const) {
  test(`${name || 'the root'} lies in ${zone ?? 'no zone of ours'}`, () => assert.equal(zoneOf(name), zone))
}

test('a zone below amazonaws.com is ours only when a name of ours lies in it', () => {
  const config = {
    publicNames: new Map([['vpce-1-a.vpce-svc-2.us-east-1.vpce.amazonaws.com', { ttlSeconds: 60, a: [] }]]),
    vpcs: new Map(),
  }
  assert.equal(isOurZone('vpce-svc-2.us-east-1.vpce.amazonaws.com', config), true)
  assert.equal(isOurZone('vpce-svc-3.us-east-1.vpce.amazonaws.com', config), false)
  assert.equal(isOurZone('monitoring.us-east-1.vpce.amazonaws.com', config), false)
  assert.equal(isOurZone('ec2.internal', config), true)
})

for (const [name, expected] of [
  ['10.1.0.10.in-addr.arpa', { zone: '10.in-addr.arpa', address: '10.0.1.10' }],
  ['0.10.in-addr.arpa', { zone: '10.in-addr.arpa', address: undefined }],
  ['10.in-addr.arpa', { zone: '10.in-addr.arpa', address: undefined }],
  ['9.8.16.172.in-addr.arpa', { zone: '16.172.in-addr.arpa', address: '172.16.8.9' }],
  ['9.8.31.172.in-addr.arpa', { zone: '31.172.in-addr.arpa', address: '172.31.8.9' }],
  ['9.8.15.172.in-addr.arpa', undefined],
  ['9.8.32.172.in-addr.arpa', undefined],
  ['172.in-addr.arpa', undefined],
  ['1.0.168.192.in-addr.arpa', { zone: '168.192.in-addr.arpa', address: '192.168.0.1' }],
  ['253.169.254.169.in-addr.arpa', { zone: '254.169.in-addr.arpa', address: '169.254.169.253' }],
  ['1.0.0.240.in-addr.arpa', { zone: '240.in-addr.arpa', address: '240.0.0.1' }],
  ['8.8.8.8.in-addr.arpa', undefined],
  ['010.1.0.10.in-addr.arpa', undefined],
  ['256.1.0.10.in-addr.arpa', undefined],
  ['5.10.1.0.10.in-addr.arpa', undefined],
  ['lb._dns-sd._udp.0.0.10.in-addr.arpa', undefined],
  ['in-addr.arpa', undefined],
  ['10.0.1.10', undefined],
] as const) {
  test(`reverse name ${name}`, () => assert.deepEqual(parseReverseName(name), expected))
}
