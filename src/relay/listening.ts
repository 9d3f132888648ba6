/**
 * Listening sockets in other namespaces.
 *
 * One socket per (namespace, address family, port), on all addresses: the accepted connection's own address says which
 * interface it is for.
 * All workers accept from the same socket, so a connection that waits in it is lost with no worker. Measured: 50 to 70 ms for a
 * child with any number of ports, most of it Node's start.
 */
import { spawn } from 'node:child_process'
import { statSync } from 'node:fs'
import type { Server } from 'node:net'
import { fileURLToPath } from 'node:url'

/** Connections that wait for a worker; the kernel's own bound is net.core.somaxconn, 4096. */
export const backlog = 4096

/** What a socket is bound to: `0.0.0.0:443`, or `[::]:443` for IPv6 alone. */
export const placeOf = (ip: string, port: number): string => `${ip.includes(':') ? '[::]' : '0.0.0.0'}:${port}`

export interface ListenAnswer {
  readonly place: string
  readonly error?: string
}

/** libuv's handle of a socket: opaque, can be sent over IPC and be listened on. */
export interface NativeHandle {
  setNoDelay(on: boolean): void
  close(): void
}

export function nativeHandleOf(server: Server): NativeHandle | undefined {
  return (server as unknown as { readonly _handle?: NativeHandle })._handle
}

/** Where `ip netns add` keeps its handles; fixed in iproute2. */
export const netnsPath = (netns: string): string => `/run/netns/${netns}`

const childModule = fileURLToPath(new URL('./listen-child.ts', import.meta.url))
const timeoutMs = 20_000

/** Tells a namespace from another one that got its name later; undefined when there is none. */
export function netnsIdentity(netns: string): string | undefined {
  const stat = statSync(netnsPath(netns), { throwIfNoEntry: false })
  return stat && `${stat.dev}:${stat.ino}`
}

/** @returns by place, a handle or the reason why there is none */
export function listenIn(netns: string, places: readonly string[]): Promise<Map<string, NativeHandle | Error>> {
  return new Promise((resolve) => {
    const results = new Map<string, NativeHandle | Error>()
    const argv = [`--net=${netnsPath(netns)}`, process.execPath, childModule, ...places]
    const child = spawn('nsenter', argv, { stdio: ['ignore', 'inherit', 'pipe', 'ipc'], timeout: timeoutMs })
    let complaint = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      complaint += chunk
    })
    child.on('message', (message, handle) => {
      const { place, error } = message as ListenAnswer
      results.set(place, error === undefined && handle ? (handle as unknown as NativeHandle) : new Error(error))
      child.send('received', () => {})
    })
    child.on('error', (error) => {
      complaint ||= error.message
    })
    child.on('close', () => {
      for (const place of places) {
        if (!results.has(place)) results.set(place, new Error(complaint.trim().split('\n')[0] || 'the child ended'))
      }
      resolve(results)
    })
  })
}
