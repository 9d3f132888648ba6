/** Processes that live in a network namespace: while one does, the namespace outlives its name. */
import { readdirSync, readlinkSync, statSync } from 'node:fs'
import { netnsPath } from './command.ts'

/** Inode numbers of namespaces, as the kernel's links show them: `net:[4026532281]`. */
function netnsInodes(netnsNames: readonly string[]): Map<string, string> {
  const inodes = new Map<string, string>()
  for (const netns of netnsNames) {
    try {
      inodes.set(`net:[${statSync(netnsPath(netns)).ino}]`, netns)
    } catch {
      // Gone already.
    }
  }
  return inodes
}

/** Ids of the processes in any of the namespaces; one pass over /proc, whatever their number. Ours is left out. */
export function processesIn(netnsNames: readonly string[]): number[] {
  const inodes = netnsInodes(netnsNames)
  if (inodes.size === 0) return []
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      if (pid === process.pid) return false
      try {
        return inodes.has(readlinkSync(`/proc/${pid}/ns/net`))
      } catch {
        // Ended meanwhile, or somebody else's.
        return false
      }
    })
}

/**
 * Ends every process in the namespaces: their machine is being switched off.
 *
 * @returns how many were sent SIGKILL
 */
export function killProcessesIn(netnsNames: readonly string[]): number {
  let killed = 0
  for (const pid of processesIn(netnsNames)) {
    try {
      process.kill(pid, 'SIGKILL')
      killed++
    } catch {
      // Ended meanwhile.
    }
  }
  return killed
}
