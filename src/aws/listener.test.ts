import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { type AwsListener, createAwsListener } from './listener.ts'
import type { AwsService } from './service.ts'

/** Two operations as the SDK's schemas would have them; importing an SDK client takes longer than all these tests. */
const ec2: AwsService = {
  signingName: 'ec2',
  protocol: 'ec2Query',
  version: '2016-11-15',
  xmlNamespace: 'http://ec2.amazonaws.com/doc/2016-11-15/',
  sdk: { DescribeVpcs$: [9, 'test', 'DescribeVpcs', 0, () => 'unit', () => 'unit'] },
}
const sts: AwsService = {
  signingName: 'sts',
  protocol: 'awsQuery',
  version: '2011-06-15',
  xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  sdk: {
    GetCallerIdentity$: [
      9,
      'test',
      'GetCallerIdentity',
      0,
      () => 'unit',
      () => [3, 'test', 'Out', 0, ['Account'], [0]],
    ],
  },
}

const MAX_BODY_BYTES = 2000
const reported: unknown[] = []
let listener: AwsListener
let port = 0

before(async () => {
  listener = createAwsListener({
    services: [ec2, sts],
    credentials: () => undefined,
    dispatch: async ({ operation, sourceIp }) => {
      if (operation === 'DescribeVpcs') throw new Error('a bug')
      return { Account: sourceIp }
    },
    trustAnyCredentials: true,
    maxBodyBytes: MAX_BODY_BYTES,
    extraRoute: async (method, path) => {
      if (path === '/_broken') throw new Error('a bug in the route')
      return path === '/_underpass/reset' ? { status: method === 'POST' ? 204 : 405 } : undefined
    },
    onInternalError: (error) => reported.push(error),
  })
  port = (await listener.listen(0)).port
})

after(() => listener.close())

function post(body: string, path = '/') {
  return fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body })
}

const IDENTITY = 'Action=GetCallerIdentity&Version=2011-06-15'

test('an answer over HTTP, on any path', async () => {
  for (const path of ['/', '/some/base/']) {
    const response = await post(IDENTITY, path)
    assert.equal(response.status, 200)
    assert.match(response.headers.get('x-amzn-requestid') ?? '', /^[0-9a-f-]{36}$/)
    assert.equal(response.headers.get('content-type'), 'text/xml')
    assert.match(await response.text(), /<Account>127\.0\.0\.1<\/Account>/)
  }
})

test('the request id of the header is that of the document', async () => {
  const response = await post('Action=Nothing&Version=2016-11-15')
  assert.equal(
    /<RequestID>(.*)<\/RequestID>/.exec(await response.text())?.[1],
    response.headers.get('x-amzn-requestid'),
  )
})

test('a route beside AWS’s', async () => {
  assert.equal((await post('', '/_underpass/reset')).status, 204)
  assert.equal((await fetch(`http://127.0.0.1:${port}/_underpass/reset`)).status, 405)
})

test('faults of ours are answered and reported, and the server goes on', async () => {
  reported.length = 0
  const dispatch = await post('Action=DescribeVpcs&Version=2016-11-15')
  assert.equal(dispatch.status, 500)
  assert.match(await dispatch.text(), /<Code>InternalError</)
  assert.equal((await post('', '/_broken')).status, 500)
  assert.deepEqual(
    reported.map((error) => (error as Error).message),
    ['a bug', 'a bug in the route'],
  )
  assert.equal((await post(IDENTITY)).status, 200)
})

for (const bytes of [MAX_BODY_BYTES + 1, 3_000_000]) {
  test(`a body of ${bytes} bytes is answered, though too large`, async () => {
    const response = await post('x'.repeat(bytes))
    assert.equal(response.status, 413)
    assert.match(await response.text(), /<Code>RequestEntityTooLarge<\/Code>/)
  })
}

/** Writes text as it is; resolves to all that came back when the server closes, or when it is enough for us. */
function raw(text: string, timeoutMs = 5000, isEnough: (answer: string) => boolean = () => false): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    let answer = ''
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error('no answer in time')))
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1')
      if (isEnough(answer)) socket.destroy()
    })
    socket.on('close', () => resolve(answer))
    socket.on('error', reject)
  })
}

for (const { what, text, status, code } of [
  { what: 'no HTTP', text: 'hello\r\n\r\n', status: 400, code: 'MalformedHttpRequestException' },
  {
    what: 'two lengths',
    text: 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    status: 400,
    code: 'MalformedHttpRequestException',
  },
  {
    what: 'huge headers',
    text: `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`,
    status: 431,
    code: 'RequestHeaderSectionTooLarge',
  },
]) {
  test(`${what} answers ${code} and ends the connection`, async () => {
    const answer = await raw(text)
    assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `))
    assert.match(answer, new RegExp(`<Code>${code}</Code>`))
  })
}

for (const { what, text, status } of [
  { what: 'no Host', text: 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', status: 400 },
  {
    what: 'an Expect nobody knows',
    text: 'GET / HTTP/1.1\r\nHost: x\r\nExpect: tea\r\nConnection: close\r\n\r\n',
    status: 400,
  },
  {
    what: 'an Upgrade',
    text: 'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade, close\r\n\r\n',
    status: 400,
  },
  { what: 'CONNECT', text: 'CONNECT a:1 HTTP/1.1\r\nHost: x\r\n\r\n', status: 405 },
]) {
  test(`${what} is answered with an error document`, async () => {
    const answer = await raw(text)
    assert.match(answer, new RegExp(`^HTTP/1.1 ${status} [^]*x-amzn-requestid: [^]*<ErrorResponse>.*</ErrorResponse>$`))
  })
}

test('an oversize body is answered before it has all come', async () => {
  const answer = await raw(
    `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 30000000\r\n\r\n${'x'.repeat(100_000)}`,
    5000,
    (sofar) => sofar.includes('</ErrorResponse>'),
  )
  assert.match(answer, /<Code>RequestEntityTooLarge</)
})

test('a connection stays open for the next request', async () => {
  const request = `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${IDENTITY.length}\r\n`
  const answer = await raw(`${request}\r\n${IDENTITY}${request}Connection: close\r\n\r\n${IDENTITY}`)
  assert.equal(answer.match(/HTTP\/1\.1 200 OK/g)?.length, 2)
})

test('a port in use is an error', async () => {
  const second = createAwsListener({ services: [], credentials: () => undefined, dispatch: async () => ({}) })
  await assert.rejects(second.listen(port), { code: 'EADDRINUSE' })
})
