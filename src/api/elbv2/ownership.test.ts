import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aContext } from '../../../test/support/fake-context.ts'
import {
  aListener,
  aLoadBalancer,
  aNetwork,
  anInstance,
  aTargetGroup,
  consumer,
  must,
  provider,
  throwsAwsError,
} from '../../../test/support/privatelink.ts'
import { createSecurityGroup } from '../ec2/create-security-group.ts'
import type { OperationContext } from '../operation.ts'
import { addTags } from './add-tags.ts'
import { createLoadBalancer } from './create-load-balancer.ts'
import { deleteListener } from './delete-listener.ts'
import { deleteLoadBalancer } from './delete-load-balancer.ts'
import { deleteTargetGroup } from './delete-target-group.ts'
import { deregisterTargets } from './deregister-targets.ts'
import { describeListeners } from './describe-listeners.ts'
import { describeLoadBalancerAttributes } from './describe-load-balancer-attributes.ts'
import { describeLoadBalancers } from './describe-load-balancers.ts'
import { describeTargetGroups } from './describe-target-groups.ts'
import { describeTargetHealth } from './describe-target-health.ts'
import { modifyListener } from './modify-listener.ts'
import { modifyTargetGroup } from './modify-target-group.ts'
import { registerTargets } from './register-targets.ts'

const owner = aContext({ accountId: provider })
const { vpcId, subnetIds, subnetId } = aNetwork(owner)
const LoadBalancerArn = aLoadBalancer(owner, subnetIds)
const TargetGroupArn = aTargetGroup(owner, vpcId)
const ListenerArn = aListener(owner, LoadBalancerArn, TargetGroupArn)
const securityGroup = must(
  createSecurityGroup.handle({ GroupName: 'g', Description: 'g', VpcId: vpcId }, owner).GroupId,
)
const Targets = [{ Id: anInstance(owner, subnetId) }]

for (const [who, ctx] of [
  ['another account', aContext({ accountId: consumer, tx: owner.tx })],
  ['the same account in another Region', aContext({ accountId: provider, region: 'eu-west-1', tx: owner.tx })],
] as const) {
  const network = aNetwork(ctx)
  const internal = { Name: 'mine', Type: 'network', Scheme: 'internal' } as const
  const uses: readonly (readonly [string, (ctx: OperationContext) => unknown])[] = [
    ['LoadBalancerNotFound', (c) => describeLoadBalancers.handle({ LoadBalancerArns: [LoadBalancerArn] }, c)],
    ['LoadBalancerNotFound', (c) => describeLoadBalancers.handle({ Names: ['web'] }, c)],
    ['LoadBalancerNotFound', (c) => describeLoadBalancerAttributes.handle({ LoadBalancerArn }, c)],
    ['LoadBalancerNotFound', (c) => describeListeners.handle({ LoadBalancerArn }, c)],
    ['LoadBalancerNotFound', (c) => describeTargetGroups.handle({ LoadBalancerArn }, c)],
    ['LoadBalancerNotFound', (c) => addTags.handle({ ResourceArns: [LoadBalancerArn], Tags: [{ Key: 'k' }] }, c)],
    ['LoadBalancerNotFound', (c) => aListener(c, LoadBalancerArn, TargetGroupArn, 81)],
    ['TargetGroupNotFound', (c) => describeTargetGroups.handle({ TargetGroupArns: [TargetGroupArn] }, c)],
    ['TargetGroupNotFound', (c) => describeTargetGroups.handle({ Names: ['web'] }, c)],
    ['TargetGroupNotFound', (c) => describeTargetHealth.handle({ TargetGroupArn }, c)],
    ['TargetGroupNotFound', (c) => modifyTargetGroup.handle({ TargetGroupArn }, c)],
    ['TargetGroupNotFound', (c) => registerTargets.handle({ TargetGroupArn, Targets }, c)],
    ['TargetGroupNotFound', (c) => deregisterTargets.handle({ TargetGroupArn, Targets }, c)],
    ['TargetGroupNotFound', (c) => aListener(c, aLoadBalancer(c, network.subnetIds), TargetGroupArn)],
    ['ListenerNotFound', (c) => describeListeners.handle({ ListenerArns: [ListenerArn] }, c)],
    ['ListenerNotFound', (c) => modifyListener.handle({ ListenerArn, Port: 81 }, c)],
    ['ListenerNotFound', (c) => deleteListener.handle({ ListenerArn }, c)],
    ['SubnetNotFound', (c) => createLoadBalancer.handle({ ...internal, Subnets: subnetIds }, c)],
    [
      'InvalidSecurityGroup',
      (c) => createLoadBalancer.handle({ ...internal, Subnets: network.subnetIds, SecurityGroups: [securityGroup] }, c),
    ],
    ['ValidationError', (c) => aTargetGroup(c, vpcId)],
    ['InvalidTarget', (c) => registerTargets.handle({ TargetGroupArn: aTargetGroup(c, network.vpcId), Targets }, c)],
  ]
  test(`${who} finds, uses and deletes nothing`, () => {
    for (const [code, use] of uses) {
      throwsAwsError(() => use(ctx), code)
    }
    deleteLoadBalancer.handle({ LoadBalancerArn }, ctx)
    deleteTargetGroup.handle({ TargetGroupArn }, ctx)
    assert.ok(owner.tx.get('load-balancer', LoadBalancerArn))
    assert.ok(owner.tx.get('target-group', TargetGroupArn))
    assert.ok(owner.tx.get('listener', ListenerArn))
  })
}

test('names are unique per account and Region, not beyond', () => {
  for (const ctx of [
    aContext({ accountId: consumer, tx: owner.tx, seed: 'names' }),
    aContext({ accountId: provider, region: 'us-west-2', tx: owner.tx }),
  ]) {
    const network = aNetwork(ctx)
    aLoadBalancer(ctx, network.subnetIds, 'web2')
    aTargetGroup(ctx, network.vpcId, { Name: 'web2' })
    const { LoadBalancers } = describeLoadBalancers.handle({ Names: ['web2'] }, ctx)
    assert.equal(LoadBalancers?.[0]?.VpcId, network.vpcId)
  }
})
