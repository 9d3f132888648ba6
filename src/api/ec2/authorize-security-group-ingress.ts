import type { AuthorizeSecurityGroupIngressRequest, AuthorizeSecurityGroupIngressResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import { authorizeRules } from './authorize-security-group.ts'

/**
 * Source: EC2 API Reference, AuthorizeSecurityGroupIngress.
 *
 * @throws InvalidGroup.NotFound, InvalidPrefixListID.NotFound, InvalidPermission.Duplicate,
 *         RulesPerSecurityGroupLimitExceeded, InvalidParameterValue, MissingParameter
 */
export const authorizeSecurityGroupIngress: Operation<
  AuthorizeSecurityGroupIngressRequest,
  AuthorizeSecurityGroupIngressResult
> = {
  action: 'ec2:AuthorizeSecurityGroupIngress',
  kind: 'write',
  missing: ['groups that interfaces of the same VPC may have only, because there is no VPC peering'],

  handle: (input, ctx) => authorizeRules(input, ctx, false),
}
