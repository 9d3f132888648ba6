import type {
  ModifyVpcEndpointServicePayerResponsibilityRequest,
  ModifyVpcEndpointServicePayerResponsibilityResult,
} from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { requireService } from './vpc-endpoint-service.ts'

/**
 * Makes the service's owner pay for its endpoints. It cannot be taken back, as on AWS.
 * Source: EC2 API Reference, ModifyVpcEndpointServicePayerResponsibility.
 *
 * @throws InvalidVpcEndpointServiceId.NotFound, InvalidParameterValue, MissingParameter
 */
export const modifyVpcEndpointServicePayerResponsibility: Operation<
  ModifyVpcEndpointServicePayerResponsibilityRequest,
  ModifyVpcEndpointServicePayerResponsibilityResult
> = {
  action: 'ec2:ModifyVpcEndpointServicePayerResponsibility',
  kind: 'write',
  missing: ['recorded and shown; nothing is billed to anybody'],

  handle(input, ctx) {
    const service = requireService(ctx, input.ServiceId)
    const payer: string | undefined = input.PayerResponsibility
    if (!payer) throw errors.missingParameter('PayerResponsibility')
    if (payer !== 'ServiceOwner') throw errors.invalidValue(payer, 'PayerResponsibility')
    ctx.tx.put('endpoint-service', { ...service, payerResponsibility: payer })
    return { ReturnValue: true }
  },
}
