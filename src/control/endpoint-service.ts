import type { Settings } from '../api/settings.ts'
import type { EndpointService, PrivateDnsVerification } from '../resource/endpoint-service.ts'
import { privateZoneOf } from '../resource/vpc-endpoint.ts'
import type { Store } from '../state/store.ts'
import type { LookupTxt } from './txt-record.ts'

/**
 * Whether providers own the domains of their private DNS names (reference 5.1; docs/decisions/0010).
 *
 * A new name waits for its TXT record; when the record has not been seen for ten minutes, the proof has failed, and
 * StartVpcEndpointServicePrivateDnsVerification begins the wait anew. What is verified is looked at again once an hour:
 * a record that has gone puts the name back to waiting. Where names are trusted nobody is asked, and nobody waits.
 *
 * A resolver that does not answer proves nothing either way: it takes no verified name back.
 */
const betweenLooksMs = 15_000
const betweenChecksMs = 60 * 60 * 1000
const patienceMs = 10 * 60 * 1000

export interface VerifierOptions {
  readonly store: Pick<Store, 'peek' | 'transact'>
  readonly settings: Pick<Settings, 'privateDnsVerification'>
  readonly lookup: LookupTxt
  onVerified?(serviceId: string, state: PrivateDnsVerification['state']): void
}

export interface Verifier {
  /** Looks at whatever is due; called once a second. Resolves when all of that is decided. */
  look(now: Date): Promise<void>
}

export function createVerifier({ store, settings, lookup, onVerified }: VerifierOptions): Verifier {
  /** Proof → when it is to be looked at next. A proof that was asked for again is another one. */
  let due = new Map<string, number>()
  const underWay = new Set<string>()

  const decide = async (service: EndpointService, state: PrivateDnsVerification['state'], now: Date): Promise<void> => {
    const isWritten = await store.transact((tx) => {
      const current = tx.get('endpoint-service', service.serviceId)
      const proof = current?.privateDnsVerification
      // Whoever changed the name or asked again while we looked has begun something new.
      if (!current || !proof || proofKey(current) !== proofKey(service) || proof.state === state) return false
      tx.put('endpoint-service', {
        ...current,
        privateDnsVerification: { ...proof, state, since: now.toISOString() },
      })
      return true
    })
    if (isWritten) onVerified?.(service.serviceId, state)
  }

  const lookAt = async (service: EndpointService, now: Date): Promise<void> => {
    const proof = service.privateDnsVerification
    if (!proof) return
    const found = await isPublished(service, proof, lookup)
    if (proof.state === 'verified') {
      if (found === false) await decide(service, 'pendingVerification', now)
      return
    }
    if (found) return decide(service, 'verified', now)
    if (now.getTime() - Date.parse(proof.since) >= patienceMs) await decide(service, 'failed', now)
  }

  return {
    async look(now) {
      const [pending, verified] = store.peek((view) => [
        view.by('endpoint-service', 'verification', 'pendingVerification'),
        settings.privateDnsVerification === 'trust' ? [] : view.by('endpoint-service', 'verification', 'verified'),
      ])
      if (settings.privateDnsVerification === 'trust') {
        await Promise.all(pending.map((service) => decide(service, 'verified', now)))
        return
      }
      const before = due
      due = new Map()
      const looks: Promise<void>[] = []
      for (const service of [...pending, ...verified]) {
        const key = proofKey(service)
        const isNew = service.privateDnsVerification?.state === 'pendingVerification'
        const dueAt = before.get(key) ?? now.getTime() + (isNew ? 0 : betweenChecksMs)
        const isDue = dueAt <= now.getTime() && !underWay.has(key)
        due.set(key, isDue ? now.getTime() + (isNew ? betweenLooksMs : betweenChecksMs) : dueAt)
        if (!isDue) continue
        underWay.add(key)
        looks.push(lookAt(service, now).finally(() => underWay.delete(key)))
      }
      await Promise.all(looks)
    },
  }
}

function proofKey({ serviceId, privateDnsName, privateDnsVerification: proof }: EndpointService): string {
  return `${serviceId}|${privateDnsName}|${proof?.recordValue}|${proof?.state}|${proof?.since}`
}

/**
 * Whether the text stands at the private name or at a domain above it, with the record's own label in front or without.
 *
 * @returns undefined when some name could not be asked for and no other had the text
 */
async function isPublished(
  { privateDnsName = '' }: EndpointService,
  { recordName, recordValue }: PrivateDnsVerification,
  lookup: LookupTxt,
): Promise<boolean | undefined> {
  const labels = privateZoneOf(privateDnsName).split('.')
  // A domain of one label is nobody's.
  const domains = labels.slice(0, -1).map((_, first) => labels.slice(first).join('.'))
  const answers = await Promise.all(domains.flatMap((domain) => [lookup(`${recordName}.${domain}`), lookup(domain)]))
  if (answers.some((texts) => texts?.includes(recordValue))) return true
  return answers.includes(undefined) ? undefined : false
}
