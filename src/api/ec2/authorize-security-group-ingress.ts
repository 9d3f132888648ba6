import type { AuthorizeSecurityGroupIngressRequest, AuthorizeSecurityGroupIngressResult } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import { authorizeRules } from './authorize-security-group.ts'

/**
 * Source: EC2 API Reference, AuthorizeSecurityGroupIngress.
 *
 * @throws InvalidGroup.NotFound, InvalidPermission.Duplicate, InvalidParameterValue, MissingParameter
 */
export const authorizeSecurityGroupIngress: Operation<
  AuthorizeSecurityGroupIngressRequest,
  AuthorizeSecurityGroupIngressResult
> = {
  action: 'ec2:AuthorizeSecurityGroupIngress',
  kind: 'write',
  missing: ['no prefix lists, and groups of the same VPC only, because there is no VPC peering'],

  handle: (input, ctx) => authorizeRules(input, ctx, false),
}
