/** What the raw client is asked, and the end of it that asks. */
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Stage } from './stage.ts'

/** A server on this machine, and who signs. */
export interface Target {
  readonly port: number
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** The same request `count` times, over so many connections at once. */
export interface Order {
  readonly target: Target
  readonly connections: number
  readonly count: number
  /** Form encoded, with Action and Version. */
  readonly body: string
  /** Follows `nextToken` to the last page; the pages together are one of `count`. */
  readonly allPages?: boolean
}

export interface Outcome {
  readonly seconds: number
  readonly answers: number
  readonly msEach: readonly number[]
  /** The last answer's body. */
  readonly last: string
}

export type Ask = (order: Order) => Promise<Outcome>

/** Starts the client's process; the end of the run ends it. */
export function startRawClient(stage: Stage): Ask {
  const child = stage.start(undefined, [process.execPath, fileURLToPath(new URL('./raw-client.ts', import.meta.url))])
  child.stderr?.pipe(process.stderr)
  const waiting: PromiseWithResolvers<Outcome>[] = []
  if (!child.stdout || !child.stdin) throw new Error('the raw client has no pipes')
  createInterface({ input: child.stdout }).on('line', (line) => {
    const reply = JSON.parse(line) as Outcome | { readonly error: string }
    const asked = waiting.shift()
    if ('error' in reply) asked?.reject(new Error(reply.error))
    else asked?.resolve(reply)
  })
  child.once('close', () => {
    for (const { reject } of waiting.splice(0)) reject(new Error('the raw client ended'))
  })
  const stdin = child.stdin
  return (order) => {
    const asked = Promise.withResolvers<Outcome>()
    waiting.push(asked)
    stdin.write(`${JSON.stringify(order)}\n`)
    return asked.promise
  }
}

/** An EC2 request as a form. */
export function ec2Form(action: string, parameters: Readonly<Record<string, string>> = {}): string {
  return new URLSearchParams({ Action: action, Version: '2016-11-15', ...parameters }).toString()
}
