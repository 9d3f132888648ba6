/** What a process costs, as /proc says. */
import { readdirSync, readFileSync } from 'node:fs'

/** Resident memory in MB. */
export function residentMegabytes(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) / 1000
}

/** CPU time that all threads of the processes have used, in ms; nanoseconds are what the scheduler counts in. */
export function cpuMs(pids: readonly number[]): number {
  let nanoseconds = 0
  for (const pid of pids) {
    for (const thread of threadsOf(pid)) {
      try {
        nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0])
      } catch {
        // A thread may end between the two looks; what it used is lost, which is little.
      }
    }
  }
  return nanoseconds / 1e6
}

/** The same with what threads used that have ended; counted in ticks of 10 ms. */
export function cpuMsWithEndedThreads(pids: readonly number[]): number {
  let ticks = 0
  for (const pid of pids) {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // Fields 14 and 15, counted behind the name, which may hold anything.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    ticks += Number(fields[11]) + Number(fields[12])
  }
  return ticks * 10
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch {
    return []
  }
}

export function pidsNamed(name: RegExp): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => {
      try {
        return name.test(readFileSync(`/proc/${pid}/comm`, 'utf8'))
      } catch {
        return false
      }
    })
    .map(Number)
}
