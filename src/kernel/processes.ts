/** Processes that live in a network namespace: while one does, the namespace outlives its name. */
import { readdirSync, readlinkSync, statSync } from 'node:fs'
import { netnsDir, netnsPath } from './command.ts'

/** Which namespace a name stands for; undefined for a name that is not there, or a file that no namespace hangs on. */
export function netnsInode(netns: string): number | undefined {
  try {
    const { ino, dev } = statSync(netnsPath(netns))
    // A namespace is a mount, so it lies on another device than the directory.
    return dev === statSync(netnsDir).dev ? undefined : ino
  } catch {
    return undefined
  }
}

/** Ids of the processes in any of the namespaces; one pass over /proc, whatever their number. Ours is left out. */
export function processesIn(netnsNames: readonly string[]): number[] {
  // As the kernel's links show them: `net:[4026532281]`.
  const links = new Set(netnsNames.flatMap((netns) => netnsInode(netns) ?? []).map((inode) => `net:[${inode}]`))
  if (links.size === 0) return []
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      if (pid === process.pid) return false
      try {
        return links.has(readlinkSync(`/proc/${pid}/ns/net`))
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
