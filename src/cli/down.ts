import { existsSync, readdirSync, rmSync } from 'node:fs'
import { CliError } from './cli-error.ts'
import { type Home, recordFile, refuseForeignOwner } from './home.ts'
import { lockHome } from './lock.ts'
import { stopAll } from './stop.ts'

/** `underpass down`: stops what runs, removes the namespaces, and with `--purge` the state directory as well. */
export async function down(home: Home, options: { readonly purge: boolean }): Promise<void> {
  const uid = process.getuid?.() ?? 0
  refuseForeignOwner(home)
  const isOurs = existsSync(recordFile(home)) || isEmpty(home.stateDir)
  if (options.purge && !isOurs && existsSync(home.stateDir)) {
    throw new CliError(`${home.stateDir} was not made by underpass, so --purge does not remove it.`)
  }

  const unlock = isOurs ? await lockHome(home, 60_000) : undefined
  try {
    const stopped = await stopAll(home, uid)
    console.error(
      stopped.processes + stopped.namespaces === 0
        ? `Underpass ${home.name} was not running.`
        : `Underpass ${home.name} stopped: ${stopped.processes} processes ended, ${stopped.namespaces} namespaces removed.`,
    )
    if (options.purge && isOurs) {
      rmSync(home.stateDir, { recursive: true })
      console.error(`Removed ${home.stateDir}.`)
    }
  } finally {
    unlock?.()
  }
}

/** As a refused `up` leaves it. */
function isEmpty(dir: string): boolean {
  return existsSync(dir) && readdirSync(dir).length === 0
}
