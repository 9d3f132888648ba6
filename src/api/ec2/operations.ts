import type * as sdk from '@aws-sdk/client-ec2'
import type { Served } from '../served.ts'
import { acceptVpcEndpointConnections } from './accept-vpc-endpoint-connections.ts'
import { assignIpv6Addresses } from './assign-ipv6-addresses.ts'
import { assignPrivateIpAddresses } from './assign-private-ip-addresses.ts'
import { associateDhcpOptions } from './associate-dhcp-options.ts'
import { associateRouteTable } from './associate-route-table.ts'
import { associateSecurityGroupVpc } from './associate-security-group-vpc.ts'
import { associateSubnetCidrBlock } from './associate-subnet-cidr-block.ts'
import { associateVpcCidrBlock } from './associate-vpc-cidr-block.ts'
import { attachInternetGateway } from './attach-internet-gateway.ts'
import { attachNetworkInterface } from './attach-network-interface.ts'
import { authorizeSecurityGroupEgress } from './authorize-security-group-egress.ts'
import { authorizeSecurityGroupIngress } from './authorize-security-group-ingress.ts'
import { createDefaultSubnet } from './create-default-subnet.ts'
import { createDefaultVpc } from './create-default-vpc.ts'
import { createDhcpOptions } from './create-dhcp-options.ts'
import { createFlowLogs } from './create-flow-logs.ts'
import { createInternetGateway } from './create-internet-gateway.ts'
import { createKeyPair } from './create-key-pair.ts'
import { createManagedPrefixList } from './create-managed-prefix-list.ts'
import { createNetworkAcl } from './create-network-acl.ts'
import { createNetworkAclEntry } from './create-network-acl-entry.ts'
import { createNetworkInterface } from './create-network-interface.ts'
import { createRoute } from './create-route.ts'
import { createRouteTable } from './create-route-table.ts'
import { createSecurityGroup } from './create-security-group.ts'
import { createSubnet } from './create-subnet.ts'
import { createTags } from './create-tags.ts'
import { createVpc } from './create-vpc.ts'
import { createVpcEndpoint } from './create-vpc-endpoint.ts'
import { createVpcEndpointConnectionNotification } from './create-vpc-endpoint-connection-notification.ts'
import { createVpcEndpointServiceConfiguration } from './create-vpc-endpoint-service-configuration.ts'
import { deleteDhcpOptions } from './delete-dhcp-options.ts'
import { deleteFlowLogs } from './delete-flow-logs.ts'
import { deleteInternetGateway } from './delete-internet-gateway.ts'
import { deleteKeyPair } from './delete-key-pair.ts'
import { deleteManagedPrefixList } from './delete-managed-prefix-list.ts'
import { deleteNetworkAcl } from './delete-network-acl.ts'
import { deleteNetworkAclEntry } from './delete-network-acl-entry.ts'
import { deleteNetworkInterface } from './delete-network-interface.ts'
import { deleteRoute } from './delete-route.ts'
import { deleteRouteTable } from './delete-route-table.ts'
import { deleteSecurityGroup } from './delete-security-group.ts'
import { deleteSubnet } from './delete-subnet.ts'
import { deleteTags } from './delete-tags.ts'
import { deleteVpc } from './delete-vpc.ts'
import { deleteVpcEndpointConnectionNotifications } from './delete-vpc-endpoint-connection-notifications.ts'
import { deleteVpcEndpointServiceConfigurations } from './delete-vpc-endpoint-service-configurations.ts'
import { deleteVpcEndpoints } from './delete-vpc-endpoints.ts'
import { describeAccountAttributes } from './describe-account-attributes.ts'
import { describeAddresses } from './describe-addresses.ts'
import { describeAvailabilityZones } from './describe-availability-zones.ts'
import { describeCarrierGateways } from './describe-carrier-gateways.ts'
import { describeCustomerGateways } from './describe-customer-gateways.ts'
import { describeDhcpOptions } from './describe-dhcp-options.ts'
import { describeEgressOnlyInternetGateways } from './describe-egress-only-internet-gateways.ts'
import { describeFlowLogs } from './describe-flow-logs.ts'
import { describeImages } from './describe-images.ts'
import { describeInstanceAttribute } from './describe-instance-attribute.ts'
import { describeInstanceCreditSpecifications } from './describe-instance-credit-specifications.ts'
import { describeInstanceStatus } from './describe-instance-status.ts'
import { describeInstanceTypeOfferings } from './describe-instance-type-offerings.ts'
import { describeInstanceTypes } from './describe-instance-types.ts'
import { describeInstances } from './describe-instances.ts'
import { describeInternetGateways } from './describe-internet-gateways.ts'
import { describeIpv6Pools } from './describe-ipv6-pools.ts'
import { describeKeyPairs } from './describe-key-pairs.ts'
import { describeLaunchTemplates } from './describe-launch-templates.ts'
import { describeManagedPrefixLists } from './describe-managed-prefix-lists.ts'
import { describeNatGateways } from './describe-nat-gateways.ts'
import { describeNetworkAcls } from './describe-network-acls.ts'
import { describeNetworkInterfaceAttribute } from './describe-network-interface-attribute.ts'
import { describeNetworkInterfacePermissions } from './describe-network-interface-permissions.ts'
import { describeNetworkInterfaces } from './describe-network-interfaces.ts'
import { describePlacementGroups } from './describe-placement-groups.ts'
import { describePrefixLists } from './describe-prefix-lists.ts'
import { describePublicIpv4Pools } from './describe-public-ipv4-pools.ts'
import { describeRegions } from './describe-regions.ts'
import { describeRouteTables } from './describe-route-tables.ts'
import { describeSecurityGroupReferences } from './describe-security-group-references.ts'
import { describeSecurityGroupRules } from './describe-security-group-rules.ts'
import { describeSecurityGroupVpcAssociations } from './describe-security-group-vpc-associations.ts'
import { describeSecurityGroups } from './describe-security-groups.ts'
import { describeSpotInstanceRequests } from './describe-spot-instance-requests.ts'
import { describeStaleSecurityGroups } from './describe-stale-security-groups.ts'
import { describeSubnets } from './describe-subnets.ts'
import { describeTags } from './describe-tags.ts'
import { describeTransitGatewayAttachments } from './describe-transit-gateway-attachments.ts'
import { describeTransitGatewayVpcAttachments } from './describe-transit-gateway-vpc-attachments.ts'
import { describeTransitGateways } from './describe-transit-gateways.ts'
import { describeVolumes } from './describe-volumes.ts'
import { describeVpcAttribute } from './describe-vpc-attribute.ts'
import { describeVpcEndpointAssociations } from './describe-vpc-endpoint-associations.ts'
import { describeVpcEndpointConnectionNotifications } from './describe-vpc-endpoint-connection-notifications.ts'
import { describeVpcEndpointConnections } from './describe-vpc-endpoint-connections.ts'
import { describeVpcEndpointServiceConfigurations } from './describe-vpc-endpoint-service-configurations.ts'
import { describeVpcEndpointServicePermissions } from './describe-vpc-endpoint-service-permissions.ts'
import { describeVpcEndpointServices } from './describe-vpc-endpoint-services.ts'
import { describeVpcEndpoints } from './describe-vpc-endpoints.ts'
import { describeVpcPeeringConnections } from './describe-vpc-peering-connections.ts'
import { describeVpcs } from './describe-vpcs.ts'
import { describeVpnConnections } from './describe-vpn-connections.ts'
import { describeVpnGateways } from './describe-vpn-gateways.ts'
import { detachInternetGateway } from './detach-internet-gateway.ts'
import { detachNetworkInterface } from './detach-network-interface.ts'
import { disableVgwRoutePropagation } from './disable-vgw-route-propagation.ts'
import { disassociateRouteTable } from './disassociate-route-table.ts'
import { disassociateSecurityGroupVpc } from './disassociate-security-group-vpc.ts'
import { disassociateSubnetCidrBlock } from './disassociate-subnet-cidr-block.ts'
import { disassociateVpcCidrBlock } from './disassociate-vpc-cidr-block.ts'
import { enableVgwRoutePropagation } from './enable-vgw-route-propagation.ts'
import { getManagedPrefixListAssociations } from './get-managed-prefix-list-associations.ts'
import { getManagedPrefixListEntries } from './get-managed-prefix-list-entries.ts'
import { getSecurityGroupsForVpc } from './get-security-groups-for-vpc.ts'
import { importKeyPair } from './import-key-pair.ts'
import { modifyInstanceAttribute } from './modify-instance-attribute.ts'
import { modifyManagedPrefixList } from './modify-managed-prefix-list.ts'
import { modifyNetworkInterfaceAttribute } from './modify-network-interface-attribute.ts'
import { modifySecurityGroupRules } from './modify-security-group-rules.ts'
import { modifySubnetAttribute } from './modify-subnet-attribute.ts'
import { modifyVpcAttribute } from './modify-vpc-attribute.ts'
import { modifyVpcEndpoint } from './modify-vpc-endpoint.ts'
import { modifyVpcEndpointConnectionNotification } from './modify-vpc-endpoint-connection-notification.ts'
import { modifyVpcEndpointServiceConfiguration } from './modify-vpc-endpoint-service-configuration.ts'
import { modifyVpcEndpointServicePayerResponsibility } from './modify-vpc-endpoint-service-payer-responsibility.ts'
import { modifyVpcEndpointServicePermissions } from './modify-vpc-endpoint-service-permissions.ts'
import { modifyVpcTenancy } from './modify-vpc-tenancy.ts'
import { rejectVpcEndpointConnections } from './reject-vpc-endpoint-connections.ts'
import { replaceNetworkAclAssociation } from './replace-network-acl-association.ts'
import { replaceNetworkAclEntry } from './replace-network-acl-entry.ts'
import { replaceRoute } from './replace-route.ts'
import { replaceRouteTableAssociation } from './replace-route-table-association.ts'
import { resetNetworkInterfaceAttribute } from './reset-network-interface-attribute.ts'
import { restoreManagedPrefixListVersion } from './restore-managed-prefix-list-version.ts'
import { revokeSecurityGroupEgress } from './revoke-security-group-egress.ts'
import { revokeSecurityGroupIngress } from './revoke-security-group-ingress.ts'
import { runInstances } from './run-instances.ts'
import { startInstances } from './start-instances.ts'
import { startVpcEndpointServicePrivateDnsVerification } from './start-vpc-endpoint-service-private-dns-verification.ts'
import { stopInstances } from './stop-instances.ts'
import { terminateInstances } from './terminate-instances.ts'
import { unassignIpv6Addresses } from './unassign-ipv6-addresses.ts'
import { unassignPrivateIpAddresses } from './unassign-private-ip-addresses.ts'
import { updateSecurityGroupRuleDescriptionsEgress } from './update-security-group-rule-descriptions-egress.ts'
import { updateSecurityGroupRuleDescriptionsIngress } from './update-security-group-rule-descriptions-ingress.ts'

/** What is served of EC2, by the name on the wire. */
export const ec2Operations = {
  AcceptVpcEndpointConnections: acceptVpcEndpointConnections,
  AssignIpv6Addresses: assignIpv6Addresses,
  AssignPrivateIpAddresses: assignPrivateIpAddresses,
  AssociateDhcpOptions: associateDhcpOptions,
  AssociateRouteTable: associateRouteTable,
  AssociateSecurityGroupVpc: associateSecurityGroupVpc,
  AssociateSubnetCidrBlock: associateSubnetCidrBlock,
  AssociateVpcCidrBlock: associateVpcCidrBlock,
  AttachInternetGateway: attachInternetGateway,
  AttachNetworkInterface: attachNetworkInterface,
  AuthorizeSecurityGroupEgress: authorizeSecurityGroupEgress,
  AuthorizeSecurityGroupIngress: authorizeSecurityGroupIngress,
  CreateDefaultSubnet: createDefaultSubnet,
  CreateDefaultVpc: createDefaultVpc,
  CreateDhcpOptions: createDhcpOptions,
  CreateFlowLogs: createFlowLogs,
  CreateInternetGateway: createInternetGateway,
  CreateKeyPair: createKeyPair,
  CreateManagedPrefixList: createManagedPrefixList,
  CreateNetworkAcl: createNetworkAcl,
  CreateNetworkAclEntry: createNetworkAclEntry,
  CreateNetworkInterface: createNetworkInterface,
  CreateRoute: createRoute,
  CreateRouteTable: createRouteTable,
  CreateSecurityGroup: createSecurityGroup,
  CreateSubnet: createSubnet,
  CreateTags: createTags,
  CreateVpc: createVpc,
  CreateVpcEndpoint: createVpcEndpoint,
  CreateVpcEndpointConnectionNotification: createVpcEndpointConnectionNotification,
  CreateVpcEndpointServiceConfiguration: createVpcEndpointServiceConfiguration,
  DeleteDhcpOptions: deleteDhcpOptions,
  DeleteFlowLogs: deleteFlowLogs,
  DeleteInternetGateway: deleteInternetGateway,
  DeleteKeyPair: deleteKeyPair,
  DeleteManagedPrefixList: deleteManagedPrefixList,
  DeleteNetworkAcl: deleteNetworkAcl,
  DeleteNetworkAclEntry: deleteNetworkAclEntry,
  DeleteNetworkInterface: deleteNetworkInterface,
  DeleteRoute: deleteRoute,
  DeleteRouteTable: deleteRouteTable,
  DeleteSecurityGroup: deleteSecurityGroup,
  DeleteSubnet: deleteSubnet,
  DeleteTags: deleteTags,
  DeleteVpc: deleteVpc,
  DeleteVpcEndpointConnectionNotifications: deleteVpcEndpointConnectionNotifications,
  DeleteVpcEndpointServiceConfigurations: deleteVpcEndpointServiceConfigurations,
  DeleteVpcEndpoints: deleteVpcEndpoints,
  DescribeAccountAttributes: describeAccountAttributes,
  DescribeAddresses: describeAddresses,
  DescribeAvailabilityZones: describeAvailabilityZones,
  DescribeCarrierGateways: describeCarrierGateways,
  DescribeCustomerGateways: describeCustomerGateways,
  DescribeDhcpOptions: describeDhcpOptions,
  DescribeEgressOnlyInternetGateways: describeEgressOnlyInternetGateways,
  DescribeFlowLogs: describeFlowLogs,
  DescribeImages: describeImages,
  DescribeInstanceAttribute: describeInstanceAttribute,
  DescribeInstanceCreditSpecifications: describeInstanceCreditSpecifications,
  DescribeInstanceStatus: describeInstanceStatus,
  DescribeInstanceTypeOfferings: describeInstanceTypeOfferings,
  DescribeInstanceTypes: describeInstanceTypes,
  DescribeInstances: describeInstances,
  DescribeInternetGateways: describeInternetGateways,
  DescribeIpv6Pools: describeIpv6Pools,
  DescribeKeyPairs: describeKeyPairs,
  DescribeLaunchTemplates: describeLaunchTemplates,
  DescribeManagedPrefixLists: describeManagedPrefixLists,
  DescribeNatGateways: describeNatGateways,
  DescribeNetworkAcls: describeNetworkAcls,
  DescribeNetworkInterfaceAttribute: describeNetworkInterfaceAttribute,
  DescribeNetworkInterfacePermissions: describeNetworkInterfacePermissions,
  DescribeNetworkInterfaces: describeNetworkInterfaces,
  DescribePlacementGroups: describePlacementGroups,
  DescribePrefixLists: describePrefixLists,
  DescribePublicIpv4Pools: describePublicIpv4Pools,
  DescribeRegions: describeRegions,
  DescribeRouteTables: describeRouteTables,
  DescribeSecurityGroupReferences: describeSecurityGroupReferences,
  DescribeSecurityGroupRules: describeSecurityGroupRules,
  DescribeSecurityGroupVpcAssociations: describeSecurityGroupVpcAssociations,
  DescribeSecurityGroups: describeSecurityGroups,
  DescribeSpotInstanceRequests: describeSpotInstanceRequests,
  DescribeStaleSecurityGroups: describeStaleSecurityGroups,
  DescribeSubnets: describeSubnets,
  DescribeTags: describeTags,
  DescribeTransitGatewayAttachments: describeTransitGatewayAttachments,
  DescribeTransitGatewayVpcAttachments: describeTransitGatewayVpcAttachments,
  DescribeTransitGateways: describeTransitGateways,
  DescribeVolumes: describeVolumes,
  DescribeVpcAttribute: describeVpcAttribute,
  DescribeVpcEndpointAssociations: describeVpcEndpointAssociations,
  DescribeVpcEndpointConnectionNotifications: describeVpcEndpointConnectionNotifications,
  DescribeVpcEndpointConnections: describeVpcEndpointConnections,
  DescribeVpcEndpointServiceConfigurations: describeVpcEndpointServiceConfigurations,
  DescribeVpcEndpointServicePermissions: describeVpcEndpointServicePermissions,
  DescribeVpcEndpointServices: describeVpcEndpointServices,
  DescribeVpcEndpoints: describeVpcEndpoints,
  DescribeVpcPeeringConnections: describeVpcPeeringConnections,
  DescribeVpcs: describeVpcs,
  DescribeVpnConnections: describeVpnConnections,
  DescribeVpnGateways: describeVpnGateways,
  DetachInternetGateway: detachInternetGateway,
  DetachNetworkInterface: detachNetworkInterface,
  DisableVgwRoutePropagation: disableVgwRoutePropagation,
  DisassociateRouteTable: disassociateRouteTable,
  DisassociateSecurityGroupVpc: disassociateSecurityGroupVpc,
  DisassociateSubnetCidrBlock: disassociateSubnetCidrBlock,
  DisassociateVpcCidrBlock: disassociateVpcCidrBlock,
  EnableVgwRoutePropagation: enableVgwRoutePropagation,
  GetManagedPrefixListAssociations: getManagedPrefixListAssociations,
  GetManagedPrefixListEntries: getManagedPrefixListEntries,
  GetSecurityGroupsForVpc: getSecurityGroupsForVpc,
  ImportKeyPair: importKeyPair,
  ModifyInstanceAttribute: modifyInstanceAttribute,
  ModifyManagedPrefixList: modifyManagedPrefixList,
  ModifyNetworkInterfaceAttribute: modifyNetworkInterfaceAttribute,
  ModifySecurityGroupRules: modifySecurityGroupRules,
  ModifySubnetAttribute: modifySubnetAttribute,
  ModifyVpcAttribute: modifyVpcAttribute,
  ModifyVpcEndpoint: modifyVpcEndpoint,
  ModifyVpcEndpointConnectionNotification: modifyVpcEndpointConnectionNotification,
  ModifyVpcEndpointServiceConfiguration: modifyVpcEndpointServiceConfiguration,
  ModifyVpcEndpointServicePayerResponsibility: modifyVpcEndpointServicePayerResponsibility,
  ModifyVpcEndpointServicePermissions: modifyVpcEndpointServicePermissions,
  ModifyVpcTenancy: modifyVpcTenancy,
  RejectVpcEndpointConnections: rejectVpcEndpointConnections,
  ReplaceNetworkAclAssociation: replaceNetworkAclAssociation,
  ReplaceNetworkAclEntry: replaceNetworkAclEntry,
  ReplaceRoute: replaceRoute,
  ReplaceRouteTableAssociation: replaceRouteTableAssociation,
  ResetNetworkInterfaceAttribute: resetNetworkInterfaceAttribute,
  RestoreManagedPrefixListVersion: restoreManagedPrefixListVersion,
  RevokeSecurityGroupEgress: revokeSecurityGroupEgress,
  RevokeSecurityGroupIngress: revokeSecurityGroupIngress,
  RunInstances: runInstances,
  StartInstances: startInstances,
  StartVpcEndpointServicePrivateDnsVerification: startVpcEndpointServicePrivateDnsVerification,
  StopInstances: stopInstances,
  TerminateInstances: terminateInstances,
  UnassignIpv6Addresses: unassignIpv6Addresses,
  UnassignPrivateIpAddresses: unassignPrivateIpAddresses,
  UpdateSecurityGroupRuleDescriptionsEgress: updateSecurityGroupRuleDescriptionsEgress,
  UpdateSecurityGroupRuleDescriptionsIngress: updateSecurityGroupRuleDescriptionsIngress,
} satisfies Served<typeof sdk>
