import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { instanceNetns, netnsPrefix } from '../plan/names.ts'
import { CliError } from './cli-error.ts'
import { childEnvironment } from './command.ts'
import { type Home, refuseForeignOwner, resolvFile } from './home.ts'
import { executableOnPath } from './host-tools.ts'
import { commandIn, type Entry, entryOf, listNamespaces } from './namespaces.ts'
import { nextCommand } from './next-command.ts'
import { findProcesses } from './processes.ts'

/**
 * What makes the rest of the machine look like the instance's, in a mount namespace of the command's own.
 *
 * resolv.conf: bound over the file that /etc/resolv.conf leads to. Where it leads nowhere (a container without one; a
 * symbolic link into /run, which a rootless Underpass replaces) there is nothing to bind over, so /etc gets an overlay
 * that lives as long as the command. glibc's other ways to a name (systemd-resolved's socket, nscd's) would
 * answer from the host's network and are closed. /sys shows the interfaces of the namespace it was mounted in; where
 * the kernel refuses another mount of it, the command sees the host's /sys and nothing else suffers.
 *
 * Arguments: resolv.conf or nothing, working directory, command.
 */
const script = `
resolv=$1 directory=$2
shift 2
fail() { echo "underpass exec: $1" >&2; exit 125; }
mount -t sysfs sysfs /sys 2>/dev/null
if [ -n "$resolv" ]; then
  if ! [ -e /etc/resolv.conf ]; then
    mount -t tmpfs tmpfs /mnt && mkdir /mnt/upper /mnt/work &&
    mount -t overlay -o lowerdir=/etc,upperdir=/mnt/upper,workdir=/mnt/work overlay /etc &&
    rm -f /etc/resolv.conf && : >/etc/resolv.conf && umount -l /mnt || fail 'cannot give the command a resolv.conf'
  fi
  mount --bind "$resolv" /etc/resolv.conf || fail "cannot put $resolv over /etc/resolv.conf"
  for socket in /run/systemd/resolve/io.systemd.Resolve /run/nscd/socket; do
    if [ -S "$socket" ]; then mount --bind /dev/null "$socket"; fi
  done
fi
cd -- "$directory" 2>/dev/null || cd /
exec "$@"
`

/** Proxies are addresses in the host's network, which an instance does not reach. */
const proxyVariables = ['http_proxy', 'https_proxy', 'ftp_proxy', 'all_proxy']

/**
 * `underpass exec`: becomes the command, inside the instance's namespace.
 *
 * Becomes, by execve(2): the command has our pid, our terminal and our signals, its exit code is ours without anything
 * in between, and no Node process stays behind for as long as it runs.
 */
export function exec(home: Home, id: string, command: readonly string[]): never {
  refuseForeignOwner(home)
  const entry = entryOf(process.getuid?.() ?? 0, findProcesses(home))
  const netns = instanceNetns(home.name, id)
  if (!entry || !isNamespaceId(id) || !existsSync(join(entry.netnsDir, netns))) {
    throw new CliError(unknownInstance(home, id, entry))
  }
  const resolv = resolvFile(home, netns)
  const argv = commandIn(entry, netns, [
    ...['unshare', '--mount', '--propagation', 'slave', '--', 'sh', '-c', script, 'underpass exec'],
    existsSync(resolv) ? resolv : '',
    process.cwd(),
    ...command,
  ])
  const environment = childEnvironment()
  for (const variable of proxyVariables) {
    delete environment[variable]
    delete environment[variable.toUpperCase()]
  }
  const executable = executableOnPath(argv[0] ?? '')
  if (!executable) throw new CliError(`${argv[0]} was not found; it is part of the package util-linux.`)
  return process.execve?.(executable, argv, environment) as never
}

/** Ids only: no path may be made of it. */
function isNamespaceId(id: string): boolean {
  return /^[a-z0-9-]+$/.test(id)
}

function unknownInstance(home: Home, id: string, entry: Entry | undefined): string {
  const prefix = netnsPrefix(home.name)
  const ids = entry ? listNamespaces(entry, home).map((netns) => netns.slice(prefix.length)) : []
  const instances = ids.filter((other) => other.startsWith('i-'))
  if (ids.length === 0) {
    return `Underpass ${home.name} is not running.\nRun: ${nextCommand(home, 'up')}`
  }
  return (
    `Underpass ${home.name} has no instance ${id}.\n` +
    (instances.length > 0
      ? `It has: ${instances.join(', ')}`
      : 'It has none yet; `aws ec2 run-instances` makes one, and it is there when its state is running.')
  )
}
