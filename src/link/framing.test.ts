import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeLine, LineDecoder, LineTooLongError } from './framing.ts'

test('messages come out as they went in, however the stream is cut', () => {
  const aMessage = fc.record({ type: fc.string({ unit: 'grapheme' }), list: fc.array(fc.jsonValue()) })
  fc.assert(
    fc.property(fc.array(aMessage), fc.array(fc.nat(200)), (messages, cuts) => {
      const stream = Buffer.from(messages.map(encodeLine).join(''))
      const decoder = new LineDecoder()
      const received: unknown[] = []
      let start = 0
      for (const length of [...cuts, stream.length]) {
        received.push(...decoder.push(stream.subarray(start, start + length)))
        start += length
      }
      assert.deepEqual(received, JSON.parse(JSON.stringify(messages)))
    }),
    { seed: 20260101 },
  )
})

test('a line that never ends is given up at the bound', () => {
  const decoder = new LineDecoder(100)
  assert.deepEqual(decoder.push(Buffer.from(`${'1'.repeat(90)}`)), [])
  assert.throws(() => decoder.push(Buffer.from('1'.repeat(11))), LineTooLongError)
})

test('the bound is for one line, not for many in a chunk', () => {
  const decoder = new LineDecoder(10)
  assert.equal(decoder.push(Buffer.from('"12345678"\n'.repeat(100))).length, 100)
})

test('what is not JSON is an error', () => {
  assert.throws(() => new LineDecoder().push(Buffer.from('{"type":\n')), SyntaxError)
})
