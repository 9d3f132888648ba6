import { roleArnOf } from '../../resource/account.ts'
import { allOwned, defaultVpcOf } from '../ec2/owned.ts'
import { groupNamed } from '../ec2/security-group.ts'
import type { TouchedResource } from '../identity.ts'
import type { ConditionKeys } from '../identity-context.ts'
import {
  created,
  type Ec2Type,
  ec2Arn,
  ec2Resource,
  existing,
  existingOrChosen,
  requestedTags,
  serviceKeys,
  subnetKeys,
  typeOfId,
} from './ec2-resources.ts'
import { type Entry, type Input, requestTagKeys, resourceTagKeys, type Scope, valuesAt, valuesAtAny } from './row.ts'

/**
 * What EC2's calls touch in ways of their own: by name, by the id of an association, by what the server chooses, and the
 * condition keys that only one call has.
 */

/** A group by its name, which is one of the default VPC. */
export const namedGroup: Entry = {
  members: ['GroupName'],
  find: (input, scope) => {
    const defaultVpc = defaultVpcOf({ ...scope, tx: scope.view })
    return valuesAt(input, 'GroupName').map((name) => {
      const found = defaultVpc && groupNamed(scope.view, defaultVpc.vpcId, name)
      return ec2Resource('security-group', found?.groupId ?? name, scope)
    })
  },
}

/** What is behind the id of an association, which names no resource that IAM knows. */
export function holding<K extends 'vpc' | 'subnet' | 'route-table' | 'network-acl' | 'network-interface'>(
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

export const tableOfAssociation = holding('route-table', 'AssociationId', (table) =>
  table.associations.map(({ associationId }) => associationId),
)
export const eniOfAttachment = holding('network-interface', 'AttachmentId', ({ attachmentId }) => [attachmentId])
export const instanceOfAttachment: Entry = {
  members: ['AttachmentId'],
  find: (input, scope) => {
    const [id] = valuesAt(input, 'AttachmentId')
    const found = allOwned({ ...scope, tx: scope.view }, 'network-interface').find((one) => one.attachmentId === id)
    return found?.instanceId === undefined ? [] : [ec2Resource('instance', found.instanceId, scope)]
  },
}

/** A permission-only action of every cross-Region use of a service (reference 6.3). */
export function acrossRegions(member: string): Entry {
  return {
    members: [member],
    find: (input, scope) =>
      valuesAt(input, member).some((region) => region !== scope.region)
        ? [{ action: 'vpce:AllowMultiRegion', resource: '*' }]
        : [],
  }
}

export function newEndpointKeys(input: Input, scope: Scope): ConditionKeys {
  const [serviceName] = valuesAt(input, 'ServiceName')
  const [serviceRegion = scope.region] = valuesAt(input, 'ServiceRegion')
  return {
    ...(serviceName === undefined ? {} : serviceKeys(serviceName, scope)),
    'ec2:VpceServiceRegion': serviceRegion,
    'ec2:VpceMultiRegion': String(serviceRegion !== scope.region),
  }
}

export const serviceRegionKeys =
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
export function keyPair(...members: readonly ('KeyName' | 'KeyPairId')[]): Entry {
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

export const newKeyPair: Entry = {
  members: ['KeyName', 'TagSpecifications'],
  find: (input, scope) =>
    valuesAt(input, 'KeyName').flatMap((name) =>
      requestedTags('key-pair', ec2Arn('key-pair', name, scope), input, scope),
    ),
}

/** Who launches an instance with a profile passes on the role that is in it. */
const passedInstanceRole: Entry = {
  members: ['IamInstanceProfile.Name', 'IamInstanceProfile.Arn'],
  find: (input, { view, accountId }) =>
    valuesAtAny(input, ['IamInstanceProfile.Name', 'IamInstanceProfile.Arn']).flatMap((text) => {
      const profile = view.get('instance-profile', `${accountId}|${text.split('/').at(-1)}`)
      const roles = (profile?.roleNames ?? []).flatMap((name) => view.get('role', `${accountId}|${name}`) ?? [])
      return roles.map((role) => ({
        action: 'iam:PassRole',
        resource: roleArnOf(role),
        keys: { 'iam:PassedToService': 'ec2.amazonaws.com' },
      }))
    }),
}

/** The images, subnets and groups of a launch; what is not named the server chooses. */
export const launch: readonly Entry[] = [
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
  passedInstanceRole,
]

/** The role that delivers records, which the caller passes on. */
export const passedRole: Entry = {
  members: ['DeliverLogsPermissionArn'],
  find: (input): readonly TouchedResource[] =>
    valuesAt(input, 'DeliverLogsPermissionArn').map((resource) => ({
      action: 'iam:PassRole',
      resource,
      keys: { 'iam:PassedToService': 'vpc-flow-logs.amazonaws.com' },
    })),
}

export const loggedResources: Entry = {
  members: ['ResourceIds'],
  find: (input, scope) => valuesAt(input, 'ResourceIds').map((id) => ec2Resource(typeOfId(id), id, scope)),
}

export const deletedTags: Entry = {
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
