import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Filter } from '@aws-sdk/client-ec2'
import { aContext } from '../../../test/support/fake-context.ts'
import { must, throwsAwsError } from '../../../test/support/privatelink.ts'
import { describeVpcEndpointServices } from './describe-vpc-endpoint-services.ts'
import { awsServicesOf } from './vpc-endpoint-aws-service.ts'

const list = (more: object, region = 'eu-west-1') => describeVpcEndpointServices.handle(more, aContext({ region }))
const by = (Name: string, ...Values: string[]): { Filters: Filter[] } => ({ Filters: [{ Name, Values }] })

test('AWS’s own services, in the order of their names, each name once', () => {
  const { ServiceNames: names = [], ServiceDetails: details = [] } = list({})
  assert.deepEqual(names, [...new Set(names)].toSorted())
  assert.equal(details.length, names.length + 2, 'S3 and DynamoDB are a gateway and an interface each')
  assert.equal(new Set(details.map((detail) => detail.ServiceId)).size, details.length)
  for (const service of ['ec2', 'sts', 'elasticloadbalancing', 'logs', 'ecr.dkr', 'execute-api', 'ssmmessages']) {
    assert.ok(names.includes(`com.amazonaws.eu-west-1.${service}`), service)
  }
})

test('one of them as AWS shows it', () => {
  const [detail] = must(list({ ServiceNames: ['com.amazonaws.eu-west-1.ecr.dkr'] }).ServiceDetails)
  const { ServiceId, ...rest } = must(detail)
  assert.match(must(ServiceId), /^vpce-svc-0[0-9a-f]{16}$/)
  assert.deepEqual(rest, {
    ServiceName: 'com.amazonaws.eu-west-1.ecr.dkr',
    ServiceType: [{ ServiceType: 'Interface' }],
    ServiceRegion: 'eu-west-1',
    AvailabilityZoneIds: ['euw1-az1', 'euw1-az2', 'euw1-az3'],
    AvailabilityZones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
    Owner: 'amazon',
    BaseEndpointDnsNames: ['dkr.ecr.eu-west-1.vpce.amazonaws.com'],
    PrivateDnsName: '*.dkr.ecr.eu-west-1.amazonaws.com',
    PrivateDnsNames: [{ PrivateDnsName: '*.dkr.ecr.eu-west-1.amazonaws.com' }],
    PrivateDnsNameVerificationState: 'verified',
    VpcEndpointPolicySupported: true,
    AcceptanceRequired: false,
    ManagesVpcEndpoints: false,
    Tags: [],
    SupportedIpAddressTypes: ['ipv4'],
  })
})

test('filters: type, owner, name, Region, family', () => {
  const count = (more: object) => list(more).ServiceDetails?.length
  const all = awsServicesOf('eu-west-1').length
  assert.deepEqual(list(by('service-type', 'Gateway')).ServiceNames, [
    'com.amazonaws.eu-west-1.dynamodb',
    'com.amazonaws.eu-west-1.s3',
  ])
  assert.equal(count(by('service-name', 'com.amazonaws.eu-west-1.s3')), 2)
  assert.deepEqual(list(by('service-name', 'com.amazonaws.eu-west-1.s3')).ServiceNames?.length, 1)
  assert.deepEqual([count(by('owner', 'amazon')), count(by('owner', '1*'))], [all, 0])
  assert.deepEqual([count(by('service-region', 'eu-west-1')), count(by('service-region', 'us-east-1'))], [all, 0])
  assert.deepEqual(
    [count(by('supported-ip-address-types', 'ipv4')), count(by('supported-ip-address-types', 'ipv6'))],
    [all, 0],
  )
  assert.equal(count(by('tag-key', '*')), 0)
  assert.equal(count({ ServiceRegions: ['us-east-1'] }), awsServicesOf('us-east-1').length)
  throwsAwsError(() => list(by('vpc-id', 'x')), 'InvalidFilter')
})

test('pages give every service once; a size beyond 1000 counts as 1000', () => {
  const seen: (string | undefined)[] = []
  let NextToken: string | undefined
  do {
    const page = list({ MaxResults: 7, NextToken })
    seen.push(...(page.ServiceDetails ?? []).map((detail) => detail.ServiceId))
    NextToken = page.NextToken
  } while (NextToken)
  assert.deepEqual(
    seen,
    list({}).ServiceDetails?.map((detail) => detail.ServiceId),
  )
  assert.equal(list({ MaxResults: 5000 }).ServiceDetails?.length, seen.length)
})

test('one unknown name among known ones fails the call', () => {
  throwsAwsError(
    () => list({ ServiceNames: ['com.amazonaws.eu-west-1.sqs', 'com.amazonaws.us-east-1.sqs'] }),
    'InvalidServiceName',
    "The Vpc Endpoint Service 'com.amazonaws.us-east-1.sqs' does not exist",
  )
})
