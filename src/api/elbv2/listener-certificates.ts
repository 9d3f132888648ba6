import type { Certificate as WireCertificate } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Certificate } from '../../resource/certificate.ts'
import type { AlpnPolicy, Listener } from '../../resource/load-balancer.ts'
import { defaultSslPolicyName, sslPolicyOf } from '../../resource/ssl-policy.ts'
import type { OperationContext } from '../operation.ts'
import * as errors from './errors.ts'

/** What a TLS listener needs beside its port: certificates, a security policy, an ALPN policy. */
export type TlsSettings = Pick<Listener, 'certificateArn' | 'certificateArns' | 'sslPolicy' | 'alpnPolicy'>

interface TlsInput {
  readonly Certificates?: readonly WireCertificate[] | undefined
  readonly SslPolicy?: string | undefined
  readonly AlpnPolicy?: readonly string[] | undefined
}

const alpnPolicies: readonly AlpnPolicy[] = ['HTTP1Only', 'HTTP2Only', 'HTTP2Optional', 'HTTP2Preferred', 'None']

/**
 * The TLS settings of a listener after a request; nothing for the other protocols, which can have none.
 *
 * @param old  the listener that is modified: what is not named stays, and its SNI list is not touched
 * @throws CertificateNotFound, UnsupportedCertificate, SSLPolicyNotFound, ALPNPolicyNotFound, ValidationError
 */
export function parseTlsSettings(
  ctx: OperationContext,
  input: TlsInput,
  protocol: Listener['protocol'],
  old: TlsSettings = {},
): TlsSettings {
  if (protocol !== 'TLS') {
    if (input.SslPolicy) throw errors.tlsOnly('An SSL policy', protocol)
    if (input.Certificates?.length) throw errors.tlsOnly('A certificate', protocol)
    if (input.AlpnPolicy?.some((name) => name !== 'None')) throw errors.tlsOnly('An ALPN policy', protocol)
    return {}
  }
  const certificateArn = input.Certificates?.length
    ? parseOneCertificate(ctx, input.Certificates).certificateArn
    : old.certificateArn
  if (certificateArn === undefined) throw errors.certificateMissing()
  const sslPolicy = input.SslPolicy || old.sslPolicy || defaultSslPolicyName
  if (!sslPolicyOf(sslPolicy)) throw errors.sslPolicyNotFound(sslPolicy)
  const alpnPolicy = input.AlpnPolicy === undefined ? old.alpnPolicy : parseAlpnPolicy(input.AlpnPolicy)
  return {
    certificateArn,
    certificateArns: [certificateArn, ...sniList(old)],
    sslPolicy,
    ...(alpnPolicy && { alpnPolicy }),
  }
}

/** The certificates that were added beside the default one. */
export function sniList(listener: TlsSettings): readonly string[] {
  return listener.certificateArns?.slice(1) ?? []
}

function parseAlpnPolicy(names: readonly string[]): AlpnPolicy | undefined {
  const [name, ...others] = names
  if (others.length > 0) throw errors.validationError('Only one ALPN policy can be specified for a listener')
  if (name === undefined) return undefined
  const policy = alpnPolicies.find((known) => known === name)
  if (!policy) throw errors.alpnPolicyNotFound(name)
  return policy
}

/** The one certificate that a call may name; `IsDefault` is AWS's to say. */
export function parseOneCertificate(
  ctx: OperationContext,
  certificates: readonly WireCertificate[] | undefined,
): Certificate {
  return findCertificate(ctx, parseOneCertificateArn(certificates))
}

export function parseOneCertificateArn(certificates: readonly WireCertificate[] | undefined): string {
  const [only, ...others] = certificates ?? []
  if (!only || others.length > 0) throw errors.validationError('Exactly one certificate must be specified')
  if (only.IsDefault !== undefined) {
    throw errors.validationError("'IsDefault' cannot be specified for a certificate")
  }
  if (!only.CertificateArn) throw errors.validationError('A certificate ARN must be specified')
  return only.CertificateArn
}

/** The caller's certificate of this region, when a load balancer can show it: RSA up to 3072 bits, or any curve. */
function findCertificate(ctx: OperationContext, arn: string): Certificate {
  const certificate = ctx.tx.get('certificate', arn)
  if (!certificate || certificate.accountId !== ctx.accountId || certificate.region !== ctx.region) {
    throw errors.certificateNotFound(arn)
  }
  const hasEnded = Date.parse(certificate.notAfter) <= ctx.now.getTime()
  if (certificate.keyAlgorithm === 'RSA_4096' || !certificate.domainName.includes('.') || hasEnded) {
    throw errors.unsupportedCertificate(arn)
  }
  return certificate
}
