import type {
  StartVpcEndpointServicePrivateDnsVerificationRequest,
  StartVpcEndpointServicePrivateDnsVerificationResult,
} from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import { nothingToVerify } from './errors-privatelink.ts'
import { requireService } from './vpc-endpoint-service.ts'
import { asTrusted } from './vpc-endpoint-service-private-dns.ts'

/**
 * Has the proof of a private name looked at again, now. The words of the TXT record stay the same.
 *
 * Where names are trusted it is verified when this answers; otherwise the state is `pendingVerification` until the record
 * was found, or was not in ten minutes (control/endpoint-service.ts, docs/decisions/0010).
 * Source: EC2 API Reference, StartVpcEndpointServicePrivateDnsVerification.
 *
 * @throws InvalidVpcEndpointServiceId.NotFound, InvalidParameter
 */
export const startVpcEndpointServicePrivateDnsVerification: Operation<
  StartVpcEndpointServicePrivateDnsVerificationRequest,
  StartVpcEndpointServicePrivateDnsVerificationResult
> = {
  action: 'ec2:StartVpcEndpointServicePrivateDnsVerification',
  kind: 'write',

  handle(input, ctx) {
    const service = requireService(ctx, input.ServiceId)
    const proof = service.privateDnsVerification
    if (!proof) throw nothingToVerify(service.serviceId)
    if (proof.state !== 'verified') {
      const privateDnsVerification = { ...proof, state: 'pendingVerification', since: ctx.now.toISOString() } as const
      ctx.tx.put('endpoint-service', asTrusted(ctx, { ...service, privateDnsVerification }))
    }
    return { ReturnValue: true }
  },
}
