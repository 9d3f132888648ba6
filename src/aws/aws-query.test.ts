import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AwsError } from './error.ts'
import { REQUEST_ID, sampleServer } from './sample-services.ts'

const ELBV2 = 'Version=2015-12-01'
const STS = 'Version=2011-06-15'
const NAMESPACE = 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/'

async function inputOf(body: string): Promise<object | undefined> {
  const server = sampleServer(undefined, { trustAnyCredentials: true })
  await server.answer({ body: Buffer.from(body) })
  return server.received[0]?.input
}

async function errorOf(body: string): Promise<{ status: number; code?: string; message?: string }> {
  const { status, body: xml } = await sampleServer(undefined, { trustAnyCredentials: true }).answer({
    body: Buffer.from(body),
  })
  const match =
    /^<ErrorResponse xmlns="https?:.*"><Error><Type>Sender<\/Type><Code>(.*)<\/Code><Message>(.*)<\/Message><\/Error><RequestId>(.*)<\/RequestId><\/ErrorResponse>$/s.exec(
      xml,
    )
  assert.equal(match?.[3], REQUEST_ID, xml)
  return { status, code: match?.[1], message: match?.[2] }
}

test('a request as clients write it', async () => {
  const input = await inputOf(
    `Action=CreateListener&${ELBV2}&LoadBalancerArn=arn&Protocol=TCP&Port=443` +
      '&DefaultActions.member.1.Type=forward&DefaultActions.member.1.ForwardConfig.TargetGroups.member.1.TargetGroupArn=tg' +
      '&DefaultActions.member.1.ForwardConfig.TargetGroups.member.1.Weight=5' +
      '&Tags.member.1.Key=a&Tags.member.1.Value=',
  )
  assert.deepEqual(input, {
    LoadBalancerArn: 'arn',
    Protocol: 'TCP',
    Port: 443,
    DefaultActions: [{ Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: 'tg', Weight: 5 }] } }],
    Tags: [{ Key: 'a', Value: '' }],
  })
})

for (const { what, parameters, input } of [
  { what: 'an empty list as botocore writes it', parameters: 'Names=', input: { Names: [] } },
  {
    what: 'unknown parameters are ignored',
    parameters: 'Names.member.1=a&Colour=red&names.x.y=z',
    input: { Names: ['a'] },
  },
  { what: 'a number', parameters: 'PageSize=20', input: { PageSize: 20 } },
]) {
  test(what, async () => assert.deepEqual(await inputOf(`Action=DescribeLoadBalancers&${ELBV2}&${parameters}`), input))
}

const nullMembers = (...names: string[]) =>
  `${names.length} validation error${names.length === 1 ? '' : 's'} detected: ` +
  names.map((name) => `Value null at '${name}' failed to satisfy constraint: Member must not be null`).join('; ')

for (const { body, code, message } of [
  { body: `Action=AssumeRole&${STS}&RoleArn=arn`, code: 'ValidationError', message: nullMembers('roleSessionName') },
  {
    body: `Action=AssumeRole&${STS}&RoleArn=arn&Tags.member.2.Key=k&Tags.member.1.Value=v`,
    code: 'ValidationError',
    message: nullMembers('tags.1.member.key', 'tags.2.member.value', 'roleSessionName'),
  },
  {
    body: `Action=Frobnicate&${STS}`,
    code: 'InvalidAction',
    message: 'Could not find operation Frobnicate for version 2011-06-15',
  },
  { body: STS, code: 'MissingAction', message: 'Missing Action' },
  {
    body: `Action=ModifyTargetGroup&${ELBV2}&TargetGroupArn=a&HealthCheckEnabled=yes`,
    code: 'MalformedInput',
    message: 'boolean must follow xsd1.1 definition',
  },
  {
    body: `Action=ModifyTargetGroup&${ELBV2}&TargetGroupArn=a&HealthCheckEnabled=`,
    code: 'MalformedInput',
    message: 'missing value for boolean type',
  },
  {
    body: `Action=ModifyTargetGroup&${ELBV2}&TargetGroupArn=a&HealthyThresholdCount=two`,
    code: 'MalformedInput',
    message: 'two can not be converted to an Integer',
  },
  {
    body: `Action=DescribeLoadBalancers&${ELBV2}&Names.1=a`,
    code: 'MalformedInput',
    message: 'Start of list found where not expected',
  },
  {
    body: `Action=DescribeLoadBalancers&${ELBV2}&Names.member.0=a`,
    code: 'MalformedInput',
    message: '0 is not a valid index',
  },
  {
    body: `Action=DescribeLoadBalancers&${ELBV2}&Names.member.x=a`,
    code: 'MalformedInput',
    message: 'Start of list found where not expected',
  },
  {
    body: `Action=DescribeLoadBalancers&${ELBV2}&Names.member.1.Key=a`,
    code: 'MalformedInput',
    message: 'Start of structure or map found where not expected.',
  },
]) {
  test(`"${body}" answers ${code}`, async () => assert.deepEqual(await errorOf(body), { status: 400, code, message }))
}

test('an error is the document of the reference', async () => {
  const server = sampleServer(
    () => {
      throw new AwsError('LoadBalancerNotFound', 'One or more load balancers not found')
    },
    { trustAnyCredentials: true },
  )
  const { body, contentType } = await server.answer({ body: Buffer.from(`Action=DescribeLoadBalancers&${ELBV2}`) })
  assert.equal(contentType, 'text/xml')
  assert.equal(
    body,
    `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>LoadBalancerNotFound</Code>` +
      `<Message>One or more load balancers not found</Message></Error><RequestId>${REQUEST_ID}</RequestId></ErrorResponse>`,
  )
})

test('answers are inside a result element, even empty ones', async () => {
  const server = sampleServer(() => ({ LoadBalancers: [{ DNSName: 'a.b', CreatedTime: new Date(0) }] }), {
    trustAnyCredentials: true,
  })
  const described = await server.answer({ body: Buffer.from(`Action=DescribeLoadBalancers&${ELBV2}`) })
  const metadata = `<ResponseMetadata><RequestId>${REQUEST_ID}</RequestId></ResponseMetadata>`
  assert.equal(
    described.body,
    `<DescribeLoadBalancersResponse xmlns="${NAMESPACE}"><DescribeLoadBalancersResult><LoadBalancers><member>` +
      '<DNSName>a.b</DNSName><CreatedTime>1970-01-01T00:00:00.000Z</CreatedTime></member></LoadBalancers>' +
      `</DescribeLoadBalancersResult>${metadata}</DescribeLoadBalancersResponse>`,
  )

  const deleted = await server.answer({ body: Buffer.from(`Action=DeleteLoadBalancer&${ELBV2}&LoadBalancerArn=a`) })
  assert.equal(
    deleted.body,
    `<DeleteLoadBalancerResponse xmlns="${NAMESPACE}"><DeleteLoadBalancerResult></DeleteLoadBalancerResult>` +
      `${metadata}</DeleteLoadBalancerResponse>`,
  )
})

test('our own fault is the receiver’s', async () => {
  const server = sampleServer(
    () => {
      throw new TypeError('a bug')
    },
    { trustAnyCredentials: true },
  )
  const { status, body } = await server.answer({ body: Buffer.from(`Action=GetCallerIdentity&${STS}`) })
  assert.equal(status, 500)
  assert.match(body, /<Type>Receiver<\/Type><Code>InternalFailure<\/Code>/)
  assert.doesNotMatch(body, /a bug/)
})

test('maps are entries of key and value', async () => {
  const input = await inputOf(
    'Action=SimulateCustomPolicy&Version=2010-05-08&PolicyInputList.member.1=p&ActionNames.member.1=a',
  )
  assert.deepEqual(input, { PolicyInputList: ['p'], ActionNames: ['a'] })

  const server = sampleServer(() => ({ SummaryMap: { Users: 3, Groups: 0 } }), { trustAnyCredentials: true })
  const { body } = await server.answer({ body: Buffer.from('Action=GetAccountSummary&Version=2010-05-08') })
  assert.match(
    body,
    /<SummaryMap><entry><key>Users<\/key><value>3<\/value><\/entry><entry><key>Groups<\/key><value>0<\/value><\/entry><\/SummaryMap>/,
  )
})
