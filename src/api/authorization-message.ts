import { createCipheriv, createDecipheriv } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Condition } from '../policy/condition.ts'
import type { Element, Statement } from '../policy/document.ts'
import { type AppliedPolicies, explain, type StatementFound } from '../policy/evaluate.ts'
import type { View } from '../state/transaction.ts'
import type { ConditionKeys } from './identity-context.ts'
import type { Refusal } from './identity-errors.ts'
import { type SourcedPolicies, sourceAt } from './identity-policies.ts'
import { deriveKey } from './session-token.ts'

/**
 * The encoded message in EC2's refusals: why a request was refused, for those who may know.
 *
 * What policies say is no business of the caller they bind, so the message is sealed under the server's key; who may
 * call sts:DecodeAuthorizationMessage in the account reads it. Nothing is stored.
 * Source: STS API Reference, DecodeAuthorizationMessage. The members are AWS's (observed), except `policy` in a statement
 * and the items of `failures`, which AWS's example leaves empty: they are ours, and name the policy that a statement is of
 * and the Allow statements that were about the action and did not apply.
 */
export function explainRefusal(
  refused: Refusal,
  policies: AppliedPolicies,
  view: View,
  sources: SourcedPolicies,
): object {
  const { principal, action, resource, decision, keys } = refused
  const { matched, missed } = explain(refused, policies)
  const policyOf = ({ by, document }: StatementFound) => ({ kind: by, ...sourceAt(view, sources, by, document) })
  const deciding = decision.decision === 'explicit-deny' ? matched : []
  return {
    allowed: false,
    explicitDeny: decision.decision === 'explicit-deny',
    matchedStatements: items(
      deciding.map((found) => ({ ...describeStatement(found.statement), policy: policyOf(found) })),
    ),
    failures: items([
      ...(decision.decision === 'implicit-deny' ? [{ missing: `No ${decision.by} policy allows the action.` }] : []),
      ...missed.slice(0, maxNearMisses).map((found) => ({
        statementId: found.statement.sid ?? '',
        statementIndex: found.statement.index,
        policy: policyOf(found),
        notMatched: typeof found.for === 'string' ? found.for : describeCondition(found.for),
      })),
    ]),
    context: {
      principal: { id: principal.userId, name: principal.arn.split('/').at(-1), arn: principal.arn },
      action,
      resource: resource ?? '*',
      conditions: items(
        Object.entries(keys).flatMap(([key, value]) => (value === undefined ? [] : [describeKey(key, value)])),
      ),
    },
  }
}

/** AWS bounds an encoded message to 10,240 characters, and an account may have hundreds of statements. */
const maxNearMisses = 20

const items = <Item>(list: readonly Item[]) => ({ items: list })
const values = (list: readonly string[]) => items(list.map((value) => ({ value })))

function describeStatement({ sid, effect, principal, action, resource, conditions }: Statement) {
  const element = (name: string, found: Element<string> | undefined) =>
    found ? { [found.negated ? `not${name[0]?.toUpperCase()}${name.slice(1)}` : name]: values(found.values) } : {}
  return {
    statementId: sid ?? '',
    effect: effect.toUpperCase(),
    principals: values(principal?.values.map(({ value }) => value) ?? []),
    principalGroups: items([]),
    ...element('actions', action),
    ...element('resources', resource),
    conditions: items(conditions.map(describeCondition)),
  }
}

function describeCondition({ operator: { set, name, ifExists }, key, values: wanted }: Condition) {
  const operator = `${set ? `${set}:` : ''}${name}${ifExists ? 'IfExists' : ''}`
  return { operator, key, values: values(wanted) }
}

const describeKey = (key: string, value: NonNullable<ConditionKeys[string]>) => ({
  key,
  values: values(typeof value === 'string' ? [value] : value),
})

const format = 1
const nonceBytes = 12
const tagBytes = 16
const headerBytes = 1 + nonceBytes

/** @param nonce 12 random bytes, never used twice under one key */
export function sealMessage(message: object, accountId: string, serverKey: Uint8Array, nonce: Uint8Array): string {
  const cipher = createCipheriv('aes-256-gcm', deriveKey(serverKey, 'authorization-message'), nonce)
  cipher.setAAD(Buffer.from(accountId))
  const body = [cipher.update(deflateRawSync(JSON.stringify(message))), cipher.final(), cipher.getAuthTag()]
  return Buffer.concat([Buffer.from([format]), nonce, ...body]).toString('base64url')
}

/** @returns the JSON text; undefined for a text that was not sealed for this account under this key */
export function openMessage(encoded: string, accountId: string, serverKey: Uint8Array): string | undefined {
  const bytes = Buffer.from(encoded, 'base64url')
  if (bytes.length < headerBytes + tagBytes || bytes[0] !== format) return undefined
  const key = deriveKey(serverKey, 'authorization-message')
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(1, headerBytes))
  decipher.setAAD(Buffer.from(accountId)).setAuthTag(bytes.subarray(-tagBytes))
  try {
    const opened = [decipher.update(bytes.subarray(headerBytes, -tagBytes)), decipher.final()]
    return inflateRawSync(Buffer.concat(opened)).toString()
  } catch {
    return undefined
  }
}
