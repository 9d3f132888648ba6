/**
 * The relay process. The agent starts it, inside the fabric namespace, when the first listener needs it:
 *
 *   node src/relay/main.ts --name NAME --state-dir DIR
 *
 * It listens to the agent on DIR/relay.sock and outlives it. SIGTERM gives its connections a moment and ends it.
 */
import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { pino } from 'pino'
import { relaySocket } from './client.ts'
import { Relay } from './relay.ts'
import { serveRelay } from './server.ts'

const { values } = parseArgs({
  options: {
    name: { type: 'string' },
    'state-dir': { type: 'string' },
    workers: { type: 'string', default: String(availableParallelism()) },
    'log-level': { type: 'string', default: 'info' },
  },
})
const { name, 'state-dir': stateDir } = values
const workers = Number(values.workers)
if (name === undefined || stateDir === undefined || !Number.isInteger(workers) || workers < 1) {
  console.error('The relay is started by the agent, which is started by: underpass up')
  process.exit(2)
}

// Not process.title: that overwrites the command line, by which `underpass` finds its processes.
writeFileSync('/proc/self/comm', 'underpass-relay')

const log = pino({ base: { process: 'relay', name }, level: values['log-level'] })
const socketPath = join(stateDir, relaySocket)
/** For what is in flight when somebody asks us to end; connections that only wait are cut. */
const graceMs = 500

const server = await serveRelay(socketPath, new Relay(workers, log, leave))
log.info({ workers, socketPath }, 'ready')

function leave(): void {
  log.info('the last connection has ended')
  // The server is not closed: that would remove the socket's file, which may be another relay's by now.
  process.exit(0)
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    log.info({ signal }, 'stopping')
    server.relay.drain()
    setTimeout(() => server.relay.close(), graceMs)
    // Workers that do not end are ended with us: their channel closes.
    setTimeout(() => process.exit(0), 2 * graceMs)
  })
}
