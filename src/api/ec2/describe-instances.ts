import type { DescribeInstancesRequest, DescribeInstancesResult, Reservation } from '@aws-sdk/client-ec2'
import { privateDnsName } from '../../resource/geography.ts'
import type { Instance } from '../../resource/instance.ts'
import type { NetworkInterface } from '../../resource/network-interface.ts'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { applyFilters, type FilterTable } from './filters.ts'
import { describeInstance, describeState, type InstanceReader, interfaceOf, stateOf } from './instance.ts'
import { networkInterfaceFilters } from './network-interface-filters.ts'
import { selectOwned } from './owned.ts'
import { paginate, refuseIdsWithMaxResults } from './pagination.ts'

const none = () => undefined

function filters(reader: InstanceReader): FilterTable<Instance> {
  const ofEni = (read: (eni: NetworkInterface) => string | readonly string[] | undefined) => (instance: Instance) => {
    const eni = interfaceOf(reader, instance)
    return eni && read(eni)
  }
  const groupNames = (eni: NetworkInterface) =>
    eni.groupIds.map((id) => reader.tx.get('security-group', id)?.groupName ?? '')
  const state = (instance: Instance) => describeState(stateOf(reader, instance))

  const ofInterfaces = Object.entries(networkInterfaceFilters(reader.tx)).map(([name, read]) => [
    `network-interface.${name}`,
    ofEni(read),
  ])
  return {
    ...Object.fromEntries(ofInterfaces),
    affinity: none,
    architecture: () => 'x86_64',
    'availability-zone': (instance) => instance.availabilityZone,
    'availability-zone-id': ofEni((eni) => eni.availabilityZoneId),
    'block-device-mapping.attach-time': none,
    'block-device-mapping.delete-on-termination': none,
    'block-device-mapping.device-name': none,
    'block-device-mapping.status': none,
    'block-device-mapping.volume-id': none,
    'client-token': none,
    'dns-name': none,
    hypervisor: () => 'xen',
    'iam-instance-profile.arn': none,
    'iam-instance-profile.id': none,
    'iam-instance-profile.name': none,
    'image-id': (instance) => instance.imageId,
    'instance-id': (instance) => instance.instanceId,
    'instance-lifecycle': none,
    'instance-state-code': (instance) => String(state(instance).Code),
    'instance-state-name': (instance) => state(instance).Name,
    'instance-type': (instance) => instance.instanceType,
    'instance.group-id': ofEni((eni) => eni.groupIds),
    'instance.group-name': ofEni(groupNames),
    'ip-address': none,
    'ipv6-address': ofEni((eni) => eni.ipv6Addresses),
    'key-name': (instance) => instance.keyName,
    'launch-index': (instance) => String(instance.amiLaunchIndex),
    'launch-time': (instance) => instance.launchedAt,
    'owner-id': (instance) => instance.ownerId,
    'placement-group-name': none,
    platform: none,
    'private-dns-name': ofEni((eni) => privateDnsName(eni.privateIp, eni.region)),
    'private-ip-address': ofEni((eni) => eni.privateIp),
    reason: none,
    'requester-id': none,
    'reservation-id': (instance) => instance.reservationId,
    'root-device-name': none,
    'root-device-type': () => 'ebs',
    'source-dest-check': ofEni((eni) => String(eni.sourceDestCheck)),
    'state-reason-code': (instance) => describeInstance(reader, instance).StateReason?.Code,
    'subnet-id': ofEni((eni) => eni.subnetId),
    tenancy: () => 'default',
    'virtualization-type': () => 'hvm',
    'vpc-id': ofEni((eni) => eni.vpcId),
  }
}

/**
 * Source: EC2 API Reference, DescribeInstances. A page counts instances, and a reservation whose instances are on two pages
 * is on both.
 *
 * @throws InvalidInstanceID.NotFound, InvalidInstanceID.Malformed, InvalidParameterValue, InvalidParameterCombination
 */
export const describeInstances: Operation<DescribeInstancesRequest, DescribeInstancesResult> = {
  action: 'ec2:DescribeInstances',
  kind: 'read',

  handle(input, ctx) {
    refuseIdsWithMaxResults(input.InstanceIds, 'instancesSet', input)
    const instances = applyFilters(
      selectOwned(ctx, 'instance', input.InstanceIds, errors.instanceId),
      input.Filters,
      filters(ctx),
      (instance) => instance.tags,
      errors.unknownFilter,
    )
    const { page, nextToken } = paginate(instances, input, {
      min: 5,
      max: 1000,
      idOf: (instance) => instance.instanceId,
    })
    return { Reservations: reservationsOf(ctx, page), NextToken: nextToken }
  },
}

function reservationsOf(reader: InstanceReader, instances: readonly Instance[]): Reservation[] {
  return [...Map.groupBy(instances, (instance) => instance.reservationId)].map(([reservationId, members]) => ({
    ReservationId: reservationId,
    OwnerId: members[0]?.ownerId,
    Groups: [],
    Instances: members.map((instance) => describeInstance(reader, instance)),
  }))
}
