import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Certificate } from '../resource/certificate.ts'
import type { Batch, Change, Snapshot } from '../resource/kind.ts'
import type { Listener } from '../resource/load-balancer.ts'
import { withUsedCertificates } from './certificate.ts'

const certificate = (certificateArn: string): Certificate => ({ certificateArn }) as Certificate
const listener = (...certificateArns: string[]): Listener =>
  ({ listenerArn: 'listener', certificateArn: certificateArns[0], certificateArns }) as unknown as Listener

function aSource(resources: Partial<Record<string, ReadonlyMap<string, unknown>>>) {
  const batches: Batch[] = []
  let say: (batch: Batch) => void = () => {}
  const source = withUsedCertificates(
    {
      snapshot: async () =>
        ({
          revision: 1,
          resources: { listener: new Map(), certificate: new Map(), ...resources },
        }) as unknown as Snapshot,
      subscribe(listen) {
        say = listen
        return () => {}
      },
    },
    certificate,
  )
  source.subscribe((batch) => batches.push(batch))
  const told = (...changes: Change[]): readonly string[] => {
    say({ revision: 2, at: '', changes })
    return (batches.at(-1)?.changes ?? []).map(({ kind, id, value }) => `${kind} ${id}${value ? '' : ' gone'}`)
  }
  return { source, told }
}

test('of all certificates a snapshot has those that a listener shows', async () => {
  const { source } = aSource({
    listener: new Map([['listener', listener('a')]]),
    certificate: new Map(['a', 'b'].map((arn) => [arn, certificate(arn)])),
  })
  assert.deepEqual([...(await source.snapshot()).resources.certificate.keys()], ['a'])
})

test('a certificate comes with the listener that names it first, and is followed from then on', () => {
  const { told } = aSource({})
  const of = (arn: string, value: Certificate | undefined = certificate(arn)): Change => ({
    kind: 'certificate',
    id: arn,
    value,
  })
  assert.deepEqual(told(of('a')), [])
  assert.deepEqual(told({ kind: 'listener', id: 'listener', value: listener('a', 'b') }), [
    'certificate a',
    'certificate b',
    'listener listener',
  ])
  assert.deepEqual(told({ kind: 'listener', id: 'listener', value: listener('a', 'c') }), [
    'certificate c',
    'listener listener',
  ])
  assert.deepEqual(told(of('a'), of('d')), ['certificate a'])
  assert.deepEqual(told({ kind: 'certificate', id: 'b', value: undefined }), ['certificate b gone'])
})
