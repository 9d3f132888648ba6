import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Reports } from './observed.ts'

function inDirectory(use: (path: string) => void | Promise<void>): () => Promise<void> {
  return async () => {
    const directory = mkdtempSync(join(tmpdir(), 'underpass-observed-'))
    try {
      await use(join(directory, 'confirmed.json'))
    } finally {
      rmSync(directory, { recursive: true })
    }
  }
}

/** endpoint `a` was written at revision 3, `b` at 5; others were never. */
const view = { revisionOf: (_: string, id: string) => ({ a: 3, b: 5 })[id] ?? Number.POSITIVE_INFINITY }
const applied = (reports: Reports) => ['a', 'b', 'c'].filter((id) => reports.in(view).isApplied('vpc-endpoint', id))

test(
  'applied is what the confirmed revision reaches and no failure names',
  inDirectory((path) => {
    const reports = new Reports({ path, revision: 9 })
    assert.deepEqual(applied(reports), [])
    reports.receiveOutcome(4, [])
    assert.deepEqual(applied(reports), ['a'])
    const news = reports.receiveOutcome(5, [{ owner: 'vpc-endpoint/a', message: 'no room' }])
    assert.deepEqual(news, [{ owner: 'vpc-endpoint/a', message: 'no room' }])
    assert.deepEqual(applied(reports), ['b'])
    assert.equal(reports.in(view).failureOf('vpc-endpoint', 'a'), 'no room')
    assert.deepEqual([5, 6].map(reports.in(view).isConfirmed), [true, false])
    assert.deepEqual(reports.receiveOutcome(6, [{ owner: 'vpc-endpoint/a', message: 'no room' }]), [])
    reports.receiveOutcome(7, [])
    assert.deepEqual(applied(reports), ['a', 'b'])
    reports.close()
  }),
)

test(
  'target health: later reports add to earlier ones, a full one replaces them',
  inDirectory((path) => {
    const reports = new Reports({ path, revision: 0 })
    const health = (key: string) => reports.in(view).targetHealth(key)?.state
    reports.receiveHealth({ x: { state: 'healthy' }, y: { state: 'initial' } }, true)
    reports.receiveHealth({ y: { state: 'unhealthy' } }, false)
    assert.deepEqual([health('x'), health('y')], ['healthy', 'unhealthy'])
    reports.forgetTarget('x')
    assert.deepEqual([health('x'), health('y')], [undefined, 'unhealthy'])
    reports.receiveHealth({}, true)
    assert.equal(health('y'), undefined)
  }),
)

test(
  'waiting for a revision ends when it is reached, or when time is up',
  inDirectory(async (path) => {
    const reports = new Reports({ path, revision: 9 })
    const third = reports.confirmed(3, 10_000)
    const ninth = reports.confirmed(9, 1)
    reports.receiveOutcome(4, [])
    assert.equal(await third, true)
    assert.equal(await ninth, false)
    assert.equal(await reports.confirmed(2, 1), true)
    reports.close()
  }),
)

test(
  'what was confirmed survives a crash, not a reboot, not another state, and not an orderly end',
  inDirectory(async (path) => {
    const bootId = 'this boot'
    const reports = new Reports({ path, revision: 5, bootId, writeDelayMs: 1 })
    reports.receiveOutcome(5, [{ owner: 'vpc-endpoint/b', message: 'no room' }])
    while (!existsSync(path)) await new Promise((resolve) => setImmediate(resolve))

    assert.deepEqual(applied(new Reports({ path, revision: 5, bootId })), ['a'])
    assert.deepEqual(applied(new Reports({ path, revision: 9, bootId })), ['a'])
    assert.deepEqual(applied(new Reports({ path, revision: 4, bootId })), [])
    assert.deepEqual(applied(new Reports({ path, revision: 5, bootId: 'the next boot' })), [])

    const saved = readFileSync(path)
    writeFileSync(path, saved.subarray(0, saved.length / 2))
    assert.deepEqual(applied(new Reports({ path, revision: 5, bootId })), [])

    reports.close()
    assert.ok(!existsSync(path))
  }),
)
