import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DnsConfig } from '../plan/program.ts'
import { type Answer, answerQuestion } from './answer.ts'
import { type ResourceRecord, rcodes, types } from './message.ts'

const service = 'vpce-svc-2.us-east-1.vpce.amazonaws.com'
const config: DnsConfig = {
  publicNames: new Map([
    [`vpce-1-a.${service}`, { ttlSeconds: 60, a: ['10.0.1.50', '10.0.2.50', '10.0.3.50'] }],
    [`vpce-1-a-us-east-1a.${service}`, { ttlSeconds: 60, a: [] }],
    ['web-0123456789abcdef.elb.us-east-1.amazonaws.com', { ttlSeconds: 60, a: manyAddresses(10) }],
  ]),
  vpcs: new Map([
    [
      '240.0.0.16',
      {
        vpcId: 'vpc-a',
        enabled: true,
        names: new Map([['ip-10-0-1-10.ec2.internal', { ttlSeconds: 60, a: ['10.0.1.10'] }]]),
      },
    ],
    ['240.0.0.17', { vpcId: 'vpc-off', enabled: false, names: new Map() }],
    ['240.0.0.18', { vpcId: 'vpc-b', enabled: true, names: new Map() }],
  ]),
}

function manyAddresses(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `10.0.9.${i}`)
}

/** `NOERROR 10.0.1.50 10.0.2.50`, `NXDOMAIN SOA ec2.internal`, `forward`, `silence`. */
function summary(answer: Answer): string {
  if (answer.kind !== 'respond') return answer.kind
  const { rcode, answers, authorities } = answer.response
  const name = Object.entries(rcodes).find(([, code]) => code === rcode)?.[0] ?? String(rcode)
  return [name, ...[...answers, ...authorities].map(recordSummary)].join(' ')
}

function recordSummary(record: ResourceRecord): string {
  if (record.type === 'A' || record.type === 'AAAA') return record.address
  if (record.type === 'CNAME') return `CNAME ${record.target}`
  return record.type === 'PTR' ? record.target : `SOA ${record.name}`
}

const ask = (name: string, type: number, peerIp = '240.0.0.16', turn = 0, dnsClass = 1) =>
  summary(answerQuestion({ name, type, class: dnsClass }, config, peerIp, () => turn))

for (const [name, type, expected] of [
  [`vpce-1-a.${service}`, types.A, 'NOERROR 10.0.1.50 10.0.2.50 10.0.3.50'],
  [`vpce-1-a.${service}`, types.ANY, 'NOERROR 10.0.1.50 10.0.2.50 10.0.3.50'],
  [`vpce-1-a.${service}`, types.AAAA, `NOERROR SOA ${service}`],
  [`vpce-1-a.${service}`, 65, `NOERROR SOA ${service}`],
  [`vpce-1-a-us-east-1a.${service}`, types.A, `NOERROR SOA ${service}`],
  [`vpce-1-a-us-east-1z.${service}`, types.A, `NXDOMAIN SOA ${service}`],
  [service, types.A, `NOERROR SOA ${service}`],
  [service, types.SOA, `NOERROR SOA ${service}`],
  ['vpce-9-z.vpce-svc-9.us-east-1.vpce.amazonaws.com', types.A, 'forward'],
  ['s3.us-east-1.amazonaws.com', types.A, 'forward'],
  ['web-0123456789abcdef.elb.us-east-1.amazonaws.com', types.A, `NOERROR ${manyAddresses(8).join(' ')}`],
  [
    'us-east-1a.web-0123456789abcdef.elb.us-east-1.amazonaws.com',
    types.A,
    'NXDOMAIN SOA web-0123456789abcdef.elb.us-east-1.amazonaws.com',
  ],
  ['other-0123456789abcdef.elb.us-east-1.amazonaws.com', types.A, 'forward'],
  ['ip-10-0-1-10.ec2.internal', types.A, 'NOERROR 10.0.1.10'],
  ['ip-10-0-1-10.ec2.internal', types.AAAA, 'NOERROR SOA ec2.internal'],
  ['ip-10-0-1-11.ec2.internal', types.A, 'NXDOMAIN SOA ec2.internal'],
  ['ec2.internal', types.A, 'NOERROR SOA ec2.internal'],
  ['ip-10-0-1-10.eu-west-1.compute.internal', types.A, 'NXDOMAIN SOA eu-west-1.compute.internal'],
  ['10.1.0.10.in-addr.arpa', types.PTR, 'NOERROR ip-10-0-1-10.ec2.internal'],
  ['10.1.0.10.in-addr.arpa', types.A, 'NOERROR SOA 10.in-addr.arpa'],
  ['11.1.0.10.in-addr.arpa', types.PTR, 'NXDOMAIN SOA 10.in-addr.arpa'],
  ['1.0.10.in-addr.arpa', types.PTR, 'NOERROR SOA 10.in-addr.arpa'],
  ['8.8.8.8.in-addr.arpa', types.PTR, 'forward'],
  ['example.com', types.A, 'forward'],
  ['example.com', types.ANY, 'forward'],
  ['example.com', types.AXFR, 'REFUSED'],
  ['', types.NS, 'forward'],
] as const) {
  test(`${name || 'the root'} type ${type}: ${expected}`, () => assert.equal(ask(name, type), expected))
}

test('VPCs are told apart by where the question comes from', () => {
  assert.equal(ask('ip-10-0-1-10.ec2.internal', types.A, '240.0.0.18'), 'NXDOMAIN SOA ec2.internal')
  assert.equal(ask('10.1.0.10.in-addr.arpa', types.PTR, '240.0.0.18'), 'NXDOMAIN SOA 10.in-addr.arpa')
  assert.equal(ask(`vpce-1-a.${service}`, types.A, '240.0.0.18'), 'NOERROR 10.0.1.50 10.0.2.50 10.0.3.50')
  assert.equal(ask(`vpce-1-a.${service}`, types.A, '240.0.0.17'), 'silence')
  assert.equal(ask(`vpce-1-a.${service}`, types.A, '240.0.0.99'), 'REFUSED')
})

test('a class that is not IN is refused', () => {
  assert.equal(ask('version.bind', 16, '240.0.0.16', 0, 3), 'REFUSED')
  assert.equal(ask(`vpce-1-a.${service}`, types.A, '240.0.0.16', 0, 255), 'REFUSED')
})

test('addresses rotate, and every one of more than eight has its turn', () => {
  assert.equal(ask(`vpce-1-a.${service}`, types.A, '240.0.0.16', 1), 'NOERROR 10.0.2.50 10.0.3.50 10.0.1.50')
  assert.equal(ask(`vpce-1-a.${service}`, types.A, '240.0.0.16', 5), 'NOERROR 10.0.3.50 10.0.1.50 10.0.2.50')
  const firsts = Array.from({ length: 10 }, (_, turn) =>
    ask('web-0123456789abcdef.elb.us-east-1.amazonaws.com', types.A, '240.0.0.16', turn).split(' ').at(1),
  )
  assert.deepEqual(firsts, manyAddresses(10))
})

test("a VPC's own name wins over a public one", () => {
  const name = 'vpce-1-a.example.com'
  const both: DnsConfig = {
    publicNames: new Map([[name, { ttlSeconds: 60, a: ['10.0.0.1'] }]]),
    vpcs: new Map([
      ['240.0.0.16', { vpcId: 'vpc-a', enabled: true, names: new Map([[name, { ttlSeconds: 60, a: ['10.0.0.2'] }]]) }],
    ]),
  }
  const answer = answerQuestion({ name, type: types.A, class: 1 }, both, '240.0.0.16', () => 0)
  assert.equal(summary(answer), 'NOERROR 10.0.0.2')
})

const target = `vpce-1-a.${service}`
const record = { ttlSeconds: 60, a: ['10.0.1.50', '10.0.2.50'], aaaa: ['fd00::50'] }
const withZones: DnsConfig = {
  publicNames: new Map([[target, record]]),
  vpcs: new Map([
    [
      '240.0.0.16',
      {
        vpcId: 'vpc-a',
        enabled: true,
        names: new Map([['ip-10-0-1-10.ec2.internal', { ttlSeconds: 60, a: ['10.0.1.10'] }]]),
        privateZones: new Map([
          ['api.example.com', { name: 'api.example.com', target, record }],
          ['wild.example.com', { name: '*.wild.example.com', target, record: { ttlSeconds: 60, a: ['10.0.1.60'] } }],
          ['own.wild.example.com', { name: 'own.wild.example.com', target, record }],
        ]),
      },
    ],
    ['240.0.0.18', { vpcId: 'vpc-b', enabled: true, names: new Map() }],
  ]),
}
const alias = `CNAME ${target}`

for (const [name, type, expected] of [
  ['api.example.com', types.A, `NOERROR ${alias} 10.0.1.50 10.0.2.50`],
  ['api.example.com', types.AAAA, `NOERROR ${alias} fd00::50`],
  ['api.example.com', types.ANY, `NOERROR ${alias} 10.0.1.50 10.0.2.50`],
  ['api.example.com', types.CNAME, `NOERROR ${alias}`],
  ['api.example.com', types.SOA, 'NOERROR SOA api.example.com'],
  ['api.example.com', 15, `NOERROR ${alias} SOA ${service}`],
  ['v1.api.example.com', types.A, 'NXDOMAIN SOA api.example.com'],
  ['example.com', types.A, 'forward'],
  ['other.example.com', types.A, 'forward'],
  ['a.wild.example.com', types.A, `NOERROR ${alias} 10.0.1.60`],
  ['a.b.wild.example.com', types.A, `NOERROR ${alias} 10.0.1.60`],
  ['a.wild.example.com', types.AAAA, `NOERROR ${alias} SOA ${service}`],
  ['wild.example.com', types.A, 'NOERROR SOA wild.example.com'],
  ['own.wild.example.com', types.A, `NOERROR ${alias} 10.0.1.50 10.0.2.50`],
  ['a.own.wild.example.com', types.A, 'NXDOMAIN SOA own.wild.example.com'],
  ['api.example.com.attacker', types.A, 'forward'],
  ['xapi.example.com', types.A, 'forward'],
  ['ip-10-0-1-10.ec2.internal', types.A, 'NOERROR 10.0.1.10'],
  [target, types.A, 'NOERROR 10.0.1.50 10.0.2.50'],
  [target, types.AAAA, 'NOERROR fd00::50'],
] as const) {
  test(`with private zones, ${name} type ${type}: ${expected}`, () => {
    assert.equal(summary(answerQuestion({ name, type, class: 1 }, withZones, '240.0.0.16', () => 0)), expected)
  })
}

test('a private zone is of its VPC', () => {
  const question = { name: 'api.example.com', type: types.A, class: 1 }
  assert.equal(summary(answerQuestion(question, withZones, '240.0.0.18', () => 0)), 'forward')
})

test("a client of a known zone gets that zone's address, in so many of a hundred answers as the record says", () => {
  const name = 'nlb-0123456789abcdef.elb.us-east-1.amazonaws.com'
  const byZone = new Map([['us-east-1a', ['10.0.1.5']]])
  const share = (percent: number, availabilityZone: string): number => {
    const record = { ttlSeconds: 60, a: ['10.0.1.5', '10.0.2.5'], affinity: { percent, byZone } }
    const vpc = { vpcId: 'vpc-a', enabled: true, names: new Map(), availabilityZone }
    const zonal: DnsConfig = { publicNames: new Map([[name, record]]), vpcs: new Map([['240.0.0.30', vpc]]) }
    const answers = Array.from({ length: 100 }, (_, turn) =>
      summary(answerQuestion({ name, type: types.A, class: 1 }, zonal, '240.0.0.30', () => turn)),
    )
    return answers.filter((answer) => answer === 'NOERROR 10.0.1.5').length
  }
  assert.deepEqual([share(85, 'us-east-1a'), share(100, 'us-east-1a'), share(100, 'us-east-1b')], [85, 100, 0])
})
