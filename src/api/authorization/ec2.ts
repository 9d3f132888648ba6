import { allOwned, defaultVpcOf } from '../ec2/owned.ts'
import { groupNamed } from '../ec2/security-group.ts'
import type { TouchedResource } from '../identity.ts'
import type { ConditionKeys } from '../identity-context.ts'
import {
  attributeKeys,
  created,
  createdWithTags,
  type Ec2Type,
  ec2Arn,
  ec2Resource,
  existing,
  existingOfAnyType,
  existingOrChosen,
  requestedTags,
  serviceKeys,
  subnetKeys,
  typeOfId,
  vpcKey,
  withKeys,
} from './ec2-resources.ts'
import {
  type Entry,
  type Input,
  type Rows,
  requestTagKeys,
  resourceTagKeys,
  type Scope,
  valuesAt,
  valuesAtAny,
} from './row.ts'

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

/** A group by its name, which is one of the default VPC. */
const namedGroup: Entry = {
  members: ['GroupName'],
  find: (input, scope) => {
    const defaultVpc = defaultVpcOf({ ...scope, tx: scope.view })
    return valuesAt(input, 'GroupName').map((name) => {
      const found = defaultVpc && groupNamed(scope.view, defaultVpc.vpcId, name)
      return ec2Resource('security-group', found?.groupId ?? name, scope)
    })
  },
}
const groupOrName: readonly Entry[] = [group, namedGroup]

/** What is behind the id of an association, which names no resource that IAM knows. */
function holding<K extends 'vpc' | 'subnet' | 'route-table' | 'network-acl' | 'network-interface'>(
  type: K & Ec2Type,
  member: string,
  ids: (resource: ReturnType<typeof allOwned<K>>[number]) => readonly (string | undefined)[],
): Entry {
  return {
    members: [member],
    find: (input, scope) => {
      const [id] = valuesAt(input, member)
      if (id === undefined) return []
      const found = allOwned<K>({ ...scope, tx: scope.view }, type).find((resource) => ids(resource).includes(id))
      return [found ? ec2Resource(type, idOfHolder(found), scope) : { resource: ec2Arn(type, '*', scope) }]
    },
  }
}

function idOfHolder(holder: object): string {
  for (const name of ['networkInterfaceId', 'routeTableId', 'networkAclId', 'subnetId', 'vpcId']) {
    const id = (holder as Readonly<Record<string, unknown>>)[name]
    if (typeof id === 'string') return id
  }
  return '*'
}

const tableOfAssociation = holding('route-table', 'AssociationId', (table) =>
  table.associations.map(({ associationId }) => associationId),
)
const eniOfAttachment = holding('network-interface', 'AttachmentId', ({ attachmentId }) => [attachmentId])
const instanceOfAttachment: Entry = {
  members: ['AttachmentId'],
  find: (input, scope) => {
    const [id] = valuesAt(input, 'AttachmentId')
    const found = allOwned({ ...scope, tx: scope.view }, 'network-interface').find((one) => one.attachmentId === id)
    return found?.instanceId === undefined ? [] : [ec2Resource('instance', found.instanceId, scope)]
  },
}

/** A permission-only action of every cross-Region use of a service (reference 6.3). */
function acrossRegions(member: string): Entry {
  return {
    members: [member],
    find: (input, scope) =>
      valuesAt(input, member).some((region) => region !== scope.region)
        ? [{ action: 'vpce:AllowMultiRegion', resource: '*' }]
        : [],
  }
}

function newEndpointKeys(input: Input, scope: Scope): ConditionKeys {
  const [serviceName] = valuesAt(input, 'ServiceName')
  const [serviceRegion = scope.region] = valuesAt(input, 'ServiceRegion')
  return {
    ...(serviceName === undefined ? {} : serviceKeys(serviceName, scope)),
    'ec2:VpceServiceRegion': serviceRegion,
    'ec2:VpceMultiRegion': String(serviceRegion !== scope.region),
  }
}

const serviceRegionKeys =
  (member: string) =>
  (input: Input, scope: Scope): ConditionKeys => {
    const regions = valuesAt(input, member)
    const [privateName] = valuesAt(input, 'PrivateDnsName')
    return {
      ...(privateName === undefined ? {} : { 'ec2:VpceServicePrivateDnsName': privateName }),
      ...(regions.length > 0 && {
        'ec2:VpceSupportedRegion': regions,
        'ec2:VpceMultiRegion': String(regions.some((region) => region !== scope.region)),
      }),
    }
  }

/** A key pair's ARN has its name. */
function keyPair(...members: readonly ('KeyName' | 'KeyPairId')[]): Entry {
  return {
    members,
    find: (input, scope) => {
      const byId = valuesAt(input, 'KeyPairId').map((id) => scope.view.get('key-pair', id)?.keyName ?? id)
      return [...valuesAt(input, 'KeyName'), ...byId].map((name) => {
        const [found] = scope.view.by('key-pair', 'name', `${scope.accountId}|${scope.region}|${name}`)
        return {
          resource: ec2Arn('key-pair', name, scope),
          keys: {
            ...resourceTagKeys('ec2', found?.tags),
            'ec2:KeyPairName': name,
            'ec2:KeyPairType': found?.keyType,
          },
        }
      })
    },
  }
}

const newKeyPair: Entry = {
  members: ['KeyName', 'TagSpecifications'],
  find: (input, scope) =>
    valuesAt(input, 'KeyName').flatMap((name) =>
      requestedTags('key-pair', ec2Arn('key-pair', name, scope), input, scope),
    ),
}

/** The images, subnets and groups of a launch; what is not named the server chooses. */
const launch: readonly Entry[] = [
  existing('image', 'ImageId'),
  created('instance', (input) => ({
    'ec2:InstanceType': valuesAt(input, 'InstanceType')[0],
    'ec2:Tenancy': valuesAt(input, 'Placement.Tenancy')[0] ?? 'default',
    'ec2:AvailabilityZone': valuesAt(input, 'Placement.AvailabilityZone')[0],
  })),
  existing('network-interface', 'NetworkInterfaces.NetworkInterfaceId'),
  created(
    'network-interface',
    (input, scope) => subnetKeys(valuesAtAny(input, ['SubnetId', 'NetworkInterfaces.SubnetId'])[0], scope),
    ['SubnetId', 'NetworkInterfaces.SubnetId'],
  ),
  existingOrChosen('subnet', 'SubnetId', 'NetworkInterfaces.SubnetId'),
  existingOrChosen('security-group', 'SecurityGroupIds', 'NetworkInterfaces.Groups'),
  created('volume'),
  keyPair('KeyName'),
]

/** The role that delivers records, which the caller passes on. */
const passedRole: Entry = {
  members: ['DeliverLogsPermissionArn'],
  find: (input): readonly TouchedResource[] =>
    valuesAt(input, 'DeliverLogsPermissionArn').map((resource) => ({
      action: 'iam:PassRole',
      resource,
      keys: { 'iam:PassedToService': 'vpc-flow-logs.amazonaws.com' },
    })),
}

const loggedResources: Entry = {
  members: ['ResourceIds'],
  find: (input, scope) => valuesAt(input, 'ResourceIds').map((id) => ec2Resource(typeOfId(id), id, scope)),
}

const ofAnyType: Entry = existingOfAnyType('Tags', 'Resources')
const deletedTags: Entry = {
  members: ['Resources', 'Tags'],
  find: (input, scope) => {
    // A key alone takes the tag away whatever its value, so aws:RequestTag has only those that come with one.
    const keys = requestTagKeys(((input.Tags ?? []) as { Key?: string; Value?: string }[]).filter(({ Value }) => Value))
    const names = valuesAt(input, 'Tags.Key')
    return valuesAt(input, 'Resources').map((id) => {
      const found = ec2Resource(typeOfId(id), id, scope)
      return { ...found, keys: { ...found.keys, ...keys, ...(names.length > 0 && { 'aws:TagKeys': names }) } }
    })
  },
}

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

  CreateTags: [ofAnyType],
  DeleteTags: [deletedTags],
}
