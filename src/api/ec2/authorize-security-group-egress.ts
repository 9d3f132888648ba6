import type { AuthorizeSecurityGroupEgressRequest, AuthorizeSecurityGroupEgressResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import { authorizeRules } from './authorize-security-group.ts'

/**
 * Source: EC2 API Reference, AuthorizeSecurityGroupEgress.
 *
 * @throws InvalidGroup.NotFound, InvalidPrefixListID.NotFound, InvalidPermission.Duplicate,
 *         RulesPerSecurityGroupLimitExceeded, InvalidParameterValue, MissingParameter
 */
export const authorizeSecurityGroupEgress: Operation<
  AuthorizeSecurityGroupEgressRequest,
  AuthorizeSecurityGroupEgressResult
> = {
  action: 'ec2:AuthorizeSecurityGroupEgress',
  kind: 'write',
  missing: ['groups that interfaces of the same VPC may have only, because there is no VPC peering'],

  handle: (input, ctx) => authorizeRules(input, ctx, true),
}
