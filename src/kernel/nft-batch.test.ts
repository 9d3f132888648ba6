import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { elementObject } from '../plan/object.ts'
import type { Step } from '../plan/steps.ts'
import type { HostError } from './host-error.ts'
import { applyNftSteps } from './nft-batch.ts'

const n = 'up.t.vpc-1'
const element = (key: string) => elementObject(n, 'm', key, 'v')
const add = (owner: string, key: string): Step => ({ do: 'add', object: element(key), owner })
const remove = (owner: string, key: string): Step => ({ do: 'delete', object: element(key), owner })

/** An nft that refuses a batch for some of its lines, and names them or not. */
function aRunner(refusal: (line: string) => string | undefined, namesLines = true) {
  const batches: string[][] = []
  const applied: string[] = []
  const send = async (text: string) => {
    const lines = text.trim().split('\n')
    batches.push(lines)
    const errors = lines.flatMap((line, i) => {
      const message = refusal(line)
      return message === undefined ? [] : [`/dev/stdin:${i + 1}:1-2: Error: ${message}\n${line}\n^^`]
    })
    if (errors.length === 0) applied.push(...lines.slice(1))
    return {
      command: { step: 'nft batch', argv: ['nft'], writes: true },
      result: {
        exitCode: errors.length > 0 ? 1 : 0,
        stdout: '',
        stderr: errors.length === 0 ? '' : namesLines ? errors.join('\n') : 'netlink: Error: it failed',
      },
    }
  }
  return { batches, applied, send }
}

function aReport() {
  const done: string[] = []
  const failed = new Map<string, string>()
  return {
    done: (step: Step) => void done.push(step.object.key.split(':').at(-1) ?? ''),
    failed: (step: Step, error: HostError) => void failed.set(step.owner, error.firstLine),
    results: { done, failed },
  }
}

test('one batch when all is well', async () => {
  const { send, batches } = aRunner(() => undefined)
  const report = aReport()
  await applyNftSteps([add('a', '1'), add('b', '2')], false, send, report)
  assert.equal(batches.length, 1)
  assert.deepEqual(report.results.done, ['1', '2'])
})

test("the culprit's owner is set aside whole, everybody else is applied", async () => {
  const { send, batches, applied } = aRunner((line) =>
    line.includes('{ bad ') ? 'Could not process rule: Nope' : undefined,
  )
  const report = aReport()
  await applyNftSteps([add('a', '1'), add('evil', 'bad'), add('evil', 'good'), add('b', '2')], false, send, report)
  assert.equal(batches.length, 2)
  assert.deepEqual(applied, ['add element inet underpass m { 1 : v }', 'add element inet underpass m { 2 : v }'])
  assert.deepEqual(report.results.failed, new Map([['evil', 'Could not process rule: Nope']]))
})

test('a deletion of what is not there is done', async () => {
  const { send } = aRunner((line) =>
    line.startsWith('delete') ? 'Could not process rule: No such file or directory' : undefined,
  )
  const report = aReport()
  await applyNftSteps([remove('a', 'gone'), add('a', '1')], false, send, report)
  assert.deepEqual(report.results.done, ['gone', '1'])
  assert.equal(report.results.failed.size, 0)
})

test('a replacement of what is not there becomes an addition', async () => {
  const { send, applied } = aRunner((line) =>
    line.startsWith('delete') ? 'Could not process rule: No such file or directory' : undefined,
  )
  const report = aReport()
  const step: Step = { do: 'replace', object: element('1'), previous: element('1'), owner: 'a' }
  await applyNftSteps([step], false, send, report)
  assert.deepEqual(applied, ['add element inet underpass m { 1 : v }'])
  assert.deepEqual(report.results.done, ['1'])
})

test('without line numbers the culprit is found by halving', () =>
  fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 20 }), fc.nat(19), async (count, n) => {
      const evil = n % count
      const { send, batches } = aRunner((line) => (line.includes('{ bad ') ? 'x' : undefined), false)
      const report = aReport()
      const steps = Array.from({ length: count }, (_, i) => add(`o${i}`, i === evil ? 'bad' : `${i}`))
      await applyNftSteps(steps, false, send, report)
      assert.deepEqual([...report.results.failed.keys()], [`o${evil}`])
      assert.equal(report.results.done.length, count - 1)
      assert.ok(batches.length <= 2 * Math.ceil(Math.log2(count)) + 1, `${batches.length} batches for ${count}`)
    }),
    { seed: 1, numRuns: 50 },
  ))

test('what is too big for one message is sent in parts, and the table is thrown away once', async () => {
  const batches: string[][] = []
  const report = aReport()
  const steps = Array.from({ length: 100 }, (_, i) => add(`o${i % 3}`, `${i}`))
  await applyNftSteps(
    steps,
    true,
    async (text) => {
      const lines = text.trim().split('\n')
      const isTooBig = lines.length > 40
      if (!isTooBig) batches.push(lines)
      return {
        command: { step: 'nft batch', argv: ['nft'], writes: true },
        result: {
          exitCode: isTooBig ? 1 : 0,
          stdout: '',
          stderr: isTooBig ? 'netlink: Error: Could not process rule: Message too long' : '',
        },
      }
    },
    report,
  )
  assert.equal(report.results.done.length, 100)
  assert.equal(batches.flat().filter((line) => line.startsWith('delete table')).length, 1)
})
