import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { judge } from './conformance/answer-check.ts'
import { openHalf, sendBadInput } from './conformance/bad-input.ts'
import { listenerAlone, SERVER_KEY } from './conformance/bad-input-server.ts'

const listener = listenerAlone()
let url: URL

before(async () => {
  const { port } = await listener.listen(0)
  url = new URL(`http://127.0.0.1:${port}`)
})

after(() => listener.close())

test('a short run of bad input, beside half-open connections, gets nothing but answers of AWS’s', async () => {
  const halfOpen = await openHalf(url, 20)
  const { violations, counts } = await sendBadInput({ url, key: SERVER_KEY, requests: 250, seed: 3, concurrency: 8 })
  for (const socket of halfOpen) socket.destroy()
  assert.deepEqual(violations, [])
  // The generator still does what it is for: some of it is valid, and each way of being bad is met.
  for (const outcome of ['valid → ok', 'mutated → MalformedQueryString', 'broken signature → SignatureDoesNotMatch']) {
    assert.ok(counts.get(outcome), `${outcome} of ${[...counts.keys()].join(', ')}`)
  }
})

const answer = { status: 400, contentType: 'text/xml', requestId: 'r', body: '' }
for (const { what, changed } of [
  { what: 'no document', changed: {} },
  { what: 'cut short', changed: { body: '<ErrorResponse><Error><Code>X</Code>' } },
  {
    what: 'no code',
    changed: { body: '<ErrorResponse><Error><Message>m</Message></Error><RequestId>r</RequestId></ErrorResponse>' },
  },
  {
    what: 'another id',
    changed: {
      body: '<ErrorResponse><Error><Code>X</Code><Message>m</Message></Error><RequestId>q</RequestId></ErrorResponse>',
    },
  },
  { what: 'no id in the header', changed: { requestId: undefined } },
  {
    what: 'an internal error',
    changed: {
      body: '<ErrorResponse><Error><Code>InternalFailure</Code><Message>m</Message></Error><RequestId>r</RequestId></ErrorResponse>',
    },
  },
  { what: 'an error as a result', changed: { status: 200, body: '<ErrorResponse></ErrorResponse>' } },
  { what: 'broken JSON', changed: { contentType: 'application/x-amz-json-1.1', body: '{"__type":' } },
]) {
  test(`the check refuses an answer with ${what}`, () => {
    assert.ok('violation' in judge({ ...answer, ...changed }, 'POST'))
  })
}
