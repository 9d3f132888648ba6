/**
 * What the resolvers say while a change is on its way to the kernel: nothing that is about to go.
 *
 * A name must not lead to an address before the kernel takes connections to it, so new addresses wait until the change is
 * made. Addresses that go must not: whoever asks for the name while the kernel is written to, and old connections are cut,
 * would be led to where nobody is. With a thousand connections tracked that was one to four seconds of a zone's outage.
 */
import type { DnsConfig, DnsRecord } from '../plan/program.ts'

/** What is known of a name, without addresses that it loses; all of the new when nothing else would be left. */
function withdraw(known: DnsRecord, next: DnsRecord): DnsRecord {
  if (known === next) return next
  const stay = (before: readonly string[] = [], after: readonly string[] = []): readonly string[] => {
    const those = before.filter((address) => after.includes(address))
    return those.length > 0 ? those : after
  }
  const { affinity, aaaa } = next
  return {
    ...next,
    a: stay(known.a, next.a),
    ...(aaaa && { aaaa: stay(known.aaaa, aaaa) }),
    ...(affinity && {
      affinity: {
        ...affinity,
        byZone: new Map(
          [...affinity.byZone].filter(
            ([zone, addresses]) => known.affinity?.byZone.get(zone)?.join() === addresses.join(),
          ),
        ),
      },
    }),
  }
}

/** @returns `known` without the names and addresses that `next` has no more */
export function withoutWithdrawn(known: DnsConfig, next: DnsConfig): DnsConfig {
  const publicNames = new Map<string, DnsRecord>()
  for (const [name, record] of known.publicNames) {
    const after = next.publicNames.get(name)
    if (after) publicNames.set(name, withdraw(record, after))
  }
  return { publicNames, vpcs: known.vpcs }
}
