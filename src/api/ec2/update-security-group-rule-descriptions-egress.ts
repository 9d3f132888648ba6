import type {
  UpdateSecurityGroupRuleDescriptionsEgressRequest,
  UpdateSecurityGroupRuleDescriptionsEgressResult,
} from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import { updateDescriptions } from './update-security-group-rule-descriptions.ts'

/**
 * Source: EC2 API Reference, UpdateSecurityGroupRuleDescriptionsEgress.
 *
 * @throws InvalidGroup.NotFound, InvalidPermission.NotFound, InvalidSecurityGroupRuleId.NotFound, InvalidParameterValue
 */
export const updateSecurityGroupRuleDescriptionsEgress: Operation<
  UpdateSecurityGroupRuleDescriptionsEgressRequest,
  UpdateSecurityGroupRuleDescriptionsEgressResult
> = {
  action: 'ec2:UpdateSecurityGroupRuleDescriptionsEgress',
  kind: 'write',
  handle: (input, ctx) => updateDescriptions(input, ctx, true),
}
