import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { selfSigned } from '../../test/support/health-certificate.ts'
import type { HealthCheck } from '../plan/program.ts'
import type { ProbeOutcome } from './check-state.ts'
import { lingerMs, startProbe } from './probe.ts'

function aCheck(fields: Partial<HealthCheck> & { readonly connectPort: number }): HealthCheck {
  return {
    key: 'eni|target',
    targetKey: 'target',
    protocol: 'TCP',
    connectIp: '127.0.0.1',
    httpHost: '10.0.1.5:80',
    path: '/',
    matcherHttpCode: '200-399',
    intervalMs: 5_000,
    timeoutMs: 2_000,
    healthyThresholdCount: 2,
    unhealthyThresholdCount: 2,
    ...fields,
  }
}

function probe(check: HealthCheck) {
  const outcomes: ProbeOutcome[] = []
  const known = Promise.withResolvers<ProbeOutcome>()
  const closed = Promise.withResolvers<void>()
  const cancel = startProbe(check, {
    outcome: (outcome) => {
      outcomes.push(outcome)
      known.resolve(outcome)
    },
    closed: closed.resolve,
  })
  return { outcomes, cancel, known: known.promise, closed: closed.promise }
}

/** What the probe concluded, once its socket is gone. */
async function conclude(check: HealthCheck): Promise<ProbeOutcome> {
  const { outcomes, closed } = probe(check)
  await closed
  assert.equal(outcomes.length, 1)
  return outcomes[0] as ProbeOutcome
}

async function listen<T extends Server>(t: TestContext, server: T): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return (server.address() as AddressInfo).port
}

/** A target that does as `serve` says with each connection. */
const aTarget = (t: TestContext, serve: (socket: Socket) => void) => listen(t, createServer(serve))

const anHttpTarget = (t: TestContext, serve: RequestListener) => listen(t, createHttpServer(serve))

async function aClosedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

for (const [title, greeting] of [
  ['that waits', ''],
  ['that greets first', 'SSH-2.0-OpenSSH_9.2\r\n'],
] as const) {
  test(`TCP: a target ${title} is healthy, and its connection ends without a reset`, async (t) => {
    const seen = Promise.withResolvers<boolean>()
    const port = await aTarget(t, (socket) => {
      let reset = false
      socket.on('error', () => {
        reset = true
      })
      socket.on('close', () => seen.resolve(reset))
      socket.resume()
      if (greeting) socket.write(greeting)
    })
    assert.deepEqual(await conclude(aCheck({ connectPort: port })), { kind: 'success' })
    assert.equal(await seen.promise, false)
  })
}

test('TCP: a closed port fails at once', async () => {
  assert.deepEqual(await conclude(aCheck({ connectPort: await aClosedPort(), timeoutMs: 60_000 })), { kind: 'failed' })
})

test('TCP: a target that does not answer a SYN times out', async (t) => {
  // A thread listens and then stands still; once its queue is full the kernel drops what comes.
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads')
     const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
       parentPort.postMessage(server.address().port)
       Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
     })`,
    { eval: true },
  )
  t.after(() => worker.terminate())
  const [port] = (await once(worker, 'message')) as [number]
  for (let i = 0; i < 2; i++) {
    const filler = connect(port, '127.0.0.1')
    filler.on('error', () => {})
    t.after(() => filler.destroy())
    await once(filler, 'connect')
  }
  assert.deepEqual(await conclude(aCheck({ connectPort: port, timeoutMs: 30 })), { kind: 'timeout' })
})

test('TCP: a target that never closes its side is left after a while, without a reset', async (t) => {
  const sockets: Socket[] = []
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket)
    socket.on('error', () => assert.fail('reset'))
    socket.resume()
  })
  const port = await listen(t, server)
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { outcomes, known, closed } = probe(aCheck({ connectPort: port }))
  await known
  // The FIN reaches the target, which does not care; the check's place is free when the clock says so.
  while (!sockets[0]?.readableEnded) await new Promise((resolve) => setImmediate(resolve))
  let isClosed = false
  closed.then(() => {
    isClosed = true
  })
  t.mock.timers.tick(lingerMs - 1)
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(isClosed, false)
  t.mock.timers.tick(1)
  await closed
  assert.deepEqual(outcomes, [{ kind: 'success' }])
  sockets[0]?.end()
})

test("HTTP: the request is the one that AWS's checkers send", async (t) => {
  const request = Promise.withResolvers<string>()
  const port = await aTarget(t, (socket) =>
    socket.once('data', (data) => {
      request.resolve(data.toString())
      socket.end('HTTP/1.1 200 OK\r\n\r\n')
    }),
  )
  const check = aCheck({ connectPort: port, protocol: 'HTTP', path: '/health?a=1', httpHost: '10.0.1.5:80' })
  assert.deepEqual(await conclude(check), { kind: 'success' })
  assert.deepEqual((await request.promise).split('\r\n'), [
    'GET /health?a=1 HTTP/1.1',
    'Host: 10.0.1.5:80',
    'Connection: close',
    'User-Agent: ELB-HealthChecker/2.0',
    'Accept-Encoding: gzip, compressed',
    '',
    '',
  ])
})

test('HTTP: nothing in a path ends the request line', async (t) => {
  const urls: (string | undefined)[] = []
  const port = await anHttpTarget(t, (request, response) => {
    urls.push(request.url)
    response.end()
  })
  const path = '/a b\r\nX-Evil: 1\r\n\r\n/é'
  assert.deepEqual(await conclude(aCheck({ connectPort: port, protocol: 'HTTP', path })), { kind: 'success' })
  assert.deepEqual(urls, ['/a%20b%0D%0AX-Evil:%201%0D%0A%0D%0A/%C3%A9'])
})

for (const [code, matcherHttpCode, expected] of [
  [200, '200-399', { kind: 'success' }],
  [302, '200-399', { kind: 'success' }],
  [503, '200-399', { kind: 'code-mismatch', code: 503 }],
  [302, '200', { kind: 'code-mismatch', code: 302 }],
  [404, '200,400-404', { kind: 'success' }],
  [200, 'nonsense', { kind: 'code-mismatch', code: 200 }],
] as const) {
  test(`HTTP: ${code} where ${matcherHttpCode} is healthy: ${expected.kind}`, async (t) => {
    const port = await anHttpTarget(t, (_, response) => response.writeHead(code).end('page'))
    assert.deepEqual(await conclude(aCheck({ connectPort: port, protocol: 'HTTP', matcherHttpCode })), expected)
  })
}

test('HTTP: a page is read to its end after its status is known, so that the target sees no reset', async (t) => {
  const target = Promise.withResolvers<Socket>()
  const port = await aTarget(t, (socket) => {
    socket.on('error', () => {}).resume()
    socket.write('HTTP/1.1 200 OK\r\n\r\n')
    target.resolve(socket)
  })
  const { known, closed } = probe(aCheck({ connectPort: port, protocol: 'HTTP' }))
  assert.deepEqual(await known, { kind: 'success' })
  const socket = await target.promise
  for (let part = 0; part < 3; part++) {
    await new Promise((resolve) => setImmediate(resolve))
    assert.equal(socket.readableEnded || socket.destroyed, false, 'the checker waits for the end of the page')
    socket.write(Buffer.alloc(200_000))
  }
  const ended = once(socket, 'close')
  socket.end()
  assert.deepEqual(await ended, [false], 'closed without an error')
  await closed
})

test('HTTP: a page without end is cut', async (t) => {
  const port = await anHttpTarget(t, (_, response) => {
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(100_000))) {}
    }
    response.on('drain', more)
    more()
  })
  assert.deepEqual(await conclude(aCheck({ connectPort: port, protocol: 'HTTP' })), { kind: 'success' })
})

for (const [title, serve] of [
  ['closes without an answer', (socket: Socket) => void socket.resume().end()],
  ['closes in the middle of the status line', (socket: Socket) => void socket.resume().end('HTTP/1.1 20')],
  ['speaks something else', (socket: Socket) => void socket.resume().end('SSH-2.0-OpenSSH_9.2\r\n')],
  ['resets the connection', (socket: Socket) => void socket.once('data', () => socket.resetAndDestroy())],
] as const) {
  test(`HTTP: a target that ${title} fails`, async (t) => {
    const port = await aTarget(t, serve)
    const check = aCheck({ connectPort: port, protocol: 'HTTP', timeoutMs: 60_000 })
    assert.deepEqual(await conclude(check), { kind: 'failed' })
  })
}

for (const [title, sent] of [
  ['never answers', ''],
  ['begins an answer and stops', 'HTTP/1.1 '],
  ['only says that it will answer', 'HTTP/1.1 103 Early Hints\r\n\r\n'],
] as const) {
  test(`HTTP: a target that ${title} times out`, async (t) => {
    const port = await aTarget(
      t,
      (socket) =>
        void socket
          .on('error', () => {})
          .resume()
          .write(sent),
    )
    const check = aCheck({ connectPort: port, protocol: 'HTTP', timeoutMs: 30 })
    assert.deepEqual(await conclude(check), { kind: 'timeout' })
  })
}

test('HTTPS: a certificate that nobody trusts is good enough', async (t) => {
  let code = 200
  const server = createHttpsServer(selfSigned, (_, response) => response.writeHead(code).end('page'))
  const port = await listen(t, server)
  const check = aCheck({ connectPort: port, protocol: 'HTTPS' })
  assert.deepEqual(await conclude(check), { kind: 'success' })
  code = 500
  assert.deepEqual(await conclude(check), { kind: 'code-mismatch', code: 500 })
})

test('HTTPS: a target that does not speak TLS fails', async (t) => {
  const port = await anHttpTarget(t, (_, response) => response.end())
  const check = aCheck({ connectPort: port, protocol: 'HTTPS', timeoutMs: 60_000 })
  assert.deepEqual(await conclude(check), { kind: 'failed' })
})

test('what connect refuses to try says nothing about the target', async () => {
  assert.equal((await conclude(aCheck({ connectPort: 70_000 }))).kind, 'not-probed')
})

test('a probe that is cancelled tells nothing and frees its place', async (t) => {
  const port = await aTarget(t, (socket) => void socket.on('error', () => {}).resume())
  for (const check of [
    aCheck({ connectPort: port }),
    aCheck({ connectPort: port, protocol: 'HTTP' }),
    aCheck({ connectPort: port, protocol: 'HTTPS' }),
    aCheck({ connectPort: 70_000 }),
  ]) {
    const { outcomes, cancel, closed } = probe(check)
    cancel()
    await closed
    assert.deepEqual(outcomes, [])
  }
})

test('no probe of any kind leaves a socket or a timer behind', async (t) => {
  const page = await anHttpTarget(t, (_, response) => response.end('page'))
  const silent = await aTarget(t, (socket) => void socket.on('error', () => {}).resume())
  const refusing = await aClosedPort()
  const before = handles()
  const checks = Array.from({ length: 30 }, () => [
    aCheck({ connectPort: page }),
    aCheck({ connectPort: page, protocol: 'HTTP' }),
    aCheck({ connectPort: refusing }),
    aCheck({ connectPort: silent, protocol: 'HTTP', timeoutMs: 20 }),
    aCheck({ connectPort: page, protocol: 'HTTPS' }),
  ]).flat()
  await Promise.all(checks.map(conclude))
  // The targets' ends of the connections close in their own time.
  while (handles().sockets > before.sockets) await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(handles(), before)
})

function handles() {
  const active = process.getActiveResourcesInfo()
  const count = (name: string) => active.filter((resource) => resource === name).length
  return { sockets: count('TCPSocketWrap'), timers: count('Timeout') }
}

for (const protocol of ['TCP', 'HTTP', 'HTTPS'] as const) {
  test(`${protocol}: a target that expects a PROXY header gets one of LOCAL first`, async (t) => {
    const first = Promise.withResolvers<Buffer>()
    const answer: RequestListener = (_request, response) => response.end('ok')
    const inner = protocol === 'HTTPS' ? createHttpsServer(selfSigned, answer) : createHttpServer(answer)
    const port = await aTarget(t, (socket) => {
      socket.once('readable', () => {
        first.resolve(socket.read(16) as Buffer)
        if (protocol !== 'TCP') inner.emit('connection', socket)
        else socket.resume()
      })
    })
    assert.deepEqual(await conclude(aCheck({ connectPort: port, protocol, proxyHeader: true })), { kind: 'success' })
    assert.equal((await first.promise).toString('hex'), '0d0a0d0a000d0a515549540a20000000')
  })

  test(`${protocol}: a closed port fails with a header too`, async () => {
    const check = aCheck({ connectPort: await aClosedPort(), protocol, proxyHeader: true })
    assert.deepEqual(await conclude(check), { kind: 'failed' })
  })
}
