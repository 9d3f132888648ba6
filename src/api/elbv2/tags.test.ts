import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aContext } from '../../../test/support/fake-context.ts'
import { aListener, aLoadBalancer, aNetwork, aTargetGroup, throwsAwsError } from '../../../test/support/privatelink.ts'
import { addTags } from './add-tags.ts'
import { describeTags } from './describe-tags.ts'
import { removeTags } from './remove-tags.ts'

test('tags of load balancers, target groups and listeners: add, replace, remove', () => {
  const ctx = aContext()
  const { vpcId, subnetIds } = aNetwork(ctx)
  const loadBalancer = aLoadBalancer(ctx, subnetIds)
  const group = aTargetGroup(ctx, vpcId)
  const ResourceArns = [loadBalancer, group, aListener(ctx, loadBalancer, group)]
  const tags = () =>
    describeTags
      .handle({ ResourceArns }, ctx)
      .TagDescriptions?.map(({ Tags = [] }) => Tags.map(({ Key, Value }) => `${Key}=${Value}`).join())

  addTags.handle({ ResourceArns, Tags: [{ Key: 'a', Value: '1' }, { Key: 'b' }] }, ctx)
  assert.deepEqual(tags(), ['a=1,b=', 'a=1,b=', 'a=1,b='])
  addTags.handle({ ResourceArns: [group], Tags: [{ Key: 'a', Value: '2' }] }, ctx)
  removeTags.handle({ ResourceArns: [loadBalancer], TagKeys: ['b', 'nope'] }, ctx)
  assert.deepEqual(tags(), ['a=1', 'a=2,b=', 'a=1,b='])
})

test('refused tags and resources', () => {
  const ctx = aContext()
  const arn = aLoadBalancer(ctx, aNetwork(ctx).subnetIds)
  const many = (count: number) => Array.from({ length: count }, (_, i) => ({ Key: `k${i}`, Value: 'v' }))
  addTags.handle({ ResourceArns: [arn], Tags: many(50) }, ctx)
  for (const [ResourceArns, Tags, code] of [
    [[arn], [{ Key: 'one more', Value: 'v' }], 'TooManyTags'],
    [[arn], [{ Key: 'a' }, { Key: 'a' }], 'DuplicateTagKeys'],
    [[arn], [{ Key: 'aws:a' }], 'ValidationError'],
    [[arn], [{ Key: '' }], 'ValidationError'],
    [[arn], [{ Key: 'a', Value: 'x'.repeat(257) }], 'ValidationError'],
    [[`${arn}0`], [{ Key: 'a' }], 'LoadBalancerNotFound'],
    [[arn.replace('loadbalancer/net', 'targetgroup')], [{ Key: 'a' }], 'TargetGroupNotFound'],
    [[arn.replace('loadbalancer', 'listener')], [{ Key: 'a' }], 'ListenerNotFound'],
    [[arn.replace('loadbalancer/net', 'truststore')], [{ Key: 'a' }], 'TrustStoreNotFound'],
    [['arn:aws:s3:::bucket'], [{ Key: 'a' }], 'ValidationError'],
  ] as const) {
    throwsAwsError(() => addTags.handle({ ResourceArns: [...ResourceArns], Tags: [...Tags] }, ctx), code)
  }
  throwsAwsError(() => describeTags.handle({ ResourceArns: Array(21).fill(arn) }, ctx), 'ValidationError', /20/)
})
