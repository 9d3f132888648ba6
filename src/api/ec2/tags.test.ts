import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkedTags, mergeTags, resourceTypeOf, taggableTypeOf, tagsFromSpecifications, toWireTags } from './tags.ts'

test('tags of the specification for what is made, in order', () => {
  const specifications = [
    { ResourceType: 'vpc' as const, Tags: [{ Key: 'Name', Value: 'a' }, { Key: 'Empty' }] },
    { ResourceType: 'vpc' as const, Tags: [{ Key: 'Env', Value: 'b' }] },
  ]
  const tags = tagsFromSpecifications(specifications, 'vpc')
  assert.deepEqual(toWireTags(tags), [
    { Key: 'Name', Value: 'a' },
    { Key: 'Empty', Value: '' },
    { Key: 'Env', Value: 'b' },
  ])
  assert.deepEqual(tagsFromSpecifications(undefined, 'vpc'), [])
})

for (const { title, tags, code, message } of [
  {
    title: 'an empty key',
    tags: [{ Key: '', Value: 'x' }],
    code: 'InvalidParameterValue',
    message: /cannot be null or empty/,
  },
  { title: 'no key', tags: [{ Value: 'x' }], code: 'InvalidParameterValue', message: /cannot be null or empty/ },
  {
    title: 'a reserved key',
    tags: [{ Key: 'aws:x', Value: '' }],
    code: 'InvalidParameterValue',
    message: /reserved for internal use/,
  },
  {
    title: 'a reserved key in capitals',
    tags: [{ Key: 'AWS:x', Value: '' }],
    code: 'InvalidParameterValue',
    message: /reserved for internal use/,
  },
  {
    title: 'a long key',
    tags: [{ Key: 'k'.repeat(129), Value: '' }],
    code: 'InvalidParameterValue',
    message: /128 characters/,
  },
  {
    title: 'a long value',
    tags: [{ Key: 'k', Value: 'v'.repeat(257) }],
    code: 'InvalidParameterValue',
    message: /256 characters/,
  },
  {
    title: 'a key twice',
    tags: [
      { Key: 'k', Value: '1' },
      { Key: 'k', Value: '2' },
    ],
    code: 'InvalidParameterValue',
    message: /Duplicate tag key 'k'/,
  },
  {
    title: 'too many',
    tags: Array.from({ length: 51 }, (_, i) => ({ Key: `k${i}`, Value: '' })),
    code: 'TagLimitExceeded',
    message: /maximum number of Tags/,
  },
]) {
  test(`tags with ${title} answer ${code}`, () => {
    assert.throws(() => checkedTags(tags), { code, message })
  })
}

for (const { specification, message } of [
  {
    specification: { ResourceType: 'subnet' as const, Tags: [{ Key: 'k', Value: 'v' }] },
    message: /'subnet' is not a valid taggable resource type/,
  },
  { specification: { ResourceType: 'vpc' as const, Tags: [] }, message: /must have at least one tag/ },
]) {
  test(`a specification of ${specification.ResourceType} with ${specification.Tags.length} tags for a VPC is refused`, () => {
    assert.throws(() => tagsFromSpecifications([specification], 'vpc'), { code: 'InvalidParameterValue', message })
  })
}

test('merging keeps the place of a key and counts what results', () => {
  const old = [
    { key: 'a', value: '1' },
    { key: 'b', value: '2' },
  ]
  assert.deepEqual(
    mergeTags(old, [
      { key: 'a', value: '3' },
      { key: 'c', value: '4' },
    ]),
    [
      { key: 'a', value: '3' },
      { key: 'b', value: '2' },
      { key: 'c', value: '4' },
    ],
  )
  const many = Array.from({ length: 50 }, (_, i) => ({ key: `k${i}`, value: '' }))
  assert.throws(() => mergeTags(many, [{ key: 'one more', value: '' }]), { code: 'TagLimitExceeded' })
  assert.equal(mergeTags(many, [{ key: 'k0', value: 'again' }]).length, 50)
})

for (const [id, kind, type] of [
  ['vpc-1', 'vpc', 'vpc'],
  ['vpce-1', 'vpc-endpoint', 'vpc-endpoint'],
  ['vpce-svc-1', 'endpoint-service', 'vpc-endpoint-service'],
  ['sg-1', 'security-group', 'security-group'],
  ['sgr-1', 'security-group-rule', 'security-group-rule'],
  ['i-1', 'instance', 'instance'],
] as const) {
  test(`${id} names a ${kind}`, () => {
    assert.equal(taggableTypeOf(id)?.kind, kind)
    assert.equal(resourceTypeOf(kind), type)
  })
}
