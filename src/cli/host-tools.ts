import { accessSync, constants, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CliError } from './cli-error.ts'
import { pathWithSystemTools } from './command.ts'

/** What `up` and the agent run, and the Debian package that brings it. */
const tools = [
  { command: 'nft', debianPackage: 'nftables' },
  { command: 'ip', debianPackage: 'iproute2' },
  { command: 'conntrack', debianPackage: 'conntrack' },
  { command: 'nsenter', debianPackage: 'util-linux' },
  { command: 'unshare', debianPackage: 'util-linux' },
] as const

/** One message for everything that is missing, with the command that brings it; undefined when nothing is. */
export function missingToolsMessage(has: (command: string) => boolean, uid: number): string | undefined {
  const missing = tools.filter(({ command }) => !has(command))
  if (missing.length === 0) return undefined
  const packages = [...new Set(missing.map(({ debianPackage }) => debianPackage))].join(' ')
  return (
    `Not found on this machine: ${missing.map(({ command }) => command).join(', ')}.\n` +
    `Run: ${uid === 0 ? '' : 'sudo '}apt-get install -y --no-install-recommends ${packages}` +
    `   (on Debian and Ubuntu; the packages have the same names elsewhere)`
  )
}

/**
 * Which switch keeps an ordinary user from making namespaces; undefined when none does. Asked only after an attempt
 * failed: an AppArmor profile may permit to one user what the switch forbids to all.
 *
 * @param read  the text of a file under /proc/sys, undefined when the kernel has no such switch
 */
export function userNamespaceObstacle(read: (path: string) => string | undefined = readIfThere): string | undefined {
  const value = (name: string): string | undefined => read(`/proc/sys/${name.replaceAll('.', '/')}`)?.trim()
  for (const { name, off, on } of [
    // Debian's and Arch's own switch; not in kernel.org's kernels.
    { name: 'kernel.unprivileged_userns_clone', off: '0', on: '1' },
    { name: 'user.max_user_namespaces', off: '0', on: '15000' },
    { name: 'user.max_net_namespaces', off: '0', on: '15000' },
    // Ubuntu 23.10 and later: unshare succeeds, and then nothing is permitted inside.
    { name: 'kernel.apparmor_restrict_unprivileged_userns', off: '1', on: '0' },
  ]) {
    if (value(name) === off) {
      return (
        `This kernel does not let ordinary users make namespaces: ${name} is ${off}.\n` +
        `Run: sudo sysctl -w ${name}=${on}   (and put it into /etc/sysctl.d to keep it), or run underpass as root`
      )
    }
  }
  return undefined
}

/** Throws one message that names the fix when something that we run is not there. */
export function requireTools(uid: number): void {
  const missing = missingToolsMessage((command) => executableOnPath(command) !== undefined, uid)
  if (missing) throw new CliError(missing)
}

/** Where a command is, in the PATH that our children get. */
export function executableOnPath(command: string): string | undefined {
  return pathWithSystemTools(process.env.PATH)
    .split(':')
    .map((directory) => join(directory, command))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
