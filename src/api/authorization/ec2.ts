import {
  acrossRegions,
  deletedTags,
  eniOfAttachment,
  holding,
  instanceOfAttachment,
  keyPair,
  launch,
  loggedResources,
  namedGroup,
  newEndpointKeys,
  newKeyPair,
  passedRole,
  serviceRegionKeys,
  tableOfAssociation,
} from './ec2-entries.ts'
import {
  attributeKeys,
  created,
  createdWithTags,
  existing,
  existingOfAnyType,
  existingOrChosen,
  subnetKeys,
  vpcKey,
  withKeys,
} from './ec2-resources.ts'
import { type Entry, type Rows, valuesAt } from './row.ts'

/**
 * What every EC2 call touches.
 *
 * Source: Service Authorization Reference, "Actions defined by Amazon EC2"; reference 6.3 for PrivateLink. Two rights that
 * AWS wants beside are not asked for: route53:AssociateVPCWithHostedZone for a private name, and those of the services
 * that make interfaces on the caller's behalf.
 */
const group = existing('security-group', 'GroupId')
const instances = existing('instance', 'InstanceIds')
const service = existing('vpc-endpoint-service', 'ServiceId')
const changedService = withKeys(service, attributeKeys)
const eni = existing('network-interface', 'NetworkInterfaceId')
const vpc = existing('vpc', 'VpcId')
const subnet = existing('subnet', 'SubnetId')
const routeTable = existing('route-table', 'RouteTableId')
const networkAcl = existing('network-acl', 'NetworkAclId')
const prefixList = existing('prefix-list', 'PrefixListId')
const groupOrName: readonly Entry[] = [group, namedGroup]

export const ec2Rows: Rows = {
  // PrivateLink: reference 6.3.
  CreateVpcEndpoint: [
    vpc,
    created('vpc-endpoint', newEndpointKeys, ['ServiceName', 'ServiceRegion']),
    existing('subnet', 'SubnetIds', 'SubnetConfigurations.SubnetId'),
    existing('security-group', 'SecurityGroupIds'),
    existing('route-table', 'RouteTableIds'),
    acrossRegions('ServiceRegion'),
  ],
  ModifyVpcEndpoint: [
    existing('vpc-endpoint', 'VpcEndpointId'),
    existing('subnet', 'AddSubnetIds', 'RemoveSubnetIds', 'SubnetConfigurations.SubnetId'),
    existing('security-group', 'AddSecurityGroupIds', 'RemoveSecurityGroupIds'),
    existing('route-table', 'AddRouteTableIds', 'RemoveRouteTableIds'),
  ],
  DeleteVpcEndpoints: [existing('vpc-endpoint', 'VpcEndpointIds')],
  CreateVpcEndpointServiceConfiguration: [
    created(
      'vpc-endpoint-service',
      (input, scope) => ({
        'ec2:VpceServiceRegion': scope.region,
        'ec2:VpceMultiRegion': 'false',
        ...serviceRegionKeys('SupportedRegions')(input, scope),
      }),
      ['PrivateDnsName', 'SupportedRegions'],
    ),
    acrossRegions('SupportedRegions'),
  ],
  ModifyVpcEndpointServiceConfiguration: [
    withKeys(changedService, serviceRegionKeys('AddSupportedRegions')),
    acrossRegions('AddSupportedRegions'),
  ],
  DeleteVpcEndpointServiceConfigurations: [existing('vpc-endpoint-service', 'ServiceIds')],
  ModifyVpcEndpointServicePayerResponsibility: [changedService],
  ModifyVpcEndpointServicePermissions: [changedService],
  DescribeVpcEndpointServicePermissions: [service],
  AcceptVpcEndpointConnections: [service],
  RejectVpcEndpointConnections: [service],
  StartVpcEndpointServicePrivateDnsVerification: [service],
  CreateVpcEndpointConnectionNotification: [service, existing('vpc-endpoint', 'VpcEndpointId')],
  ModifyVpcEndpointConnectionNotification: '*',
  DeleteVpcEndpointConnectionNotifications: '*',

  CreateVpc: [created('vpc', (input) => ({ 'ec2:Tenancy': valuesAt(input, 'InstanceTenancy')[0] ?? 'default' }))],
  CreateDefaultVpc: '*',
  DeleteVpc: [vpc],
  ModifyVpcAttribute: [withKeys(vpc, attributeKeys)],
  ModifyVpcTenancy: [withKeys(vpc, attributeKeys)],
  AssociateVpcCidrBlock: [vpc],
  DisassociateVpcCidrBlock: [
    holding('vpc', 'AssociationId', (one) =>
      [...(one.cidrBlockAssociations ?? []), ...(one.ipv6CidrBlockAssociations ?? [])].map((its) => its.associationId),
    ),
  ],
  GetSecurityGroupsForVpc: [vpc],

  CreateDhcpOptions: [created('dhcp-options')],
  DeleteDhcpOptions: [existing('dhcp-options', 'DhcpOptionsId')],
  AssociateDhcpOptions: [existing('dhcp-options', 'DhcpOptionsId'), vpc],

  CreateSubnet: [
    created(
      'subnet',
      (input, scope) => ({ ...vpcKey(input, scope), 'ec2:AvailabilityZone': valuesAt(input, 'AvailabilityZone')[0] }),
      ['VpcId', 'AvailabilityZone'],
    ),
    vpc,
  ],
  CreateDefaultSubnet: '*',
  DeleteSubnet: [subnet],
  ModifySubnetAttribute: [withKeys(subnet, attributeKeys)],
  AssociateSubnetCidrBlock: [subnet],
  DisassociateSubnetCidrBlock: [holding('subnet', 'AssociationId', (one) => [one.ipv6AssociationId])],

  CreateRouteTable: [created('route-table', vpcKey, ['VpcId']), vpc],
  DeleteRouteTable: [routeTable],
  AssociateRouteTable: [routeTable, subnet, existing('internet-gateway', 'GatewayId')],
  DisassociateRouteTable: [tableOfAssociation],
  ReplaceRouteTableAssociation: [routeTable, tableOfAssociation],
  CreateRoute: [routeTable],
  ReplaceRoute: [routeTable],
  DeleteRoute: [routeTable],
  EnableVgwRoutePropagation: [routeTable],
  DisableVgwRoutePropagation: [routeTable],

  CreateInternetGateway: [created('internet-gateway')],
  DeleteInternetGateway: [existing('internet-gateway', 'InternetGatewayId')],
  AttachInternetGateway: [existing('internet-gateway', 'InternetGatewayId'), vpc],
  DetachInternetGateway: [existing('internet-gateway', 'InternetGatewayId'), vpc],

  CreateNetworkAcl: [created('network-acl', vpcKey, ['VpcId']), vpc],
  DeleteNetworkAcl: [networkAcl],
  CreateNetworkAclEntry: [networkAcl],
  DeleteNetworkAclEntry: [networkAcl],
  ReplaceNetworkAclEntry: [networkAcl],
  ReplaceNetworkAclAssociation: [
    networkAcl,
    holding('network-acl', 'AssociationId', (acl) => acl.associations.map(({ associationId }) => associationId)),
  ],

  CreateSecurityGroup: [created('security-group', vpcKey, ['VpcId']), existingOrChosen('vpc', 'VpcId')],
  DeleteSecurityGroup: groupOrName,
  AuthorizeSecurityGroupIngress: [...groupOrName, createdWithTags('security-group-rule')],
  AuthorizeSecurityGroupEgress: [group, createdWithTags('security-group-rule')],
  RevokeSecurityGroupIngress: groupOrName,
  RevokeSecurityGroupEgress: [group],
  ModifySecurityGroupRules: [group, existing('security-group-rule', 'SecurityGroupRules.SecurityGroupRuleId')],
  UpdateSecurityGroupRuleDescriptionsIngress: groupOrName,
  UpdateSecurityGroupRuleDescriptionsEgress: groupOrName,
  AssociateSecurityGroupVpc: [group, vpc],
  DisassociateSecurityGroupVpc: [group, vpc],

  CreateNetworkInterface: [
    created('network-interface', (input, scope) => subnetKeys(valuesAt(input, 'SubnetId')[0], scope), ['SubnetId']),
    subnet,
    existing('security-group', 'Groups'),
  ],
  DeleteNetworkInterface: [eni],
  ModifyNetworkInterfaceAttribute: [withKeys(eni, attributeKeys), existing('security-group', 'Groups')],
  ResetNetworkInterfaceAttribute: [eni],
  AssignPrivateIpAddresses: [eni],
  UnassignPrivateIpAddresses: [eni],
  AssignIpv6Addresses: [eni],
  UnassignIpv6Addresses: [eni],
  AttachNetworkInterface: [eni, existing('instance', 'InstanceId')],
  DetachNetworkInterface: [eniOfAttachment, instanceOfAttachment],

  RunInstances: launch,
  TerminateInstances: [instances],
  StartInstances: [instances],
  StopInstances: [instances],
  RebootInstances: [instances],
  MonitorInstances: [instances],
  UnmonitorInstances: [instances],
  ModifyInstanceAttribute: [
    withKeys(existing('instance', 'InstanceId'), attributeKeys),
    existing('security-group', 'Groups'),
  ],
  ModifyInstanceMetadataOptions: [withKeys(existing('instance', 'InstanceId'), attributeKeys)],
  ModifyPrivateDnsNameOptions: [withKeys(existing('instance', 'InstanceId'), attributeKeys)],

  CreateKeyPair: [newKeyPair],
  ImportKeyPair: [newKeyPair],
  DeleteKeyPair: [keyPair('KeyName', 'KeyPairId')],

  CreateManagedPrefixList: [created('prefix-list')],
  ModifyManagedPrefixList: [prefixList],
  DeleteManagedPrefixList: [prefixList],
  RestoreManagedPrefixListVersion: [prefixList],
  GetManagedPrefixListEntries: [prefixList],
  GetManagedPrefixListAssociations: [prefixList],

  CreateFlowLogs: [created('vpc-flow-log'), loggedResources, passedRole],
  DeleteFlowLogs: [existing('vpc-flow-log', 'FlowLogIds')],

  CreateTags: [existingOfAnyType('Tags', 'Resources')],
  DeleteTags: [deletedTags],
}
