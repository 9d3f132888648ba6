import type { Batch, Change, Snapshot } from '../resource/kind.ts'
import type { Listener } from '../resource/load-balancer.ts'
import type { Store } from '../state/store.ts'

type Source = Pick<Store, 'snapshot' | 'subscribe'>

/**
 * What agents are told, with only those certificates that a listener shows: a private key does not leave this process for
 * less. A certificate comes with the change by which a listener names it first.
 */
export function withUsedCertificates(
  store: Source,
  certificateOf: (arn: string) => Extract<Change, { kind: 'certificate' }>['value'],
): Source {
  /** Named once by some listener; who has it already may hear of its renewal and its end. */
  const used = new Set<string>()

  return {
    async snapshot(): Promise<Snapshot> {
      const { revision, resources } = await store.snapshot()
      for (const listener of resources.listener.values()) for (const arn of arnsOf(listener)) used.add(arn)
      const certificate = new Map([...resources.certificate].filter(([arn]) => used.has(arn)))
      return { revision, resources: { ...resources, certificate } }
    },
    subscribe: (listener) => store.subscribe((batch) => listener(narrowed(batch))),
  }

  function narrowed(batch: Batch): Batch {
    const added: Change[] = []
    for (const change of batch.changes) {
      if (change.kind !== 'listener' || !change.value) continue
      for (const arn of arnsOf(change.value)) {
        if (used.has(arn)) continue
        used.add(arn)
        added.push({ kind: 'certificate', id: arn, value: certificateOf(arn) })
      }
    }
    const changes = batch.changes.filter(({ kind, id }) => kind !== 'certificate' || used.has(id))
    return changes.length === batch.changes.length && added.length === 0
      ? batch
      : { ...batch, changes: [...added, ...changes] }
  }
}

const arnsOf = ({ certificateArn, certificateArns = [] }: Listener): readonly string[] =>
  certificateArn === undefined ? certificateArns : [certificateArn, ...certificateArns]
