import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { agentKinds, type Batch, type Change, type Snapshot } from '../resource/kind.ts'
import { type AgentLink, type AgentLinkOptions, connectToControl } from './client.ts'
import type { AgentStatus } from './messages.ts'
import { createLinkServer, type LinkServer, type LinkServerOptions } from './server.ts'

/** Resources as a state would hold them; `commit` is one batch. */
class FakeState {
  revision = 0
  snapshots = 0
  readonly #resources = new Map<string, Change>()
  readonly #listeners = new Set<(batch: Batch) => void>()

  commit(...changes: Change[]): void {
    this.revision++
    for (const change of changes) {
      if (change.value) this.#resources.set(`${change.kind}/${change.id}`, change)
      else this.#resources.delete(`${change.kind}/${change.id}`)
    }
    for (const listener of this.#listeners) listener({ revision: this.revision, at: '', changes })
  }

  async snapshot(): Promise<Snapshot> {
    this.snapshots++
    const ofKind = (kind: string) =>
      [...this.#resources.values()].filter((each) => each.kind === kind).map(({ id, value }) => [id, value] as const)
    const resources = Object.fromEntries(agentKinds.map((kind) => [kind, new Map(ofKind(kind))]))
    return { revision: this.revision, resources: resources as unknown as Snapshot['resources'] }
  }

  subscribe(listener: (batch: Batch) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  get followers(): number {
    return this.#listeners.size
  }
}

/** What an agent has been told, kept as an agent would keep it. */
class FakeAgent {
  revision = -1
  snapshots = 0
  readonly resources = new Map<string, unknown>()
  readonly events: string[] = []
  stopped: boolean | undefined
  link!: AgentLink
  #waiting: { readonly until: () => boolean; readonly resolve: () => void }[] = []

  connect(socketPath: string, more: Partial<AgentLinkOptions> = {}): this {
    this.link = connectToControl({
      socketPath,
      hello: () => hello(7),
      onSnapshot: (snapshot) => {
        this.snapshots++
        this.resources.clear()
        for (const [kind, all] of Object.entries(snapshot.resources)) {
          for (const [id, value] of all) this.resources.set(`${kind}/${id}`, value)
        }
        this.#became(snapshot.revision)
      },
      onChanges: (revision, changes) => {
        for (const { kind, id, value } of changes) {
          if (value) this.resources.set(`${kind}/${id}`, value)
          else this.resources.delete(`${kind}/${id}`)
        }
        this.#became(revision)
      },
      onStatusRequest: () => aStatus,
      onStop: (removeKernelObjects) => {
        this.stopped = removeKernelObjects
        this.link.send({ type: 'stopped' })
      },
      onConnected: () => this.note('connected'),
      onDisconnected: () => this.note('disconnected'),
      ...more,
    })
    return this
  }

  note(event: string): void {
    this.events.push(event)
    this.#check()
  }

  async until(condition: () => boolean): Promise<void> {
    if (condition()) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.push({ until: condition, resolve })
    await promise
  }

  #became(revision: number): void {
    assert.ok(revision >= this.revision, `revision ${revision} after ${this.revision}`)
    this.revision = revision
    this.#check()
  }

  #check(): void {
    const reached = this.#waiting.filter(({ until }) => until())
    this.#waiting = this.#waiting.filter((each) => !reached.includes(each))
    for (const { resolve } of reached) resolve()
  }
}

const dataPlane = { mode: 'root', kernelRelease: '6', nftVersion: '1', present: [], missed: [] } as const
const hello = (pid: number) => ({ hostName: 'host', pid, dataPlane })
const aStatus = { pid: 7, appliedRevision: 3 } as AgentStatus

const endpoint = (id: string, pad = ''): Change =>
  ({ kind: 'vpc-endpoint', id, value: { vpcEndpointId: id, pad } }) as unknown as Change
const secret: Change = { kind: 'access-key', id: 'k', value: { accessKeyId: 'k' } } as unknown as Change

interface World {
  readonly state: FakeState
  readonly socketPath: string
  readonly events: string[]
  start(more?: Partial<LinkServerOptions>): Promise<LinkServer>
  agent(more?: Partial<AgentLinkOptions>): FakeAgent
}

async function withWorld(use: (world: World) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'underpass-link-'))
  const state = new FakeState()
  const socketPath = join(directory, 'agent.sock')
  const events: string[] = []
  const servers: LinkServer[] = []
  const agents: FakeAgent[] = []
  try {
    await use({
      state,
      socketPath,
      events,
      async start(more = {}) {
        const server = await createLinkServer({
          socketPath,
          source: state,
          onConnected: ({ pid }) => events.push(`connected ${pid}`),
          onOutcome: ({ revision }) => events.push(`outcome ${revision}`),
          onHealth: ({ targets, full }) => events.push(`health ${Object.keys(targets)} ${full}`),
          onResolve: async () => undefined,
          onDisconnected: () => events.push('disconnected'),
          onRefused: ({ pid }) => events.push(`refused ${pid}`),
          ...more,
        })
        servers.push(server)
        return server
      },
      agent(more) {
        const agent = new FakeAgent().connect(socketPath, more)
        agents.push(agent)
        return agent
      },
    })
  } finally {
    for (const agent of agents) agent.link.close()
    for (const server of servers) await server.close().catch(() => {})
    rmSync(directory, { recursive: true })
  }
}

test('an agent gets a snapshot, then every change, and never a secret', () =>
  withWorld(async ({ state, start, agent }) => {
    state.commit(endpoint('a'), secret)
    await start()
    const one = agent()
    await one.until(() => one.revision === 1)
    assert.deepEqual([...one.resources.keys()], ['vpc-endpoint/a'])

    state.commit(endpoint('b'))
    state.commit({ kind: 'vpc-endpoint', id: 'a', value: undefined })
    // Nothing in it for an agent: it hears of the revision, so that it can confirm it.
    state.commit(secret)
    await one.until(() => one.revision === 4)
    assert.deepEqual([...one.resources.keys()], ['vpc-endpoint/b'])
    assert.equal(one.snapshots, 1)
  }))

test('changes committed while the snapshot is on its way come once, after it', () =>
  withWorld(async ({ state, start, agent }) => {
    await start({
      source: {
        subscribe: (listener) => state.subscribe(listener),
        snapshot: async () => {
          state.commit(endpoint('before'))
          const snapshot = await state.snapshot()
          state.commit(endpoint('after'))
          return snapshot
        },
      },
    })
    const revisions: number[] = []
    const one = agent({ onChanges: (revision) => revisions.push(revision) && one.note(`changes ${revision}`) })
    await one.until(() => revisions.length > 0)
    assert.deepEqual(revisions, [2])
    assert.equal(one.revision, 1)
  }))

test('a snapshot of 10,000 endpoints comes in parts and is joined in order', () =>
  withWorld(async ({ state, start, agent }) => {
    const pad = 'x'.repeat(1_000)
    state.commit(...Array.from({ length: 10_000 }, (_, i) => endpoint(`vpce-${i}`, pad)))
    await start()
    const one = agent()
    await one.until(() => one.revision === 1)
    assert.equal(one.resources.size, 10_000)
    assert.deepEqual([...one.resources.keys()].slice(0, 2), ['vpc-endpoint/vpce-0', 'vpc-endpoint/vpce-1'])
    assert.equal(one.snapshots, 1)
  }))

test('an agent that does not read costs bounded memory, and gets a fresh snapshot when it reads again', () =>
  withWorld(async ({ state, socketPath, start }) => {
    const server = await start()
    // By hand, because the client always reads.
    const socket = connect(socketPath)
    await once(socket, 'connect')
    socket.write(`${JSON.stringify({ type: 'hello', ...hello(1) })}\n`)
    socket.pause()
    while (!server.agent) await new Promise((resolve) => setImmediate(resolve))

    const pad = 'x'.repeat(2_000)
    const before = process.memoryUsage().heapUsed + process.memoryUsage().external
    for (let round = 0; round < 200; round++) {
      // 40 MB of changes to 100 resources.
      state.commit(...Array.from({ length: 100 }, (_, i) => endpoint(`vpce-${i}`, `${round}${pad}`)))
      if (round % 20 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    const grown = process.memoryUsage().heapUsed + process.memoryUsage().external - before

    let text = ''
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => {
      text += chunk
    })
    socket.resume()
    // The fresh snapshot may be of a revision before the last one; then changes follow it.
    const isComplete = /"revision":200,("resources":\{\}\}|"changes":.*\})\n$/
    while (!isComplete.test(text.slice(-300_000))) await new Promise((resolve) => setImmediate(resolve))
    const messages = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const whole = messages.filter(({ type, more }) => type === 'snapshot' && !more)
    assert.ok(whole.length >= 2, 'changes were thrown away, and a snapshot came instead')
    assert.equal(messages.at(-1)?.revision, 200)
    assert.ok(text.length < 30_000_000, `${text.length} bytes were sent for 40 MB of changes`)
    assert.ok(grown < 100_000_000, `${grown} bytes of memory`)
    socket.destroy()
  }))

test('the socket is for its owner only, and a left-over one is replaced', () =>
  withWorld(async ({ socketPath, start, agent }) => {
    const leftOver = createServer().listen(socketPath)
    await once(leftOver, 'listening')
    await start()
    assert.equal(statSync(socketPath).mode & 0o777, 0o600)
    const one = agent()
    await one.until(() => one.revision === 0)
    leftOver.close()
  }))

test('a path that no unix socket can have is told in words', () =>
  withWorld(async ({ start }) => {
    await assert.rejects(start({ socketPath: `/tmp/${'x'.repeat(120)}` }), /choose a shorter --state-dir/)
  }))

test('reports arrive; status and names are asked for', () =>
  withWorld(async ({ events, start, agent }) => {
    const server = await start({ onResolve: async (query) => Buffer.from([...query].reverse()) })
    assert.equal(await server.status(10), undefined)
    const one = agent()
    await one.until(() => one.revision === 0)
    one.link.send({ type: 'outcome', revision: 5, failures: [], kernelWrites: 1 })
    one.link.send({ type: 'health', targets: { t: { state: 'healthy' } }, full: true })
    assert.deepEqual(await server.status(1_000), aStatus)
    // In order on one stream, so these two came before the status.
    assert.deepEqual(events, ['connected 7', 'outcome 5', 'health t true'])
    assert.deepEqual(await one.link.resolve(Buffer.from([1, 2, 3])), Buffer.from([3, 2, 1]))
    assert.equal(server.agent?.pid, 7)
  }))

test('an agent that does not answer in time has no status', () =>
  withWorld(async ({ start, agent }) => {
    const server = await start()
    const one = agent({ onStatusRequest: () => new Promise(() => {}) })
    await one.until(() => one.revision === 0)
    assert.equal(await server.status(10), undefined)
    assert.equal(await server.stopAgent(true, 1_000), true)
    assert.equal(one.stopped, true)
  }))

test('an upstream without an answer is no answer', () =>
  withWorld(async ({ start, agent }) => {
    await start()
    const one = agent()
    assert.equal(await one.link.resolve(Buffer.from([1])), undefined)
    await one.until(() => one.revision === 0)
    assert.equal(await one.link.resolve(Buffer.from([1])), undefined)
  }))

test('a second agent is turned away while the first is there, and let in after it', () =>
  withWorld(async ({ events, start, agent }) => {
    const server = await start()
    const first = agent()
    await first.until(() => first.revision === 0)
    const second = agent({ hello: () => hello(8) })
    await second.until(() => second.events.includes('disconnected'))
    assert.equal(server.agent?.pid, 7)
    assert.equal(second.revision, -1)
    first.link.close()
    await second.until(() => second.revision === 0)
    assert.equal(server.agent?.pid, 8)
    assert.ok(events.includes('refused 8'))
  }))

test('the agent comes back after control went and came, and gets what it missed', () =>
  withWorld(async ({ state, start, agent }) => {
    // It waits for control from the beginning, too.
    const one = agent()
    assert.equal(one.link.connected, false)
    assert.equal(one.link.send({ type: 'stopped' }), false)
    const server = await start()
    await one.until(() => one.revision === 0)
    await server.close()
    await one.until(() => one.events.includes('disconnected'))
    assert.equal(state.followers, 0)
    state.commit(endpoint('a'))
    await start()
    await one.until(() => one.revision === 1)
    assert.deepEqual([...one.resources.keys()], ['vpc-endpoint/a'])
    assert.deepEqual(one.events, ['connected', 'disconnected', 'connected'])
  }))

test('what is not a message costs the connection and nothing else', () =>
  withWorld(async ({ socketPath, start, agent }) => {
    await start()
    for (const garbage of ['not json\n', '{"type":"outcome","revision":1}\n']) {
      const socket = connect(socketPath)
      await once(socket, 'connect')
      socket.write(garbage)
      if (garbage.startsWith('not')) await once(socket, 'close')
      else socket.destroy()
    }
    const one = agent()
    await one.until(() => one.revision === 0)
  }))
