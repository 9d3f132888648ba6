import type { PrivateDnsNameConfiguration } from '@aws-sdk/client-ec2'
import type { EndpointService, PrivateDnsVerification } from '../../resource/endpoint-service.ts'
import type { OperationContext } from '../operation.ts'
import { defaultSettings } from '../settings.ts'
import { invalidPrivateDnsName } from './errors-privatelink.ts'

const lowercaseAlphanumeric = 'abcdefghijklmnopqrstuvwxyz0123456789'
const alphanumeric = `ABCDEFGHIJKLMNOPQRSTUVWXYZ${lowercaseAlphanumeric}`

/**
 * The name that a provider gives to a service: a host name in lower case, the leftmost label of which may be `*`.
 *
 * @throws InvalidParameter
 */
export function parsePrivateDnsName(name: string): string {
  const isHostName = /^(\*\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)
  if (!isHostName || name.length > 255) throw invalidPrivateDnsName(name)
  return name
}

/**
 * The proof that is asked for with a new name: a TXT record that only the owner of the domain can publish. The words of it
 * are random, because every service needs a proof of its own (reference 5.1). control/endpoint-service.ts looks for it.
 */
export function newVerification(ctx: OperationContext): PrivateDnsVerification {
  return {
    state: 'pendingVerification',
    recordName: `_${ctx.randomText(20, lowercaseAlphanumeric)}`,
    recordValue: `vpce:${ctx.randomText(20, alphanumeric)}`,
    since: ctx.now.toISOString(),
  }
}

/**
 * The service as it is kept: where names are trusted, a new one is verified as soon as it is told, so that no script has to
 * wait. The answer to who gave it says `pendingVerification`, as AWS's does.
 */
export function asTrusted(ctx: OperationContext, service: EndpointService): EndpointService {
  const { privateDnsVerification: proof } = service
  const { privateDnsVerification: mode } = ctx.settings ?? defaultSettings
  if (mode !== 'trust' || proof?.state !== 'pendingVerification') return service
  return { ...service, privateDnsVerification: { ...proof, state: 'verified' } }
}

/** What a service has of a private name, when it is given this one. The same name again changes nothing. */
export function withPrivateDnsName(
  ctx: OperationContext,
  service: EndpointService,
  wanted: string | undefined,
): EndpointService {
  const { privateDnsName: old, privateDnsVerification: _, ...rest } = service
  if (wanted === undefined) return rest
  const privateDnsName = parsePrivateDnsName(wanted)
  return privateDnsName === old ? service : { ...rest, privateDnsName, privateDnsVerification: newVerification(ctx) }
}

/** Empty for a service without a private name, as AWS shows it. `Name` is the leftmost label only (reference 15.18). */
export function describePrivateDns({ privateDnsVerification: proof }: EndpointService): PrivateDnsNameConfiguration {
  return proof ? { State: proof.state, Type: 'TXT', Value: proof.recordValue, Name: proof.recordName } : {}
}
