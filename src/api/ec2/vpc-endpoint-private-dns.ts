import type { EndpointService } from '../../resource/endpoint-service.ts'
import type { Vpc } from '../../resource/vpc.ts'
import { type PrivateDns, privateZoneOf, type VpcEndpoint } from '../../resource/vpc-endpoint.ts'
import type { OperationContext } from '../operation.ts'
import * as errors from './errors-privatelink.ts'

/**
 * What CreateVpcEndpoint does about private DNS when nobody says: nothing. AWS enables it for its own services and those
 * of its marketplace; for customers' services its pages disagree, and Terraform always says (reference 5.2).
 */
export const privateDnsByDefault = false

/** The alphabet of hosted zone ids. */
const uppercaseAlphanumeric = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

/**
 * Brings the service's private name into the endpoint's VPC, as a hosted zone of its own (reference 5.2).
 *
 * In the order in which a consumer can mend things: its VPC, the service, the provider's word, the VPC's other endpoints.
 *
 * @throws InvalidParameter
 */
export function enablePrivateDns(
  ctx: OperationContext,
  vpc: Vpc,
  service: EndpointService | undefined,
  endpoint: Pick<VpcEndpoint, 'serviceName' | 'state'> & { readonly vpcEndpointId?: string },
): PrivateDns {
  const { serviceName } = endpoint
  if (!vpc.enableDnsSupport || !vpc.enableDnsHostnames) throw errors.vpcWithoutDns(vpc.vpcId)
  const name = service?.privateDnsName
  if (name === undefined) throw errors.noPrivateDnsName(serviceName)
  if (service?.privateDnsVerification?.state !== 'verified') throw errors.privateDnsNameNotVerified(serviceName)
  if (endpoint.state !== 'available') throw errors.privateDnsBeforeAcceptance(serviceName)
  const zone = privateZoneOf(name)
  const isTaken = ctx.tx
    .by('vpc-endpoint', 'vpcId', vpc.vpcId)
    .some(
      (other) =>
        other.vpcEndpointId !== endpoint.vpcEndpointId &&
        other.state !== 'deleting' &&
        other.privateDns !== undefined &&
        privateZoneOf(other.privateDns.name) === zone,
    )
  if (isTaken) throw errors.conflictingPrivateDns(name, vpc.vpcId)
  return { name, hostedZoneId: `Z${ctx.randomText(13, uppercaseAlphanumeric)}` }
}
