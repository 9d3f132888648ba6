import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CliError } from './cli-error.ts'
import { type Home, lockName } from './home.ts'
import { isLive } from './processes.ts'

/**
 * Lets one `up` or `down` of a home run at a time; a second one waits.
 *
 * A file with the owner's pid, made exclusively. A dead owner's is taken over; the moment between finding it dead and
 * taking it is the price of needing no flock(2), which Node does not offer.
 *
 * @returns releases the lock
 */
export async function lockHome(home: Home, patienceMs: number): Promise<() => void> {
  const path = join(home.stateDir, lockName)
  const deadline = performance.now() + patienceMs
  for (;;) {
    try {
      writeFileSync(path, `${process.pid}\n`, { flag: 'wx', mode: 0o600 })
      return () => rmSync(path, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const owner = readOwner(path)
    if (owner !== undefined && !isLive(owner)) rmSync(path, { force: true })
    else if (performance.now() > deadline) {
      throw new CliError(
        `Another underpass command (pid ${owner}) is starting or stopping ${home.name}.\n` +
          `Wait for it; if it hangs: kill ${owner}`,
      )
    } else await sleep(100)
  }
}

function readOwner(path: string): number | undefined {
  try {
    const pid = Number(readFileSync(path, 'utf8').trim())
    return Number.isInteger(pid) && pid > 0 ? pid : undefined
  } catch {
    return undefined
  }
}
