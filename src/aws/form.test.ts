import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FormError, type FormNode, formValue, parseForm } from './form.ts'

function flat(node: FormNode, path = ''): Record<string, string> {
  const own = node.value === undefined ? {} : { [path]: node.value }
  const children = [...(node.children ?? [])].map(([part, child]) =>
    flat(child, path === '' ? part : `${path}.${part}`),
  )
  return Object.assign(own, ...children)
}

const parse = (body: string, query = '') => flat(parseForm(query, Buffer.from(body)))

const cases: readonly { body: string; query?: string; pairs: Record<string, string> }[] = [
  { body: '', pairs: {} },
  { body: '&&', pairs: {} },
  { body: 'a', pairs: { a: '' } },
  { body: 'a=', pairs: { a: '' } },
  { body: 'a=b=c', pairs: { a: 'b=c' } },
  { body: 'a=b+c%20d%2Be', pairs: { a: 'b c d+e' } },
  { body: 'Tag.1.Key=%C3%BC%F0%9F%9A%80', pairs: { 'Tag.1.Key': 'ü🚀' } },
  { body: 'Tag.1.Key=ü', pairs: { 'Tag.1.Key': 'ü' } },
  { body: 'a%2Eb=1', pairs: { 'a.b': '1' } },
  { body: 'a=1&a=2', pairs: { a: '1' } },
  { body: 'a=1&b=2', query: 'b=3&c=4', pairs: { a: '1', b: '3', c: '4' } },
  { body: 'a=1&a.b=2', pairs: { a: '1', 'a.b': '2' } },
  { body: '__proto__.x=1&constructor=2', pairs: { '__proto__.x': '1', constructor: '2' } },
]
for (const { body, query, pairs } of cases) {
  test(`form "${body}" with query "${query ?? ''}"`, () => assert.deepEqual(parse(body, query), pairs))
}

for (const body of [
  'a=%',
  'a=%4',
  'a=%zz',
  '%ff=1',
  'a=%C3%28',
  `${'a.'.repeat(40)}a=1`,
  Buffer.from([0x61, 0x3d, 0xff]),
]) {
  test(`form "${String(body).slice(0, 20)}" is refused`, () => {
    assert.throws(() => parseForm('', Buffer.from(body)), FormError)
  })
}

test('whatever URLSearchParams writes is read back', () => {
  const name = fc.stringMatching(/^[A-Za-z0-9]{1,9}$/)
  fc.assert(
    fc.property(fc.dictionary(name, fc.string({ unit: 'grapheme' }), { noNullPrototype: true }), (pairs) => {
      assert.deepEqual(parse(new URLSearchParams(pairs).toString()), pairs)
    }),
    { seed: 7 },
  )
})

test('a megabyte of hostile names costs time linear in its length', () => {
  const names = Array.from({ length: 60_000 }, (_, index) => `a.b.${index}=`)
  const started = process.cpuUsage()
  const root = parseForm('', Buffer.from(names.join('&')))
  const { user } = process.cpuUsage(started)
  assert.equal(root.children?.get('a')?.children?.get('b')?.children?.size, 60_000)
  assert.equal(formValue(root, 'a'), undefined)
  assert.ok(user < 1_000_000, `${user} µs of CPU`)
})
