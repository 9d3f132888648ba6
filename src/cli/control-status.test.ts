import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { type ControlStatus, isApplied, problemsOf, readControlStatus } from './control-status.ts'

const agent: NonNullable<ControlStatus['agent']> = {
  pid: 2,
  startedAt: '2026-11-22T00:00:00.000Z',
  appliedRevision: 7,
  kernelWrites: 0,
  objects: 0,
  namespaces: 1,
  failures: [],
  drops: [],
  endpoints: [],
  connectionTables: [],
  warnings: [],
  residentMemoryBytes: 1,
}
const status: ControlStatus = {
  region: 'us-east-1',
  accountId: '111122223333',
  pid: 1,
  revision: 7,
  confirmedRevision: 5,
  residentMemoryBytes: 1,
  agentConnected: true,
  dataPlane: null,
  agent,
}

async function answerOf(listener: RequestListener): Promise<ControlStatus | undefined> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    return await readControlStatus((server.address() as AddressInfo).port, 200)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

test('a status is read', async () => {
  assert.deepEqual(await answerOf((_request, response) => response.end(JSON.stringify(status))), status)
})

for (const { what, listener } of [
  { what: 'another program', listener: (_request, response) => response.end('<html>') },
  { what: 'an error', listener: (_request, response) => response.writeHead(404).end(JSON.stringify(status)) },
  { what: 'JSON of another kind', listener: (_request, response) => response.end('[1]') },
  { what: 'a closed connection', listener: (request) => request.socket.destroy() },
  { what: 'silence', listener: () => {} },
] satisfies readonly { what: string; listener: RequestListener }[]) {
  test(`${what} is no status`, async () => assert.equal(await answerOf(listener), undefined))
}

test('a port where nobody listens is no status', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  assert.equal(await readControlStatus(port), undefined)
})

test('applied means: connected, and as far as the log', () => {
  assert.ok(isApplied(status))
  assert.ok(!isApplied({ ...status, revision: 8 }))
  assert.ok(!isApplied({ ...status, agentConnected: false }))
})

test('an agent too busy to answer has still confirmed what it confirmed', () => {
  assert.ok(!isApplied({ ...status, agent: null }))
  assert.ok(isApplied({ ...status, agent: null, confirmedRevision: 7 }))
})

test('a failure is a problem, but keeps nobody waiting', () => {
  const failing = { ...status, agent: { ...agent, failures: [{ owner: 'vpc/vpc-1', message: 'no memory' }] } }
  assert.ok(isApplied(failing))
  assert.deepEqual(problemsOf(failing), ['vpc/vpc-1: no memory'])
  assert.deepEqual(problemsOf(status), [])
  assert.deepEqual(problemsOf({ ...status, agentConnected: false, agent: null }), ['no agent is connected to control'])
})
