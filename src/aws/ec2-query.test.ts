import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AwsError } from './error.ts'
import { REQUEST_ID, sampleServer } from './sample-services.ts'

const SCOPE = new Map([['authorization', 'AWS4-HMAC-SHA256 Credential=test/20260131/eu-central-1/ec2/aws4_request']])
const CREATE = 'Action=CreateVpcEndpoint&Version=2016-11-15'

async function inputOf(body: string): Promise<object | undefined> {
  const server = sampleServer(undefined, { trustAnyCredentials: true })
  await server.answer({ body: Buffer.from(body) })
  return server.received[0]?.input
}

async function errorOf(body: string): Promise<{ status: number; code?: string; message?: string }> {
  const { status, body: xml } = await sampleServer(undefined, { trustAnyCredentials: true }).answer({
    headers: SCOPE,
    body: Buffer.from(body),
  })
  const match =
    /^<\?xml version="1.0" encoding="UTF-8"\?>\n<Response><Errors><Error><Code>(.*)<\/Code><Message>(.*)<\/Message><\/Error><\/Errors><RequestID>(.*)<\/RequestID><\/Response>$/s.exec(
      xml,
    )
  assert.equal(match?.[3], REQUEST_ID, xml)
  return { status, code: match?.[1], message: match?.[2] }
}

test('a request as clients write it', async () => {
  const input = await inputOf(
    `${CREATE}&VpcId=vpc-1&ServiceName=com.example&VpcEndpointType=Interface&DryRun=false&PrivateDnsEnabled=true` +
      '&SubnetId.1=subnet-1&SubnetId.2=subnet-2&DnsOptions.DnsRecordIpType=ipv4' +
      '&DnsOptions.PrivateDnsSpecifiedDomain.1=example.com' +
      '&TagSpecification.1.ResourceType=vpc-endpoint&TagSpecification.1.Tag.1.Key=Name&TagSpecification.1.Tag.1.Value=a+b',
  )
  assert.deepEqual(input, {
    VpcId: 'vpc-1',
    ServiceName: 'com.example',
    VpcEndpointType: 'Interface',
    DryRun: false,
    PrivateDnsEnabled: true,
    SubnetIds: ['subnet-1', 'subnet-2'],
    DnsOptions: { DnsRecordIpType: 'ipv4', PrivateDnsSpecifiedDomains: ['example.com'] },
    TagSpecifications: [{ ResourceType: 'vpc-endpoint', Tags: [{ Key: 'Name', Value: 'a b' }] }],
  })
})

for (const { what, parameters, input } of [
  {
    what: 'items go by index, not by place',
    parameters: 'SubnetId.10=j&SubnetId.2=b&SubnetId.1=a',
    input: ['a', 'b', ...'       ', 'j'],
  },
  { what: 'a gap is filled with empty items', parameters: 'SubnetId.1=a&SubnetId.3=c', input: ['a', '', 'c'] },
  { what: 'an empty list', parameters: 'SubnetId=', input: [] },
]) {
  test(what, async () => {
    const expected = input.map((item) => item.trim())
    assert.deepEqual(await inputOf(`${CREATE}&VpcId=v&${parameters}`), { VpcId: 'v', SubnetIds: expected })
  })
}

test('parameters in the query string count too, and those of a signature do not', async () => {
  const server = sampleServer(undefined, { trustAnyCredentials: true })
  await server.answer({
    method: 'GET',
    query:
      'Action=DescribeVpcs&Version=2016-11-15&VpcId.1=vpc-1&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=60&X-Amz-Signature=0',
  })
  assert.deepEqual(server.received[0]?.input, { VpcIds: ['vpc-1'] })
})

const expected = (kind: string, value: string, parameter: string) => ({
  code: 'InvalidParameterValue',
  message: `Value (${value}) for parameter ${parameter} is invalid. Expected: ${kind}`,
})
const unknown = (parameter: string) => ({
  code: 'UnknownParameter',
  message: `The parameter ${parameter} is not recognized`,
})

for (const { body, error } of [
  { body: CREATE, error: { code: 'MissingParameter', message: 'The request must contain the parameter VpcId' } },
  { body: `${CREATE}&VpcId=v&Colour=red`, error: unknown('Colour') },
  { body: `${CREATE}&VpcId=v&vpcId=v`, error: unknown('vpcId') },
  { body: `${CREATE}&VpcId=v&DnsOptions.Colour.1.Hue=red`, error: unknown('DnsOptions.Colour.1.Hue') },
  { body: `${CREATE}&VpcId=v&DryRun=maybe`, error: expected('boolean', 'maybe', 'DryRun') },
  { body: `${CREATE}&VpcId=v&DryRun=`, error: expected('boolean', '', 'DryRun') },
  { body: `${CREATE}&VpcId=v&DryRun.1=true`, error: unknown('DryRun.1') },
  { body: `${CREATE}&VpcId=v&SubnetId=s`, error: expected('list', 's', 'SubnetId') },
  { body: `${CREATE}&VpcId=v&SubnetId.x=s`, error: unknown('SubnetId.x') },
  { body: `${CREATE}&VpcId=v&SubnetId.0=s`, error: unknown('SubnetId.0') },
  { body: `${CREATE}&VpcId=v&SubnetId.01=s`, error: unknown('SubnetId.01') },
  { body: `${CREATE}&VpcId=v&SubnetId.999999999=s`, error: unknown('SubnetId.999999999') },
  { body: `${CREATE}&VpcId=v&SubnetId.1.Name=s`, error: unknown('SubnetId.1.Name') },
  { body: `${CREATE}&VpcId=v&DnsOptions=x`, error: expected('struct', 'x', 'DnsOptions') },
  {
    body: 'Action=DescribeVpcs&Version=2016-11-15&MaxResults=1e999',
    error: expected('number', '1e999', 'MaxResults'),
  },
  { body: 'Action=DescribeVpcs&Version=2016-11-15&MaxResults=0x10', error: expected('number', '0x10', 'MaxResults') },
  {
    body: 'Action=Frobnicate&Version=2016-11-15',
    error: { code: 'InvalidAction', message: 'The action Frobnicate is not valid for this web service.' },
  },
  {
    body: 'Version=2016-11-15',
    error: { code: 'MissingAction', message: 'The request must contain the parameter Action' },
  },
  { body: `${CREATE}&VpcId=%zz`, error: { code: 'MalformedQueryString', message: 'Illegal percent escape in %zz' } },
]) {
  test(`"${body}" answers ${error.code}`, async () => assert.deepEqual(await errorOf(body), { status: 400, ...error }))
}

test('an error is the document of the reference', async () => {
  const notFound = new AwsError('InvalidVpcEndpointId.NotFound', "The Vpc Endpoint Id 'vpce-babababa' does not exist")
  const server = sampleServer(
    () => {
      throw notFound
    },
    { trustAnyCredentials: true },
  )
  const { status, contentType, body } = await server.answer({
    body: Buffer.from('Action=DescribeVpcEndpoints&Version=2016-11-15'),
  })
  assert.equal(status, 400)
  assert.equal(contentType, 'text/xml;charset=UTF-8')
  assert.equal(
    body,
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
      '<Response><Errors><Error><Code>InvalidVpcEndpointId.NotFound</Code>' +
      "<Message>The Vpc Endpoint Id 'vpce-babababa' does not exist</Message></Error></Errors>" +
      `<RequestID>${REQUEST_ID}</RequestID></Response>`,
  )
})

test('an answer is the document of the reference', async () => {
  const server = sampleServer(
    () => ({
      ServiceConfiguration: {
        AcceptanceRequired: false,
        AvailabilityZones: ['eu-central-1a', 'eu-central-1b'],
        ManagesVpcEndpoints: false,
        PrivateDnsNameConfiguration: {},
        ServiceState: 'Available',
        ServiceType: [{ ServiceType: 'Interface' }],
        Tags: [],
        PrivateDnsName: undefined,
      },
    }),
    { trustAnyCredentials: true },
  )
  const { body } = await server.answer({
    body: Buffer.from('Action=CreateVpcEndpointServiceConfiguration&Version=2016-11-15&NetworkLoadBalancerArn.1=arn'),
  })
  const element = (name: string) => new RegExp(`<${name}>.*</${name}>`).exec(body)?.[0]
  assert.ok(
    body.startsWith(
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
        '<CreateVpcEndpointServiceConfigurationResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">' +
        `<requestId>${REQUEST_ID}</requestId><serviceConfiguration>`,
    ),
  )
  assert.ok(body.endsWith('</serviceConfiguration></CreateVpcEndpointServiceConfigurationResponse>'))
  assert.equal(
    element('availabilityZoneSet'),
    '<availabilityZoneSet><item>eu-central-1a</item><item>eu-central-1b</item></availabilityZoneSet>',
  )
  assert.equal(element('acceptanceRequired'), '<acceptanceRequired>false</acceptanceRequired>')
  assert.equal(element('privateDnsNameConfiguration'), '<privateDnsNameConfiguration></privateDnsNameConfiguration>')
  assert.equal(element('tagSet'), '<tagSet></tagSet>')
  assert.match(body, /<serviceType><item><serviceType>Interface<\/serviceType><\/item><\/serviceType>/)
  assert.doesNotMatch(body, /<privateDnsName>/)
})

test('a handler that answers with the wrong type, or throws, is an internal error that is reported', async () => {
  for (const output of [{ Vpcs: 'none' }, { Vpcs: [{ VpcId: {} }] }, { Vpcs: [{ IsDefault: 'yes' }] }]) {
    const server = sampleServer(() => output, { trustAnyCredentials: true })
    const { status, body } = await server.answer({ body: Buffer.from('Action=DescribeVpcs&Version=2016-11-15') })
    assert.equal(status, 500)
    assert.match(body, /<Code>InternalError<\/Code><Message>An internal error has occurred<\/Message>/)
    assert.equal(server.internalErrors.length, 1)
  }
})
