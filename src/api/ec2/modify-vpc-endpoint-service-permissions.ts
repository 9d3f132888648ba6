import type {
  ModifyVpcEndpointServicePermissionsRequest,
  ModifyVpcEndpointServicePermissionsResult,
} from '@aws-sdk/client-ec2'
import type { EndpointService } from '../../resource/endpoint-service.ts'
import type { Operation, OperationContext } from '../operation.ts'
import { ownRevision } from './vpc-endpoint.ts'
import { isLiveConnection, requireService } from './vpc-endpoint-service.ts'
import { grantOf, principalTypeOf, requesterOf } from './vpc-endpoint-service-principal.ts'

/**
 * Ours, not AWS's: on a service with this tag, whose value is `true`, taking a principal away rejects the connections that
 * nobody else on the list stands for. Without it nobody is cut, as on AWS, where Reject is the only way.
 */
export const cutsConnectionsTag = 'underpass:cut-connections-on-removal'

/**
 * Changes who may know of a service and ask for a connection. Taking a principal away cuts nobody: only Reject does
 * (reference 3.6), unless the service is tagged otherwise. A principal that is there already keeps its permission, and its
 * id is answered again.
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
    const changed: EndpointService = { ...service, permissions }
    ctx.tx.put('endpoint-service', changed)
    if (kept.length < service.permissions.length) cutWhoIsNotPermitted(ctx, changed)
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

function cutWhoIsNotPermitted(ctx: OperationContext, service: EndpointService): void {
  if (!service.tags.some(({ key, value }) => key === cutsConnectionsTag && value === 'true')) return
  for (const endpoint of ctx.tx.by('vpc-endpoint', 'serviceId', service.serviceId)) {
    if (!isLiveConnection(endpoint) || grantOf(ctx.tx, service, requesterOf(endpoint)) !== 'none') continue
    ctx.tx.put('vpc-endpoint', { ...endpoint, state: 'rejected', placedAtRevision: ownRevision(ctx.tx) })
  }
}
