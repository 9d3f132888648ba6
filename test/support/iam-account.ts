import assert from 'node:assert/strict'
import { createAccount } from '../../src/api/account.ts'
import { iamOperations } from '../../src/api/iam/operations.ts'
import { AwsError } from '../../src/aws/error.ts'
import type { Principal } from '../../src/aws/service.ts'
import { aContext, FakeTransaction } from './fake-context.ts'

type Operations = typeof iamOperations
type Output<Name extends keyof Operations> = ReturnType<Operations[Name]['handle']>

/** Sends a request of IAM; the principal is the account's root user unless another is given. */
export type AskIam = <Name extends keyof Operations>(name: Name, input: object, principal?: Principal) => Output<Name>

export const iamAccountId = '111111111111'

/** An account of its own, empty but for what a test asks of it. */
export function anIamAccount(): { readonly tx: FakeTransaction; readonly ask: AskIam } {
  const tx = new FakeTransaction()
  const wish = { name: 'm', email: 'm@example.com', accountId: iamAccountId, isManagement: true }
  createAccount(tx, aContext({ tx }), wish)
  const ask: AskIam = (name, input, principal) => {
    const handle = iamOperations[name].handle as (input: object, ctx: object) => Output<typeof name>
    const ctx = aContext({ tx, accountId: iamAccountId })
    return handle(input, principal ? { ...ctx, principal } : ctx)
  }
  return { tx, ask }
}

/** `[code, status, text]` of a refusal. */
export function refusalOf(run: () => unknown): readonly [string, number, string] {
  try {
    run()
  } catch (error) {
    assert.ok(error instanceof AwsError, String(error))
    return [error.code, error.status, error.message]
  }
  assert.fail('it was not refused')
}

/** One statement of a policy; the members that are given replace those of an Allow for everything. */
export function aPolicy(...statements: object[]): string {
  const Statement = statements.map((more) => ({ Effect: 'Allow', Action: '*', Resource: '*', ...more }))
  return JSON.stringify({ Version: '2012-10-17', Statement })
}

export function aTrustPolicy(principal: string): string {
  const statement = { Effect: 'Allow', Principal: { AWS: principal }, Action: 'sts:AssumeRole' }
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
}
