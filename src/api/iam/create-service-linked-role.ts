import type { CreateServiceLinkedRoleRequest, CreateServiceLinkedRoleResponse } from '@aws-sdk/client-iam'
import type { Role } from '../../resource/account.ts'
import { newUniqueId } from '../account.ts'
import type { Operation } from '../operation.ts'
import { checkConstraints } from './constraints.ts'
import { errors } from './errors.ts'
import { defaultSessionDurationSeconds, describeRole } from './role.ts'
import { linkedServices } from './service-linked-role.ts'

/**
 * The role by which a service acts in the account. It is a record: the services here need no role to act.
 * Source: IAM API Reference, CreateServiceLinkedRole.
 *
 * @throws InvalidInput (unknown service, or the role is there), ValidationError
 */
export const createServiceLinkedRole: Operation<CreateServiceLinkedRoleRequest, CreateServiceLinkedRoleResponse> = {
  action: 'iam:CreateServiceLinkedRole',
  kind: 'write',
  missing: ['Services: elasticloadbalancing.amazonaws.com and organizations.amazonaws.com.'],

  handle(input, ctx) {
    checkConstraints(input)
    const { tx, accountId } = ctx
    const { AWSServiceName: serviceName = '' } = input
    const linked = linkedServices.get(serviceName)
    if (!linked) throw errors.unknownLinkedService(serviceName)
    if (input.CustomSuffix !== undefined) throw errors.noCustomSuffix(serviceName)
    if (tx.by('role', 'name', `${accountId}|${linked.roleName.toLowerCase()}`).length > 0) {
      throw errors.serviceLinkedRoleExists(linked.roleName)
    }
    const role: Role = {
      roleId: newUniqueId(ctx, 'AROA'),
      roleName: linked.roleName,
      path: `/aws-service-role/${serviceName}/`,
      accountId,
      ...(input.Description === undefined ? {} : { description: input.Description }),
      assumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: serviceName }, Action: 'sts:AssumeRole' }],
      }),
      inlinePolicies: {},
      attachedPolicyArns: linked.policyArns,
      linkedService: serviceName,
      maxSessionDurationSeconds: defaultSessionDurationSeconds,
      createdAt: ctx.now.toISOString(),
      tags: [],
    }
    tx.put('role', role)
    return { Role: describeRole(role) }
  },
}
