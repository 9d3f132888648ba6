import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import fc from 'fast-check'
import { exportLine, quoteWord } from './shell.ts'

for (const { word, quoted } of [
  { word: 'AKIA/+=0', quoted: 'AKIA/+=0' },
  { word: '', quoted: "''" },
  { word: "it's", quoted: `'it'\\''s'` },
  { word: '$(reboot)', quoted: "'$(reboot)'" },
  { word: '~', quoted: "'~'" },
]) {
  test(`${JSON.stringify(word)} is quoted as ${quoted}`, () => assert.equal(quoteWord(word), quoted))
}

test('a shell reads back exactly what was exported', () => {
  const unit = fc.constantFrom(...`a 'A"0\\$(\`)*?~!#;&|<>{}[]=%-\n\t\r\x7fé😀`)
  const word = fc.string({ unit })
  const values = fc.sample(word, { seed: 20261122, numRuns: 200 })
  // One shell for all values: a line each, and a NUL after each.
  const script = values.map((value) => `${exportLine('V', value)}\nprintf '%s\\0' "$V"`).join('\n')
  const read = execFileSync('sh', ['-s'], { input: script, encoding: 'utf8' }).split('\0').slice(0, -1)
  assert.deepEqual(read, values)
})
