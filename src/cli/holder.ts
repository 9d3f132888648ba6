import { readFileSync, realpathSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { CliError } from './cli-error.ts'
import { type Home, logFile } from './home.ts'
import { userNamespaceObstacle } from './host-tools.ts'
import { lastLines, launch } from './launch.ts'
import { holderVariable } from './processes.ts'

/**
 * The holder: what keeps an ordinary user's namespaces alive while nothing of ours runs.
 *
 * The user becomes root of a new user namespace, with a network namespace (only so that `ip netns` has one it may return
 * to) and a mount namespace whose /run is an empty tmpfs: /run/netns on the host is root's. Then it sleeps. Killing
 * control and agent leaves it, and so the traffic; `down` ends it, and everything goes with it.
 */
const script = `
set -e
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/netns /run/lock
ip link set lo up
exec sleep infinity
`

export async function startHolder(home: Home, signal: AbortSignal): Promise<number> {
  const stateDir = realpathSync(home.stateDir)
  if (stateDir.startsWith('/run/')) {
    throw new CliError(
      `As an ordinary user ${stateDir} cannot be the state directory: /run is replaced inside the user's own mount ` +
        `namespace.\nGive another --state-dir.`,
    )
  }
  const log = logFile(home, 'holder')
  const holder = launch(
    ['unshare', '--user', '--map-root-user', '--mount', '--net', '--propagation', 'private', 'sh', '-c', script],
    log,
    { [holderVariable]: home.stateDir },
  )
  const deadline = performance.now() + 10_000
  // The script becomes `sleep` as its last step, when nothing can fail any more.
  while (!isAsleep(holder.pid)) {
    const ending = holder.ending() ?? (performance.now() > deadline ? 'did not get ready within 10 s' : undefined)
    if (ending) {
      if (holder.ending() === undefined) process.kill(holder.pid, 'SIGKILL')
      throw new CliError(
        `The user's own namespaces could not be made: the holder ${ending}. Its log ${log} ends with\n` +
          `${lastLines(log, 5)}\n` +
          (userNamespaceObstacle() ??
            'No sysctl of this kernel forbids it; a container or a security module may. As root none of this is needed.'),
      )
    }
    signal.throwIfAborted()
    await sleep(10)
  }
  return holder.pid
}

function isAsleep(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('sleep\0')
  } catch {
    return false
  }
}
