/**
 * A zone fails: its targets all at once, or the load balancer's node in it. Clients in both zones open connections by name at
 * a steady rate, with every client routing policy and with cross-zone balancing off and on, and the time to the last of them
 * that failed stands beside the bound.
 *
 * The bound is that of a client which asks for the name at every connection. One that remembers answers for their time to
 * live needs so much longer.
 */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '../support/kernel-agent.ts'
import { asRoot } from '../support/kernel-host.ts'
import {
  aZoneStage,
  type Case,
  checks,
  cutPower,
  type NameKind,
  type Stream,
  type ZoneStage,
} from '../support/zone-stage.ts'

const perSecond = 3
const timeoutMs = 1000
/** So long without a failure makes us believe that it is over. */
const quietMs = 2000
/** And so many connections of every stream then show that it is. */
const enough = 6
/** A machine that runs other tests as well is late; only what takes this much longer than it may is wrong. */
const patience = 5

/** What a stream meets in an outage of zone a: nothing, failures until it is noticed, or failures as long as it lasts. */
type Fate = 'untouched' | 'recovers' | 'fails'

interface Outage {
  readonly name: string
  readonly boundMs: number
  readonly bound: string
  fateOf(stream: Stream): Fate
  /** @returns what ends it */
  begin(stage: ZoneStage): Promise<() => Promise<unknown>>
}

const outages: readonly Outage[] = [
  {
    name: 'all targets of a zone die',
    boundMs: (checks.intervalSeconds * checks.unhealthyThresholdCount + checks.timeoutSeconds) * 1000,
    bound: `interval ${checks.intervalSeconds} s × threshold ${checks.unhealthyThresholdCount} + timeout ${checks.timeoutSeconds} s`,
    fateOf({ kind, of }) {
      if (of.crossZone) return 'recovers'
      if (kind === 'zonal b') return 'untouched'
      // It has no other place to go to: a node without a healthy target tries them all.
      return kind === 'zonal a' ? 'fails' : 'recovers'
    },
    begin: (stage) => cutPower(stage, stage.targets.a),
  },
  {
    name: "the load balancer's node in a zone is withdrawn",
    boundMs: 0,
    bound: 'name and node go together',
    fateOf: ({ kind }) => (kind === 'zonal b' ? 'untouched' : kind === 'zonal a' ? 'fails' : 'recovers'),
    async begin({ link: { host, world }, cases }) {
      const nodes = cases.flatMap(({ loadBalancer: { zones } }) => {
        const node = world.snapshot().resources['network-interface'].get(zones[0]?.networkInterfaceId ?? '')
        return node ? [node] : []
      })
      assert.equal(nodes.length, cases.length)
      const { failures } = await host.apply(() => {
        for (const { loadBalancer } of cases) {
          world.put('load-balancer', { ...loadBalancer, zones: loadBalancer.zones.slice(1) })
        }
        for (const { networkInterfaceId } of nodes) world.delete('network-interface', networkInterfaceId)
      })
      assert.deepEqual(failures, [])
      return () =>
        host.apply(() => {
          for (const { loadBalancer } of cases) world.put('load-balancer', loadBalancer)
          for (const node of nodes) world.put('network-interface', node)
        })
    },
  },
]

const describe = ({ of, kind, clientZone }: Stream): string => `${of.title}, ${kind}, client in ${clientZone}`

/** Waits for so many attempts of every stream that began after a moment and have ended. */
const untilTried = (stage: ZoneStage, after: number): Promise<true> =>
  eventually(`${enough} more attempts of every stream`, () =>
    stage.streams.every((stream) => stage.attemptsOf(stream).filter(({ at }) => at > after).length >= enough),
  )

/**
 * Waits until no attempt of the streams that are to be well has failed for a while. All of them together: a name that leads
 * to the dead half of the time does not go unnoticed.
 *
 * @returns when that was seen
 */
function untilWell(stage: ZoneStage, after: number, isToBeWell: (stream: Stream) => boolean): Promise<number> {
  const streams = stage.streams.filter(isToBeWell)
  let seen = ''
  return eventually('no connection to fail for a while', () => {
    const now = Date.now()
    if (now - after < quietMs + timeoutMs) return undefined
    const ill = streams.filter((stream) =>
      // Who began before that and has not been heard of has been given up.
      stage.attemptsOf(stream).some(({ at, error }) => at > now - quietMs - timeoutMs && error !== undefined),
    )
    seen = ill.map(describe).join('; ')
    return ill.length === 0 ? now : undefined
  }).catch((error: Error) => {
    throw new Error(`${error.message}: ${seen}`)
  })
}

const kinds: readonly NameKind[] = ['regional', 'zonal a', 'zonal b', 'load balancer']

/** When the last failing attempt of each stream between two moments began, after the first of these; printed as well. */
function lastFailures(t: TestContext, stage: ZoneStage, from: number, to: number): ReadonlyMap<Stream, number> {
  const lastMs = new Map<Stream, number>()
  for (const stream of stage.streams) {
    const last = stage.attemptsOf(stream).findLast(({ at, error }) => error !== undefined && at < to && at > from)
    if (last) lastMs.set(stream, last.at - from)
  }
  for (const of of stage.cases) {
    const words = kinds.map((kind) => {
      const each = stage.streams.filter((stream) => stream.of === of && stream.kind === kind)
      return `${kind} ${each.map((stream) => lastMs.get(stream) ?? '-').join('/')}`
    })
    t.diagnostic(`${of.title}: the last that failed, in ms, of clients in zone a/b: ${words.join(', ')}`)
  }
  return lastMs
}

/** How many percent of the connections by the load balancer's name stay in the client's own zone, of clients in a and b. */
function ownShares(stage: ZoneStage, of: Case, from: number): readonly number[] {
  return stage.streams.flatMap((stream) => {
    if (stream.of !== of || stream.kind !== 'load balancer') return []
    const attempts = stage.attemptsOf(stream).filter(({ at, ip }) => at > from && ip !== undefined)
    const own = attempts.filter(({ ip }) => ip?.startsWith(stream.clientZone === 'a' ? '10.0.1.' : '10.0.2.'))
    return Math.round((100 * own.length) / attempts.length)
  })
}

test('a zone fails, and comes back', asRoot, async (t) => {
  const stage = await aZoneStage(t, perSecond, timeoutMs)
  const everybody = (): boolean => true
  const noneFails = (from: number, to: number, what: string, isToBeWell: (stream: Stream) => boolean): void => {
    for (const stream of stage.streams.filter(isToBeWell)) {
      const attempts = stage.attemptsOf(stream).filter(({ at }) => at > from && at < to)
      assert.deepEqual(
        attempts.filter(({ error }) => error !== undefined),
        [],
        `${what}: ${describe(stream)}`,
      )
    }
  }

  await t.test('before, nothing fails', async (t) => {
    const from = await untilWell(stage, Date.now(), everybody)
    await untilTried(stage, from)
    noneFails(from, Date.now(), 'before', everybody)
    const lives = stage.streams.flatMap((stream) => stage.attemptsOf(stream).map(({ ttlSeconds = 0 }) => ttlSeconds))
    assert.equal(Math.max(...lives), 60)
    t.diagnostic(`${stage.streams.length} streams, ${perSecond} connections a second each; answers live for 60 s`)
    const shares = stage.cases.map((of) => ({ of, percent: ownShares(stage, of, from) }))
    const words = shares.map(({ of, percent }) => `${of.title} ${percent.join('/')} %`)
    t.diagnostic(`by the load balancer's name in the own zone, of clients in a/b: ${words.join(', ')}`)
    for (const { of, percent } of shares) {
      if (of.policy === 'availability_zone_affinity') assert.deepEqual(percent, [100, 100], of.title)
    }
  })

  for (const outage of outages) {
    await t.test(outage.name, async (t) => {
      const isToBeWell = (stream: Stream): boolean => outage.fateOf(stream) !== 'fails'
      const startedAt = Date.now()
      const end = await outage.begin(stage)
      const begunAt = Date.now()
      const wellAt = await untilWell(stage, begunAt, isToBeWell)
      await untilTried(stage, wellAt)

      const judgedAt = Date.now()
      await sleep(timeoutMs)
      const last = lastFailures(t, stage, startedAt, judgedAt)
      const worstMs = Math.max(
        0,
        ...stage.streams.flatMap((stream) => (outage.fateOf(stream) === 'recovers' ? (last.get(stream) ?? []) : [])),
      )
      t.diagnostic(
        `the last of those that recover: ${worstMs} ms; bound ${outage.boundMs} ms (${outage.bound}), and ${begunAt - startedAt} ms for the change itself; for who remembers answers, 60,000 ms more`,
      )
      // An attempt that began before the change was complete may have asked for the name before.
      const boundMs = outage.boundMs + (begunAt - startedAt) + timeoutMs
      assert.ok(worstMs <= boundMs * patience, `the last connection failed after ${worstMs} ms, bound ${boundMs} ms`)
      noneFails(wellAt, judgedAt, 'after it was over', isToBeWell)
      for (const stream of stage.streams) {
        const fate = outage.fateOf(stream)
        const later = stage.attemptsOf(stream).filter(({ at }) => at > wellAt && at < judgedAt)
        if (fate === 'untouched') assert.equal(last.get(stream), undefined, describe(stream))
        if (fate === 'fails')
          assert.ok(!later.some(({ error }) => error === undefined), `answered: ${describe(stream)}`)
        assert.ok(!later.some(({ name }) => name === 'a'), `a target of zone a answers: ${describe(stream)}`)
      }

      const endedAt = Date.now()
      await end()
      await untilWell(stage, endedAt, everybody)
      // Who prefers the zone of its own does not show it from elsewhere.
      await eventually('zone a to have its share again', () =>
        stage.streams
          .filter(({ kind, clientZone }) => kind === 'regional' || (kind === 'load balancer' && clientZone === 'a'))
          .every((stream) => stage.attemptsOf(stream).some(({ at, name }) => at > endedAt && name === 'a')),
      )
      const backAt = Date.now()
      await untilTried(stage, backAt)
      noneFails(backAt, Date.now(), 'after it was back', everybody)
      t.diagnostic(`zone a has its share again ${backAt - endedAt} ms after the end of it, at the latest`)
    })
  }
  assert.deepEqual((await stage.link.host.status()).failures, [])
})
