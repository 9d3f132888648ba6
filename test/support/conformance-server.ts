/**
 * What the targets of the conformance rows run: `node conformance-server.ts IP`. TCP and UDP on two ports, HTTPS on a third,
 * each answering with its address and port as its name.
 *
 * It speaks what `session-inside.ts` speaks, and a TCP connection may begin with a PROXY header. What it does on HTTP is in
 * the path: /status/500; /silent; /script/ID/500,500,200, one code after the other over the requests for ID, the last for
 * good.
 */
import { createSocket } from 'node:dgram'
import { createServer, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { parseProxyHeader } from '../../src/net/proxy-protocol.ts'
import { selfSigned } from './health-certificate.ts'

export const serverPorts = [8080, 8081] as const
export const httpsPort = 8443
/** What is said when the client has ended its side. */
export const farewell = 'and you'

/** `target` of a Sighting, as this server tells it. */
export interface ToldTarget {
  readonly local: string
  readonly remote: string
  /** Who the PROXY header said it was. */
  readonly headerSource?: string
}

const show = (address: string | undefined, port: number | undefined): string =>
  `${address?.replace(/^::ffff:/, '')}:${port}`

const scripts = new Map<string, number>()
function statusOf(path: string): string | undefined {
  const [, verb = '', first = '', second = ''] = path.split('/')
  if (verb === 'silent') return undefined
  if (verb === 'status') return first
  if (verb !== 'script') return '200'
  const codes = second.split(',')
  const n = scripts.get(first) ?? 0
  scripts.set(first, n + 1)
  return codes[Math.min(n, codes.length - 1)]
}

function converse(socket: Socket, name: string): void {
  const target = { name, local: show(socket.localAddress, socket.localPort) }
  const remote = show(socket.remoteAddress, socket.remotePort)
  let headerSource: string | undefined
  let isBegun = false
  let isHttp = false
  let bytes = Buffer.alloc(0)
  const answer = (line: string): void => {
    // The rest of a request says nothing to us.
    if (isHttp) return
    if (line.startsWith('GET ')) {
      isHttp = true
      const status = statusOf(line.split(' ')[1] ?? '')
      if (status) socket.end(`HTTP/1.1 ${status} .\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`)
    } else if (!socket.writableEnded) {
      socket.write(`${line === 'who' ? JSON.stringify({ ...target, remote, headerSource }) : line}\n`)
    }
  }
  socket.on('error', () => {})
  socket.on('end', () => socket.end(`${farewell}\n`))
  socket.on('data', (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk])
    if (!isBegun) {
      const header = parseProxyHeader(bytes)
      if (header === 'more') return
      isBegun = true
      if ('lengthBytes' in header) {
        const { addresses } = header
        if (addresses) headerSource = show(addresses.sourceIp, addresses.sourcePort)
        bytes = bytes.subarray(header.lengthBytes)
      }
    }
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10)) {
      answer(bytes.subarray(0, end).toString().trimEnd())
      bytes = bytes.subarray(end + 1)
    }
  })
}

if (import.meta.main) {
  const [ip = ''] = process.argv.slice(2)
  const listening: Promise<unknown>[] = []
  const listen = (server: ReturnType<typeof createServer>, port: number): void => {
    listening.push(new Promise((resolve) => server.listen(port, '0.0.0.0', () => resolve(port))))
  }
  for (const port of serverPorts) {
    listen(
      createServer({ allowHalfOpen: true }, (socket) => converse(socket, `${ip}:${port}`)),
      port,
    )
    const udp = createSocket('udp4')
    udp.on('message', (message, peer) => {
      const answer = { name: `${ip}:${port}`, remote: show(peer.address, peer.port), text: message.toString() }
      udp.send(JSON.stringify(answer), peer.port, peer.address)
    })
    listening.push(new Promise<void>((resolve) => udp.bind(port, '0.0.0.0', resolve)))
  }
  listen(
    createTlsServer({ ...selfSigned }, (socket) => converse(socket, `${ip}:${httpsPort}`)),
    httpsPort,
  )
  await Promise.all(listening)
  console.log('ready')
}
