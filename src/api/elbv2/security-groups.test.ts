import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aContext } from '../../../test/support/fake-context.ts'
import { aLoadBalancer, aNetwork, must, throwsAwsError } from '../../../test/support/privatelink.ts'
import { createSecurityGroup } from '../ec2/create-security-group.ts'
import { deleteSecurityGroup } from '../ec2/delete-security-group.ts'
import type { OperationContext } from '../operation.ts'
import { quotas } from '../quota.ts'
import { createLoadBalancer } from './create-load-balancer.ts'
import { describeLoadBalancers } from './describe-load-balancers.ts'
import { setSecurityGroups } from './set-security-groups.ts'
import { setSubnets } from './set-subnets.ts'

const aGroup = (ctx: OperationContext, VpcId: string, GroupName: string) =>
  must(createSecurityGroup.handle({ GroupName, Description: 'g', VpcId }, ctx).GroupId)

function aGuardedLoadBalancer(ctx: OperationContext) {
  const { vpcId, subnetIds } = aNetwork(ctx)
  const groups = ['a', 'b'].map((name) => aGroup(ctx, vpcId, name))
  const request = {
    Name: 'web',
    Type: 'network',
    Scheme: 'internal',
    Subnets: [must(subnetIds[0])],
    SecurityGroups: groups,
  } as const
  const create = (more: object = {}) =>
    must(createLoadBalancer.handle({ ...request, Subnets: [...request.Subnets], ...more }, ctx).LoadBalancers?.[0])
  const made = create()
  const LoadBalancerArn = must(made.LoadBalancerArn)
  const onNodes = () => ctx.tx.by('network-interface', 'vpcId', vpcId).map((node) => node.groupIds)
  return { vpcId, subnetIds, groups, made, create, LoadBalancerArn, onNodes }
}

test('groups given at creation stand on the load balancer and on its nodes', () => {
  const ctx = aContext()
  const { groups, made, create, onNodes, LoadBalancerArn, subnetIds } = aGuardedLoadBalancer(ctx)
  assert.deepEqual(made.SecurityGroups, groups)
  assert.equal(made.EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic, 'on')
  assert.deepEqual(onNodes(), [groups])
  assert.equal(create({ SecurityGroups: groups.toReversed() }).LoadBalancerArn, LoadBalancerArn, 'the same set')
  throwsAwsError(() => create({ SecurityGroups: undefined }), 'DuplicateLoadBalancerName')
  setSubnets.handle({ LoadBalancerArn, Subnets: subnetIds }, ctx)
  assert.deepEqual(onNodes(), [groups, groups], 'a new zone’s node has them too')
  throwsAwsError(() => deleteSecurityGroup.handle({ GroupId: groups[0] }, ctx), 'DependencyViolation')
})

test('SetSecurityGroups replaces the groups and keeps what is not said about enforcement', () => {
  const ctx = aContext()
  const { vpcId, groups, LoadBalancerArn, onNodes } = aGuardedLoadBalancer(ctx)
  const [first = '', second = ''] = groups
  const set = (SecurityGroups: string[], enforcement?: 'on' | 'off') =>
    setSecurityGroups.handle(
      {
        LoadBalancerArn,
        SecurityGroups,
        ...(enforcement && { EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: enforcement }),
      },
      ctx,
    )
  const answer = (SecurityGroupIds: string[], enforcement: 'on' | 'off') => ({
    SecurityGroupIds,
    EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: enforcement,
  })
  assert.deepEqual(set([second, second], 'off'), answer([second], 'off'))
  assert.deepEqual(onNodes(), [[second]])
  assert.deepEqual(set([first]), answer([first], 'off'))
  const [described] = describeLoadBalancers.handle({}, ctx).LoadBalancers ?? []
  assert.equal(described?.EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic, 'off')

  const foreign = aGroup(ctx, aNetwork(ctx).vpcId, 'foreign')
  const many = Array.from({ length: quotas.securityGroupsPerInterface.defaultValue + 1 }, (_, n) =>
    aGroup(ctx, vpcId, `six${n}`),
  )
  throwsAwsError(() => set([]), 'InvalidConfigurationRequest', /cannot remove all security groups/)
  throwsAwsError(() => set([foreign]), 'InvalidSecurityGroup', RegExp(foreign))
  throwsAwsError(() => set(many), 'InvalidConfigurationRequest', /more than/)
  throwsAwsError(() => set([first], 'maybe' as 'on'), 'ValidationError', /enum value set: \[off, on\]/)
  assert.deepEqual(onNodes(), [[first]])
})

test('a load balancer that was created without groups never gets any', () => {
  const ctx = aContext()
  const { vpcId, subnetIds } = aNetwork(ctx)
  const LoadBalancerArn = aLoadBalancer(ctx, subnetIds)
  throwsAwsError(
    () => setSecurityGroups.handle({ LoadBalancerArn, SecurityGroups: [aGroup(ctx, vpcId, 'late')] }, ctx),
    'InvalidConfigurationRequest',
    'You cannot set security groups on a Network Load Balancer which was created without any security groups.',
  )
  const [described] = describeLoadBalancers.handle({}, ctx).LoadBalancers ?? []
  assert.deepEqual(described?.SecurityGroups, [])
  assert.equal(described && 'EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic' in described, false)
})
