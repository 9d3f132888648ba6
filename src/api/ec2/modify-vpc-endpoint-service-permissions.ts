import type {
  ModifyVpcEndpointServicePermissionsRequest,
  ModifyVpcEndpointServicePermissionsResult,
} from '@aws-sdk/client-ec2'
import type { ServicePermission } from '../../resource/endpoint-service.ts'
import type { Operation } from '../operation.ts'
import { invalidPrincipal } from './errors-privatelink.ts'
import { requireService } from './vpc-endpoint-service.ts'

/**
 * Changes who may know of a service and ask for a connection. Taking a principal away cuts nobody: only Reject does
 * (reference 3.6). A principal that is there already keeps its permission, and its id is answered again.
 * Source: EC2 API Reference, ModifyVpcEndpointServicePermissions.
 *
 * @throws InvalidVpcEndpointServiceId.NotFound, InvalidPrincipal
 */
export const modifyVpcEndpointServicePermissions: Operation<
  ModifyVpcEndpointServicePermissionsRequest,
  ModifyVpcEndpointServicePermissionsResult
> = {
  action: 'ec2:ModifyVpcEndpointServicePermissions',
  kind: 'write',
  missing: ['Service principals and organisational units are refused.'],

  handle(input, ctx) {
    const service = requireService(ctx, input.ServiceId)
    const added = [...new Set(input.AddAllowedPrincipals ?? [])]
    const typeOf = new Map(added.map((principal) => [principal, principalTypeOf(principal)]))
    const kept = service.permissions.filter(
      (permission) => !(input.RemoveAllowedPrincipals ?? []).includes(permission.principal),
    )
    const permissions = [...kept]
    for (const [principal, principalType] of typeOf) {
      if (kept.some((permission) => permission.principal === principal)) continue
      permissions.push({ servicePermissionId: ctx.newId('vpce-svc-perm'), principal, principalType, tags: [] })
    }
    ctx.tx.put('endpoint-service', { ...service, permissions })
    return {
      AddedPrincipals: permissions
        .filter((permission) => typeOf.has(permission.principal))
        .map(({ principal, principalType, servicePermissionId }) => ({
          Principal: principal,
          PrincipalType: principalType,
          ServicePermissionId: servicePermissionId,
          ServiceId: service.serviceId,
        })),
      ReturnValue: true,
    }
  },
}

/** What an entry of an allow list names (reference 6.2); ARNs with an IAM path are none. */
function principalTypeOf(principal: string): ServicePermission['principalType'] {
  if (principal === '*') return 'All'
  const match = /^arn:aws:iam::\d{12}:(root|(user|role)\/[\w+=,.@-]{1,64})$/.exec(principal)
  if (!match) throw invalidPrincipal(principal)
  return match[2] === 'user' ? 'User' : match[2] === 'role' ? 'Role' : 'Account'
}
