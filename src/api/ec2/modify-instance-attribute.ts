import type { ModifyInstanceAttributeRequest } from '@aws-sdk/client-ec2'
import type { Instance } from '../../resource/instance.ts'
import type { Operation, OperationContext } from '../operation.ts'
import { quotas, quotaValue } from '../quota.ts'
import * as errors from './errors.ts'
import { mustBeStopped } from './errors-instance.ts'
import { stateOf } from './instance.ts'
import { checkedInstanceType } from './instance-type.ts'
import { requireOwned } from './owned.ts'
import { resolveGroups } from './security-group.ts'

/**
 * Changes one attribute of an instance per call.
 *
 * Source: EC2 API Reference, ModifyInstanceAttribute.
 *
 * @throws InvalidInstanceID.NotFound, IncorrectInstanceState, InvalidGroup.NotFound, InvalidParameterCombination,
 *         InvalidParameterValue, UnsupportedOperation
 */
export const modifyInstanceAttribute: Operation<ModifyInstanceAttributeRequest, object> = {
  action: 'ec2:ModifyInstanceAttribute',
  kind: 'write',
  missing: [
    'no volumes, kernels, RAM disks or user data; the source and destination check stays on, enhanced networking too: other wishes are refused',
    'InstanceInitiatedShutdownBehavior is recorded: no instance shuts itself down',
  ],

  handle(input, ctx) {
    const { InstanceId: id, DryRun: _, Attribute: name, Value: text, ...named } = input
    const instance = requireOwned(ctx, 'instance', id, errors.instanceId, 'instanceId')
    const wish = name === undefined ? named : byName(name, text)
    const given = Object.entries(wish).filter(([, value]) => value !== undefined)
    if (given.length === 0) throw errors.invalidParameterCombination('No attributes specified.')
    if (given.length > 1) {
      const names = given.map(([member]) => `${member[0]?.toLowerCase()}${member.slice(1)}`)
      throw errors.invalidParameterCombination(`Fields for multiple attribute types specified: ${names.join(', ')}`)
    }
    const changed = changedInstance(ctx, instance, wish)
    if (!changed) throw errors.notSupported(`The attribute ${given[0]?.[0]} with this value`)
    ctx.tx.put('instance', changed)
    return {}
  },
}

type Wish = Omit<ModifyInstanceAttributeRequest, 'InstanceId' | 'DryRun' | 'Attribute' | 'Value'>

/** The older form: the attribute's name and its value as text. */
function byName(name: string, text: string | undefined): Wish {
  if (text === undefined) throw errors.missingParameter('Value')
  switch (name) {
    case 'instanceType':
      return { InstanceType: { Value: text } }
    case 'disableApiTermination':
      return { DisableApiTermination: { Value: text === 'true' } }
    case 'disableApiStop':
      return { DisableApiStop: { Value: text === 'true' } }
    case 'instanceInitiatedShutdownBehavior':
      return { InstanceInitiatedShutdownBehavior: { Value: text } }
    case 'sourceDestCheck':
      return { SourceDestCheck: { Value: text === 'true' } }
    case 'ebsOptimized':
      return { EbsOptimized: { Value: text === 'true' } }
    default:
      throw errors.invalidValue(name, 'attribute', 'Unknown attribute.')
  }
}

/** @returns undefined for what is not built; what is left as it is may be asked for */
function changedInstance(ctx: OperationContext, instance: Instance, wish: Wish): Instance | undefined {
  if (wish.Groups) {
    const eni = requireOwned(ctx, 'network-interface', instance.networkInterfaceId, errors.networkInterfaceId, '')
    const limit = quotaValue(ctx, quotas.securityGroupsPerInterface)
    const groupIds = resolveGroups(ctx.tx, eni.vpcId, wish.Groups, eni.subnetId, limit)
    ctx.tx.put('network-interface', { ...eni, groupIds })
    return instance
  }
  if (wish.InstanceType) {
    if (stateOf(ctx, instance) !== 'stopped') throw mustBeStopped(instance.instanceId)
    return { ...instance, instanceType: checkedInstanceType(wish.InstanceType.Value) }
  }
  if (wish.DisableApiTermination) {
    return { ...instance, disableApiTermination: wish.DisableApiTermination.Value ?? false }
  }
  if (wish.DisableApiStop) return { ...instance, disableApiStop: wish.DisableApiStop.Value ?? false }
  if (wish.InstanceInitiatedShutdownBehavior) {
    const { Value: behavior = '' } = wish.InstanceInitiatedShutdownBehavior
    if (behavior !== 'stop' && behavior !== 'terminate') {
      throw errors.invalidValue(behavior, 'instanceInitiatedShutdownBehavior')
    }
    return { ...instance, shutdownBehavior: behavior }
  }
  const isKept =
    wish.SourceDestCheck?.Value === true || wish.EnaSupport?.Value === true || wish.EbsOptimized?.Value === false
  return isKept ? instance : undefined
}
