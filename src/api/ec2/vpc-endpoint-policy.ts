import type { OperationContext } from '../operation.ts'
import { quotas, quotaValue } from '../quota.ts'
import { invalidPolicyDocument, policyNotSupported } from './errors-privatelink.ts'

/** What an endpoint has whose owner asked for no other; AWS shows it printed like this. */
export const fullAccessPolicy = JSON.stringify(
  { Statement: [{ Action: '*', Effect: 'Allow', Principal: '*', Resource: '*' }] },
  undefined,
  2,
)

/**
 * Checks the policy that a caller wants on an endpoint.
 *
 * Customers' services carry TCP and UDP that nobody evaluates IAM on, so full access is the only policy there is: AWS
 * refuses others, and so do we rather than to keep a restriction that restricts nothing.
 *
 * @throws InvalidPolicyDocument, InvalidParameter
 */
export function checkPolicy(ctx: OperationContext, document: string, serviceName: string): void {
  const maxLength = quotaValue(ctx, quotas.charactersPerEndpointPolicy)
  if (document.length > maxLength) throw invalidPolicyDocument(`it has more than ${maxLength} characters`)
  const statements = statementsOf(document)
  const isFullAccess = statements.every(
    (statement) =>
      statement.Effect === 'Allow' &&
      isAnyone(statement.Principal) &&
      isStar(statement.Action) &&
      isStar(statement.Resource) &&
      Object.keys(statement).every((key) => ['Sid', 'Effect', 'Principal', 'Action', 'Resource'].includes(key)),
  )
  if (!isFullAccess) throw policyNotSupported(serviceName)
}

function statementsOf(document: string): readonly Readonly<Record<string, unknown>>[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(document)
  } catch {
    throw invalidPolicyDocument('it is not JSON')
  }
  const statement = isObject(parsed) ? parsed.Statement : undefined
  const statements = Array.isArray(statement) ? statement : [statement]
  if (!statements.every(isObject) || statements.length === 0) throw invalidPolicyDocument('it has no statement')
  if (statements.some(({ Effect }) => Effect !== 'Allow' && Effect !== 'Deny')) {
    throw invalidPolicyDocument('a statement has no Effect')
  }
  if (statements.some(({ Principal }) => Principal === undefined)) {
    throw invalidPolicyDocument('a statement has no Principal')
  }
  return statements
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const isStar = (value: unknown) => value === '*' || (Array.isArray(value) && value.length === 1 && value[0] === '*')

const isAnyone = (value: unknown) => isStar(value) || (isObject(value) && isStar(value.AWS))
