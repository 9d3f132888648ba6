import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FakeTransaction } from '../../../test/support/fake-context.ts'
import { type Codec, findOperation } from '../../aws/schema.ts'
import { rootPrincipal } from '../identity.ts'
import { services } from '../services.ts'
import { operations } from '../table.ts'
import { type Input, touchedBy } from './row.ts'
import { authorizationRows } from './table.ts'

for (const service of services) {
  const { signingName } = service
  const rows = authorizationRows[signingName]

  test(`${signingName}: every write that is served has a row`, () => {
    const without = Object.entries(operations[signingName])
      .filter(([name, { kind }]) => kind === 'write' && !Object.hasOwn(rows, name))
      .map(([name]) => name)
    assert.deepEqual(without, [], `say in src/api/authorization/ what these touch, or '*'`)
  })

  test(`${signingName}: rows are of operations and members that AWS has`, () => {
    for (const [name, row] of Object.entries(rows)) {
      const operation = findOperation(service, name)
      assert.ok(operation, `${name} is no operation`)
      for (const member of row === '*' ? [] : row.flatMap(({ members }) => members)) {
        assert.ok(hasMember(operation.input, member.split('.')), `${name} has no member ${member}`)
      }
    }
  })
}

/** Anything that the decoder lets through: members may be missing, texts may be anything, lists may be empty. */
function inputOf(codec: Codec, depth = 0): fc.Arbitrary<unknown> {
  switch (codec.kind) {
    case 'string':
      return fc.constantFrom(
        '',
        'x',
        '*',
        'vpc-1',
        'arn:aws:x',
        'p-1',
        'ou-1',
        'constructor',
        '__proto__',
        'a:b/c',
        'vpc',
      )
    case 'number':
      return fc.integer()
    case 'boolean':
      return fc.boolean()
    case 'timestamp':
      return fc.constant(new Date(0))
    case 'blob':
      return fc.constant(new Uint8Array(1))
    case 'list':
      return depth > 4 ? fc.constant([]) : fc.array(inputOf(codec.item, depth + 1), { maxLength: 2 })
    case 'map':
      return fc.constant({})
    case 'struct': {
      if (depth > 4) return fc.constant({})
      const members = codec.members.map(({ name, codec: its }) => [name, inputOf(its, depth + 1)] as const)
      return fc.record(Object.fromEntries(members), { requiredKeys: [] })
    }
  }
}

for (const service of services) {
  test(`${service.signingName}: every input that can be decoded is answered with ARNs and keys`, () => {
    const principal = rootPrincipal('111111111111')
    const scope = { view: new FakeTransaction(), principal, accountId: principal.accountId, region: 'us-east-1' }
    for (const [operation, row] of Object.entries(authorizationRows[service.signingName])) {
      if (row === '*') continue
      // Only what a row reads: RunInstances alone has more members than all rows together.
      const read = new Set(row.flatMap(({ members }) => members.map((path) => path.split('.')[0])))
      const codec = findOperation(service, operation)?.input
      assert.ok(codec)
      const members = codec.members.filter(({ name }) => read.has(name))
      fc.assert(
        fc.property(inputOf({ ...codec, members }), (input) => {
          for (const { resource, keys, action } of touchedBy(row, input as Input, { ...scope, operation })) {
            assert.ok(resource.length > 0)
            assert.ok(action === undefined || /^[a-z0-9-]+:[A-Za-z]+$/.test(action))
            for (const value of Object.values(keys ?? {})) {
              const texts = Array.isArray(value) ? value : [value ?? '']
              assert.ok(texts.every((text) => typeof text === 'string'))
            }
          }
        }),
        { seed: 8, numRuns: 20 },
      )
    }
  })
}

function hasMember(codec: Codec, path: readonly string[]): boolean {
  if (codec.kind === 'list') return hasMember(codec.item, path)
  const [name, ...rest] = path
  if (name === undefined) return codec.kind !== 'struct' || isTagList(codec)
  const member = codec.kind === 'struct' && codec.members.find((one) => one.name === name)
  return member ? hasMember(member.codec, rest) : false
}

/** The only structures that a row reads as a whole: tags and the specifications of tags. */
function isTagList(codec: Codec): boolean {
  return codec.kind === 'struct' && /^(Tag|TagSpecification|TagDescription)$/.test(codec.name)
}
