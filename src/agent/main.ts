/**
 * The agent process. `underpass up` starts it inside the fabric namespace:
 *
 *   node src/agent/main.ts --name NAME --state-dir DIR
 *
 * SIGTERM and SIGINT end it and leave the kernel as it is; `stop` over the link may also ask it to clean up.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { pino } from 'pino'
import { PreflightError } from '../kernel/features.ts'
import { startAgent } from './agent.ts'

const { values } = parseArgs({
  options: {
    name: { type: 'string' },
    'state-dir': { type: 'string' },
    'log-level': { type: 'string', default: 'info' },
  },
})
const { name, 'state-dir': stateDir } = values
if (name === undefined || stateDir === undefined) {
  console.error('The agent is started by: underpass up')
  process.exit(2)
}

// Not process.title: that overwrites the command line, by which `underpass` finds its processes.
writeFileSync('/proc/self/comm', 'underpass-agent')

const log = pino({ base: { process: 'agent', name }, level: values['log-level'] })

try {
  const agent = await startAgent({ name, stateDir, log, onStopped: () => process.exit(0) })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      log.info({ signal }, 'stopping; the kernel is left as it is')
      void agent.stop().then(() => process.exit(0))
    })
  }
} catch (error) {
  log.fatal(error instanceof PreflightError ? {} : { err: error }, (error as Error).message)
  process.exit(1)
}
