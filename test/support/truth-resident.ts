/**
 * Stands in one instance of the truth table: answers with its name on every port, and tries what it is told to.
 *
 *     node truth-resident.ts NAME TCP_PORT,… UDP_PORT,…
 *
 * A line of JSON in is a list of `Probe`s, a line out what became of each, in the same order.
 */
import { createSocket } from 'node:dgram'
import { connect, createServer } from 'node:net'
import { createInterface } from 'node:readline'

export interface Probe {
  readonly protocol: 'tcp' | 'udp'
  readonly ip: string
  readonly port: number
  readonly timeoutMs: number
}

/** Who answered, or why nobody did: `timed out`, `ECONNREFUSED`… */
export type Finding = { readonly name: string } | { readonly error: string }

function tryTcp({ ip, port, timeoutMs }: Probe): Promise<Finding> {
  return new Promise((resolve) => {
    const socket = connect({ host: ip, port })
    socket.setTimeout(timeoutMs, () => {
      socket.destroy()
      resolve({ error: 'timed out' })
    })
    let said = ''
    socket.on('data', (chunk) => {
      said += chunk
      if (!said.endsWith('\n')) return
      socket.destroy()
      resolve({ name: said.trim() })
    })
    socket.on('error', (error: NodeJS.ErrnoException) => resolve({ error: error.code ?? error.message }))
    socket.on('close', () => resolve({ error: 'closed without a word' }))
  })
}

function tryUdp({ ip, port, timeoutMs }: Probe): Promise<Finding> {
  return new Promise((resolve) => {
    const socket = createSocket(ip.includes(':') ? 'udp6' : 'udp4')
    const end = (finding: Finding): void => {
      clearTimeout(timer)
      socket.close()
      resolve(finding)
    }
    const timer = setTimeout(() => end({ error: 'timed out' }), timeoutMs)
    socket.once('message', (message) => end({ name: message.toString().trim() }))
    socket.on('error', (error: NodeJS.ErrnoException) => end({ error: error.code ?? error.message }))
    socket.connect(port, ip, () => socket.send('who\n'))
  })
}

const [name = '', tcpPorts = '', udpPorts = ''] = process.argv.slice(2)
const ports = (text: string): number[] => text.split(',').map(Number)
for (const port of ports(tcpPorts)) {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.end(`${name}\n`)
  })
  await new Promise<void>((resolve) => server.listen(port, '::', 1024, resolve))
}
for (const port of ports(udpPorts)) {
  const socket = createSocket('udp6')
  socket.on('message', (_, { address, port: from }) => socket.send(`${name}\n`, from, address))
  await new Promise<void>((resolve) => socket.bind(port, '::', resolve))
}
console.log('"ready"')
for await (const line of createInterface({ input: process.stdin })) {
  const probes = JSON.parse(line) as Probe[]
  const findings = await Promise.all(probes.map((probe) => (probe.protocol === 'tcp' ? tryTcp(probe) : tryUdp(probe))))
  console.log(JSON.stringify(findings))
}
process.exit(0)
