import type {
  InstanceNetworkInterface,
  InstanceState,
  StateReason,
  Instance as WireInstance,
} from '@aws-sdk/client-ec2'
import { privateDnsName, zoneOf } from '../../resource/geography.ts'
import type { Instance } from '../../resource/instance.ts'
import type { NetworkInterface } from '../../resource/network-interface.ts'
import type { Observed } from '../observed.ts'
import type { OperationContext } from '../operation.ts'
import { describeNetworkInterface } from './network-interface.ts'
import { groupIdentifiers } from './security-group.ts'
import { toWireTags } from './tags.ts'

export type InstanceReader = Pick<OperationContext, 'tx' | 'observed'>

/** The names and codes of EC2's InstanceState. */
const stateCodes = { pending: 0, running: 16, 'shutting-down': 32, terminated: 48, stopping: 64, stopped: 80 } as const

export type InstanceStateName = keyof typeof stateCodes

/**
 * The state that is true, not the one that is wished: an instance runs once the agent confirmed it and its interface, and
 * is terminated once the agent confirmed that they are gone.
 *
 * Instance and interface are made in one batch, so it is the revision of that batch which says that it runs: a new tag of
 * either is no reason to fall back to `pending`.
 */
export function stateOf({ tx, observed }: InstanceReader, instance: Instance): InstanceStateName {
  const { instanceId, networkInterfaceId } = instance
  if (instance.state === 'terminated') {
    // When its interface has been settled away, nothing of a terminated instance can be left.
    const hasInterface = tx.get('network-interface', networkInterfaceId)?.instanceId === instanceId
    return observed.isApplied('instance', instanceId) || !hasInterface ? 'terminated' : 'shutting-down'
  }
  if (instance.state === 'stopped') {
    return observed.isConfirmed(instance.stoppedAtRevision ?? 0) ? 'stopped' : 'stopping'
  }
  const isMade = observed.isConfirmed(instance.launchedAtRevision)
  return isMade && failureOf(observed, instance) === undefined ? 'running' : 'pending'
}

function failureOf(observed: Observed, { instanceId, networkInterfaceId }: Instance): string | undefined {
  return observed.failureOf('instance', instanceId) ?? observed.failureOf('network-interface', networkInterfaceId)
}

export function describeState(name: InstanceStateName): InstanceState {
  return { Code: stateCodes[name], Name: name }
}

/** The interface of an instance; undefined for one that is shown as terminated. */
export function interfaceOf(reader: InstanceReader, instance: Instance): NetworkInterface | undefined {
  return stateOf(reader, instance) === 'terminated'
    ? undefined
    : reader.tx.get('network-interface', instance.networkInterfaceId)
}

/** An instance as DescribeInstances answers it, with the members that every instance of today has on AWS. */
export function describeInstance(reader: InstanceReader, instance: Instance): WireInstance {
  const state = stateOf(reader, instance)
  const eni = interfaceOf(reader, instance)
  const stateReason = stateReasonOf(reader, instance, state)
  const endedAt = instance.terminatedAt ?? (instance.state === 'stopped' ? instance.stoppedAt : undefined)
  return {
    InstanceId: instance.instanceId,
    ImageId: instance.imageId,
    InstanceType: instance.instanceType as NonNullable<WireInstance['InstanceType']>,
    ...(instance.keyName !== undefined && { KeyName: instance.keyName }),
    AmiLaunchIndex: instance.amiLaunchIndex,
    LaunchTime: new Date(instance.launchedAt),
    State: describeState(state),
    ...(stateReason && { StateReason: stateReason }),
    StateTransitionReason: endedAt ? `User initiated (${gmtText(endedAt)})` : '',
    Placement: {
      AvailabilityZone: instance.availabilityZone,
      AvailabilityZoneId: zoneOf(instance.region, instance.availabilityZone)?.zoneId,
      GroupName: '',
      Tenancy: 'default',
    },
    PublicDnsName: '',
    PrivateDnsName: eni ? privateDnsName(eni.privateIp, eni.region) : '',
    // A terminated instance is in no subnet any more.
    ...(eni && {
      ...(eni.ipv6Addresses?.[0] !== undefined && { Ipv6Address: eni.ipv6Addresses[0] }),
      PrivateIpAddress: eni.privateIp,
      SubnetId: eni.subnetId,
      VpcId: eni.vpcId,
      SourceDestCheck: eni.sourceDestCheck,
      PrivateDnsNameOptions: {
        HostnameType: 'ip-name',
        EnableResourceNameDnsARecord: false,
        EnableResourceNameDnsAAAARecord: false,
      },
    }),
    NetworkInterfaces: eni ? [describeInterface(reader, eni)] : [],
    SecurityGroups: eni ? groupIdentifiers(reader.tx, eni.groupIds) : [],
    Tags: toWireTags(instance.tags),
    ...constantMembers,
  }
}

/** What is the same for every instance: it has no disks, no metadata service and no choice of processor. */
const constantMembers = {
  Architecture: 'x86_64',
  BlockDeviceMappings: [],
  CapacityReservationSpecification: { CapacityReservationPreference: 'open' },
  ClientToken: '',
  CpuOptions: { CoreCount: 1, ThreadsPerCore: 1 },
  EbsOptimized: false,
  EnaSupport: true,
  EnclaveOptions: { Enabled: false },
  HibernationOptions: { Configured: false },
  Hypervisor: 'xen',
  MaintenanceOptions: { AutoRecovery: 'default' },
  MetadataOptions: {
    State: 'applied',
    HttpTokens: 'required',
    HttpPutResponseHopLimit: 2,
    HttpEndpoint: 'disabled',
    HttpProtocolIpv6: 'disabled',
    InstanceMetadataTags: 'disabled',
  },
  Monitoring: { State: 'disabled' },
  PlatformDetails: 'Linux/UNIX',
  ProductCodes: [],
  RootDeviceType: 'ebs',
  UsageOperation: 'RunInstances',
  VirtualizationType: 'hvm',
} satisfies WireInstance

function describeInterface({ tx }: InstanceReader, eni: NetworkInterface): InstanceNetworkInterface {
  const { Attachment: attachment, ...shown } = describeNetworkInterface(tx, eni)
  return {
    ...(attachment && {
      Attachment: {
        AttachTime: attachment.AttachTime,
        AttachmentId: attachment.AttachmentId,
        DeleteOnTermination: attachment.DeleteOnTermination,
        DeviceIndex: attachment.DeviceIndex,
        NetworkCardIndex: attachment.NetworkCardIndex,
        Status: attachment.Status,
      },
    }),
    Description: shown.Description,
    Groups: shown.Groups,
    InterfaceType: shown.InterfaceType,
    Ipv6Addresses: shown.Ipv6Addresses,
    MacAddress: shown.MacAddress,
    NetworkInterfaceId: shown.NetworkInterfaceId,
    OwnerId: shown.OwnerId,
    ...(shown.PrivateDnsName !== undefined && { PrivateDnsName: shown.PrivateDnsName }),
    PrivateIpAddress: shown.PrivateIpAddress,
    PrivateIpAddresses: shown.PrivateIpAddresses,
    SourceDestCheck: shown.SourceDestCheck,
    Status: shown.Status,
    SubnetId: shown.SubnetId,
    VpcId: shown.VpcId,
  }
}

function stateReasonOf(
  { observed }: InstanceReader,
  instance: Instance,
  state: InstanceStateName,
): StateReason | undefined {
  switch (state) {
    case 'running':
      return undefined
    case 'stopping':
    case 'stopped':
    case 'shutting-down':
    case 'terminated':
      return {
        Code: 'Client.UserInitiatedShutdown',
        Message: 'Client.UserInitiatedShutdown: User initiated shutdown',
      }
    case 'pending': {
      // The host refused it: the reason is worth more to the caller than `pending` for ever.
      const failure = failureOf(observed, instance)
      return failure === undefined
        ? { Code: 'pending', Message: 'pending' }
        : { Code: 'Server.InternalError', Message: `Server.InternalError: ${failure}` }
    }
  }
}

/** `2026-01-02 03:04:05 GMT`. */
function gmtText(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')} GMT`
}
