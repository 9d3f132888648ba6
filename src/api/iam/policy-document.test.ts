import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeDocument, policyLength } from './policy-document.ts'

for (const [text, encoded] of [
  ['{"a": "*"}', '%7B%22a%22%3A%20%22%2A%22%7D'],
  ["!'()*", '%21%27%28%29%2A'],
  ['A-Za-z0-9-_.~', 'A-Za-z0-9-_.~'],
  ['+/=%&', '%2B%2F%3D%25%26'],
  ['é\n\t', '%C3%A9%0A%09'],
] as const) {
  test(`${JSON.stringify(text)} is ${encoded} in an answer`, () => {
    assert.equal(encodeDocument(text), encoded)
    assert.equal(decodeURIComponent(encoded), text)
  })
}

test('white space counts for no quota', () => assert.equal(policyLength(' { "a" :\n\t"b c" } '), 10))
