/** A worker process of the relay; relay.ts starts it. What to do comes over the IPC channel, and so do listening sockets. */
import { writeFileSync } from 'node:fs'
import { backlog } from './listening.ts'
import type { FromWorker, ToWorker } from './messages.ts'
import { RelayWorker } from './worker.ts'

writeFileSync('/proc/self/comm', 'underpass-relay')

const asked = new Map<number, (forMs: readonly (number | null)[]) => void>()
let lastId = 0
const worker = new RelayWorker((clients) => {
  const id = ++lastId
  say({ type: 'quiet', id, clients })
  return new Promise((resolve) => asked.set(id, resolve))
})
const say = (message: FromWorker): void => {
  if (process.connected) process.send?.(message, undefined, undefined, () => {})
}
const leave = (): void => void worker.drain().then(() => process.exit(0))

process.on('message', (message: ToWorker, handle?: unknown) => {
  switch (message.type) {
    case 'change':
      worker.change(message.changes)
      break
    case 'ticket-keys':
      worker.setTicketKeys(Buffer.from(message.keys, 'base64'))
      break
    case 'listen':
      if (handle) worker.listen(message.socket, handle, backlog)
      break
    case 'unlisten':
      worker.unlisten(message.socket)
      break
    case 'find': {
      const connection = worker.find(message.ip, message.port)
      say({ type: 'found', id: message.id, ...(connection ? { connection } : {}) })
      break
    }
    case 'statistics':
      say({ type: 'statistics', id: message.id, statistics: worker.statistics() })
      break
    case 'ping':
      say({ type: 'pong', id: message.id })
      break
    case 'quiet':
      asked.get(message.id)?.(message.forMs)
      asked.delete(message.id)
      break
    case 'drain':
      leave()
      break
  }
})
// The main process is gone and another one will listen: what is connected here is served to its end.
process.on('disconnect', leave)
// Both go to the main process, which decides; a Ctrl-C in a terminal reaches the whole group.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => process.exit(0))
