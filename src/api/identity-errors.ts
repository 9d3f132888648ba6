import { AwsError } from '../aws/error.ts'
import type { Decision, PolicyKind, PolicyRequest } from '../policy/evaluate.ts'
import type { ConditionKeys } from './identity-context.ts'

/** How AWS names the kinds of policies in its refusals (IAM User Guide, "Access denied error message examples"). */
const names: Readonly<Record<PolicyKind, { readonly some: string; readonly no: string }>> = {
  identity: { some: 'an identity-based policy', no: 'identity-based policy' },
  session: { some: 'a session policy', no: 'session policy' },
  boundary: { some: 'a permissions boundary', no: 'permissions boundary' },
  'service-control': { some: 'a service control policy', no: 'service control policy' },
  resource: { some: 'a resource-based policy', no: 'resource-based policy' },
}

/** A request that was not allowed, for one of the things it touches. */
export interface Refusal extends PolicyRequest {
  readonly principal: PolicyRequest['principal'] & { readonly userId: string }
  readonly decision: Decision
  /** The condition keys, as they are written. */
  readonly keys: ConditionKeys
}

/** `User: ARN is not authorized to perform: ACTION on resource: ARN because no identity-based policy allows the ACTION action`. */
export function refusalText(
  principalArn: string,
  action: string,
  resource: string | undefined,
  decision: Decision,
): string {
  // IAM names even the resource `*` (observed), the others do not.
  const isNamed = resource !== undefined && (resource !== '*' || action.startsWith('iam:'))
  const where = isNamed ? ` on resource: ${resource}` : ''
  const why =
    decision.decision === 'explicit-deny'
      ? `with an explicit deny in ${names[decision.by].some}`
      : `because no ${names[decision.by].no} allows the ${action} action`
  return `User: ${principalArn} is not authorized to perform: ${action}${where} ${why}`
}

/** Services that speak awsJson1_1: they answer 400 to all that is the caller's fault (observed in Terraform provider logs). */
const jsonServices = ['organizations:', 'acm:', 'servicequotas:']

/**
 * The refusal in the words and under the code of the action's service.
 *
 * @param encodedMessage of EC2 only (reference 9.2): what sts:DecodeAuthorizationMessage reads
 */
export function notAuthorized(
  { principal, action, resource, decision }: Refusal,
  encodedMessage?: () => string,
): AwsError {
  const text = refusalText(principal.arn, action, resource, decision)
  if (action.startsWith('ec2:')) {
    const encoded = encodedMessage ? `. Encoded authorization failure message: ${encodedMessage()}` : ''
    return new AwsError(
      'UnauthorizedOperation',
      `You are not authorized to perform this operation. ${text}${encoded}`,
      403,
    )
  }
  if (jsonServices.some((service) => action.startsWith(service)))
    return new AwsError('AccessDeniedException', text, 400)
  return new AwsError('AccessDenied', text, 403)
}

/** The text that every query service has for a token it does not take (observed). */
export function invalidToken(): AwsError {
  return new AwsError('InvalidClientTokenId', 'The security token included in the request is invalid', 403)
}

/** Observed for GetSessionToken and GetFederationToken. */
export function notWithSession(action: string): AwsError {
  return new AwsError('AccessDenied', `Cannot call ${action.replace(/^.*:/, '')} with session credentials`, 403)
}
