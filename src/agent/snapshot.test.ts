import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aWorld } from '../../test/support/world.ts'
import { applyChanges } from './snapshot.ts'

test('changes of other kinds are passed over, values keep their identity', () => {
  const { world, provider } = aWorld()
  const snapshot = world.snapshot()
  const before = snapshot.resources.vpc.get(provider.vpc.vpcId)
  const next = applyChanges(snapshot, 99, [
    { kind: 'client-token', id: 'x', value: undefined },
    { kind: 'listener', id: provider.listener.listenerArn, value: undefined },
  ])
  assert.equal(next.revision, 99)
  assert.equal(next.resources.listener.size, 0)
  assert.equal(next.resources.vpc.get(provider.vpc.vpcId), before)
})
