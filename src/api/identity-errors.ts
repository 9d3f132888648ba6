import { AwsError } from '../aws/error.ts'
import type { Decision, PolicyKind } from '../policy/evaluate.ts'

/** How AWS names the kinds of policies in its refusals (IAM User Guide, "Access denied error message examples"). */
const names: Readonly<Record<PolicyKind, { readonly some: string; readonly no: string }>> = {
  identity: { some: 'an identity-based policy', no: 'identity-based policy' },
  session: { some: 'a session policy', no: 'session policy' },
  boundary: { some: 'a permissions boundary', no: 'permissions boundary' },
  'service-control': { some: 'a service control policy', no: 'service control policy' },
  resource: { some: 'a resource-based policy', no: 'resource-based policy' },
}

/** `User: ARN is not authorized to perform: ACTION on resource: ARN because no identity-based policy allows the ACTION action`. */
export function refusalText(
  principalArn: string,
  action: string,
  resource: string | undefined,
  decision: Decision,
): string {
  const where = resource === undefined || resource === '*' ? '' : ` on resource: ${resource}`
  const why =
    decision.decision === 'explicit-deny'
      ? `with an explicit deny in ${names[decision.by].some}`
      : `because no ${names[decision.by].no} allows the ${action} action`
  return `User: ${principalArn} is not authorized to perform: ${action}${where} ${why}`
}

/** The refusal in the words and under the code of the action's service. */
export function notAuthorized(
  principalArn: string,
  action: string,
  resource: string | undefined,
  decision: Decision,
): AwsError {
  const text = refusalText(principalArn, action, resource, decision)
  if (action.startsWith('ec2:')) {
    return new AwsError('UnauthorizedOperation', `You are not authorized to perform this operation. ${text}`, 403)
  }
  // awsJson1_1 services answer 400 to everything that is the caller's fault (observed in Terraform provider logs).
  if (action.startsWith('organizations:')) return new AwsError('AccessDeniedException', text, 400)
  return new AwsError('AccessDenied', text, 403)
}
