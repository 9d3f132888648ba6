/**
 * One scenario file, three clients: the SDK for JavaScript, boto3 and the aws command make the same calls against one
 * Underpass, each with accounts of its own, and must be told the same.
 *
 *     node --test test/conformance/scenario.conformance.ts
 *
 * Waiters are AWS's own and must end; the aws command asks every 15 s, which is most of the minute this takes.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createOrganization, createTenant } from '../../src/cli/demo/scenario.ts'
import { aPlayground, obstacle } from '../support/e2e-underpass.ts'
import { type ClientName, clientsHere, openClient } from './scenario/clients.ts'
import { NormalForm } from './scenario/normal-form.ts'
import { at, type Client, fill, type Outcome, type Saved, type Step } from './scenario/step.ts'

const steps = JSON.parse(
  readFileSync(new URL('./scenario/private-link.json', import.meta.url), 'utf8'),
) as readonly Step[]

const name = 'the SDK for JavaScript, boto3 and the aws CLI are told the same'
const why = obstacle()
if (why) console.error(`SKIPPED: ${name}: ${why}`)

test(name, { skip: why ?? false, timeout: 600_000 }, async (t) => {
  const { names, missing } = clientsHere()
  for (const what of missing) console.error(`SKIPPED client: ${what}`)
  const playground = await aPlayground(t, 'scenario')
  await playground.up()
  await createOrganization(playground.caller())

  const told = new Map<ClientName, readonly unknown[]>()
  // All of them to their end: one that stops must not take the server from under the others.
  const ends = await Promise.allSettled(
    names.map(async (client) => {
      const [provider, consumer] = await Promise.all([
        createTenant(playground.caller(), `${client}-provider`),
        createTenant(playground.caller(), `${client}-consumer`),
      ])
      const accounts = { provider: provider.accountId, consumer: consumer.accountId }
      const opened = openClient(client, { provider: provider.caller, consumer: consumer.caller })
      try {
        told.set(client, await play(t, opened, accounts, client))
      } finally {
        await opened.close()
      }
    }),
  )
  for (const end of ends) if (end.status === 'rejected') throw end.reason

  const reference = told.get('javascript') ?? []
  for (const [client, answers] of told) {
    for (const [index, step] of steps.entries()) {
      assert.deepEqual(answers[index], reference[index], `${client} on line ${index + 1}: ${JSON.stringify(step)}`)
    }
  }
  t.diagnostic(`${steps.length} lines, the same for ${[...told.keys()].join(', ')}`)
})

async function play(
  t: TestContext,
  client: Client,
  accounts: Readonly<Record<'provider' | 'consumer', string>>,
  session: string,
): Promise<readonly unknown[]> {
  const started = performance.now()
  const saved: Saved = new Map(Object.entries(accounts).map(([role, id]) => [`account.${role}`, id]))
  const normal = new NormalForm({
    ...accounts,
    'provider-session': `${session}-provider`,
    'consumer-session': `${session}-consumer`,
  })
  const told: unknown[] = []
  for (const [index, step] of steps.entries()) {
    const input = fill(step.input, saved)
    const where = `${client.name}, line ${index + 1}, ${step.operation ?? step.until ?? step.wait}`
    if (step.wait !== undefined) {
      await client.wait(step, step.wait, input)
      told.push('waited')
      continue
    }
    const outcome = await outcomeOf(client, step, input)
    check(step, outcome, where)
    if ('answer' in outcome) {
      for (const [variable, path] of Object.entries(step.save ?? {})) {
        const value = at(outcome.answer, path)
        assert.ok(typeof value === 'string', `${where}: the answer has no ${path}: ${JSON.stringify(outcome.answer)}`)
        saved.set(variable, value)
      }
    }
    told.push(normal.of(outcome))
  }
  t.diagnostic(`${client.name}: ${((performance.now() - started) / 1000).toFixed(1)} s`)
  return told
}

async function outcomeOf(client: Client, step: Step, input: unknown): Promise<Outcome> {
  if (step.operation !== undefined) return client.call(step, step.operation, input)
  const operation = step.until ?? ''
  for (const deadline = performance.now() + 60_000; ; await sleep(200)) {
    const outcome = await client.call(step, operation, input)
    if (isExpected(step, outcome) || performance.now() > deadline) return outcome
  }
}

function isExpected(step: Step, outcome: Outcome): boolean {
  if ('error' in outcome) return outcome.error.code === step.error
  return (
    step.error === undefined &&
    Object.entries(step.expect ?? {}).every(([path, value]) => at(outcome.answer, path) === value)
  )
}

function check(step: Step, outcome: Outcome, where: string): void {
  assert.ok(isExpected(step, outcome), `${where}: ${JSON.stringify(outcome).slice(0, 2000)}`)
}
