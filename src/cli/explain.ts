import { request } from 'node:http'
import type { Explanation, Path, Step } from '../plan/explanation.ts'
import { CliError } from './cli-error.ts'
import { type Mend, type MendSurroundings, mendsOf } from './explain-mend.ts'
import { describeName, describeSteps, type End, endOf } from './explain-words.ts'
import { type Home, readRecord, refuseForeignOwner } from './home.ts'
import { nextCommand } from './next-command.ts'

const timeoutMs = 15_000

/** Exit codes of `underpass explain`: every way connects; some do not; the question was wrong; nobody to ask. */
export const exitCodes = { connects: 0, refused: 1, badQuestion: 2, stopped: 3 } as const

export interface ExplainOptions {
  readonly udp: boolean
  readonly json: boolean
}

/** `underpass explain INSTANCE ADDRESS:PORT`: who may connect to whom, step by step, and at a refusal what mends it. */
export async function explain(home: Home, from: string, to: string, options: ExplainOptions): Promise<number> {
  const query = queryOf(from, to, options.udp)
  refuseForeignOwner(home)
  const record = readRecord(home)
  const stopped = `Underpass ${home.name} is not running.\nRun: ${nextCommand(home, 'up')}`
  if (!record) throw new CliError(stopped, exitCodes.stopped)
  const explanation = await ask(record.port, query, stopped)
  const exec = (instanceId: string, ...command: readonly string[]) =>
    nextCommand(home, 'exec', instanceId, '--', ...command)
  const answer = concluded(explanation, { region: record.region, exec })
  console.log(options.json ? JSON.stringify(answer, undefined, 2) : describe(answer).join('\n'))
  return answer.connects ? exitCodes.connects : exitCodes.refused
}

/** @throws CliError  what was typed makes no sense */
export function queryOf(from: string, to: string, isUdp: boolean): string {
  const fail = (message: string): never => {
    throw new CliError(message, exitCodes.badQuestion)
  }
  if (!/^i-[0-9a-f]+$/.test(from))
    fail(`${JSON.stringify(from)} is no instance's id: give one as in i-0123456789abcdef0.`)
  const [, host = '', port = ''] = /^(.+):(\d{1,5})$/.exec(to) ?? []
  if (host === '') fail(`${JSON.stringify(to)} has no port: give ADDRESS:PORT or NAME:PORT, as in 10.0.1.50:443.`)
  if (/[/\s]/.test(host))
    fail(`${JSON.stringify(to)}: give ADDRESS:PORT or NAME:PORT without a scheme, as in 10.0.1.50:443.`)
  if (Number(port) < 1 || Number(port) > 65_535) fail(`${JSON.stringify(to)}: a port is a number from 1 to 65535.`)
  return new URLSearchParams({ from, to: host, port, protocol: isUdp ? 'udp' : 'tcp' }).toString()
}

function ask(port: number, query: string, stopped: string): Promise<Explanation> {
  return new Promise((resolve, reject) => {
    const path = `/_underpass/explain?${query}`
    const signal = AbortSignal.timeout(timeoutMs)
    const question = request({ host: '127.0.0.1', port, path, agent: false, signal }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk: string) => {
        text += chunk
      })
      answer.on('error', (error) => reject(new CliError(error.message, exitCodes.stopped)))
      answer.on('end', () => {
        if (answer.statusCode === 200) resolve(JSON.parse(text) as Explanation)
        else reject(new CliError(text.trim(), answer.statusCode === 400 ? exitCodes.badQuestion : exitCodes.stopped))
      })
    })
    question.on('error', (error) => {
      const isSilent = (error as NodeJS.ErrnoException).code !== 'ECONNREFUSED'
      reject(new CliError(isSilent ? `Control does not answer: ${error.message}` : stopped, exitCodes.stopped))
    })
    question.end()
  })
}

/** The answer with what follows from it. */
export interface Concluded extends Explanation {
  /** Whether every way connects, to a target that no health check calls unhealthy. */
  readonly connects: boolean
  readonly next: readonly Mend[]
}

export function concluded(explanation: Explanation, surroundings: MendSurroundings): Concluded {
  const ends = endsOf(explanation)
  const connects = ends.length > 0 && ends.every((end) => end === 'connects')
  return { ...explanation, connects, next: mendsOf(explanation, surroundings) }
}

const endsOf = ({ attempts }: Explanation): readonly End[] => attempts.flatMap(({ paths }) => paths.map(endOf))

export function describe(answer: Concluded): readonly string[] {
  const { fromInstanceId, protocol, port, name, attempts, next } = answer
  return [
    ...(name ? describeName(name) : []),
    ...attempts.flatMap(({ ip, paths }) => [
      `${fromInstanceId} to ${ip}:${port}, ${protocol}`,
      ...describePaths(paths),
    ]),
    '',
    ...conclusion(answer),
    ...next.flatMap(({ accountId, commands }) => [
      `Next, as account ${accountId}:`,
      ...commands.map((command) => `  ${command}`),
    ]),
    ...notes(answer),
  ]
}

/** What all paths begin with once, then each path's own rest. */
function describePaths(paths: readonly Path[]): readonly string[] {
  const [first] = paths
  if (!first) return []
  const isShared = (step: Step, index: number): boolean =>
    paths.every(({ steps }) => JSON.stringify(steps[index]) === JSON.stringify(step))
  const differing = first.steps.findIndex((step, index) => !isShared(step, index))
  const shared = differing < 0 ? first.steps.length : differing
  const lines = (steps: readonly Step[], indent: string) => describeSteps(steps).map((line) => `${indent}${line}`)
  return [
    ...lines(first.steps.slice(0, shared), '  '),
    ...(paths.length < 2
      ? []
      : paths.flatMap(({ steps }, index) => [
          `  way ${index + 1} of ${paths.length}`,
          ...lines(steps.slice(shared), '    '),
        ])),
  ]
}

function conclusion(answer: Concluded): readonly string[] {
  const ends = endsOf(answer)
  const reasons = new Set(
    answer.attempts.flatMap(({ paths }) =>
      paths.flatMap(({ fate }) => (fate.outcome === 'dropped' ? fate.reason : [])),
    ),
  )
  const because = [...reasons].join(', ')
  const count = (end: End): number => ends.filter((each) => each === end).length
  if (ends.length === 0) return ['It does not connect: the name leads nowhere.']
  if (answer.connects) {
    return [
      `It connects${ends.length > 1 ? `, whichever of ${ends.length} ways it takes` : ''}, if something listens there.`,
    ]
  }
  if (ends.length === 1) {
    return count('refused') === 1
      ? [`It does not connect: ${because}.`]
      : ['It gets there, but health checks find that nothing answers well on that target.']
  }
  const told = [
    [count('connects'), 'connecting'],
    [count('unhealthy'), 'to an unhealthy target'],
    [count('refused'), `refused (${because})`],
  ] as const
  const parts = told.flatMap(([number, what]) => (number > 0 ? [`${number} ${what}`] : []))
  return [`Of ${ends.length} ways: ${parts.join(', ')}.`]
}

/** What the answer rests on, where that is not as firm as it should be. */
function notes({ basis, attempts }: Explanation): readonly string[] {
  const { revision, confirmedRevision, isAgentConnected, failures } = basis
  const steps = attempts.flatMap(({ paths }) => paths.flatMap((path) => path.steps))
  return [
    ...(isAgentConnected ? [] : ['Note: no agent is connected: the health of targets is what it was, or unknown.']),
    ...(confirmedRevision < revision
      ? [`Note: this is revision ${revision}; the kernel is at ${confirmedRevision} and may still differ.`]
      : []),
    ...(steps.some((step) => step.step === 'listener' && step.isRelayed)
      ? ['Note: the relay takes the connection at the listener: what is refused behind it is reset after some seconds.']
      : []),
    ...failures.map(({ owner, message }) => `Note: the kernel refused ${owner}: ${message}`),
    ...(steps.some((step) => step.step === 'target')
      ? ["Note: a target's health is told here over all nodes that check it, not node by node."]
      : []),
  ]
}
