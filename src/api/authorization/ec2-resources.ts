import type { Kind, ResourceOfKind } from '../../resource/kind.ts'
import { serviceRegionOf } from '../../resource/vpc-endpoint.ts'
import { taggableTypeOf } from '../ec2/tags.ts'
import type { TouchedResource } from '../identity.ts'
import type { ConditionKeys } from '../identity-context.ts'
import {
  type Entry,
  type Input,
  requestTagKeys,
  resourceTagKeys,
  type Scope,
  valuesAt,
  valuesAtAny,
  type WireTag,
} from './row.ts'

/**
 * EC2's resources as IAM sees them: `arn:aws:ec2:REGION:ACCOUNT:TYPE/ID`, with tags and the keys of their type.
 *
 * A resource that is not the caller's is like one that does not exist: the ARN has the caller's account and no keys, so a
 * refusal tells nothing about it.
 * Source: Service Authorization Reference, "Resource types defined by Amazon EC2"; reference 6.3 for PrivateLink.
 */
interface ResourceType<K extends Kind> {
  readonly kind: K
  /** Condition keys of an existing one, beside its tags. */
  keys(resource: ResourceOfKind[K], scope: Scope): ConditionKeys
}

const type = <K extends Kind>(kind: K, keys: ResourceType<K>['keys']): ResourceType<K> => ({ kind, keys })

type Place = Pick<Scope, 'accountId' | 'region'>

export function ec2Arn(type: string, id: string, { accountId, region }: Place): string {
  // Images belong to everybody who may use them, so their ARN has no account.
  return `arn:aws:ec2:${region}:${type === 'image' ? '' : accountId}:${type}/${id}`
}

const types = {
  vpc: type('vpc', (vpc) => ({ 'ec2:VpcID': vpc.vpcId, 'ec2:Tenancy': vpc.instanceTenancy })),
  subnet: type('subnet', (subnet, place) => ({
    'ec2:SubnetID': subnet.subnetId,
    'ec2:AvailabilityZone': subnet.availabilityZone,
    'ec2:Vpc': ec2Arn('vpc', subnet.vpcId, place),
  })),
  'security-group': type('security-group', (group, place) => ({
    'ec2:SecurityGroupID': group.groupId,
    'ec2:Vpc': ec2Arn('vpc', group.vpcId, place),
  })),
  'security-group-rule': type('security-group-rule', (rule) => ({
    'ec2:SecurityGroupRuleID': rule.securityGroupRuleId,
  })),
  'network-interface': type('network-interface', (eni, place) => ({
    'ec2:NetworkInterfaceID': eni.networkInterfaceId,
    'ec2:AvailabilityZone': eni.availabilityZone,
    'ec2:Subnet': ec2Arn('subnet', eni.subnetId, place),
    'ec2:Vpc': ec2Arn('vpc', eni.vpcId, place),
  })),
  instance: type('instance', (instance) => ({
    'ec2:InstanceID': instance.instanceId,
    'ec2:InstanceType': instance.instanceType,
    'ec2:AvailabilityZone': instance.availabilityZone,
    'ec2:Tenancy': 'default',
  })),
  'route-table': type('route-table', (table, place) => ({
    'ec2:RouteTableID': table.routeTableId,
    'ec2:Vpc': ec2Arn('vpc', table.vpcId, place),
  })),
  'internet-gateway': type('internet-gateway', (gateway) => ({ 'ec2:InternetGatewayID': gateway.internetGatewayId })),
  'network-acl': type('network-acl', (acl, place) => ({
    'ec2:NetworkAclID': acl.networkAclId,
    'ec2:Vpc': ec2Arn('vpc', acl.vpcId, place),
  })),
  'dhcp-options': type('dhcp-options', (options) => ({ 'ec2:DhcpOptionsID': options.dhcpOptionsId })),
  'prefix-list': type('managed-prefix-list', () => ({})),
  'vpc-flow-log': type('flow-log', () => ({})),
  'vpc-endpoint': type('vpc-endpoint', (endpoint, scope) => ({
    ...serviceKeys(endpoint.serviceName, scope),
    'ec2:VpceServiceRegion': serviceRegionOf(endpoint),
    'ec2:VpceMultiRegion': String(serviceRegionOf(endpoint) !== endpoint.region),
  })),
  'vpc-endpoint-service': type('endpoint-service', (service) => ({
    'ec2:VpceServicePrivateDnsName': service.privateDnsName,
    'ec2:VpceServiceRegion': service.region,
    'ec2:VpceSupportedRegion': [service.region, ...(service.supportedRegions ?? [])],
    'ec2:VpceMultiRegion': String((service.supportedRegions ?? []).length > 0),
  })),
} as const

/** Types that can be asked for and are not kept: always without keys. */
type BareType = 'image' | 'volume' | 'vpc-endpoint-service-permission'
export type Ec2Type = keyof typeof types | BareType

/** One existing resource, by its id. */
export function ec2Resource(typeName: Ec2Type, id: string, scope: Scope): TouchedResource {
  const resource = ec2Arn(typeName, id, scope)
  if (!(typeName in types)) return { resource }
  const { kind, keys } = types[typeName as keyof typeof types] as ResourceType<
    (typeof types)[keyof typeof types]['kind']
  >
  const found = scope.view.get(kind, id)
  const isHere = found?.ownerId === scope.accountId && (!('region' in found) || found.region === scope.region)
  if (!found || !isHere) return { resource }
  return {
    resource,
    keys: {
      ...keys(found, scope),
      ...resourceTagKeys('ec2', found.tags),
    },
  }
}

/** The owner of a service by its name, as ec2:VpceServiceOwner has it: an account, or `amazon` for AWS's own. */
export function serviceKeys(serviceName: string, { view }: Pick<Scope, 'view'>): ConditionKeys {
  const [service] = view.by('endpoint-service', 'serviceName', serviceName)
  const isAws = /^(com\.amazonaws\.(?!vpce\.)|aws\.)/.test(serviceName)
  return {
    'ec2:VpceServiceName': serviceName,
    'ec2:VpceServiceOwner': service?.ownerId ?? (isAws ? 'amazon' : undefined),
  }
}

/** The resources of a type that the given members name by id. */
export function existing(typeName: Ec2Type, ...members: readonly string[]): Entry {
  return {
    members,
    find: (input, scope) => valuesAtAny(input, members).map((id) => ec2Resource(typeName, id, scope)),
  }
}

/** The same where the server chooses one if none is named: which, is not known yet, so every one must be allowed. */
export function existingOrChosen(typeName: Ec2Type, ...members: readonly string[]): Entry {
  const named = existing(typeName, ...members)
  return {
    members,
    find: (input, scope) => {
      const found = named.find(input, scope)
      return found.length > 0 ? found : [{ resource: ec2Arn(typeName, '*', scope) }]
    },
  }
}

/** Resources that the members name by the ids of any type: CreateTags. */
export function existingOfAnyType(tagsMember: string, ...members: readonly string[]): Entry {
  return {
    members: [...members, tagsMember],
    find: (input, scope) => {
      const given = requestTagKeys((input[tagsMember] ?? []) as readonly WireTag[])
      return valuesAtAny(input, members).map((id) => {
        const found = ec2Resource(typeOfId(id), id, scope)
        return { ...found, keys: { ...found.keys, ...given } }
      })
    },
  }
}

/** By prefix; for an id of nothing that is known the type is left as `*`, which only a right for all types covers. */
export function typeOfId(id: string): Ec2Type {
  if (id.startsWith('vpce-svc-perm-')) return 'vpc-endpoint-service-permission'
  if (id.startsWith('pl-')) return 'prefix-list'
  if (id.startsWith('fl-')) return 'vpc-flow-log'
  return (taggableTypeOf(id)?.resourceType ?? '*') as Ec2Type
}

/**
 * What a create call makes, whose id nobody knows yet: `TYPE/*`, with the tags it is to have and the keys that follow
 * from the input. When it has tags, the caller needs ec2:CreateTags for it too, with ec2:CreateAction.
 */
export function created(
  typeName: Ec2Type | 'key-pair',
  keys: (input: Input, scope: Scope) => ConditionKeys = () => ({}),
  members: readonly string[] = [],
): Entry {
  return {
    members: [...members, 'TagSpecifications'],
    find: (input, scope) =>
      requestedTags(typeName, ec2Arn(typeName, '*', scope), input, scope).map((touched) =>
        touched.action ? touched : { ...touched, keys: { ...keys(input, scope), ...touched.keys } },
      ),
  }
}

/** A new resource with the tags it is to have, and ec2:CreateTags when there are any. */
export function requestedTags(
  typeName: string,
  resource: string,
  input: Input,
  { operation }: Scope,
): readonly TouchedResource[] {
  const keys = requestTagKeys(specifiedTags(input, typeName))
  if (!keys['aws:TagKeys']) return [{ resource }]
  return [
    { resource, keys },
    { action: 'ec2:CreateTags', resource, keys: { ...keys, 'ec2:CreateAction': operation } },
  ]
}

/** Only where the call gives it tags: rules of a security group have no right of their own otherwise. */
export function createdWithTags(typeName: Ec2Type): Entry {
  const entry = created(typeName)
  return {
    members: entry.members,
    find: (input, scope) => (specifiedTags(input, typeName).length > 0 ? entry.find(input, scope) : []),
  }
}

export function specifiedTags(input: Input, typeName: string): readonly WireTag[] {
  const specifications = (input.TagSpecifications ?? []) as readonly {
    readonly ResourceType?: string
    readonly Tags?: readonly WireTag[]
  }[]
  return specifications.flatMap(({ ResourceType, Tags }) => (ResourceType === typeName ? (Tags ?? []) : []))
}

/** The ARN of the VPC that a member names, for the key ec2:Vpc. */
export const vpcKey = (input: Input, scope: Scope): ConditionKeys => {
  const [vpcId] = valuesAt(input, 'VpcId')
  return { 'ec2:Vpc': vpcId === undefined ? undefined : ec2Arn('vpc', vpcId, scope) }
}

/** Subnet, VPC and zone of an interface that is to be made in a subnet. */
export function subnetKeys(subnetId: string | undefined, scope: Scope): ConditionKeys {
  if (subnetId === undefined) return {}
  const { keys } = ec2Resource('subnet', subnetId, scope)
  return {
    'ec2:Subnet': ec2Arn('subnet', subnetId, scope),
    'ec2:Vpc': keys?.['ec2:Vpc'],
    'ec2:AvailabilityZone': keys?.['ec2:AvailabilityZone'],
  }
}

/** Members that say which resource is meant, not what is to change. */
const isTarget = /^(DryRun|ClientToken|TagSpecifications|.*Ids?)$/

/** ec2:Attribute and ec2:Attribute/NAME of a modify call: the attributes that are being set. */
export function attributeKeys(input: Input): ConditionKeys {
  const names = Object.keys(input).filter((name) => input[name] !== undefined && !isTarget.test(name))
  const keys: Record<string, readonly string[]> = {}
  for (const name of names) {
    const direct = valuesAt(input, name)
    // AttributeBooleanValue and its like hold the value in a member of their own.
    const wanted = direct.length > 0 ? direct : valuesAt(input, `${name}.Value`)
    if (wanted.length > 0) keys[`ec2:Attribute/${name}`] = wanted
  }
  return names.length > 0 ? { ...keys, 'ec2:Attribute': names } : keys
}

/** An entry with further keys that follow from the input. */
export function withKeys(entry: Entry, keys: (input: Input, scope: Scope) => ConditionKeys): Entry {
  return {
    members: entry.members,
    find: (input, scope) => {
      const more = keys(input, scope)
      return entry.find(input, scope).map((touched) => ({ ...touched, keys: { ...touched.keys, ...more } }))
    },
  }
}
