import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { createUpstream, parseResolvConf } from './upstream.ts'

const query = Buffer.from('abcd01000001000000000000', 'hex')
const answerTo = (message: Buffer, flags: number, text = '') => {
  const answer = Buffer.concat([message.subarray(0, 12), Buffer.from(text)])
  answer[2] = flags
  return answer
}

/** A name server on a free port, both transports; `reply` gives what it sends for a query over UDP. */
async function withNameServer(
  reply: (message: Buffer) => readonly Buffer[],
  use: (port: number) => Promise<void>,
): Promise<void> {
  const udp = createSocket('udp4')
  udp.on('message', (message, { port }) => {
    for (const answer of reply(message)) udp.send(answer, port)
  })
  udp.bind(0, '127.0.0.1')
  await once(udp, 'listening')
  const { port } = udp.address()
  const tcp = createServer((socket) => {
    socket.on('data', (chunk: Buffer) => {
      const answer = answerTo(chunk.subarray(2), 0x80, 'whole, over TCP')
      // In pieces, as TCP may deliver it.
      socket.write(Buffer.from([0]))
      setImmediate(() => socket.end(Buffer.concat([Buffer.from([answer.length]), answer])))
    })
  })
  tcp.listen(port, '127.0.0.1')
  await once(tcp, 'listening')
  try {
    await use(port)
  } finally {
    udp.close()
    tcp.close()
  }
}

const here = () => ['127.0.0.1']

test('an answer comes back as it is', () =>
  withNameServer(
    (message) => [answerTo(message, 0x80, 'x')],
    async (port) => {
      const resolve = createUpstream({ servers: here, port })
      assert.deepEqual(await resolve(query), answerTo(query, 0x80, 'x'))
    },
  ))

test('a truncated answer is fetched over TCP', () =>
  withNameServer(
    (message) => [answerTo(message, 0x82)],
    async (port) => {
      const resolve = createUpstream({ servers: here, port })
      assert.equal((await resolve(query))?.subarray(12).toString(), 'whole, over TCP')
    },
  ))

test('what does not answer this query is passed over', () =>
  withNameServer(
    (message) => [
      Buffer.from('zz'),
      Buffer.from(message), // the query itself, which is no response
      answerTo(Buffer.from('ffff01000001000000000000', 'hex'), 0x80, 'other id'),
      answerTo(message, 0x80, 'ours'),
    ],
    async (port) => {
      const resolve = createUpstream({ servers: here, port })
      assert.equal((await resolve(query))?.subarray(12).toString(), 'ours')
    },
  ))

test('a server that is not there is passed over; none is no answer', () =>
  withNameServer(
    (message) => [answerTo(message, 0x80)],
    async (port) => {
      const second = createUpstream({ servers: () => ['127.0.0.2', '127.0.0.1'], port })
      assert.ok(await second(query))
      assert.equal(await createUpstream({ servers: () => [], port })(query), undefined)
      assert.equal(await createUpstream({ servers: () => ['127.0.0.2'], port })(query), undefined)
    },
  ))

test('silence is no answer when the time is up', () =>
  withNameServer(
    () => [],
    async (port) => {
      assert.equal(await createUpstream({ servers: here, port, timeoutMs: 10 })(query), undefined)
    },
  ))

test('what is too short for a query is not sent', async () => {
  assert.equal(await createUpstream({ servers: here, port: 1 })(Buffer.from([1])), undefined)
})

test('more than a host can bear at once get no answer at once', () =>
  withNameServer(
    () => [],
    async (port) => {
      const resolve = createUpstream({ servers: here, port, timeoutMs: 50 })
      const waiting = Array.from({ length: 256 }, () => resolve(query))
      const started = performance.now()
      assert.equal(await resolve(query), undefined)
      assert.ok(performance.now() - started < 40)
      await Promise.all(waiting)
    },
  ))

test('resolv.conf: the name servers in order, without our own fabric', () => {
  const text = [
    '# nameserver 192.0.2.9',
    'search example.com',
    'nameserver 192.0.2.1',
    '  nameserver\t2001:db8::1 # home',
    'nameserver 240.0.0.1',
    'nameserver 169.254.169.253',
    'nameserver',
  ].join('\n')
  assert.deepEqual(parseResolvConf(text), ['192.0.2.1', '2001:db8::1', '169.254.169.253'])
})
