/**
 * Headers that haproxy writes, read by our parser: with a checksum and a unique id, over IPv4 and IPv6, and the LOCAL
 * header of its health checks. nginx writes version 1 only, so it is a peer in the other direction (test/e2e/relay.e2e.ts).
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { executableOnPath } from '../../src/cli/host-tools.ts'
import { type ParsedHeader, type ProxyHeader, parseProxyHeader, tlvType } from '../../src/net/proxy-protocol.ts'

const name = 'haproxy writes what our parser takes'
const why = executableOnPath('haproxy') ? false : 'haproxy is not installed; run: make bench, which installs it'
if (why) console.error(`SKIPPED: ${name}: ${why}`)

/** Keeps the header of every connection. */
function aTarget(headers: ProxyHeader[]): Server {
  return createServer((socket) => {
    let received: Buffer = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk as Buffer])
      const parsed: ParsedHeader = parseProxyHeader(received)
      if (parsed === 'more') return
      assert.ok(!('malformed' in parsed), JSON.stringify(parsed))
      headers.push(parsed)
      socket.end('taken\n')
    })
  })
}

const listen = async (server: Server, host: string): Promise<number> => {
  server.listen(0, host)
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

async function freePort(): Promise<number> {
  const server = createServer()
  const port = await listen(server, '127.0.0.1')
  server.close()
  await once(server, 'close')
  return port
}

async function ask(host: string, port: number): Promise<number> {
  for (let attempt = 0; ; attempt++) {
    const socket = connect({ host, port })
    try {
      await once(socket, 'connect')
      const localPort = socket.localPort ?? 0
      socket.write('hello\n')
      const [answer] = await once(socket, 'data')
      assert.equal(String(answer), 'taken\n')
      socket.destroy()
      return localPort
    } catch (error) {
      socket.destroy()
      if (attempt === 200) throw error
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
  }
}

test(name, { skip: why }, async (t) => {
  const headers: ProxyHeader[] = []
  const target = aTarget(headers)
  const targetPort = await listen(target, '127.0.0.1')
  const [port4, port6] = [await freePort(), await freePort()]
  const dir = mkdtempSync(join(tmpdir(), 'underpass-haproxy-'))
  const config = join(dir, 'haproxy.cfg')
  writeFileSync(
    config,
    `defaults
  mode tcp
  timeout connect 5s
  timeout client 30s
  timeout server 30s
frontend both
  bind 127.0.0.1:${port4}
  bind [::1]:${port6}
  unique-id-format %[uuid]
  default_backend target
backend target
  server plain 127.0.0.1:${targetPort} send-proxy-v2 proxy-v2-options crc32c,unique-id check check-send-proxy inter 200ms
`,
  )
  const haproxy = spawn('haproxy', ['-db', '-f', config], { stdio: 'ignore' })
  t.after(async () => {
    haproxy.kill('SIGKILL')
    target.close()
    rmSync(dir, { recursive: true, force: true })
  })

  const from4 = await ask('127.0.0.1', port4)
  const from6 = await ask('::1', port6)
  const told = headers.flatMap(({ addresses, tlvs }) =>
    addresses ? [{ ...addresses, tlvs: tlvs.map(({ type }) => type) }] : [],
  )
  const of4 = told.find(({ sourcePort }) => sourcePort === from4)
  assert.deepEqual([of4?.sourceIp, of4?.destinationIp, of4?.destinationPort], ['127.0.0.1', '127.0.0.1', port4])
  assert.ok(of4?.tlvs.includes(tlvType.crc32c), 'the checksum is there, and the parser has verified it')
  const of6 = told.find(({ sourcePort }) => sourcePort === from6)
  assert.deepEqual([of6?.sourceIp, of6?.destinationIp, of6?.destinationPort], ['::1', '::1', port6])
  // Health checks speak for haproxy itself.
  while (!headers.some(({ addresses }) => addresses === undefined))
    await new Promise((resolve) => setTimeout(resolve, 25))
})
