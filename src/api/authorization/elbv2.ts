import { listenerArnOf } from '../../resource/load-balancer.ts'
import type { Tag } from '../../resource/tag.ts'
import type { TouchedResource } from '../identity.ts'
import type { ConditionKeys } from '../identity-context.ts'
import {
  type Entry,
  type Input,
  type Rows,
  requestTagKeys,
  resourceTagKeys,
  type Scope,
  valuesAt,
  valuesAtAny,
  wireTagsAt,
} from './row.ts'

/**
 * What every Elastic Load Balancing v2 call touches: the ARNs it names, with their tags.
 *
 * What is made has its ARN with `*` in the place of the id (observed in AWS's refusals). Tags given by a create call
 * need elasticloadbalancing:AddTags beside, with elasticloadbalancing:CreateAction.
 * Source: Service Authorization Reference, "Actions defined by AWS Elastic Load Balancing V2".
 */
const service = 'elasticloadbalancing'

function tagsOf(arn: string, { view, accountId }: Scope): readonly Tag[] | undefined {
  const found = view.get('load-balancer', arn) ?? view.get('target-group', arn) ?? view.get('listener', arn)
  return found?.ownerId === accountId ? found.tags : undefined
}

function arns(...members: readonly string[]): Entry {
  return {
    members,
    find: (input, scope) =>
      valuesAtAny(input, members).map((resource) => ({
        resource,
        keys: resourceTagKeys(service, tagsOf(resource, scope)),
      })),
  }
}

/** What is to get or lose tags. */
function tagged(member: 'Tags' | 'TagKeys'): Entry {
  return {
    members: ['ResourceArns', member],
    find: (input, scope) => {
      const removed = valuesAt(input, 'TagKeys')
      const keys = {
        ...requestTagKeys(wireTagsAt(input)),
        ...(removed.length > 0 && { 'aws:TagKeys': removed }),
      }
      return arns('ResourceArns')
        .find(input, scope)
        .map((touched) => ({ ...touched, keys: { ...touched.keys, ...keys } }))
    },
  }
}

function created(
  members: readonly string[],
  arn: (input: Input, scope: Scope) => string | undefined,
  keys: (input: Input) => ConditionKeys,
): Entry {
  return {
    members: [...members, 'Tags'],
    find: (input, scope) => {
      const resource = arn(input, scope)
      if (resource === undefined) return []
      const given = requestTagKeys(wireTagsAt(input))
      return [{ resource, keys: { ...keys(input), ...given } }, ...tagsOnCreate(resource, given, scope)]
    },
  }
}

function tagsOnCreate(resource: string, given: ConditionKeys, { operation }: Scope): readonly TouchedResource[] {
  if (!given['aws:TagKeys']) return []
  return [{ action: `${service}:AddTags`, resource, keys: { ...given, [`${service}:CreateAction`]: operation } }]
}

const arnPrefix = ({ region, accountId }: Scope) => `arn:aws:${service}:${region}:${accountId}`
const typesInArn: Readonly<Record<string, string>> = { network: 'net', gateway: 'gwy' }

const newLoadBalancer = created(
  ['Name', 'Type', 'Scheme', 'Subnets', 'SubnetMappings.SubnetId', 'SecurityGroups'],
  (input, scope) => {
    const [name] = valuesAt(input, 'Name')
    const type = typesInArn[valuesAt(input, 'Type')[0] ?? ''] ?? 'app'
    return name === undefined ? undefined : `${arnPrefix(scope)}:loadbalancer/${type}/${name}/*`
  },
  (input) => ({
    [`${service}:Scheme`]: valuesAt(input, 'Scheme')[0] ?? 'internet-facing',
    [`${service}:Subnet`]: valuesAtAny(input, ['Subnets', 'SubnetMappings.SubnetId']),
    [`${service}:SecurityGroup`]: valuesAt(input, 'SecurityGroups'),
  }),
)

const newTargetGroup = created(
  ['Name'],
  (input, scope) => {
    const [name] = valuesAt(input, 'Name')
    return name === undefined ? undefined : `${arnPrefix(scope)}:targetgroup/${name}/*`
  },
  () => ({}),
)

const listenerKeys = (input: Input): ConditionKeys => ({
  [`${service}:ListenerProtocol`]: valuesAt(input, 'Protocol')[0],
  [`${service}:SecurityPolicy`]: valuesAt(input, 'SslPolicy')[0],
})

/** CreateListener is about the load balancer; only its tags are about the listener. */
const newListener: Entry = {
  members: ['LoadBalancerArn', 'Protocol', 'SslPolicy', 'Tags'],
  find: (input, scope) => {
    const given = requestTagKeys(wireTagsAt(input))
    return arns('LoadBalancerArn')
      .find(input, scope)
      .flatMap(({ resource, keys }) => [
        { resource, keys: { ...keys, ...listenerKeys(input), ...given } },
        ...tagsOnCreate(listenerArnOf(resource, '*'), given, scope),
      ])
  },
}

const changedListener: Entry = {
  members: ['ListenerArn', 'Protocol', 'SslPolicy'],
  find: (input, scope) =>
    arns('ListenerArn')
      .find(input, scope)
      .map((touched) => ({ ...touched, keys: { ...touched.keys, ...listenerKeys(input) } })),
}

const changedPlace: Entry = {
  members: ['LoadBalancerArn', 'Subnets', 'SubnetMappings.SubnetId'],
  find: (input, scope) => {
    const subnets = valuesAtAny(input, ['Subnets', 'SubnetMappings.SubnetId'])
    return arns('LoadBalancerArn')
      .find(input, scope)
      .map((touched) => ({ ...touched, keys: { ...touched.keys, [`${service}:Subnet`]: subnets } }))
  },
}

const changedGroups: Entry = {
  members: ['LoadBalancerArn', 'SecurityGroups'],
  find: (input, scope) =>
    arns('LoadBalancerArn')
      .find(input, scope)
      .map((touched) => ({
        ...touched,
        keys: { ...touched.keys, [`${service}:SecurityGroup`]: valuesAt(input, 'SecurityGroups') },
      })),
}

const loadBalancer = [arns('LoadBalancerArn')]
const listener = [arns('ListenerArn')]
const targetGroup = [arns('TargetGroupArn')]

export const elbv2Rows: Rows = {
  CreateLoadBalancer: [newLoadBalancer],
  DeleteLoadBalancer: loadBalancer,
  ModifyLoadBalancerAttributes: loadBalancer,
  SetSubnets: [changedPlace],
  SetSecurityGroups: [changedGroups],
  SetIpAddressType: loadBalancer,
  ModifyCapacityReservation: loadBalancer,
  ModifyIpPools: loadBalancer,

  CreateListener: [newListener],
  ModifyListener: [changedListener],
  ModifyListenerAttributes: listener,
  DeleteListener: listener,
  AddListenerCertificates: listener,
  RemoveListenerCertificates: listener,
  CreateRule: listener,
  ModifyRule: [arns('RuleArn')],
  DeleteRule: [arns('RuleArn')],
  SetRulePriorities: [arns('RulePriorities.RuleArn')],

  CreateTargetGroup: [newTargetGroup],
  ModifyTargetGroup: targetGroup,
  ModifyTargetGroupAttributes: targetGroup,
  DeleteTargetGroup: targetGroup,
  RegisterTargets: targetGroup,
  DeregisterTargets: targetGroup,

  AddTags: [tagged('Tags')],
  RemoveTags: [tagged('TagKeys')],

  CreateTrustStore: '*',
  ModifyTrustStore: [arns('TrustStoreArn')],
  DeleteTrustStore: [arns('TrustStoreArn')],
  AddTrustStoreRevocations: [arns('TrustStoreArn')],
  RemoveTrustStoreRevocations: [arns('TrustStoreArn')],
  DeleteSharedTrustStoreAssociation: [arns('TrustStoreArn')],
}
