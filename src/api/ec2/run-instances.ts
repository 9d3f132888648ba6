import type { Reservation, RunInstancesRequest } from '@aws-sdk/client-ec2'
import type { Instance } from '../../resource/instance.ts'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { describeInstance } from './instance.ts'
import { maxInstancesPerCall } from './instance-limits.ts'
import { placeInterface, wantedPlace } from './instance-place.ts'
import { checkedInstanceType } from './instance-type.ts'
import { ipv6Limits } from './ipv6-address.ts'
import { requireKeyPair } from './key-pair.ts'
import { availableAddressCount } from './network-interface.ts'
import { tagsFromSpecifications } from './tags.ts'

/**
 * Makes instances: each a network namespace with one interface. The image is a name only; nothing runs in an instance until
 * somebody enters it.
 *
 * When there are addresses for fewer than MaxCount but not for fewer than MinCount, as many are made as fit, as on AWS.
 *
 * Source: EC2 API Reference, RunInstances.
 *
 * @throws InvalidAMIID.Malformed, InvalidKeyPair.NotFound, InvalidSubnetID.NotFound, InvalidGroup.NotFound, InvalidParameter, InvalidParameterValue,
 *         InvalidParameterCombination, MissingParameter, InsufficientFreeAddressesInSubnet, InvalidIPAddress.InUse
 */
export const runInstances: Operation<RunInstancesRequest, Reservation> = {
  action: 'ec2:RunInstances',
  kind: 'write',
  missing: [
    ipv6Limits,
    'an instance is a network namespace: image and instance type are names, the key pair opens nothing, user data is not run',
    'one interface, new or existing: no second one, no public addresses',
    'no volumes, instance profiles, placement groups, Spot requests or launch templates: what asks for one is refused or, for volumes and profiles, not recorded',
  ],

  handle(input, ctx) {
    refuseWhatIsNotBuilt(input)
    const imageId = checkedImageId(input.ImageId)
    const instanceType = checkedInstanceType(input.InstanceType)
    const { min, max } = checkedCounts(input)
    if (input.KeyName) requireKeyPair(ctx, input.KeyName)
    const place = wantedPlace(input, ctx)
    const tags = tagsFromSpecifications(input.TagSpecifications, 'instance', taggedBeside)
    const interfaceTags = tagsFromSpecifications(input.TagSpecifications, 'network-interface', ['instance', 'volume'])

    const { subnet } = place
    const count = place.existing ? 1 : Math.min(max, availableAddressCount(ctx.tx, subnet))
    if (count < min) throw errors.insufficientFreeAddresses(subnet.subnetId)

    const reservationId = ctx.newId('r')
    const instances = Array.from({ length: count }, (_, amiLaunchIndex): Instance => {
      const instanceId = ctx.newId('i')
      const eni = placeInterface(ctx, place, instanceId, interfaceTags)
      const instance: Instance = {
        instanceId,
        reservationId,
        ownerId: ctx.accountId,
        region: ctx.region,
        imageId,
        instanceType,
        ...(input.KeyName !== undefined && { keyName: input.KeyName }),
        vpcId: subnet.vpcId,
        subnetId: subnet.subnetId,
        availabilityZone: subnet.availabilityZone,
        networkInterfaceId: eni.networkInterfaceId,
        privateIp: eni.privateIp,
        state: 'running',
        launchedAtRevision: ctx.tx.revision + 1,
        launchedAt: ctx.now.toISOString(),
        ...attributesOf(input),
        amiLaunchIndex,
        tags,
      }
      ctx.tx.put('instance', instance)
      return instance
    })
    return {
      ReservationId: reservationId,
      OwnerId: ctx.accountId,
      Groups: [],
      Instances: instances.map((instance) => describeInstance(ctx, instance)),
    }
  },
}

/** Volumes are not made, so their tags have no place; infrastructure code sends them beside the others. */
const taggedBeside = ['network-interface', 'volume']

function refuseWhatIsNotBuilt(input: RunInstancesRequest): void {
  const asked: readonly (readonly [unknown, string])[] = [
    [input.LaunchTemplate, 'A launch template'],
    [input.InstanceMarketOptions, 'A Spot request'],
    [input.SecondaryInterfaces?.length, 'A secondary interface'],
    [input.Placement?.GroupName || input.Placement?.HostId, 'A placement group or host'],
    [(input.NetworkInterfaces?.length ?? 0) > 1, 'More than one network interface'],
  ]
  for (const [isAsked, what] of asked) if (isAsked) throw errors.notSupported(what)
}

/** What ModifyInstanceAttribute can change later. */
function attributesOf({
  DisableApiTermination: disableApiTermination,
  DisableApiStop: disableApiStop,
  InstanceInitiatedShutdownBehavior: shutdownBehavior,
}: RunInstancesRequest): Partial<Instance> {
  if (shutdownBehavior !== undefined && shutdownBehavior !== 'stop' && shutdownBehavior !== 'terminate') {
    throw errors.invalidValue(shutdownBehavior, 'instanceInitiatedShutdownBehavior')
  }
  return {
    ...(disableApiTermination && { disableApiTermination }),
    ...(disableApiStop && { disableApiStop }),
    ...(shutdownBehavior && { shutdownBehavior }),
  }
}

function checkedImageId(imageId: string | undefined): string {
  if (!imageId) throw errors.missingParameter('ImageId')
  if (!/^ami-[0-9a-f]+$/.test(imageId)) throw errors.malformedImageId(imageId)
  return imageId
}

function checkedCounts({ MinCount: min, MaxCount: max }: RunInstancesRequest): { min: number; max: number } {
  if (min === undefined) throw errors.missingParameter('MinCount')
  if (max === undefined) throw errors.missingParameter('MaxCount')
  if (min < 1) throw errors.invalidValue(` ${min} `, 'minCount', 'Expecting a value greater than or equal to 1.')
  if (max < min)
    throw errors.invalidParameterCombination(`MinCount (${min}) must not be greater than MaxCount (${max}).`)
  if (min > maxInstancesPerCall) throw errors.instanceLimitExceeded(min, maxInstancesPerCall)
  return { min, max: Math.min(max, maxInstancesPerCall) }
}
