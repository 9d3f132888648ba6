import { createHash } from 'node:crypto'
import { AwsError } from '../aws/error.ts'
import type { OperationContext } from './operation.ts'

/**
 * ClientToken: a request that is sent again, because its answer was lost, gets the same answer and makes nothing twice.
 *
 * The answer is remembered in the same transaction as what it answers for, so a crash keeps both or neither.
 * Source: EC2 API Reference, "Ensuring idempotency"; reference 3.11. The text of the error is from memory.
 *
 * @throws IdempotentParameterMismatch when the token came with other parameters before
 */
export function answerOnce(
  ctx: OperationContext,
  action: string,
  input: Readonly<Record<string, unknown>>,
  handle: () => object,
): object {
  const { ClientToken: token, DryRun: _, ...parameters } = input
  if (typeof token !== 'string' || token === '') return handle()

  const tokenKey = `${ctx.accountId}|${ctx.region}|${action}|${token}`
  const parametersHash = createHash('sha256')
    .update(JSON.stringify(canonical(parameters)))
    .digest('hex')
  const remembered = ctx.tx.get('client-token', tokenKey)
  if (remembered) {
    if (remembered.parametersHash !== parametersHash) throw parameterMismatch()
    return parseAnswer(remembered.answer)
  }
  const answer = handle()
  ctx.tx.put('client-token', {
    tokenKey,
    parametersHash,
    answer: renderAnswer(answer),
    createdAt: ctx.now.toISOString(),
  })
  return answer
}

function parameterMismatch(): AwsError {
  return new AwsError(
    'IdempotentParameterMismatch',
    'The request uses the same client token as a previous, but non-identical request. Do not reuse a client token with different requests, unless the requests are identical',
  )
}

/** Members in one order, so that the order in which a client wrote them does not count. */
function canonical(value: unknown): unknown {
  if (value instanceof Date || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(canonical)
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(members.map(([name, member]) => [name, canonical(member)]))
}

const dateKey = '$date'

/** JSON has no dates, and the encoder of answers wants them as they were. */
function renderAnswer(answer: object): string {
  const marked = (value: unknown): unknown => {
    if (value instanceof Date) return { [dateKey]: value.toISOString() }
    if (Array.isArray(value)) return value.map(marked)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, marked(member)]))
  }
  return JSON.stringify(marked(answer))
}

function parseAnswer(text: string): object {
  return JSON.parse(text, (_, value) => (typeof value?.[dateKey] === 'string' ? new Date(value[dateKey]) : value))
}
