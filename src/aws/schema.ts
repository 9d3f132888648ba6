/**
 * The SDK's schemas, compiled into codec trees.
 *
 * An SDK client exports its whole model as nested tuples made for small downloads: numbers for simple types, functions
 * for forward references, `[schema, traits]` for members. Walking those for every request would cost more than the
 * request; so each shape is compiled once, when first met, into a node that holds what the protocols need and nothing
 * else: the name on the wire in requests, and the two tags around it in answers. Recursive shapes work because a
 * struct is remembered before its members are compiled.
 *
 * Source of the tuple layout: @smithy/core, schema/NormalizedSchema and @smithy/types, schema/static-schemas.
 */
import assert from 'node:assert/strict'
import type { AwsService, ProtocolName } from './service.ts'

export type TimestampFormat = 'date-time' | 'http-date' | 'epoch-seconds'

export type Codec =
  | { readonly kind: 'string' | 'number' | 'boolean' | 'blob' }
  | { readonly kind: 'timestamp'; readonly format: TimestampFormat }
  | ListCodec
  | MapCodec
  | StructCodec

export interface ListCodec {
  readonly kind: 'list'
  readonly item: Codec
  /** Between the list's name and the index in awsQuery requests (`Subnets.member.1`); ec2Query has none. */
  readonly requestItemName: string
  readonly open: string
  readonly close: string
}

export interface MapCodec {
  readonly kind: 'map'
  readonly value: Codec
  readonly keyName: string
  readonly valueName: string
}

export interface StructCodec {
  readonly kind: 'struct'
  readonly name: string
  /** Exactly one member may be set. */
  readonly isUnion: boolean
  readonly members: readonly Member[]
  readonly byRequestName: ReadonlyMap<string, Member>
  /** The SDK marks few members of EC2 as required: the rest is the operation's to check. */
  readonly required: readonly Member[]
}

export interface Member {
  /** As handlers see it. */
  readonly name: string
  readonly requestName: string
  /** `<vpcEndpointId>` and `</vpcEndpointId>`. */
  readonly open: string
  readonly close: string
  readonly codec: Codec
}

export interface OperationCodec {
  readonly name: string
  readonly input: StructCodec
  readonly output: StructCodec
}

const NOTHING: StructCodec = {
  kind: 'struct',
  name: 'Unit',
  isUnion: false,
  members: [],
  byRequestName: new Map(),
  required: [],
}

interface Compiled {
  readonly operations: Map<string, OperationCodec>
  readonly shapes: Map<readonly unknown[], Codec>
}

const compiledServices = new WeakMap<AwsService, Compiled>()

/**
 * The operation's codecs, or undefined when the SDK's model has no operation of that name.
 *
 * Unknown names are not remembered, so a caller who invents names cannot make the table grow.
 */
export function findOperation(service: AwsService, name: string): OperationCodec | undefined {
  let compiled = compiledServices.get(service)
  if (!compiled) {
    compiled = { operations: new Map(), shapes: new Map() }
    compiledServices.set(service, compiled)
  }
  const known = compiled.operations.get(name)
  if (known) return known

  const schema = operationSchema(service, name)
  if (!schema) return undefined

  const compiler = new ShapeCompiler(service.protocol, compiled.shapes)
  const operation = { name, input: compiler.struct(schema[4]), output: compiler.struct(schema[5]) }
  compiled.operations.set(name, operation)
  return operation
}

/** Names of all operations in the SDK's model. */
export function operationNames(service: AwsService): string[] {
  return Object.keys(service.sdk)
    .filter((key) => key.endsWith('$') && operationSchema(service, key.slice(0, -1)))
    .map((key) => key.slice(0, -1))
}

/** The member that carries the text of an error of this code: `Message` or `message`, as the service's model says. */
export function errorMessageMember(service: AwsService, code: string): 'Message' | 'message' {
  const schema = Object.hasOwn(service.sdk, `${code}$`) ? service.sdk[`${code}$`] : undefined
  const members = Array.isArray(schema) && schema[0] === ERROR ? schema[4] : undefined
  return Array.isArray(members) && members.includes('Message') ? 'Message' : 'message'
}

function operationSchema(service: AwsService, name: string): readonly unknown[] | undefined {
  const key = `${name}$`
  if (!Object.hasOwn(service.sdk, key)) return undefined
  const schema = service.sdk[key]
  return Array.isArray(schema) && schema[0] === OPERATION ? schema : undefined
}

// First element of a tuple.
const SIMPLE = 0
const LIST = 1
const MAP = 2
const STRUCT = 3
const ERROR = -3
const UNION = 4
const OPERATION = 9

// Numbers that stand for a type; a list or map of a simple type is the type with a bit set.
const LIST_OF = 64
const MAP_OF = 128
const SIMPLE_TYPES: ReadonlyMap<number, Codec> = new Map<number, Codec>([
  [0, { kind: 'string' }],
  [1, { kind: 'number' }],
  [2, { kind: 'boolean' }],
  [4, { kind: 'timestamp', format: 'date-time' }],
  [5, { kind: 'timestamp', format: 'date-time' }],
  [6, { kind: 'timestamp', format: 'http-date' }],
  [7, { kind: 'timestamp', format: 'epoch-seconds' }],
  [21, { kind: 'blob' }],
])
const UNADORNED_TIMESTAMP = 4

interface Names {
  readonly xmlName?: string
  readonly ec2QueryName?: string
}

class ShapeCompiler {
  readonly #protocol: ProtocolName
  readonly #shapes: Map<readonly unknown[], Codec>

  constructor(protocol: ProtocolName, shapes: Map<readonly unknown[], Codec>) {
    this.#protocol = protocol
    this.#shapes = shapes
  }

  struct(reference: unknown): StructCodec {
    const codec = this.#compile(reference)
    assert(codec.kind === 'struct', 'an operation takes and returns structures')
    return codec
  }

  #compile(reference: unknown): Codec {
    const { schema } = resolve(reference)
    if (schema === 'unit') return NOTHING
    if (typeof schema === 'number') return this.#simple(schema)
    assert(Array.isArray(schema), `unknown schema ${String(schema)}`)

    const known = this.#shapes.get(schema)
    if (known) return known
    switch (schema[0]) {
      case SIMPLE:
        return this.#compile(schema[4])
      case STRUCT:
      case UNION:
        return this.#structure(schema)
      case LIST:
        return this.#remember(schema, this.#list(schema[4]))
      case MAP:
        return this.#remember(schema, this.#map(schema[4], schema[5]))
      default:
        return assert.fail(`schema type ${String(schema[0])} of ${String(schema[2])} is not supported`)
    }
  }

  #simple(type: number): Codec {
    if (type >= MAP_OF) return this.#map(0, type - MAP_OF)
    if (type >= LIST_OF) return this.#list(type - LIST_OF)
    if (type === UNADORNED_TIMESTAMP && this.#protocol === 'awsJson1_1') {
      return { kind: 'timestamp', format: 'epoch-seconds' }
    }
    return SIMPLE_TYPES.get(type) ?? assert.fail(`simple schema type ${type} is not supported`)
  }

  #list(member: unknown): ListCodec {
    const { names } = resolve(member)
    const itemName = names.xmlName ?? 'member'
    return {
      kind: 'list',
      item: this.#compile(member),
      requestItemName: itemName,
      open: `<${itemName}>`,
      close: `</${itemName}>`,
    }
  }

  #map(key: unknown, value: unknown): MapCodec {
    return {
      kind: 'map',
      value: this.#compile(value),
      keyName: resolve(key).names.xmlName ?? 'key',
      valueName: resolve(value).names.xmlName ?? 'value',
    }
  }

  #structure(schema: readonly unknown[]): StructCodec {
    const [type, , name, , memberNames, memberSchemas, requiredCount = 0] = schema
    assert(Array.isArray(memberNames) && Array.isArray(memberSchemas) && typeof requiredCount === 'number')

    const members: Member[] = []
    const byRequestName = new Map<string, Member>()
    const required: Member[] = []
    const codec = {
      kind: 'struct',
      name: String(name),
      isUnion: type === UNION,
      members,
      byRequestName,
      required,
    } as const
    this.#shapes.set(schema, codec)

    for (const [index, memberName] of memberNames.entries()) {
      const member = this.#member(String(memberName), memberSchemas[index])
      members.push(member)
      byRequestName.set(member.requestName, member)
      // The model lists required members first and says only how many there are.
      if (index < requiredCount) required.push(member)
    }
    return codec
  }

  #member(name: string, reference: unknown): Member {
    const { names } = resolve(reference)
    const xmlName = names.xmlName ?? name
    return {
      name,
      requestName: this.#requestName(name, names),
      open: `<${xmlName}>`,
      close: `</${xmlName}>`,
      codec: this.#compile(reference),
    }
  }

  #requestName(name: string, { xmlName, ec2QueryName }: Names): string {
    switch (this.#protocol) {
      case 'ec2Query': {
        if (ec2QueryName !== undefined) return ec2QueryName
        const lower = xmlName ?? name
        return lower.charAt(0).toUpperCase() + lower.slice(1)
      }
      case 'awsQuery':
        return xmlName ?? name
      case 'awsJson1_1':
        return name
    }
  }

  #remember(schema: readonly unknown[], codec: Codec): Codec {
    this.#shapes.set(schema, codec)
    return codec
  }
}

/** Follows forward references and `[schema, traits]` wrappers; traits written as a number (bit flags) carry no names. */
function resolve(reference: unknown): { schema: unknown; names: Names } {
  let schema = reference
  let names: Names = {}
  for (;;) {
    if (typeof schema === 'function') {
      schema = schema()
    } else if (Array.isArray(schema) && schema.length === 2) {
      const traits: unknown = schema[1]
      if (typeof traits === 'object' && traits !== null) names = { ...traits, ...names }
      schema = schema[0]
    } else {
      return { schema, names }
    }
  }
}
