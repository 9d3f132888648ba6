import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Sha256 } from '@smithy/core/checksum'
import { HttpRequest } from '@smithy/core/protocols'
import { SignatureV4 } from '@smithy/signature-v4'
import type { AnswerContext, WireRequest } from './answer.ts'
import { ec2Service, elbv2Service, SAMPLE_KEY, samplePrincipal, sampleServer } from './sample-services.ts'

const NOW = Date.UTC(2026, 0, 31, 23, 59, 59)

interface Signing {
  readonly service: string
  readonly body?: string
  readonly target?: string
  readonly secretAccessKey?: string
  readonly accessKeyId?: string
  readonly sessionToken?: string
  readonly at?: number
}

async function sign({ service, body = '', target, at = NOW, ...key }: Signing): Promise<Partial<WireRequest>> {
  const signer = new SignatureV4({
    service,
    region: 'eu-central-1',
    credentials: { ...SAMPLE_KEY, ...key },
    sha256: Sha256,
  })
  const headers = { host: '127.0.0.1:4747', ...(target === undefined ? {} : { 'x-amz-target': target }) }
  const request = new HttpRequest({ method: 'POST', path: '/', headers, body })
  const signed = await signer.sign(request, { signingDate: new Date(at) })
  return { headers: new Map(Object.entries(signed.headers)), body: Buffer.from(body) }
}

function aServer(overrides: Partial<AnswerContext> = {}) {
  return sampleServer(undefined, { now: () => NOW, ...overrides })
}

const requests = {
  ec2: { service: 'ec2', body: 'Action=DescribeVpcs&Version=2016-11-15' },
  sts: { service: 'sts', body: 'Action=GetCallerIdentity&Version=2011-06-15' },
  organizations: { service: 'organizations', body: '{}', target: 'AWSOrganizationsV20161128.ListAccounts' },
} as const
type Name = keyof typeof requests

for (const name of ['ec2', 'sts', 'organizations'] as const) {
  test(`${name}: a signed request arrives with its caller, region and id`, async () => {
    const server = aServer()
    const { status } = await server.answer(await sign(requests[name]))
    assert.equal(status, 200)
    const [request] = server.received
    assert.equal(request?.service.signingName, name)
    assert.equal(request.principal, samplePrincipal)
    assert.equal(request.region, 'eu-central-1')
    assert.equal(request.sourceIp, '127.0.0.1')
  })
}

const expired = { secretAccessKey: SAMPLE_KEY.secretAccessKey, principal: samplePrincipal, expiresAt: NOW }
const refusals: readonly {
  what: string
  key?: Partial<Signing>
  alter?: (request: Partial<WireRequest>) => Partial<WireRequest>
  server?: Partial<AnswerContext>
  answers: Readonly<Record<Name, readonly [status: number, code: string]>>
}[] = [
  {
    what: 'no signature',
    alter: (request) => ({
      ...request,
      headers: new Map([...(request.headers ?? [])].filter(([name]) => name !== 'authorization')),
    }),
    // Without a scope nothing says EC2 but the version, and AWS's EC2 asks for the key's parameter.
    answers: {
      ec2: [400, 'MissingParameter'],
      sts: [403, 'MissingAuthenticationToken'],
      organizations: [400, 'MissingAuthenticationTokenException'],
    },
  },
  {
    what: 'an unknown key',
    key: { accessKeyId: 'AKIAUNKNOWN' },
    answers: {
      ec2: [401, 'AuthFailure'],
      sts: [403, 'InvalidClientTokenId'],
      organizations: [400, 'UnrecognizedClientException'],
    },
  },
  {
    what: 'a token that is not the key’s',
    server: { credentials: () => 'bad-token' },
    answers: {
      ec2: [401, 'AuthFailure'],
      sts: [403, 'InvalidClientTokenId'],
      organizations: [400, 'UnrecognizedClientException'],
    },
  },
  {
    what: 'an expired token',
    server: { credentials: () => expired },
    answers: {
      ec2: [400, 'RequestExpired'],
      sts: [403, 'ExpiredToken'],
      organizations: [400, 'ExpiredTokenException'],
    },
  },
  {
    what: 'a wrong secret',
    key: { secretAccessKey: 'other' },
    answers: {
      ec2: [403, 'SignatureDoesNotMatch'],
      sts: [403, 'SignatureDoesNotMatch'],
      organizations: [400, 'InvalidSignatureException'],
    },
  },
  {
    what: 'an old date',
    key: { at: NOW - 20 * 60_000 },
    answers: {
      ec2: [400, 'RequestExpired'],
      sts: [403, 'SignatureDoesNotMatch'],
      organizations: [400, 'InvalidSignatureException'],
    },
  },
  {
    what: 'half a signature',
    alter: (request) => {
      const authorization = request.headers?.get('authorization')?.replace(/, Signature=.*/, '') ?? ''
      return { ...request, headers: new Map([...(request.headers ?? []), ['authorization', authorization]]) }
    },
    answers: {
      ec2: [400, 'IncompleteSignature'],
      sts: [400, 'IncompleteSignature'],
      organizations: [400, 'IncompleteSignatureException'],
    },
  },
]

const unaltered = (request: Partial<WireRequest>) => request

for (const { what, key, alter = unaltered, server, answers } of refusals) {
  for (const name of ['ec2', 'sts', 'organizations'] as const) {
    const [status, code] = answers[name]
    test(`${name}: ${what} answers ${code}`, async () => {
      const ours = aServer(server)
      const answer = await ours.answer(alter(await sign({ ...requests[name], ...key })))
      assert.equal(answer.status, status, answer.body)
      const found = /<Code>(.*)<\/Code>/.exec(answer.body)?.[1] ?? JSON.parse(answer.body).__type
      assert.equal(found, code)
      assert.equal(ours.received.length, 0)
    })
  }
}

test('an unsigned request that names nothing is asked to sign', async () => {
  const { status, body } = await aServer().answer({})
  assert.equal(status, 403)
  assert.match(body, /^<ErrorResponse><Error><Type>Sender<\/Type><Code>MissingAuthenticationToken<\/Code>/)
})

test('an unknown service is told what is served', async () => {
  const { status, body } = await aServer().answer(await sign({ service: 's3' }))
  assert.equal(status, 404)
  assert.match(body, /<Code>UnknownService<\/Code>.*s3.*ec2, elasticloadbalancing, sts, iam, organizations/)
})

test('services that share a signing name are told apart by version', async () => {
  const classic = { ...elbv2Service, version: '2012-06-01', sdk: {} }
  const server = aServer({ services: [classic, elbv2Service, ec2Service] })
  await server.answer(
    await sign({ service: elbv2Service.signingName, body: 'Action=DescribeTargetGroups&Version=2015-12-01' }),
  )
  assert.equal(server.received[0]?.service, elbv2Service)

  const { body } = await server.answer(
    await sign({ service: elbv2Service.signingName, body: 'Action=X&Version=1999-01-01' }),
  )
  assert.match(body, /<Code>InvalidAction<\/Code><Message>Could not find operation X for version 1999-01-01</)
})

test('methods other than GET and POST are refused', async () => {
  for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
    const { status, body } = await aServer().answer({ ...(await sign(requests.ec2)), method })
    assert.equal(status, 405)
    assert.match(body, /<Code>MethodNotAllowed</)
  }
})

test('another service’s target is no operation', async () => {
  const target = 'DynamoDB_20120810.ListAccounts'
  const { body } = await aServer().answer(await sign({ ...requests.organizations, target }))
  assert.equal(JSON.parse(body).__type, 'UnknownOperationException')
})

for (const { accessKeyId, accountId } of [
  { accessKeyId: '210987654321', accountId: '210987654321' },
  { accessKeyId: 'test', accountId: '123456789012' },
  { accessKeyId: '21098765432', accountId: '123456789012' },
]) {
  test(`trusting: key ${accessKeyId} is account ${accountId}, whatever the signature`, async () => {
    const server = aServer({ trustAnyCredentials: true })
    await server.answer(await sign({ ...requests.sts, accessKeyId, secretAccessKey: 'any', at: 0 }))
    assert.deepEqual(server.received[0]?.principal, {
      accountId,
      arn: `arn:aws:iam::${accountId}:root`,
      userId: accountId,
      type: 'Root',
    })
    assert.equal(server.received[0].region, 'eu-central-1')
  })
}

test('trusting: an unsigned request is found by version or target', async () => {
  const server = aServer({ trustAnyCredentials: true, defaultRegion: 'eu-west-3' })
  await server.answer({ method: 'GET', query: 'Action=GetCallerIdentity&Version=2011-06-15' })
  await server.answer({ headers: new Map([['x-amz-target', 'AWSOrganizationsV20161128.ListAccounts']]) })
  assert.deepEqual(
    server.received.map(({ operation, region }) => [operation, region]),
    [
      ['GetCallerIdentity', 'eu-west-3'],
      ['ListAccounts', 'eu-west-3'],
    ],
  )
  const { body } = await server.answer({ body: Buffer.from('Action=DescribeVpcs') })
  assert.match(body, /<Code>MissingAction<\/Code><Message>The request names no service/)
})

test('trusting: a presigned URL names account, region and service too', async () => {
  const server = aServer({ trustAnyCredentials: true })
  const credential = encodeURIComponent('210987654321/20200101/eu-west-3/ec2/aws4_request')
  await server.answer({ method: 'GET', query: `X-Amz-Credential=${credential}&Action=DescribeVpcs&Version=2016-11-15` })
  assert.equal(server.received[0]?.principal.accountId, '210987654321')
  assert.equal(server.received[0].region, 'eu-west-3')
})

test('a form that cannot be read is answered even before its service is known', async () => {
  const { status, body } = await aServer({ trustAnyCredentials: true }).answer({ body: Buffer.from('a=%zz') })
  assert.equal(status, 400)
  assert.match(body, /<Code>MalformedQueryString</)
})

test('a long hostile header or query costs time linear in its length', async () => {
  const server = aServer()
  const started = process.cpuUsage()
  for (const text of ['a', '/', 'Credential=', 'Credential=a/20260131/', ' ', 'a,', '=']) {
    const long = text.repeat(30_000 / text.length)
    await server.answer({ headers: new Map([['authorization', `AWS4-HMAC-SHA256 ${long}`]]) })
    await server.answer({ method: 'GET', query: `X-Amz-Credential=${long}` })
  }
  const { user } = process.cpuUsage(started)
  assert.ok(user < 500_000, `${user} µs of CPU`)
})
