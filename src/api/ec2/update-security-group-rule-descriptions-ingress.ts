import type {
  UpdateSecurityGroupRuleDescriptionsIngressRequest,
  UpdateSecurityGroupRuleDescriptionsIngressResult,
} from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import { updateDescriptions } from './update-security-group-rule-descriptions.ts'

/**
 * Source: EC2 API Reference, UpdateSecurityGroupRuleDescriptionsIngress.
 *
 * @throws InvalidGroup.NotFound, InvalidPermission.NotFound, InvalidSecurityGroupRuleId.NotFound, InvalidParameterValue
 */
export const updateSecurityGroupRuleDescriptionsIngress: Operation<
  UpdateSecurityGroupRuleDescriptionsIngressRequest,
  UpdateSecurityGroupRuleDescriptionsIngressResult
> = {
  action: 'ec2:UpdateSecurityGroupRuleDescriptionsIngress',
  kind: 'write',
  handle: (input, ctx) => updateDescriptions(input, ctx, false),
}
