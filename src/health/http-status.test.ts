import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createStatusReader } from './http-status.ts'

const responses: readonly (readonly [string, number | 'more' | 'malformed'])[] = [
  ['HTTP/1.1 200 OK\r\n', 200],
  ['HTTP/1.0 503 Service Unavailable\r\nServer: x\r\n\r\nbody', 503],
  ['HTTP/1.1 204\r\n', 204],
  ['HTTP/1.1 204 \n', 204],
  ['HTTP/1.1 101 Switching Protocols\r\n\r\n', 101],
  ['HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 301 Moved\r\n', 301],
  ['HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 404 No\r\n', 404],
  ['HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n', 'more'],
  ['', 'more'],
  ['HTTP/1.', 'more'],
  ['HTTP/1.1 200 OK', 'more'],
  ['SSH-2.0-OpenSSH_9.2\r\n', 'malformed'],
  ['S', 'malformed'],
  ['HTTP/2 200\r\n', 'malformed'],
  ['HTTP/1.1 20 OK\r\n', 'malformed'],
  ['HTTP/1.1 2000 OK\r\n', 'malformed'],
  ['HTTP/1.1 099 OK\r\n', 'malformed'],
  ['HTTP/1.1 999 OK\r\n', 'malformed'],
  ['\r\nHTTP/1.1 200 OK\r\n', 'malformed'],
]

for (const [text, expected] of responses) {
  test(`${JSON.stringify(text.slice(0, 50))}: ${expected}`, () => {
    assert.equal(createStatusReader()(Buffer.from(text)), expected)
  })
}

test('however a response is cut, what is read is the same', () => {
  fc.assert(
    fc.property(fc.constantFrom(...responses), fc.array(fc.nat(80), { maxLength: 8 }), ([text, expected], cuts) => {
      const bytes = Buffer.from(text)
      const ends = [...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
      const read = createStatusReader()
      let start = 0
      let seen: number | 'more' | 'malformed' = 'more'
      for (const end of ends) {
        if (seen === 'more') seen = read(bytes.subarray(start, end))
        start = end
      }
      assert.equal(seen, expected)
    }),
    { seed: 43, numRuns: 500 },
  )
})

test('octets without end are not kept without end', () => {
  const read = createStatusReader()
  let chunks = 1
  let seen = read(Buffer.from('HTTP/1.1 200 '))
  for (; seen === 'more'; chunks++) seen = read(Buffer.alloc(1_000, 0x61))
  assert.equal(seen, 'malformed')
  assert.ok(chunks < 20)
})
