/**
 * One line of a scenario file: what to call, as whom, and what of the answer matters to later lines.
 *
 * `$name` in the input is what an earlier line saved, `${name}` the same inside a longer text; `account.provider` and
 * `account.consumer` are known from the start. Exactly one of `operation`, `wait`, `until` is there.
 */
export interface Step {
  readonly as: 'provider' | 'consumer'
  readonly service: 'ec2' | 'elbv2' | 'sts'
  readonly operation?: string
  /** A waiter of the SDKs, by its name in AWS's models: `InstanceRunning`. */
  readonly wait?: string
  /** An operation that is asked again until it answers what is expected. */
  readonly until?: string
  readonly input: Readonly<Record<string, unknown>>
  /** name → path in the answer: `Instances.0.InstanceId`. */
  readonly save?: Readonly<Record<string, string>>
  readonly expect?: Readonly<Record<string, unknown>>
  /** The code of the error that this line must be answered with. */
  readonly error?: string
}

/** What a client got: an answer, or an error as the client tells it. */
export type Outcome =
  | { readonly answer: unknown }
  | { readonly error: { readonly code: string; readonly message: string } }

/** A list that comes in pages. */
export interface Pages {
  readonly operation: string
  /** The answer's member that holds the items, and the item's member that is its id. */
  readonly list: string
  readonly id: string
  readonly pageSize: number
}

export interface Client {
  readonly name: string
  call(step: Step, operation: string, input: unknown): Promise<Outcome>
  wait(step: Step, waiter: string, input: unknown): Promise<void>
  /** Everything that the client's paginator for a list yields, as ids. */
  pages(step: Pick<Step, 'as' | 'service'>, pages: Pages): Promise<readonly string[]>
  /** Releases what it holds. */
  close(): Promise<void>
}

export type Saved = Map<string, string>

/** Puts saved values into an input. */
export function fill(value: unknown, saved: Saved): unknown {
  if (typeof value === 'string') {
    const whole = /^\$([\w.]+)$/.exec(value)?.[1]
    if (whole !== undefined) return need(saved, whole)
    return value.replaceAll(/\$\{([\w.]+)\}/g, (_, name) => need(saved, name))
  }
  if (Array.isArray(value)) return value.map((item) => fill(item, saved))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, saved)]))
  }
  return value
}

function need(saved: Saved, name: string): string {
  const value = saved.get(name)
  if (value === undefined) throw new Error(`nothing was saved as ${name}`)
  return value
}

/** `Instances.0.InstanceId` of an answer; undefined when it has no such member. */
export function at(answer: unknown, path: string): unknown {
  let value = answer
  for (const part of path.split('.')) value = (value as Readonly<Record<string, unknown>> | undefined)?.[part]
  return value
}
