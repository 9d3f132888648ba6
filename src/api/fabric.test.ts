import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeTransaction } from '../../test/support/fake-context.ts'
import { lastFabricAddress } from '../resource/fabric.ts'
import { allocateFabricIp } from './fabric.ts'

test('fabric addresses go up from the first one and are never given twice', () => {
  const tx = new FakeTransaction()
  assert.deepEqual(
    [allocateFabricIp(tx), allocateFabricIp(tx), allocateFabricIp(tx)],
    ['240.0.0.16', '240.0.0.17', '240.0.0.18'],
  )
})

test('fabric addresses end before those of the relay', () => {
  const tx = new FakeTransaction()
  tx.put('fabric', { nextAddress: lastFabricAddress })
  assert.equal(allocateFabricIp(tx), '243.255.255.255')
  assert.throws(() => allocateFabricIp(tx), /fabric addresses are exhausted/)
})
