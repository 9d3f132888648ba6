import * as acm from '@aws-sdk/client-acm'
import * as ec2 from '@aws-sdk/client-ec2'
import * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2'
import * as iam from '@aws-sdk/client-iam'
import * as organizations from '@aws-sdk/client-organizations'
import * as servicequotas from '@aws-sdk/client-service-quotas'
import * as sts from '@aws-sdk/client-sts'
import { wireCode } from '../wire-code.ts'
import { accountId, type Clients, type World } from './world.ts'

/**
 * One case: the request, and the error it must get. `$name` stands for what world.ts made under that name, in inputs and
 * texts. The operation `raw` is a form body, for what no SDK would send. Bulk operations succeed and tell what failed item by
 * item; then the row is about the first such item.
 */
export interface Row {
  readonly service: keyof Clients
  /** Who asks; without it the owner of everything. */
  readonly as?: 'stranger'
  readonly operation: string
  readonly input: unknown
  readonly code: string
  readonly status: number
  readonly text: string
}

export type Told = Pick<Row, 'code' | 'status' | 'text'>

const packages = { ec2, elbv2, sts, iam, organizations, acm, servicequotas } as const

/** What the server says to a row's request; undefined when it accepts it. */
export async function ask(
  world: World,
  { service, operation, input, as = undefined }: Omit<Row, keyof Told>,
): Promise<Told | undefined> {
  if (operation === 'raw') return askRaw(world, service, String(input))
  const Command = (packages[service] as Readonly<Record<string, unknown>>)[`${operation}Command`] as new (
    input: unknown,
  ) => Parameters<ec2.EC2Client['send']>[0]
  const client = world[as ?? 'owner'][service] as ec2.EC2Client
  try {
    const { Unsuccessful } = (await client.send(new Command(withNames(world, input)))) as ec2.DeleteVpcEndpointsResult
    const { Code = '', Message = '' } = Unsuccessful?.[0]?.Error ?? {}
    return Code === '' ? undefined : { code: Code, status: 200, text: toNames(world, Message) }
  } catch (error) {
    const { message, $metadata } = error as ec2.EC2ServiceException
    if (!$metadata) throw error
    return { code: wireCode(error as Error), status: $metadata.httpStatusCode ?? 0, text: toNames(world, message) }
  }
}

async function askRaw(world: World, service: Row['service'], body: string): Promise<Told | undefined> {
  const scope = `${accountId}/20260101/us-east-1/${service === 'elbv2' ? 'elasticloadbalancing' : service}/aws4_request`
  const answer = await fetch(world.url, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=${'0'.repeat(64)}`,
    },
  })
  const text = await answer.text()
  if (answer.ok) return undefined
  const member = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1] ?? ''
  return { code: member('Code'), status: answer.status, text: toNames(world, unescapeXml(member('Message'))) }
}

const unescapeXml = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')

function withNames(world: World, value: unknown): unknown {
  if (typeof value === 'string') return value.startsWith('$') ? (world.names.get(value.slice(1)) ?? value) : value
  if (Array.isArray(value)) return value.map((item) => withNames(world, item))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withNames(world, item)]))
  }
  return value
}

/** Longest first, because a service's name contains its id. */
function toNames(world: World, text: string): string {
  const byLength = [...world.names].sort(([, a], [, b]) => b.length - a.length)
  return byLength.reduce((result, [name, value]) => result.replaceAll(value, `$${name}`), text)
}
