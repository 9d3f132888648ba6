/**
 * The three workloads, and the server that takes all of them. The same options on every path.
 *
 *   bulk             iperf3, one TCP stream
 *   keep-alive       wrk, 32 connections, one request after the other on each
 *   new connections  wrk, 32 at a time, `Connection: close`: a connection per request
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { cpuMs, pidsNamed } from './processes.ts'
import type { Stage } from './stage.ts'

export const httpPort = 80
export const iperfPort = 5201

export const workloads = ['bulk', 'keep-alive', 'new connections'] as const
export type Workload = (typeof workloads)[number]

/** A client and the address it dials. */
export interface Path {
  readonly name: string
  readonly clientNetns: string
  /** Of the server, and of the proxy if there is one: who works for a request beside the client. */
  readonly servingNetns: readonly string[]
  readonly ip: string
}

/** nginx with one worker and `return 200`, and iperf3, in the namespace of the server. */
export async function startServer(stage: Stage, netns: string): Promise<void> {
  const config = join(stage.directory, 'server.conf')
  writeFileSync(
    config,
    `daemon off;
master_process off;
error_log stderr error;
pid ${join(stage.directory, `server-${netns}.pid`)};
events { worker_connections 8192; }
http {
  access_log off;
  keepalive_requests 100000000;
  server { listen ${httpPort} backlog=4096; location / { return 200 "ok\\n"; } }
}
`,
  )
  stage.serve(netns, ['nginx', '-e', 'stderr', '-p', stage.directory, '-c', config])
  stage.serve(netns, ['iperf3', '-s', '-p', `${iperfPort}`])
  await untilListening(stage, netns, [httpPort, iperfPort])
}

/** Waits until something listens on all of the ports. */
export async function untilListening(stage: Stage, netns: string, ports: readonly number[]): Promise<void> {
  const deadline = performance.now() + 5_000
  for (;;) {
    const { stdout: listening } = await stage.run(netns, ['ss', '-Hltn'])
    if (ports.every((port) => new RegExp(`:${port}\\s`).test(listening))) return
    if (performance.now() > deadline) throw new Error(`nothing listens on ${ports.join(', ')} in ${netns}`)
    await sleep(20)
  }
}

export interface Measurement {
  /** Gbit/s for bulk, requests per second for the others. */
  readonly rate: number
  /** CPU time of everybody who took part, in µs per MB or request. */
  readonly cpuMicroseconds: number
}

/** One run of one workload on one path. */
export async function measure(stage: Stage, path: Path, workload: Workload, seconds: number): Promise<Measurement> {
  const serving = [
    ...(await Promise.all(path.servingNetns.map((netns) => pidsIn(stage, netns)))).flat(),
    ...softirqPids,
  ]
  const before = cpuMs(serving)
  // bash's `time`: what a child has used is told to its parent alone.
  const timed = [
    'bash',
    '-c',
    `TIMEFORMAT='cpu %3U %3S'; time "$@" 2>&1`,
    'time',
    ...commandOf(path, workload, seconds),
  ]
  const { stdout, stderr } = await stage.run(path.clientNetns, timed, { withinMs: seconds * 1000 + 15_000 })
  const servingMs = cpuMs(serving) - before
  const [, user, system] = /^cpu ([\d.]+) ([\d.]+)$/m.exec(stderr) ?? []
  const cpuTotalMs = servingMs + (Number(user) + Number(system)) * 1000
  if (workload === 'bulk') {
    const { bytes, bits_per_second } = (JSON.parse(stdout) as IperfResult).end.sum_received
    return { rate: bits_per_second / 1e9, cpuMicroseconds: (cpuTotalMs * 1000) / (bytes / 1e6) }
  }
  const { requests, rate } = readWrk(path, stdout)
  return { rate, cpuMicroseconds: (cpuTotalMs * 1000) / requests }
}

function commandOf({ ip }: Path, workload: Workload, seconds: number): readonly string[] {
  if (workload === 'bulk') return ['iperf3', '-c', ip, '-p', `${iperfPort}`, '-t', `${seconds}`, '-J']
  const close = workload === 'new connections' ? ['-H', 'Connection: close'] : []
  return ['wrk', '-t1', '-c32', `-d${seconds}s`, ...close, `http://${ip}:${httpPort}/`]
}

function readWrk(path: Path, said: string): { readonly requests: number; readonly rate: number } {
  const [, requests] = /^\s*(\d+) requests in /m.exec(said) ?? []
  const [, rate] = /Requests\/sec:\s+([\d.]+)/.exec(said) ?? []
  const [, connect, timeout] = /Socket errors: connect (\d+), read \d+, write \d+, timeout (\d+)/.exec(said) ?? []
  // One that was refused or hung would falsify the figure.
  if (requests === undefined || Number(connect ?? 0) > 0 || Number(timeout ?? 0) > 0 || /Non-2xx/.test(said)) {
    throw new Error(`${path.name}: wrk did not get clean answers:\n${said}`)
  }
  return { requests: Number(requests), rate: Number(rate) }
}

async function pidsIn(stage: Stage, netns: string): Promise<number[]> {
  const { stdout } = await stage.run(undefined, ['ip', 'netns', 'pids', netns])
  return stdout.split('\n').filter(Boolean).map(Number)
}

/** The kernel's own threads for packets that nobody's turn was long enough for. */
const softirqPids = pidsNamed(/^ksoftirqd\//)

interface IperfResult {
  readonly end: { readonly sum_received: { readonly bytes: number; readonly bits_per_second: number } }
}
