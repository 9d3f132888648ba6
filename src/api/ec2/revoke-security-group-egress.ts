import type { RevokeSecurityGroupEgressRequest, RevokeSecurityGroupEgressResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import { revokeRules } from './revoke-security-group.ts'

/**
 * Source: EC2 API Reference, RevokeSecurityGroupEgress.
 *
 * @throws InvalidGroup.NotFound, InvalidPermission.NotFound, InvalidSecurityGroupRuleId.NotFound, InvalidParameterValue
 */
export const revokeSecurityGroupEgress: Operation<RevokeSecurityGroupEgressRequest, RevokeSecurityGroupEgressResult> = {
  action: 'ec2:RevokeSecurityGroupEgress',
  kind: 'write',

  handle: (input, ctx) => revokeRules(input, ctx, true),
}
