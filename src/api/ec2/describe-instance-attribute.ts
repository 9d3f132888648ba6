import type { DescribeInstanceAttributeRequest, InstanceAttribute } from '@aws-sdk/client-ec2'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { describeInstance } from './instance.ts'
import { requireOwned } from './owned.ts'

/**
 * One attribute of an instance per call. There is no user data here, and that is answered.
 *
 * Source: EC2 API Reference, DescribeInstanceAttribute.
 *
 * @throws InvalidInstanceID.NotFound, InvalidParameterValue, MissingParameter
 */
export const describeInstanceAttribute: Operation<DescribeInstanceAttributeRequest, InstanceAttribute> = {
  action: 'ec2:DescribeInstanceAttribute',
  kind: 'read',

  handle({ InstanceId: id, Attribute: attribute }, ctx) {
    const instance = requireOwned(ctx, 'instance', id, errors.instanceId, 'instanceId')
    if (attribute === undefined) throw errors.missingParameter('attribute')
    const shown = describeInstance(ctx, instance)
    const InstanceId = instance.instanceId
    switch (attribute) {
      case 'disableApiStop':
        return { InstanceId, DisableApiStop: { Value: instance.disableApiStop ?? false } }
      case 'disableApiTermination':
        return { InstanceId, DisableApiTermination: { Value: instance.disableApiTermination ?? false } }
      case 'instanceInitiatedShutdownBehavior':
        return { InstanceId, InstanceInitiatedShutdownBehavior: { Value: instance.shutdownBehavior ?? 'stop' } }
      case 'userData':
        return { InstanceId, UserData: {} }
      case 'instanceType':
        return { InstanceId, InstanceType: { Value: instance.instanceType } }
      case 'groupSet':
        return { InstanceId, Groups: shown.SecurityGroups }
      case 'sourceDestCheck':
        return { InstanceId, SourceDestCheck: { Value: shown.SourceDestCheck } }
      case 'ebsOptimized':
        return { InstanceId, EbsOptimized: { Value: false } }
      case 'enaSupport':
        return { InstanceId, EnaSupport: { Value: true } }
      case 'blockDeviceMapping':
        return { InstanceId, BlockDeviceMappings: [] }
      case 'productCodes':
        return { InstanceId, ProductCodes: [] }
      default:
        throw errors.invalidValue(attribute, 'attribute', 'Unknown attribute.')
    }
  },
}
