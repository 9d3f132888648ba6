/**
 * Requests that a server should never be sent, and some that it should: the input of bad-input.ts.
 *
 * Each is a function of seed and number alone, so that any one of a hundred thousand can be sent again by itself.
 */
import { createHash, createHmac } from 'node:crypto'
import { type Codec, findOperation, operationNames, type StructCodec } from '../../src/aws/schema.ts'
import type { AwsService } from '../../src/aws/service.ts'

export interface Key {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** What requests are made from. */
export interface Source {
  readonly services: readonly AwsService[]
  /** Operations that the server has, by signing name: most requests are theirs, the others end early. */
  readonly served: Readonly<Record<string, readonly string[]>>
  /** Values that mean something to the server: ids of its resources. */
  readonly ids: readonly string[]
  readonly key: Key
  readonly host: string
  readonly seed: number
}

export interface BadRequest {
  readonly kind: Kind
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** A server that verifies signatures must not answer this one with success. */
  readonly isForged: boolean
}

type Kind = keyof typeof KINDS

/** How many in a thousand are of each kind. */
const KINDS = {
  valid: 300,
  mutated: 350,
  'wrong type': 100,
  'unknown action': 60,
  'random bytes': 40,
  'broken signature': 120,
  'odd method': 27,
  oversize: 2,
  gigantic: 1,
} as const

const MIB = 1024 * 1024

/** An operation without input, rightly signed. */
export function plainRequest({ key, host }: Source, service: AwsService, operation: string): BadRequest {
  const body = encode({ service, operation, pairs: [], json: {} }, operation)
  return {
    kind: 'valid',
    isForged: false,
    ...signed({ key, host, service, method: 'POST', query: '', body, target: undefined }),
  }
}

/** Small, fast and seedable (mulberry32); quality matters little here. */
export class Dice {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** 0 to `sides` - 1. */
  roll(sides: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.roll(items.length)]
    if (item === undefined) throw new RangeError('nothing to pick from')
    return item
  }

  chance(inHundred: number): boolean {
    return this.roll(100) < inHundred
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.roll(256)))
  }
}

const TEXTS = [
  '',
  ' ',
  'a',
  'true',
  '0',
  '-1',
  '10.0.0.0/16',
  '10.0.1.10',
  'vpc-0123456789abcdef0',
  'vpce-0123456789abcdef0',
  'subnet-0123456789abcdef0',
  'sg-0123456789abcdef0',
  'arn:aws:iam::111122223333:root',
  '*',
  '../../etc/passwd',
  '__proto__',
  "'; drop table log; --",
  '<x>&amp;</x>',
  'é日本🚀',
  '\u0000',
  '\u0007\u001b[31m',
  '\r\nX: y',
  '{}',
  '[]',
  'x'.repeat(300),
  '%s%n',
  'NaN',
  '9'.repeat(40),
  '2026-01-31T00:00:00Z',
]
const ODD_ACTIONS = [
  '',
  'Frobnicate',
  '__proto__',
  'constructor',
  'toString',
  'DescribeVpcs$',
  'describevpcs',
  'DescribeVpcs\u0000',
  'A'.repeat(5000),
]
const ODD_METHODS = ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'TRACE']

type Pairs = [name: string, value: string][]

interface Draft {
  readonly service: AwsService
  readonly operation: string
  pairs: Pairs
  json: unknown
}

export function badRequest(source: Source, index: number): BadRequest {
  const dice = new Dice(Math.imul(source.seed + 1, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b))
  dice.roll(2)
  const kind = pickKind(dice)
  const { key, host } = source
  const service = dice.pick(source.services)
  const draft = aDraft(dice, service, source)
  const isJson = service.protocol === 'awsJson1_1'
  let action = draft.operation
  let body: Buffer | undefined

  switch (kind) {
    case 'mutated':
      body = mutate(dice, encode(draft, action))
      break
    case 'wrong type':
      spoilTypes(dice, draft)
      break
    case 'unknown action':
      action = dice.pick(ODD_ACTIONS)
      break
    case 'random bytes':
      body = dice.bytes(dice.roll(300))
      break
    case 'oversize':
      body = Buffer.alloc(MIB + 1 + dice.roll(MIB), dice.pick(['a', '&', 'a=1&', '%']))
      break
    case 'gigantic':
      body = Buffer.alloc(20 * MIB, 'x')
      break
  }
  body ??= encode(draft, action)

  const isGet = !isJson && kind === 'valid' && dice.chance(15) && body.length < 4000
  const target = isJson ? `${service.targetPrefix}.${headerSafe(action)}` : undefined
  const request = signed({
    key,
    host,
    service,
    method: isGet ? 'GET' : kind === 'odd method' ? dice.pick(ODD_METHODS) : 'POST',
    query: isGet ? body.toString('latin1').replaceAll('+', '%20') : '',
    body: isGet ? Buffer.alloc(0) : body,
    target,
  })
  if (kind === 'broken signature') return { kind, ...request, headers: forge(dice, request.headers), isForged: true }
  return { kind, ...request, isForged: false }
}

function pickKind(dice: Dice): Kind {
  let rest = dice.roll(1000)
  for (const [kind, share] of Object.entries(KINDS) as [Kind, number][]) {
    if (rest < share) return kind
    rest -= share
  }
  return 'valid'
}

function headerSafe(text: string): string {
  return text.replaceAll(/[^\x21-\x7e]/g, '?').slice(0, 200)
}

// --- what a client would send -------------------------------------------------------------------------------------

const names = new Map<AwsService, string[]>()

function aDraft(dice: Dice, service: AwsService, { served, ids }: Source): Draft {
  let operations = names.get(service)
  if (!operations) {
    operations = operationNames(service)
    names.set(service, operations)
  }
  const own = served[service.signingName] ?? []
  const operation = dice.pick(own.length > 0 && dice.chance(70) ? own : operations)
  const texts = ids.length > 0 && dice.chance(60) ? ids : TEXTS
  const codec = findOperation(service, operation)
  if (!codec) throw new Error(`${operation} has no schema`)
  const json = aStruct(dice, texts, codec.input, 4)
  const pairs: Pairs = []
  flatten(codec.input, json, '', service.protocol === 'ec2Query', pairs)
  return { service, operation, pairs, json }
}

function aStruct(dice: Dice, texts: readonly string[], codec: StructCodec, depth: number): Record<string, unknown> {
  const members = codec.isUnion ? [dice.pick(codec.members)] : codec.members
  const chosen = members.filter((member) => codec.isUnion || codec.required.includes(member) || dice.chance(25))
  return Object.fromEntries(chosen.map(({ name, codec: type }) => [name, aValue(dice, texts, type, depth)]))
}

function aValue(dice: Dice, texts: readonly string[], codec: Codec, depth: number): unknown {
  switch (codec.kind) {
    case 'string':
      return dice.pick(texts)
    case 'number':
      return dice.pick([0, 1, -1, 5, 1000, 65_536, 1.5, 2 ** 53])
    case 'boolean':
      return dice.chance(50)
    case 'timestamp':
      return dice.roll(2 ** 31)
    case 'blob':
      return dice.bytes(dice.roll(20)).toString('base64')
    case 'list':
      return depth === 0 ? [] : Array.from({ length: dice.roll(4) }, () => aValue(dice, texts, codec.item, depth - 1))
    case 'map':
      return depth === 0 ? {} : { [dice.pick(TEXTS)]: aValue(dice, texts, codec.value, depth - 1) }
    case 'struct':
      return depth === 0 ? {} : aStruct(dice, texts, codec, depth - 1)
  }
}

function flatten(codec: Codec, value: unknown, path: string, isEc2: boolean, pairs: Pairs): void {
  const prefix = path === '' ? '' : `${path}.`
  if (codec.kind === 'struct') {
    for (const [name, item] of Object.entries(value as object)) {
      const member = codec.members.find((candidate) => candidate.name === name)
      if (member) flatten(member.codec, item, prefix + member.requestName, isEc2, pairs)
    }
  } else if (codec.kind === 'list') {
    for (const [index, item] of (value as unknown[]).entries()) {
      const between = isEc2 ? '' : `${codec.requestItemName}.`
      flatten(codec.item, item, `${prefix}${between}${index + 1}`, isEc2, pairs)
    }
  } else if (codec.kind === 'map') {
    for (const [index, [key, item]] of Object.entries(value as object).entries()) {
      pairs.push([`${prefix}entry.${index + 1}.${codec.keyName}`, key])
      flatten(codec.value, item, `${prefix}entry.${index + 1}.${codec.valueName}`, isEc2, pairs)
    }
  } else {
    pairs.push([path, String(value)])
  }
}

function encode({ service, pairs, json }: Draft, action: string): Buffer {
  if (service.protocol === 'awsJson1_1') return Buffer.from(JSON.stringify(json))
  const all: Pairs = [['Action', action], ['Version', service.version], ...pairs]
  return Buffer.from(new URLSearchParams(all).toString())
}

// --- what it should not -------------------------------------------------------------------------------------------

function spoilTypes(dice: Dice, draft: Draft): void {
  const spoilt = ['', 'x', '{}', 'TRUE', '1e999', '0x1', '-', 'null', '2026-99-99']
  for (const pair of draft.pairs) {
    if (dice.chance(40)) pair[1] = dice.pick(spoilt)
    if (dice.chance(15))
      pair[0] += dice.pick(['.1', '.x', '.0', '.-1', '.999999999', '.member.1', '.', '..', '.1.1.1.1.1'])
    if (dice.chance(5)) pair[0] = pair[0].toLowerCase()
  }
  if (typeof draft.json === 'object' && draft.json !== null) {
    for (const name of Object.keys(draft.json)) {
      if (dice.chance(40)) {
        Object.assign(draft.json, {
          [name]: dice.pick<unknown>(['x', 1, true, [], {}, [[[[]]]], { x: { y: {} } }, null, [null], 1e308]),
        })
      }
    }
  }
}

const FRAGMENTS = [
  '&',
  '=',
  '%',
  '%zz',
  '%ff',
  '.',
  '..',
  '+',
  '\0',
  '&&&&',
  'a=b',
  '&Filter.1.Name=x',
  '[',
  '{',
  '}',
  '"',
  '\\u',
  ',',
  'é',
]

function mutate(dice: Dice, body: Buffer): Buffer {
  let bytes = body
  for (let round = dice.roll(4); round >= 0; round -= 1) {
    const at = dice.roll(bytes.length + 1)
    switch (dice.roll(6)) {
      case 0:
        bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(dice.pick(FRAGMENTS)), bytes.subarray(at)])
        break
      case 1:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + dice.roll(20))])
        break
      case 2:
        bytes = Buffer.concat([bytes, bytes.subarray(at)])
        break
      case 3:
        bytes = bytes.subarray(0, at)
        break
      case 4:
        bytes = Buffer.from(bytes)
        if (at < bytes.length) bytes[at] = dice.roll(256)
        break
      default:
        bytes = Buffer.concat([bytes, Buffer.from(`&${'Filter.1.'.repeat(dice.roll(60))}Name=${dice.pick(TEXTS)}`)])
    }
  }
  return bytes
}

function forge(dice: Dice, headers: Readonly<Record<string, string>>): Record<string, string> {
  const { authorization = '', ...rest } = headers
  switch (dice.roll(9)) {
    case 0:
      return rest
    case 1:
      return { ...rest, authorization: authorization.replace(/Signature=.*/, `Signature=${'0'.repeat(64)}`) }
    case 2:
      return { ...rest, authorization: authorization.slice(0, dice.roll(authorization.length)) }
    case 3:
      return { ...rest, authorization: authorization.replace(/Credential=[^/]*/, 'Credential=AKIAUNKNOWN') }
    case 4:
      return { ...rest, authorization, 'x-amz-date': '20200101T000000Z' }
    case 5:
      return { ...rest, authorization, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }
    case 6:
      return {
        ...rest,
        authorization: dice.pick([
          'Basic YTpi',
          'AWS4-HMAC-SHA256',
          'AWS4-HMAC-SHA256 ,=,=',
          'AWS4-ECDSA-P256-SHA256 x',
        ]),
      }
    case 7:
      return { ...rest, authorization: authorization.replace('SignedHeaders=', `SignedHeaders=${'x;'.repeat(200)}`) }
    default:
      return { ...rest, authorization: authorization.replace('aws4_request', 'aws5_request') }
  }
}

// --- signature ----------------------------------------------------------------------------------------------------

interface Unsigned {
  readonly key: Key
  readonly host: string
  readonly service: AwsService
  readonly method: string
  readonly query: string
  readonly body: Buffer
  readonly target: string | undefined
}

/** SigV4 for path `/`, written apart from the server's so that the two check each other. */
function signed({ key, host, service, method, query, body, target }: Unsigned) {
  const timestamp = `${new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`
  const scope = `${timestamp.slice(0, 8)}/eu-central-1/${service.signingName}/aws4_request`
  const headers: Record<string, string> = {
    'content-type': target === undefined ? 'application/x-www-form-urlencoded' : 'application/x-amz-json-1.1',
    host,
    'x-amz-date': timestamp,
    ...(target === undefined ? {} : { 'x-amz-target': target }),
  }
  const signedHeaders = Object.keys(headers).join(';')
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`)
  const sorted = query.split('&').sort(byName).join('&')
  const canonical = `${method}\n/\n${canonicalEscapes(sorted)}\n${lines.join('')}\n${signedHeaders}\n${sha256(body)}`
  const derived = [timestamp.slice(0, 8), 'eu-central-1', service.signingName, 'aws4_request'].reduce<Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    Buffer.from(`AWS4${key.secretAccessKey}`),
  )
  const text = `AWS4-HMAC-SHA256\n${timestamp}\n${scope}\n${sha256(Buffer.from(canonical))}`
  const signature = createHmac('sha256', derived).update(text).digest('hex')
  headers.authorization = `AWS4-HMAC-SHA256 Credential=${key.accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`
  return { method, path: query === '' ? '/' : `/?${query}`, headers, body }
}

function byName(a: string, b: string): number {
  const [x, y] = [canonicalEscapes(a), canonicalEscapes(b)].map((pair) => pair.split('='))
  const [nameA = '', valueA = ''] = x ?? []
  const [nameB = '', valueB = ''] = y ?? []
  if (nameA !== nameB) return nameA < nameB ? -1 : 1
  return valueA < valueB ? -1 : Number(valueA > valueB)
}

/** URLSearchParams leaves `*` as it is and writes `~` as an escape; the signature wants it the other way round. */
function canonicalEscapes(query: string): string {
  return query.replaceAll('*', '%2A').replaceAll('%7E', '~')
}

function sha256(data: Buffer): string {
  return createHash('sha256').update(data).digest('hex')
}
