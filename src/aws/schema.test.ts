import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ec2Service, elbv2Service, organizationsService, sampleServices, stsService } from './sample-services.ts'
import { type Codec, errorMessageMember, findOperation, operationNames, type StructCodec } from './schema.ts'
import type { AwsService } from './service.ts'

function input(service: AwsService, operation: string): StructCodec {
  const codec = findOperation(service, operation)
  assert.ok(codec)
  return codec.input
}

function structs(codec: Codec, seen = new Set<StructCodec>()): Set<StructCodec> {
  if (codec.kind === 'list') structs(codec.item, seen)
  if (codec.kind === 'map') structs(codec.value, seen)
  if (codec.kind === 'struct' && !seen.has(codec)) {
    seen.add(codec)
    for (const member of codec.members) structs(member.codec, seen)
  }
  return seen
}

for (const { service, count } of [
  { service: ec2Service, count: 800 },
  { service: elbv2Service, count: 50 },
  { service: stsService, count: 11 },
  { service: organizationsService, count: 60 },
]) {
  test(`${service.signingName} has ${count} operations or more`, () => {
    assert.ok(operationNames(service).length >= count)
  })
}

test('every operation of every service compiles, with one member for each name on the wire', () => {
  for (const service of sampleServices) {
    for (const name of operationNames(service)) {
      for (const struct of structs(input(service, name))) {
        assert.equal(struct.byRequestName.size, struct.members.length, `${name}: ${struct.name}`)
        if (service.protocol !== 'ec2Query') continue
        for (const wireName of struct.byRequestName.keys()) assert.match(wireName, /^[A-Z]/)
      }
    }
  }
})

test('names on the wire are those of the reference', () => {
  const create = input(ec2Service, 'CreateVpcEndpoint')
  const wireNames = new Map(create.members.map(({ name, requestName }) => [name, requestName]))
  assert.equal(wireNames.get('SubnetIds'), 'SubnetId')
  assert.equal(wireNames.get('TagSpecifications'), 'TagSpecification')
  assert.equal(wireNames.get('VpcEndpointType'), 'VpcEndpointType')
  assert.deepEqual(
    create.required.map(({ name }) => name),
    ['VpcId'],
  )

  const answer = findOperation(ec2Service, 'DescribeVpcEndpoints')?.output.members[0]
  assert.equal(answer?.open, '<vpcEndpointSet>')
  assert.ok(answer.codec.kind === 'list' && answer.codec.open === '<item>')
})

for (const name of [
  '',
  'Nothing',
  'toString',
  '__proto__',
  'constructor',
  'EC2ServiceException',
  'VpcEndpoint',
  'CreateVpcEndpoint$',
]) {
  test(`"${name}" is no operation`, () => assert.equal(findOperation(ec2Service, name), undefined))
}

test('a shape shared by operations is compiled once', () => {
  const tags = (operation: string) =>
    input(ec2Service, operation).members.find(({ name }) => name === 'TagSpecifications')?.codec
  assert.ok(tags('CreateVpc'))
  assert.equal(tags('CreateVpc'), tags('CreateSubnet'))
})

test('a schema type that no codec handles is refused when it is met', () => {
  const document = [3, 'test', 'In', 0, ['Any'], [15]]
  const service = { ...ec2Service, sdk: { Do$: [9, 'test', 'Do', 0, () => document, () => 'unit'] } }
  assert.throws(() => findOperation(service, 'Do'), /type 15 is not supported/)
})

test('the text of an error is in the member its shape names', () => {
  assert.equal(errorMessageMember(organizationsService, 'AccountNotFoundException'), 'Message')
  assert.equal(errorMessageMember(organizationsService, 'UnrecognizedClientException'), 'message')
  assert.equal(errorMessageMember(organizationsService, 'toString'), 'message')
})
