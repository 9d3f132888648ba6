/**
 * Runs inside a client's namespace for as long as the benchmark: told `IP PORT` on a line of stdin, it tries to connect
 * until it is accepted, and prints when that was, on the clock that all processes of a machine share (CLOCK_MONOTONIC).
 *
 * What cannot pass yet is dropped in silence, so an attempt would only be repeated by TCP after a second: a new one is
 * begun every millisecond instead, and the first to be accepted counts.
 */
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

const everyMs = 1
/** Attempts that nobody will answer any more. */
const keptAttempts = 200

function probe(ip: string, port: number): Promise<bigint> {
  return new Promise((resolve) => {
    const attempts: Socket[] = []
    const attempt = (): void => {
      const socket = connect(port, ip)
      socket.on('connect', () => {
        const at = process.hrtime.bigint()
        clearInterval(timer)
        for (const each of attempts) each.destroy()
        resolve(at)
      })
      // Refused or unreachable: the next attempt tells.
      socket.on('error', () => {})
      attempts.push(socket)
      if (attempts.length > keptAttempts) attempts.shift()?.destroy()
    }
    const timer = setInterval(attempt, everyMs)
    attempt()
  })
}

for await (const line of createInterface({ input: process.stdin })) {
  const [ip = '', port = ''] = line.split(' ')
  console.log(String(await probe(ip, Number(port))))
}
