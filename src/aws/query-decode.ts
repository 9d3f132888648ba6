/**
 * A form tree to an operation's input, checked against the schema: the part that ec2Query and awsQuery share.
 *
 * The two differ in how lists are named (`SubnetId.1`, `Subnets.member.1`), in what happens to a parameter the schema
 * does not know (EC2 refuses it, the others ignore it) and in the wording of errors; the rest is one walk over the tree.
 */
import type { FormNode } from './form.ts'
import type { RequestErrors, ValueKind } from './request-errors.ts'
import type { Codec, ListCodec, MapCodec, StructCodec } from './schema.ts'
import { parseTimestamp } from './timestamp.ts'

export interface QueryDialect {
  readonly errors: RequestErrors
  readonly flattenLists: boolean
  readonly ignoreUnknownParameters: boolean
}

/** Parameters of the request itself, next to the input's at the top level. */
const ENVELOPE_PARAMETERS: ReadonlySet<string> = new Set([
  'Action',
  'Version',
  'X-Amz-Algorithm',
  'X-Amz-Content-Sha256',
  'X-Amz-Credential',
  'X-Amz-Date',
  'X-Amz-Expires',
  'X-Amz-Security-Token',
  'X-Amz-Signature',
  'X-Amz-SignedHeaders',
])

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
const INDEX = /^[1-9]\d{0,8}$/
/** AWS fills a gap between indexes with empty items, up to this many (observed on SES). */
const MAX_SKIPPED_ITEMS = 10
const EMPTY_NODE: FormNode = { value: '', children: undefined }

/** @throws AwsError */
export function decodeQueryInput(codec: StructCodec, root: FormNode, dialect: QueryDialect): Record<string, unknown> {
  const decoder = new QueryDecoder(dialect)
  const input = decoder.members(codec, root.children, '')
  if (decoder.missing.length > 0) throw dialect.errors.missingParameters(decoder.missing)
  return input
}

class QueryDecoder {
  readonly #dialect: QueryDialect
  readonly missing: string[] = []

  constructor(dialect: QueryDialect) {
    this.#dialect = dialect
  }

  members(
    codec: StructCodec,
    children: ReadonlyMap<string, FormNode> | undefined,
    path: string,
  ): Record<string, unknown> {
    const result: Record<string, unknown> = {}
    if (children) {
      for (const [part, node] of children) {
        const member = codec.byRequestName.get(part)
        if (member) {
          result[member.name] = this.#value(member.codec, node, join(path, part))
        } else if (!this.#dialect.ignoreUnknownParameters && !(path === '' && ENVELOPE_PARAMETERS.has(part))) {
          throw this.#dialect.errors.unknownParameter(firstLeaf(join(path, part), node))
        }
      }
    }
    for (const member of codec.required) {
      if (result[member.name] === undefined) this.missing.push(join(path, member.requestName))
    }
    if (codec.isUnion && Object.keys(result).length !== 1) throw this.#misfit(path, '', 'struct')
    return result
  }

  #value(codec: Codec, node: FormNode, path: string): unknown {
    switch (codec.kind) {
      case 'string':
        return this.#text(node, path, 'string')
      case 'number': {
        const text = this.#text(node, path, 'number')
        const value = Number(text)
        return NUMBER.test(text) && Number.isFinite(value) ? value : this.#refuse(path, text, 'number')
      }
      case 'boolean': {
        const text = this.#text(node, path, 'boolean')
        if (text === 'true' || text === '1') return true
        if (text === 'false' || text === '0') return false
        return this.#refuse(path, text, 'boolean')
      }
      case 'timestamp': {
        const text = this.#text(node, path, 'timestamp')
        return parseTimestamp(text) ?? this.#refuse(path, text, 'timestamp')
      }
      case 'blob': {
        const text = this.#text(node, path, 'blob')
        return BASE64.test(text) ? new Uint8Array(Buffer.from(text, 'base64')) : this.#refuse(path, text, 'blob')
      }
      case 'list':
        return this.#list(codec, node, path)
      case 'map':
        return this.#map(codec, node, path)
      case 'struct':
        this.#noText(node, path, 'struct')
        return this.members(codec, node.children, path)
    }
  }

  #list(codec: ListCodec, node: FormNode, path: string): unknown[] {
    // botocore writes an empty list as `Subnets=`.
    this.#noText(node, path, 'list')
    if (!node.children) return []
    if (this.#dialect.flattenLists) return this.#items(codec.item, node.children, path)

    const named = node.children.get(codec.requestItemName)
    for (const part of node.children.keys()) {
      if (part !== codec.requestItemName) throw this.#misfit(join(path, part), undefined, 'struct')
    }
    const namedPath = join(path, codec.requestItemName)
    if (!named) return []
    this.#noText(named, namedPath, 'list')
    return named.children ? this.#items(codec.item, named.children, namedPath) : []
  }

  /** In the order of the indexes, whatever the order on the wire. */
  #items(item: Codec, children: ReadonlyMap<string, FormNode>, path: string): unknown[] {
    return this.#indexed(children, path).map(([index, node]) => this.#value(item, node, join(path, String(index))))
  }

  #map(codec: MapCodec, node: FormNode, path: string): Record<string, unknown> {
    this.#noText(node, path, 'map')
    const result: Record<string, unknown> = {}
    const entries = node.children?.get('entry')?.children
    if (!entries) return result
    for (const [index, entry] of this.#indexed(entries, join(path, 'entry'))) {
      const entryPath = `${path}.entry.${index}`
      const key = this.#text(
        entry.children?.get(codec.keyName) ?? EMPTY_NODE,
        `${entryPath}.${codec.keyName}`,
        'string',
      )
      const value = entry.children?.get(codec.valueName) ?? EMPTY_NODE
      // Not an assignment: a key named __proto__ must stay a key.
      Object.defineProperty(result, key, {
        value: this.#value(codec.value, value, `${entryPath}.${codec.valueName}`),
        enumerable: true,
        writable: true,
        configurable: true,
      })
    }
    return result
  }

  #indexed(children: ReadonlyMap<string, FormNode>, path: string): [index: number, node: FormNode][] {
    const items: [number, FormNode][] = []
    for (const [part, node] of children) {
      if (!INDEX.test(part)) throw this.#dialect.errors.invalidIndex(path, part)
      items.push([Number(part), node])
    }
    items.sort(([a], [b]) => a - b)

    const dense: [number, FormNode][] = []
    for (const item of items) {
      const skipped = item[0] - dense.length - 1
      if (skipped > MAX_SKIPPED_ITEMS) throw this.#dialect.errors.invalidIndex(path, String(item[0]))
      for (let index = dense.length + 1; index < item[0]; index += 1) dense.push([index, EMPTY_NODE])
      dense.push(item)
    }
    return dense
  }

  #text(node: FormNode, path: string, expected: ValueKind): string {
    if (node.children) throw this.#misfit(path, undefined, expected, node)
    return node.value ?? ''
  }

  #noText(node: FormNode, path: string, expected: ValueKind): void {
    if (node.value !== undefined && node.value !== '') throw this.#misfit(path, node.value, expected)
  }

  #refuse(path: string, text: string, expected: ValueKind): never {
    throw this.#misfit(path, text, expected)
  }

  #misfit(path: string, value: string | undefined, expected: ValueKind, node?: FormNode): Error {
    return this.#dialect.errors.invalidValue(node ? firstLeaf(path, node) : path, value, expected)
  }
}

function join(path: string, part: string): string {
  return path === '' ? part : `${path}.${part}`
}

/** The first full parameter name below a node: errors name what was sent, not a prefix of it. */
function firstLeaf(path: string, node: FormNode): string {
  let name = path
  let current = node
  while (current.value === undefined && current.children) {
    const first = current.children.entries().next()
    if (first.done) break
    name = join(name, first.value[0])
    current = first.value[1]
  }
  return name
}
