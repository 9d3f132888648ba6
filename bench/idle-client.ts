/** `node idle-client.ts tcp|tls IP PORT COUNT`: opens connections, sends one request on each, prints `ready`, and stays. */
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

const [kind = '', host = '', port = '', count = ''] = process.argv.slice(2)
const parallel = 50

function open(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket =
      kind === 'tls'
        ? connectTls({ host, port: Number(port), rejectUnauthorized: false })
        : connect({ host, port: Number(port) })
    socket.once(kind === 'tls' ? 'secureConnect' : 'connect', () =>
      socket.write('GET / HTTP/1.1\r\nHost: bench\r\n\r\n'),
    )
    socket.once('data', () => resolve())
    socket.on('error', reject)
  })
}

let opened = 0
await Promise.all(
  Array.from({ length: parallel }, async () => {
    while (opened < Number(count)) {
      opened++
      await open()
    }
  }),
)
console.log('ready')
setInterval(() => {}, 1 << 30)
