import type { PolicyPrincipal } from '../../policy/evaluate.ts'
import { errors } from './errors.ts'
import type { Simulation } from './simulation.ts'

/** @throws InvalidInput: a caller must be a user */
export function simulatedCaller(callerArn: string | undefined): PolicyPrincipal | undefined {
  if (callerArn === undefined) return undefined
  const accountId = /^arn:aws:iam::(\d{12}):user\/[!-~]+$/.exec(callerArn)?.[1]
  if (accountId === undefined) throw errors.invalidInput(`CallerArn must be the ARN of a user: ${callerArn}.`)
  return { accountId, arn: callerArn }
}

/**
 * The policy of the resource, when the request has one. The resource is the caller's, unless ResourceOwner names another
 * account.
 *
 * @throws InvalidInput
 */
export function simulatedResource(
  input: { readonly ResourcePolicy?: string | undefined; readonly ResourceOwner?: string | undefined },
  { accountId }: PolicyPrincipal,
): Simulation['resource'] | undefined {
  const { ResourcePolicy: text, ResourceOwner: owner } = input
  if (text === undefined) return undefined
  const ownerAccountId = owner === undefined ? accountId : /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/.exec(owner)?.[1]
  if (ownerAccountId === undefined) throw errors.invalidInput(`ResourceOwner must be an account: ${owner}.`)
  return { text, id: 'ResourcePolicy', type: 'resource', ownerAccountId }
}
