/** The protocol of Organizations: JSON 1.1, the operation in header `X-Amz-Target`, times as seconds since 1970. */
import assert from 'node:assert/strict'
import { isUtf8 } from 'node:buffer'
import type { Protocol } from './protocol.ts'
import { requestErrors, type ValueKind } from './request-errors.ts'
import { type Codec, errorMessageMember, type MapCodec, type StructCodec } from './schema.ts'
import { epochSeconds, formatTimestamp, parseTimestamp } from './timestamp.ts'

const errors = requestErrors.awsJson1_1

/** Schemas may recurse, the stack may not. */
const MAX_DEPTH = 64
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

export const awsJson: Protocol = {
  contentType: 'application/x-amz-json-1.1',
  errors,
  readsForm: false,

  // `AWSOrganizationsV20161128.ListAccounts`; another service's prefix is kept, so that no operation has that name.
  actionOf({ target }, { targetPrefix }) {
    const prefix = `${targetPrefix}.`
    return (target?.startsWith(prefix) ? target.slice(prefix.length) : target) || undefined
  },

  decodeInput(operation, { body }) {
    const decoder = new JsonDecoder()
    const input = decoder.members(operation.input, parseObject(body), '', 0)
    if (decoder.missing.length > 0) throw errors.missingParameters(decoder.missing)
    return input
  },

  encodeResult: (_service, { output: codec }, output) => JSON.stringify(encodeMembers(codec, output)),

  encodeError(service, { code, message }) {
    const member = service ? errorMessageMember(service, code) : 'message'
    return JSON.stringify({ __type: code, [member]: message })
  },
}

function parseObject(body: Buffer): object {
  if (body.length === 0) return {}
  if (!isUtf8(body)) throw errors.malformed('The request body is not valid UTF-8')
  let value: unknown
  try {
    value = JSON.parse(body.toString('utf8'))
  } catch {
    throw errors.malformed('The request body is not valid JSON')
  }
  if (!isObject(value)) throw errors.malformed('Start of structure expected at the top of the request body')
  return value
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

class JsonDecoder {
  readonly missing: string[] = []

  /** Members the schema does not know are ignored, and null is absent, as in AWS's JSON services. */
  members(codec: StructCodec, value: object, path: string, depth: number): Record<string, unknown> {
    if (depth > MAX_DEPTH) throw errors.malformed('The request body is nested too deeply')
    const result: Record<string, unknown> = {}
    for (const [name, item] of Object.entries(value)) {
      const member = item === null ? undefined : codec.byRequestName.get(name)
      if (member) result[member.name] = this.#value(member.codec, item, join(path, name), depth + 1)
    }
    for (const member of codec.required) {
      if (result[member.name] === undefined) this.missing.push(join(path, member.name))
    }
    if (codec.isUnion && Object.keys(result).length !== 1) {
      throw errors.malformed(`Exactly one member of ${path || 'the request'} must be set`)
    }
    return result
  }

  #value(codec: Codec, value: unknown, path: string, depth: number): unknown {
    switch (codec.kind) {
      case 'string':
        return typeof value === 'string' ? value : refuse(path, value, 'string')
      case 'number':
        return typeof value === 'number' && Number.isFinite(value) ? value : refuse(path, value, 'number')
      case 'boolean':
        return typeof value === 'boolean' ? value : refuse(path, value, 'boolean')
      case 'timestamp': {
        if (typeof value !== 'number' && typeof value !== 'string') return refuse(path, value, 'timestamp')
        return parseTimestamp(String(value)) ?? refuse(path, value, 'timestamp')
      }
      case 'blob':
        return typeof value === 'string' && BASE64.test(value)
          ? new Uint8Array(Buffer.from(value, 'base64'))
          : refuse(path, value, 'blob')
      case 'list':
        if (!Array.isArray(value)) return refuse(path, value, 'list')
        return value.map((item, index) => this.#value(codec.item, item, `${path}.member.${index + 1}`, depth + 1))
      case 'map':
        return isObject(value) ? this.#map(codec, value, path, depth) : refuse(path, value, 'map')
      case 'struct':
        return isObject(value) ? this.members(codec, value, path, depth) : refuse(path, value, 'struct')
    }
  }

  #map(codec: MapCodec, value: object, path: string, depth: number): object {
    const entries = Object.entries(value).filter(([, item]) => item !== null)
    return Object.fromEntries(
      entries.map(([key, item]) => [key, this.#value(codec.value, item, join(path, key), depth + 1)]),
    )
  }
}

function join(path: string, part: string): string {
  return path === '' ? part : `${path}.${part}`
}

/** Coral names a JSON value by its token. */
function refuse(path: string, value: unknown, expected: ValueKind): never {
  if (Array.isArray(value)) throw errors.malformed('Start of list found where not expected')
  if (isObject(value)) throw errors.malformed('Start of structure or map found where not expected.')
  throw errors.invalidValue(path, tokenName(value), expected)
}

function tokenName(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return 'STRING_VALUE'
    case 'number':
      return Number.isInteger(value) ? 'NUMBER_VALUE' : 'DECIMAL_VALUE'
    case 'boolean':
      return value ? 'TRUE_VALUE' : 'FALSE_VALUE'
    default:
      return 'NULL_VALUE'
  }
}

function encodeMembers(codec: StructCodec, value: object): Record<string, unknown> {
  const record = value as Readonly<Record<string, unknown>>
  const result: Record<string, unknown> = {}
  for (const member of codec.members) {
    const item = record[member.name]
    if (item !== undefined && item !== null) result[member.name] = encodeValue(member.codec, item, member.name)
  }
  return result
}

function encodeValue(codec: Codec, value: unknown, name: string): unknown {
  switch (codec.kind) {
    case 'string':
    case 'boolean':
      if (typeof value === codec.kind) return value
      break
    case 'number':
      if (typeof value === 'number' && Number.isFinite(value)) return value
      break
    case 'timestamp':
      if (!(value instanceof Date)) break
      return codec.format === 'epoch-seconds' ? epochSeconds(value) : formatTimestamp(value, codec.format)
    case 'blob':
      if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
      break
    case 'list':
      if (Array.isArray(value)) return value.map((item) => encodeValue(codec.item, item, name))
      break
    case 'map':
      if (!isObject(value)) break
      return Object.fromEntries(
        Object.entries(value)
          .filter(([, item]) => item !== undefined && item !== null)
          .map(([key, item]) => [key, encodeValue(codec.value, item, name)]),
      )
    case 'struct':
      if (isObject(value)) return encodeMembers(codec, value)
      break
  }
  return assert.fail(`answer member ${name} should be a ${codec.kind}, the handler gave a ${typeof value}`)
}
