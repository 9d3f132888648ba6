import type { RevokeSecurityGroupIngressRequest, RevokeSecurityGroupIngressResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import { revokeRules } from './revoke-security-group.ts'

/**
 * Source: EC2 API Reference, RevokeSecurityGroupIngress.
 *
 * @throws InvalidGroup.NotFound, InvalidPermission.NotFound, InvalidSecurityGroupRuleId.NotFound, InvalidParameterValue
 */
export const revokeSecurityGroupIngress: Operation<
  RevokeSecurityGroupIngressRequest,
  RevokeSecurityGroupIngressResult
> = {
  action: 'ec2:RevokeSecurityGroupIngress',
  kind: 'write',

  handle: (input, ctx) => revokeRules(input, ctx, false),
}
