import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FoundConnection } from '../relay/messages.ts'
import type { Snapshot } from '../resource/kind.ts'
import { parseTracked, type WhoisOptions, whois } from './whois.ts'

const line = (source: string, destination: string, target: string, seen: string): string => {
  const [from, fromPort] = source.split(':')
  const [to, toPort] = destination.split(':')
  const [at, atPort] = target.split(':')
  const [by, byPort] = seen.split(':')
  return `tcp      6 345 ESTABLISHED src=${from} dst=${to} sport=${fromPort} dport=${toPort} packets=4 bytes=300 src=${at} dst=${by} sport=${atPort} dport=${byPort} packets=2 bytes=200 [ASSURED] mark=1 use=1\n`
}

/** A node 10.0.1.4 with 240.0.0.16 in vpc-b, an endpoint's interface 10.0.1.50 with 240.0.0.17 in vpc-a. */
function asked(conntrack: Readonly<Record<string, string>>, relayed: Readonly<Record<string, FoundConnection>> = {}) {
  const node = { interfaceType: 'network_load_balancer', privateIp: '10.0.1.4', fabricIp: '240.0.0.16', vpcId: 'vpc-b' }
  const eni = { interfaceType: 'vpc_endpoint', privateIp: '10.0.1.50', fabricIp: '240.0.0.17', vpcId: 'vpc-a' }
  const interfaces = [
    { ...node, loadBalancerArn: 'arn:nlb' },
    { ...eni, vpcEndpointId: 'vpce-1', availabilityZone: 'us-east-1a', ownerId: '222222222222' },
  ]
  const options: WhoisOptions = {
    name: 'test',
    snapshot: {
      revision: 1,
      resources: {
        'network-interface': new Map(interfaces.map((each) => [each.privateIp, each])),
        'vpc-endpoint': new Map([['vpce-1', { ownerId: '222222222222' }]]),
      },
    } as unknown as Snapshot,
    run: async ({ argv }) => {
      const [, vpcId = '', ip = '', port = ''] =
        /up\.test\.(vpc-\w+) .*?--reply-dst (\S+) --reply-port-dst (\d+)/.exec(argv.join(' ')) ?? []
      return { exitCode: 0, stdout: conntrack[`${vpcId} ${ip}:${port}`] ?? '', stderr: '' }
    },
    findRelayed: async (ip, port) => relayed[`${ip}:${port}`],
  }
  return whois(options, { ip: '10.0.1.4', port: 4000 })
}

const common = { vpcId: 'vpc-b', loadBalancerArn: 'arn:nlb', protocol: 'tcp', target: '10.0.1.10:80' }
const endpoint = {
  vpcEndpointId: 'vpce-1',
  ownerId: '222222222222',
  vpcId: 'vpc-a',
  availabilityZone: 'us-east-1a',
}
const toTarget = (source: string): string => line(source, '240.0.0.16:443', '10.0.1.10:80', '10.0.1.4:4000')

test('by the kernel: two look-ups', async () => {
  const answers = await asked({
    'vpc-b 10.0.1.4:4000': toTarget('240.0.0.17:5000'),
    'vpc-a 240.0.0.17:5000': line('10.0.1.7:6000', '10.0.1.50:443', '240.0.0.16:443', '240.0.0.17:5000'),
  })
  assert.deepEqual(answers, [{ ...common, endpoint, client: '10.0.1.7:6000', isRelayed: false }])
})

test('the consumer side tracks it no longer: the endpoint is known all the same', async () => {
  const answers = await asked({ 'vpc-b 10.0.1.4:4000': toTarget('240.0.0.17:5000') })
  assert.deepEqual(answers, [{ ...common, endpoint, isRelayed: false }])
})

test('a client of the same VPC', async () => {
  const answers = await asked({ 'vpc-b 10.0.1.4:4000': toTarget('10.0.1.9:5000') })
  assert.deepEqual(answers, [{ ...common, client: '10.0.1.9:5000', isRelayed: false }])
})

test("by the consumer's relay", async () => {
  const answers = await asked(
    { 'vpc-b 10.0.1.4:4000': toTarget('248.0.0.17:5000') },
    { '248.0.0.17:5000': { door: '', peerIp: '10.0.1.7', peerPort: 6000 } },
  )
  assert.deepEqual(answers, [{ ...common, endpoint, client: '10.0.1.7:6000', isRelayed: true }])
})

test("TLS ended at the node, after the consumer's relay and after the kernel", async () => {
  const conntrack = { 'vpc-b 10.0.1.4:4000': toTarget('248.0.0.16:5000') }
  const byTwoRelays = await asked(conntrack, {
    '248.0.0.16:5000': { door: '', peerIp: '248.0.0.17', peerPort: 5500 },
    '248.0.0.17:5500': { door: '', peerIp: '10.0.1.7', peerPort: 6000 },
  })
  const expected = [{ ...common, endpoint, client: '10.0.1.7:6000', isRelayed: true }]
  assert.deepEqual(byTwoRelays, expected)
  const byOne = await asked(
    {
      ...conntrack,
      'vpc-a 240.0.0.17:5500': line('10.0.1.7:6000', '10.0.1.50:443', '240.0.0.16:443', '240.0.0.17:5500'),
    },
    { '248.0.0.16:5000': { door: '', peerIp: '240.0.0.17', peerPort: 5500 } },
  )
  assert.deepEqual(byOne, expected)
})

test('what nobody tracks has no answer', async () => {
  assert.deepEqual(await asked({}), [])
  assert.deepEqual(parseTracked('conntrack v1.4.7 (conntrack-tools): 0 flow entries have been shown.\n'), [])
})
