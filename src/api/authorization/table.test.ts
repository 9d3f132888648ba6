import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Codec, findOperation } from '../../aws/schema.ts'
import { services } from '../services.ts'
import { operations } from '../table.ts'
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
