// biome-ignore-all lint/suspicious/noTemplateCurlyInString: source text
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { importsOf, readSource } from './source-text.ts'

for (const [text, codeOnly] of [
  ["a('x') // b", "a('…') "],
  ["a('') /* b\nc */ d", "a('')  \n d"],
  ["'//' + '\\'' + \"/*\"", "'…' + '…' + \"…\""],
  ['`a${b + `c${d}`}e` f', '`…${b + `…${d}`}…` f'],
  ['`${{ a: 1 }}` process', '`${{ a: 1 }}` process'],
  ['x = /[/"]/.test(y) / 2', 'x = /…/.test(y) / 2'],
  ["return /'/", 'return /…/'],
] as const) {
  test(`code of ${JSON.stringify(text)}`, () => assert.equal(readSource(text).codeOnly, codeOnly))
}

test('every kind of import is found, and none in a comment', () => {
  const text = `import a from './a.ts'
import type { B } from "./b.ts"
import {
  type C,
  c,
} from './c.ts'
import './d.ts'
export * from './e.ts'
export type { F } from './f.ts'
const g = await import('./g.ts')
// import h from './h.ts'
/* import i from './i.ts' */
const text = "from './j.ts'"
`
  assert.deepEqual(
    importsOf(readSource(text))
      .map(({ specifier, isTypeOnly }) => `${specifier}${isTypeOnly ? ' type' : ''}`)
      .sort(),
    ['./a.ts', './b.ts type', './c.ts', './d.ts', './e.ts', './f.ts type', './g.ts'],
  )
})

test('a computed import is refused', () => {
  assert.throws(() => importsOf(readSource('import(name)')), /cannot be checked/)
})
