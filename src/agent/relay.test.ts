import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emptyRelayConfig, type RelayConfig, type RelayDoor } from '../plan/relay.ts'
import { changesBetween, relayStatusOf } from './relay.ts'

const door = (key: string, more: Partial<RelayDoor> = {}): RelayDoor => ({
  ...{ key, netns: 'up.t.vpc-1', listenIp: '244.0.0.16', port: 443, owner: 'vpc-endpoint/vpce-1' },
  ...{ connectFromIp: '248.0.0.16', connectIp: '240.0.0.17', connectPort: 443, idleTimeoutMs: 350_000 },
  ...more,
})
const config = (doors: readonly RelayDoor[], more: Partial<RelayConfig> = {}): RelayConfig => ({
  ...emptyRelayConfig,
  doors: new Map(doors.map((each) => [each.key, each])),
  ...more,
})

test('only what differs is told, by content', () => {
  const before = config([door('a'), door('b'), door('c')])
  const after = config([door('a'), door('b', { idleTimeoutMs: 60_000 }), door('d')])
  const { doors, withoutDoors } = changesBetween(before, after)
  assert.deepEqual(
    doors.map(({ key }) => key),
    ['b', 'd'],
  )
  assert.deepEqual(withoutDoors, ['c'])
})

test('a renewed certificate is told, one that is not used any more goes', () => {
  const material = (certificatePem: string) => ({ certificatePem, privateKeyPem: 'key' })
  const before = config([], { certificates: new Map(['a', 'b', 'c'].map((arn) => [arn, material('old')])) })
  const certificates = new Map([
    ['a', material('old')],
    ['b', material('new')],
  ])
  const changes = changesBetween(before, config([], { certificates }))
  assert.deepEqual(changes.certificates, { b: material('new') })
  assert.deepEqual(changes.withoutCertificates, ['c'])
})

test('connections of owners that are gone end', () => {
  const before = config([], { owners: new Set(['vpc-endpoint/a', 'vpc-endpoint/b']) })
  assert.deepEqual(changesBetween(before, config([], { owners: new Set(['vpc-endpoint/b']) })).cut, ['vpc-endpoint/a'])
})

test('workers are summed up', () => {
  const worker = { pid: 1, connections: 2, accepted: 5, bytes: 7, residentMemoryBytes: 100 }
  assert.deepEqual(
    relayStatusOf({
      workers: [
        { ...worker, failures: { idle: 1 } },
        { ...worker, failures: { idle: 2, tls: 1 } },
      ],
      restarts: 3,
    }),
    {
      ...{ workers: 2, restarts: 3, connections: 4, accepted: 10, bytes: 14, residentMemoryBytes: 200 },
      failures: { idle: 3, tls: 1 },
    },
  )
  assert.equal(relayStatusOf(undefined), undefined)
})
