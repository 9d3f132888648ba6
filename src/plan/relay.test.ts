import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aWorld } from '../../test/support/world.ts'
import type { Tag } from '../resource/tag.ts'
import { compileProgram } from './compile.ts'
import { headerExtrasTag } from './relay.ts'

const configOf = ({ world }: Pick<ReturnType<typeof aWorld>, 'world'>) =>
  compileProgram(world.snapshot(), new Map(), { name: 't' }).relay

function withHeader(tags: readonly Tag[] = []) {
  const parts = aWorld()
  const attributes = { 'proxy_protocol_v2.enabled': 'true' }
  parts.world.put('target-group', { ...parts.provider.group, attributes, tags })
  return parts
}

test('without a listener that asks for it there is no door', () => {
  const { doors, certificates, owners } = configOf(aWorld())
  assert.equal(doors.size + certificates.size, 0)
  // Connections of a door that went must live on while their endpoint does.
  assert.equal(owners.size, 2)
})

test('one door per endpoint interface and node', () => {
  const parts = withHeader()
  const { doors } = configOf(parts)
  assert.deepEqual(
    [...doors.values()].map(({ owner, header }) => [owner.split('/')[0], header?.vpcEndpointId !== undefined]).sort(),
    [
      ['load-balancer', false],
      ['load-balancer', false],
      ['vpc-endpoint', true],
    ],
  )
})

test('an endpoint that is not available has no door, and its connections no owner', () => {
  const parts = withHeader()
  const { endpoint } = parts.consumer
  parts.world.put('vpc-endpoint', { ...endpoint, state: 'rejected' })
  const { doors, owners } = configOf(parts)
  assert.equal([...doors.values()].filter(({ owner }) => owner.startsWith('vpc-endpoint/')).length, 0)
  assert.equal(owners.has(`vpc-endpoint/${endpoint.vpcEndpointId}`), false)
})

for (const { value, names } of [
  { value: 'account,vpc,zone', names: ['accountId', 'vpcId', 'availabilityZone'] },
  { value: ' zone , nonsense', names: ['availabilityZone'] },
  { value: '', names: [] },
]) {
  test(`the tag ${JSON.stringify(value)} adds ${names.join(', ') || 'nothing'}`, () => {
    const { doors } = configOf(withHeader([{ key: headerExtrasTag, value }]))
    const header = [...doors.values()].find(({ owner }) => owner.startsWith('vpc-endpoint/'))?.header
    const all = ['accountId', 'vpcId', 'availabilityZone'] as const
    assert.deepEqual(
      all.filter((name) => header?.[name] !== undefined),
      names,
    )
  })
}

test('a TLS listener brings its certificates, the default first, and its policies', () => {
  const { world, provider } = aWorld()
  const certificate = (certificateArn: string) =>
    ({ certificateArn, certificatePem: `pem of ${certificateArn}`, privateKeyPem: 'key' }) as never
  for (const arn of ['one', 'two', 'unused']) world.put('certificate', certificate(arn))
  world.put('listener', {
    ...provider.listener,
    protocol: 'TLS',
    certificateArns: ['one', 'two'],
    sslPolicy: 'ELBSecurityPolicy-TLS13-1-3-2021-06',
    alpnPolicy: 'HTTP2Only',
  })
  const { doors, certificates } = configOf({ world })
  assert.deepEqual([...certificates.keys()], ['one', 'two'])
  assert.deepEqual([...doors.values()][0]?.tls, {
    certificateArns: ['one', 'two'],
    sslPolicy: 'ELBSecurityPolicy-TLS13-1-3-2021-06',
    alpnPolicy: 'HTTP2Only',
    readsHeader: false,
  })
})
