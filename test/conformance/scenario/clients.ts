/**
 * AWS's three clients, each told only where to send and whom to be: the SDK for JavaScript, boto3 in a Python process of
 * its own, and the aws command, one process per call.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import * as ec2 from '@aws-sdk/client-ec2'
import * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2'
import * as sts from '@aws-sdk/client-sts'
import { finished } from '../../../src/cli/demo/playground.ts'
import type { Caller } from '../../../src/cli/demo/scenario.ts'
import { wireCode } from '../wire-code.ts'
import type { Client, Outcome, Step } from './step.ts'

export type Callers = Readonly<Record<Step['as'], Caller>>

const boto3Runner = fileURLToPath(new URL('./boto3_client.py', import.meta.url))

/** The clients this machine has, and why the others are missing. */
export function clientsHere(): { readonly names: readonly ClientName[]; readonly missing: readonly string[] } {
  const missing: string[] = []
  const names: ClientName[] = ['javascript']
  if (spawnSync('python3', ['-c', 'import boto3']).status === 0) names.push('boto3')
  else missing.push('boto3: `python3 -c "import boto3"` fails')
  if (spawnSync('aws', ['--version']).status === 0) names.push('cli')
  else missing.push('the aws CLI is not on PATH')
  return { names, missing }
}

export type ClientName = 'javascript' | 'boto3' | 'cli'

export function openClient(name: ClientName, callers: Callers): Client {
  return { javascript, boto3, cli }[name](callers)
}

const packages = { ec2, elbv2, sts } as const
const clientClasses = { ec2: ec2.EC2Client, elbv2: elbv2.ElasticLoadBalancingV2Client, sts: sts.STSClient } as const

function javascript(callers: Callers): Client {
  type Sender = { send(command: object): Promise<Record<string, unknown>>; destroy(): void }
  const clients = new Map<string, Sender>()
  const clientFor = ({ as, service }: Pick<Step, 'as' | 'service'>): Sender => {
    const key = `${as} ${service}`
    const client = clients.get(key) ?? (new clientClasses[service](callers[as]) as unknown as Sender)
    clients.set(key, client)
    return client
  }
  const exportOf = (step: Pick<Step, 'service'>, name: string): unknown =>
    (packages[step.service] as Readonly<Record<string, unknown>>)[name] ?? fail(`the SDK exports no ${name}`)
  return {
    name: 'javascript',
    async call(step, operation, input) {
      const Command = exportOf(step, `${operation}Command`) as new (input: unknown) => object
      try {
        const { $metadata, ...answer } = await clientFor(step).send(new Command(input))
        return { answer }
      } catch (error) {
        return { error: { code: wireCode(error as Error), message: (error as Error).message } }
      }
    },
    async wait(step, waiter, input) {
      const wait = exportOf(step, `waitUntil${waiter}`) as (settings: object, input: unknown) => Promise<unknown>
      await wait({ client: clientFor(step), maxWaitTime: 60, minDelay: 1, maxDelay: 2 }, input)
    },
    async pages(step, { operation, list, id, pageSize }) {
      type Paginate = (settings: object, input: object) => AsyncIterable<Record<string, Record<string, string>[]>>
      const paginate = exportOf(step, `paginate${operation}`) as Paginate
      const ids: string[] = []
      for await (const page of paginate({ client: clientFor(step), pageSize }, {})) {
        for (const item of page[list] ?? []) ids.push(item[id] ?? '')
      }
      return ids
    },
    async close() {
      for (const client of clients.values()) client.destroy()
    },
  }
}

function fail(message: string): never {
  throw new Error(message)
}

/** One Python process: a JSON request per line in, a JSON answer per line out. */
function boto3(callers: Callers): Client {
  const child = spawn('python3', [boto3Runner], { stdio: ['pipe', 'pipe', 'inherit'] })
  const waiting: PromiseWithResolvers<Outcome>[] = []
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.resolve(JSON.parse(line)))
  child.once('exit', (code) => {
    for (const { reject } of waiting) reject(new Error(`boto3's process ended with ${code}`))
  })
  const ask = (request: object): Promise<Outcome> => {
    const answer = Promise.withResolvers<Outcome>()
    waiting.push(answer)
    child.stdin.write(`${JSON.stringify(request)}\n`)
    return answer.promise
  }
  const request = (step: Pick<Step, 'as' | 'service'>, more: object) =>
    ask({ service: step.service, caller: callers[step.as], ...more })
  return {
    name: 'boto3',
    call: (step, operation, input) => request(step, { operation, input }),
    async wait(step, waiter, input) {
      const outcome = await request(step, { waiter, input })
      if ('error' in outcome) throw new Error(`${waiter}: ${outcome.error.message}`)
    },
    async pages(step, { operation, ...pages }) {
      const outcome = await request(step, { pages: operation, ...pages, input: {} })
      if ('error' in outcome) throw new Error(`${operation}: ${outcome.error.message}`)
      return (outcome.answer as { ids: string[] }).ids
    },
    async close() {
      child.stdin.end()
      await ended(child)
    },
  }
}

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => (child.exitCode === null ? child.once('exit', () => resolve()) : resolve()))

/** `CreateVpc` → `create-vpc`, as AWS's own tools spell it. */
const kebab = (name: string): string => name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase()

function cli(callers: Callers): Client {
  const run = async (step: Pick<Step, 'as' | 'service'>, ...words: string[]) => {
    const { endpoint, region, credentials } = callers[step.as]
    const child = spawn('aws', [step.service, ...words, '--output', 'json'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        HOME: '/nonexistent',
        LC_ALL: 'C.UTF-8',
        AWS_ENDPOINT_URL: endpoint,
        AWS_REGION: region,
        AWS_DEFAULT_REGION: region,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        ...(credentials.sessionToken ? { AWS_SESSION_TOKEN: credentials.sessionToken } : {}),
        AWS_EC2_METADATA_DISABLED: 'true',
      },
    })
    return finished(child)
  }
  return {
    name: 'cli',
    async call(step, operation, input) {
      const { code, stdout, stderr } = await run(
        step,
        kebab(operation),
        '--no-paginate',
        '--cli-input-json',
        JSON.stringify(input),
      )
      if (code === 0) return { answer: stdout.trim() === '' ? {} : JSON.parse(stdout) }
      const said = /An error occurred \((\S+)\) when calling the \w+ operation(?: \([^)]*\))?: ([\s\S]*?)\s*$/.exec(
        stderr,
      )
      if (!said) throw new Error(`aws ${step.service} ${kebab(operation)} ended with ${code}: ${stderr}`)
      return { error: { code: said[1] ?? '', message: said[2] ?? '' } }
    },
    async wait(step, waiter, input) {
      const { code, stderr } = await run(step, 'wait', kebab(waiter), '--cli-input-json', JSON.stringify(input))
      if (code !== 0) throw new Error(`aws ${step.service} wait ${kebab(waiter)} ended with ${code}: ${stderr}`)
    },
    async pages(step, { operation, list, id, pageSize }) {
      const query = ['--page-size', String(pageSize), '--query', `${list}[].${id}`]
      const { code, stdout, stderr } = await run(step, kebab(operation), ...query)
      if (code !== 0) throw new Error(`aws ${step.service} ${kebab(operation)} ended with ${code}: ${stderr}`)
      return JSON.parse(stdout)
    },
    async close() {},
  }
}
