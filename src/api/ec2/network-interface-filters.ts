import { type NetworkInterface, privateIpsOf } from '../../resource/network-interface.ts'
import type { View } from '../../state/transaction.ts'
import type { FilterTable } from './filters.ts'
import { attachmentOwnerOf, describeNetworkInterface, endsWithInstance, statusOf } from './network-interface.ts'

const none = () => undefined

/**
 * The filters of DescribeNetworkInterfaces; DescribeInstances has them too, as `network-interface.…`.
 *
 * Terraform waits for a deleted load balancer with `attachment.instance-owner-id` and `description` (reference 2.6).
 */
export function networkInterfaceFilters(tx: View): FilterTable<NetworkInterface> {
  const dnsName = (eni: NetworkInterface) => describeNetworkInterface(tx, eni).PrivateDnsName
  const ofAttachment = (read: (eni: NetworkInterface) => string | undefined) => (eni: NetworkInterface) =>
    eni.attachmentId ? read(eni) : undefined

  return {
    'addresses.association.owner-id': none,
    'addresses.association.public-ip': none,
    'addresses.primary': (eni) => privateIpsOf(eni).map((address) => String(address === eni.privateIp)),
    'addresses.private-ip-address': privateIpsOf,
    'association.allocation-id': none,
    'association.association-id': none,
    'association.ip-owner-id': none,
    'association.public-dns-name': none,
    'association.public-ip': none,
    'attachment.attach-time': ofAttachment((eni) => eni.attachedAt),
    'attachment.attachment-id': (eni) => eni.attachmentId,
    'attachment.delete-on-termination': ofAttachment((eni) => String(endsWithInstance(eni))),
    'attachment.device-index': ofAttachment((eni) => (eni.requesterManaged ? '1' : '0')),
    'attachment.instance-id': (eni) => eni.instanceId,
    'attachment.instance-owner-id': attachmentOwnerOf,
    'attachment.status': ofAttachment(() => 'attached'),
    'availability-zone': (eni) => eni.availabilityZone,
    'availability-zone-id': (eni) => eni.availabilityZoneId,
    description: (eni) => eni.description,
    'group-id': (eni) => eni.groupIds,
    'group-name': (eni) => eni.groupIds.map((id) => tx.get('security-group', id)?.groupName ?? ''),
    'interface-type': (eni) => eni.interfaceType,
    'ipv6-addresses.ipv6-address': (eni) => eni.ipv6Addresses,
    'ipv6-addresses.is-primary-ipv6': (eni) => eni.ipv6Addresses?.map(() => 'false'),
    'mac-address': (eni) => eni.macAddress,
    'network-interface-id': (eni) => eni.networkInterfaceId,
    'owner-id': (eni) => eni.ownerId,
    'private-dns-name': dnsName,
    'private-ip-address': (eni) => eni.privateIp,
    'requester-id': (eni) => describeNetworkInterface(tx, eni).RequesterId,
    'requester-managed': (eni) => String(eni.requesterManaged),
    'source-dest-check': (eni) => String(eni.sourceDestCheck),
    status: statusOf,
    'subnet-id': (eni) => eni.subnetId,
    'vpc-id': (eni) => eni.vpcId,
  }
}
