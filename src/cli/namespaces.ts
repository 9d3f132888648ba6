import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fabricNetns, netnsPrefix } from '../plan/names.ts'
import { runCommand } from './command.ts'
import type { Home } from './home.ts'
import { type FoundProcess, livePids, namespaceOf } from './processes.ts'

/**
 * The network namespaces of one Underpass, seen from outside.
 *
 * As root they are files in the host's /run/netns. As an ordinary user they are in the /run/netns of the holder, a
 * process that does nothing but keep the user's own user, mount and network namespaces alive: every command that
 * touches them is started through it.
 */
export interface Entry {
  readonly mode: 'root' | 'rootless'
  /** Put before a command, it runs where our namespaces can be named and changed. */
  readonly prefix: readonly string[]
  /** Their directory, as this process sees it. */
  readonly netnsDir: string
}

export const rootEntry: Entry = { mode: 'root', prefix: [], netnsDir: '/run/netns' }

/**
 * Entry through a holder.
 *
 * `--net` too, though callers go on into another network namespace: `ip netns add` returns to the one it came from,
 * and is not permitted to return to the host's.
 */
export function holderEntry(holderPid: number): Entry {
  return {
    mode: 'rootless',
    prefix: ['nsenter', '--target', `${holderPid}`, '--user', '--preserve-credentials', '--mount', '--net', '--'],
    netnsDir: `/proc/${holderPid}/root/run/netns`,
  }
}

/** How to reach this home's namespaces now; undefined when an ordinary user has no holder, thus no namespaces. */
export function entryOf(uid: number, processes: readonly FoundProcess[]): Entry | undefined {
  if (uid === 0) return rootEntry
  const holder = processes.find(({ name }) => name === 'holder')
  return holder && holderEntry(holder.pid)
}

/** The command that runs `argv` inside one of our namespaces. */
export function commandIn(entry: Entry, netns: string, argv: readonly string[]): readonly string[] {
  return [...entry.prefix, 'nsenter', `--net=/run/netns/${netns}`, '--', ...argv]
}

/** Names of this home's namespaces, the fabric included. */
export function listNamespaces(entry: Entry, home: Home): readonly string[] {
  if (!existsSync(entry.netnsDir)) return []
  return readdirSync(entry.netnsDir)
    .filter((netns) => netns.startsWith(netnsPrefix(home.name)))
    .sort()
}

/**
 * Makes the fabric namespace when it is not there.
 *
 * @returns whether it was made now: false means that a crashed Underpass left it, with traffic in it perhaps.
 */
export function ensureFabric(entry: Entry, home: Home): boolean {
  const netns = fabricNetns(home.name)
  const path = join(entry.netnsDir, netns)
  if (existsSync(path)) {
    // A namespace is a mount on its file; `ip netns add` killed between the two steps leaves a plain file.
    if (statSync(path).dev !== statSync(entry.netnsDir).dev) return false
    rmSync(path)
  }
  runCommand([...entry.prefix, 'ip', 'netns', 'add', netns])
  return true
}

/** Processes inside these namespaces: one walk through /proc, however many namespaces there are. */
export function pidsInside(entry: Entry, namespaces: readonly string[]): readonly number[] {
  const identities = new Set(
    namespaces.map((netns) => {
      const stat = statSync(join(entry.netnsDir, netns), { throwIfNoEntry: false })
      return stat && `net:[${stat.ino}]`
    }),
  )
  return livePids().filter((pid) => {
    const identity = namespaceOf(pid, 'net')
    return identity !== undefined && identities.has(identity)
  })
}

/** Every process in the user namespace of the holder: all that was ever started in a rootless Underpass. */
export function pidsOfHolder(holderPid: number): readonly number[] {
  const identity = namespaceOf(holderPid, 'user')
  if (identity === undefined || identity === namespaceOf('self', 'user')) return []
  return livePids().filter((pid) => namespaceOf(pid, 'user') === identity)
}

/** Removes namespaces in one run of `ip`; the links, routes and tables in them go with them. */
export function deleteNamespaces(entry: Entry, namespaces: readonly string[]): void {
  if (namespaces.length === 0) return
  const lines = namespaces.map((netns) => `netns delete ${netns}\n`).join('')
  runCommand([...entry.prefix, 'ip', '-force', '-batch', '-'], lines)
}
