import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { test } from 'node:test'
import dnsPacket from 'dns-packet'
import type { EndpointService } from '../resource/endpoint-service.ts'
import { Store } from '../state/store.ts'
import { VolatileLog } from '../state/volatile-log.ts'
import { createVerifier } from './endpoint-service.ts'
import { createTxtLookup } from './txt-record.ts'

const then = Date.parse('2026-01-01T00:00:00.000Z')
const seconds = 1_000
const minutes = 60 * seconds
const hours = 60 * minutes
const recordName = '_6e86v84tqgqubxbwii1m'
const recordValue = 'vpce:l6p0ERxlTt45jevFwOCp'

/** A service with this name, and a DNS that has these TXT records; `undefined` in it is a server that does not answer. */
async function aWorld(privateDnsName: string, { mode = 'lookup' as 'lookup' | 'trust' } = {}) {
  const store = await Store.open(new VolatileLog())
  const put = (state: string, since = then, more: object = {}) =>
    store.transact((tx) => {
      tx.put('endpoint-service', {
        serviceId: 'vpce-svc-1',
        networkLoadBalancerArns: [],
        privateDnsName,
        privateDnsVerification: { state, recordName, recordValue, since: new Date(since).toISOString() },
        ...more,
      } as unknown as EndpointService)
    })
  await put('pendingVerification')
  const records = new Map<string, readonly string[] | undefined>()
  const asked: string[] = []
  const verifier = createVerifier({
    store,
    settings: { privateDnsVerification: mode },
    async lookup(name) {
      asked.push(name)
      return records.has(name) ? records.get(name) : []
    },
  })
  const state = () => store.peek((view) => view.get('endpoint-service', 'vpce-svc-1'))?.privateDnsVerification?.state
  const lookAfter = async (ms: number) => {
    await verifier.look(new Date(then + ms))
    return state()
  }
  return { store, put, records, asked, lookAfter }
}

for (const { name, at } of [
  { name: 'api.example.com', at: `${recordName}.api.example.com` },
  { name: 'api.example.com', at: 'api.example.com' },
  { name: 'my.api.example.com', at: `${recordName}.example.com` },
  { name: '*.example.com', at: `${recordName}.example.com` },
  { name: '*.example.com', at: 'example.com' },
]) {
  test(`${name} is verified by a record at ${at}`, async () => {
    const { records, asked, lookAfter } = await aWorld(name)
    records.set(at, ['v=spf1 -all', recordValue])
    assert.equal(await lookAfter(0), 'verified')
    assert.equal(asked.includes('com') || asked.some((each) => each.includes('*')), false, `${asked}`)
  })
}

for (const { what, at, text } of [
  { what: 'another case', at: 'example.com', text: recordValue.toLowerCase() },
  { what: 'a part of it', at: 'example.com', text: recordValue.slice(0, -1) },
  { what: 'a name below', at: `${recordName}.x.api.example.com`, text: recordValue },
  { what: 'a domain of one label', at: 'com', text: recordValue },
]) {
  test(`no proof: ${what}`, async () => {
    const { records, lookAfter } = await aWorld('api.example.com')
    records.set(at, [text])
    assert.equal(await lookAfter(0), 'pendingVerification')
  })
}

test('a record that comes late is found, one that does not come in ten minutes has failed', async () => {
  const late = await aWorld('api.example.com')
  assert.equal(await late.lookAfter(0), 'pendingVerification')
  late.records.set('api.example.com', [recordValue])
  assert.equal(await late.lookAfter(14 * seconds), 'pendingVerification', 'not asked for every second')
  assert.equal(await late.lookAfter(15 * seconds), 'verified')

  const never = await aWorld('api.example.com')
  for (const after of [0, 5 * minutes, 10 * minutes - 1])
    assert.equal(await never.lookAfter(after), 'pendingVerification')
  assert.equal(await never.lookAfter(11 * minutes), 'failed')
  const { length } = never.asked
  assert.equal(await never.lookAfter(20 * minutes), 'failed')
  assert.equal(never.asked.length, length, 'nobody is asked about what has failed')
  never.records.set('api.example.com', [recordValue])
  await never.put('pendingVerification', then + 20 * minutes)
  assert.equal(await never.lookAfter(20 * minutes), 'verified', 'asked for again: at once')
})

test('what was verified is looked at once an hour; a record that is gone puts it back to waiting', async () => {
  const { put, records, asked, lookAfter } = await aWorld('example.com')
  await put('verified')
  assert.equal(await lookAfter(0), 'verified')
  assert.deepEqual(asked, [])
  records.set('example.com', undefined)
  assert.equal(await lookAfter(hours), 'verified', 'a resolver that does not answer takes nothing back')
  records.set('example.com', [recordValue])
  assert.equal(await lookAfter(2 * hours), 'verified')
  records.delete('example.com')
  assert.equal(await lookAfter(3 * hours), 'pendingVerification')
  assert.equal(await lookAfter(3 * hours + 11 * minutes), 'failed')
})

test('a name that was changed while it was looked for gets no verdict of the old one', async () => {
  const { store, put, records } = await aWorld('api.example.com')
  records.set('api.example.com', [recordValue])
  let changed: Promise<void> | undefined
  const verifier = createVerifier({
    store,
    settings: { privateDnsVerification: 'lookup' },
    async lookup() {
      changed ??= put('pendingVerification', then, { privateDnsName: 'other.example.com' })
      await changed
      return [recordValue]
    },
  })
  await verifier.look(new Date(then))
  const service = store.peek((view) => view.get('endpoint-service', 'vpce-svc-1'))
  assert.deepEqual(
    [service?.privateDnsName, service?.privateDnsVerification?.state],
    ['other.example.com', 'pendingVerification'],
  )
})

test('where names are trusted nobody is asked', async () => {
  const { asked, put, lookAfter } = await aWorld('api.example.com', { mode: 'trust' })
  assert.equal(await lookAfter(0), 'verified')
  await put('failed')
  assert.equal(await lookAfter(1), 'failed', 'a verdict stays until it is asked for again')
  assert.deepEqual(asked, [])
})

test('TXT records over the wire: pieces are one text, no record is an answer, no server is none', async () => {
  const server = createSocket('udp4')
  server.on('message', (message, { port }) => {
    const { id, questions = [] } = dnsPacket.decode(message)
    const [question] = questions
    const name = question?.name ?? ''
    const data = name.startsWith('two.') ? ['vpce:abc', 'def'] : undefined
    const answers = data ? [{ type: 'TXT' as const, name, ttl: 1, data }] : []
    const flags = name.startsWith('none.') ? 3 : 0
    server.send(dnsPacket.encode({ type: 'response', id, flags, questions, answers }), port)
  })
  server.bind(0, '127.0.0.1')
  await once(server, 'listening')
  const lookup = createTxtLookup(() => [`127.0.0.1:${server.address().port}`])
  assert.deepEqual(await lookup('two.example.com'), ['vpce:abcdef'])
  assert.deepEqual(await lookup('none.example.com'), [])
  assert.deepEqual(await lookup('empty.example.com'), [])
  server.close()
  assert.equal(await createTxtLookup(() => [])('two.example.com'), undefined)
})
