import type { Home } from './home.ts'
import { deleteNamespaces, entryOf, listNamespaces, pidsInside, pidsOfHolder } from './namespaces.ts'
import { endProcesses, findNamesake, findProcesses } from './processes.ts'

/** What stopping found and removed. */
export interface Stopped {
  readonly processes: number
  readonly namespaces: number
}

/**
 * Ends everything of this home and leaves its state directory.
 *
 * Control and agent first, so that nothing rebuilds what is taken away; they get five seconds to finish a write. Then
 * whatever still runs inside the namespaces (commands that `exec` started), then the namespaces. It relies on nothing
 * that a crash could have lost: processes are found by their command lines, namespaces by the prefix of their names.
 */
export async function stopAll(home: Home, uid: number): Promise<Stopped> {
  const processes = findProcesses(home)
  const mains = processes.filter(({ name }) => name !== 'holder').map(({ pid }) => pid)
  await endProcesses(mains, 5_000)

  const entry = entryOf(uid, processes)
  // Another state directory's agent under the same name owns the namespaces now; `up` refuses to get here.
  if (!entry || findNamesake(home)) return { processes: mains.length, namespaces: 0 }

  const namespaces = listNamespaces(entry, home)
  if (entry.mode === 'rootless') {
    const holders = processes.filter(({ name }) => name === 'holder').map(({ pid }) => pid)
    const guests = holders.flatMap(pidsOfHolder).filter((pid) => !holders.includes(pid))
    await endProcesses(guests, 1_000)
    await endProcesses(holders, 1_000)
    return { processes: mains.length + guests.length + holders.length, namespaces: namespaces.length }
  }
  const guests = pidsInside(entry, namespaces)
  await endProcesses(guests, 1_000)
  deleteNamespaces(entry, namespaces)
  return { processes: mains.length + guests.length, namespaces: namespaces.length }
}
