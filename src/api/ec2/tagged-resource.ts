import type { Kind, ResourceOfKind } from '../../resource/kind.ts'
import type { Tag } from '../../resource/tag.ts'
import type { OperationContext } from '../operation.ts'
import * as errors from './errors.ts'
import { flowLogId, keyPairId } from './errors-instance.ts'
import * as network from './errors-network.ts'
import { prefixListId } from './errors-prefix-list.ts'
import { checkIdForm, findOwned, type Scope, type TaggedKind } from './owned.ts'
import { taggableTypeOf } from './tags.ts'

/** A resource as CreateTags and DeleteTags see it. */
export interface TaggedResource {
  readonly tags: readonly Tag[]
  setTags(tags: readonly Tag[]): void
}

/** What each kind answers for an id that does not exist (CreateTags has no error of its own for that). */
const errorsOfKind = {
  vpc: errors.vpcId,
  subnet: errors.subnetId,
  'security-group': errors.groupId,
  'security-group-rule': errors.securityGroupRuleId,
  'network-interface': errors.networkInterfaceId,
  instance: errors.instanceId,
  'vpc-endpoint': errors.vpcEndpointId,
  'endpoint-service': errors.vpcEndpointServiceId,
  'route-table': network.routeTableId,
  'internet-gateway': network.internetGatewayId,
  'network-acl': network.networkAclId,
  'dhcp-options': network.dhcpOptionsId,
  'managed-prefix-list': prefixListId,
  'key-pair': keyPairId,
  'flow-log': flowLogId,
} as const satisfies { readonly [K in Kind]?: errors.IdErrors }

const servicePermissionPrefix = 'vpce-svc-perm-'
const connectionPrefix = 'vpce-con-'

/**
 * The resource that an id of CreateTags or DeleteTags names.
 *
 * @throws InvalidID for an id of nothing that can be tagged, and each kind's own NotFound and Malformed
 */
export function requireTagged(ctx: OperationContext, id: string): TaggedResource {
  if (id.startsWith(servicePermissionPrefix)) return requireServicePermission(ctx, id)
  if (id.startsWith(connectionPrefix)) return requireConnection(ctx, id)
  const kind = taggableTypeOf(id)?.kind
  switch (kind) {
    case 'security-group-rule': {
      checkIdForm(id, errorsOfKind[kind])
      const rule = findRule(ctx, id)
      if (!rule) throw errorsOfKind[kind].notFound(id)
      return { tags: rule.tags, setTags: (tags) => ctx.tx.put(kind, { ...rule, tags }) }
    }
    case 'vpc':
    case 'subnet':
    case 'security-group':
    case 'network-interface':
    case 'instance':
    case 'vpc-endpoint':
    case 'endpoint-service':
    case 'route-table':
    case 'internet-gateway':
    case 'network-acl':
    case 'dhcp-options':
    case 'managed-prefix-list':
    case 'key-pair':
    case 'flow-log':
      return requireOwnedTagged(ctx, kind, id)
    default:
      throw errors.invalidId(id)
  }
}

function requireOwnedTagged<K extends TaggedKind>(ctx: OperationContext, kind: K, id: string): TaggedResource {
  checkIdForm(id, errorsOfKind[kind])
  const resource = findOwned(ctx, kind, id)
  if (!resource) throw errorsOfKind[kind].notFound(id)
  return { tags: resource.tags, setTags: (tags) => ctx.tx.put(kind, { ...resource, tags }) }
}

/** A rule has no Region of its own: it is in its group's. */
function findRule(scope: Scope, id: string): ResourceOfKind['security-group-rule'] | undefined {
  const rule = scope.tx.get('security-group-rule', id)
  return rule && findOwned(scope, 'security-group', rule.groupId) ? rule : undefined
}

/** An entry of a service's allow list lives in the service. */
function requireServicePermission(ctx: OperationContext, id: string): TaggedResource {
  for (const service of ctx.tx.by('endpoint-service', 'ownerId', ctx.accountId)) {
    const permission = service.permissions.find((candidate) => candidate.servicePermissionId === id)
    if (!permission || service.region !== ctx.region) continue
    return {
      tags: permission.tags,
      setTags: (tags) =>
        ctx.tx.put('endpoint-service', {
          ...service,
          permissions: service.permissions.map((other) => (other === permission ? { ...other, tags } : other)),
        }),
    }
  }
  throw errors.invalidId(id)
}

/** A connection is the provider's side of an endpoint: its tags lie in the endpoint, and are the service's owner's. */
function requireConnection(ctx: OperationContext, id: string): TaggedResource {
  for (const service of ctx.tx.by('endpoint-service', 'ownerId', ctx.accountId)) {
    if (service.region !== ctx.region) continue
    const endpoint = ctx.tx
      .by('vpc-endpoint', 'serviceId', service.serviceId)
      .find((candidate) => candidate.vpcEndpointConnectionId === id)
    if (!endpoint) continue
    return {
      tags: endpoint.connectionTags ?? [],
      setTags: (connectionTags) => ctx.tx.put('vpc-endpoint', { ...endpoint, connectionTags }),
    }
  }
  throw errors.invalidId(id)
}
