import type { UnsuccessfulItem } from '@aws-sdk/client-ec2'
import type { VpcEndpointState } from '../../resource/vpc-endpoint.ts'
import type { OperationContext } from '../operation.ts'
import * as errors from './errors-privatelink.ts'
import { ownRevision, shownState } from './vpc-endpoint.ts'
import { partialSuccess } from './vpc-endpoint-partial-success.ts'
import { requireService } from './vpc-endpoint-service.ts'

interface Decision {
  readonly verb: 'accepted' | 'rejected'
  /** `available` here includes what is shown as `pending`. */
  readonly from: readonly VpcEndpointState[]
  readonly to: VpcEndpointState
}

/** A provider's word on endpoints of one of its services. */
export function decideConnections(
  input: { readonly ServiceId: string | undefined; readonly VpcEndpointIds: readonly string[] | undefined },
  ctx: OperationContext,
  { verb, from, to }: Decision,
): { readonly Unsuccessful: UnsuccessfulItem[] } {
  const service = requireService(ctx, input.ServiceId)
  return partialSuccess(input.VpcEndpointIds, 'VpcEndpointId', errors.vpcEndpointId, (vpcEndpointId) => {
    const endpoint = ctx.tx.get('vpc-endpoint', vpcEndpointId)
    if (endpoint?.serviceId !== service.serviceId) throw errors.endpointNotFound(vpcEndpointId)
    if (!from.includes(endpoint.state)) throw errors.invalidState(vpcEndpointId, shownState(ctx, endpoint), verb)
    ctx.tx.put('vpc-endpoint', { ...endpoint, state: to, placedAtRevision: ownRevision(ctx.tx) })
  })
}
