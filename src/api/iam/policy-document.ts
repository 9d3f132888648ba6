import { PolicyError, parsePolicy } from '../../policy/document.ts'
import { parseRoleArn } from '../../resource/account.ts'
import type { View } from '../../state/transaction.ts'
import { errors } from './errors.ts'
import { quotas } from './quotas.ts'

/**
 * Policy documents are checked when they are put and kept as the caller wrote them; every answer that holds one has it
 * URL-encoded by RFC 3986 (IAM API Reference, GetPolicyVersion), which clients decode.
 */

/** Characters that encodeURIComponent leaves and RFC 3986 reserves. */
export function encodeDocument(document: string): string {
  return encodeURIComponent(document).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** What quotas of policies count: white space is free. */
export function policyLength(document: string): number {
  return document.replaceAll(/\s/g, '').length
}

/** @throws MalformedPolicyDocument */
export function checkIdentityPolicy(document: string): string {
  check(document, 'identity')
  return document
}

/** @throws MalformedPolicyDocument, LimitExceeded */
export function checkManagedPolicy(document: string): string {
  checkIdentityPolicy(document)
  if (policyLength(document) > quotas.managedPolicyCharacters) {
    throw errors.quotaExceeded('PolicySize', quotas.managedPolicyCharacters)
  }
  return document
}

/**
 * A trust policy. Users and roles that it names must exist, as on AWS; where the account itself is not known here it is
 * left alone, since accounts of trust mode come into being when they are first used.
 *
 * @throws MalformedPolicyDocument, LimitExceeded
 */
export function checkTrustPolicy(view: View, document: string): string {
  const parsed = check(document, 'trust')
  for (const { principal } of parsed.statements) {
    for (const { type, value } of principal?.values ?? []) {
      if (type === 'AWS' && !principalExists(view, value)) {
        throw errors.malformedPolicy(`Invalid principal in policy: "AWS":"${value}"`)
      }
    }
  }
  if (policyLength(document) > quotas.trustPolicyCharacters) {
    throw errors.quotaExceeded('ACLSizePerRole', quotas.trustPolicyCharacters)
  }
  return document
}

function check(document: string, use: 'identity' | 'trust') {
  try {
    return parsePolicy(document, use)
  } catch (error) {
    if (error instanceof PolicyError) throw errors.malformedPolicy(error.message)
    throw error
  }
}

function principalExists(view: View, value: string): boolean {
  const user = /^arn:aws:iam::(\d{12}):user\/(?:.*\/)?([^/]+)$/.exec(value)
  if (user) return !view.get('account', user[1]) || view.get('user', `${user[1]}|${user[2]}`) !== undefined
  const role = parseRoleArn(value)
  if (!role || !view.get('account', role.accountId)) return true
  return view.get('role', `${role.accountId}|${role.roleName}`) !== undefined
}
