import type {
  ModifyVpcEndpointServicePayerResponsibilityRequest,
  ModifyVpcEndpointServicePayerResponsibilityResult,
} from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { requireService } from './vpc-endpoint-service.ts'

/**
 * Makes the service's owner pay for its endpoints: recorded and shown, as nobody is billed here. It cannot be taken back.
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

  handle(input, ctx) {
    const service = requireService(ctx, input.ServiceId)
    const payer: string | undefined = input.PayerResponsibility
    if (!payer) throw errors.missingParameter('PayerResponsibility')
    if (payer !== 'ServiceOwner') throw errors.invalidValue(payer, 'PayerResponsibility')
    ctx.tx.put('endpoint-service', { ...service, payerResponsibility: payer })
    return { ReturnValue: true }
  },
}
