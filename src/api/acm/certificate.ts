import { createHash, X509Certificate } from 'node:crypto'
import type { CertificateDetail, CertificateSummary, KeyUsageName } from '@aws-sdk/client-acm'
import type { Certificate } from '../../resource/certificate.ts'
import type { OperationContext } from '../operation.ts'
import * as errors from './errors.ts'
import { keyUsageOf } from './x509.ts'

const arnPattern = String.raw`arn:[\w+=/,.@-]+:acm:[\w+=/,.@-]*:[0-9]+:[\w+=,.@-]+(/[\w+=,.@-]+)*`
const arn = new RegExp(`^${arnPattern}$`)

/** The caller's certificate of this region; another account's is not found, as on AWS. */
export function findCertificate(
  ctx: OperationContext,
  certificateArn: string | undefined,
  member = 'certificateArn',
): Certificate {
  if (!arn.test(certificateArn ?? '')) {
    throw errors.constraintViolated(
      certificateArn ?? '',
      member,
      `Member must satisfy regular expression pattern: ${arnPattern}`,
    )
  }
  const certificate = ctx.tx.get('certificate', certificateArn)
  if (!certificate || certificate.accountId !== ctx.accountId || certificate.region !== ctx.region) {
    throw errors.certificateNotFound(certificateArn ?? '')
  }
  return certificate
}

/** The load balancers whose listeners show it. */
export function inUseBy({ tx }: OperationContext, { certificateArn }: Certificate): string[] {
  const listeners = tx.by('listener', 'certificateArn', certificateArn)
  return [...new Set(listeners.map((listener) => listener.loadBalancerArn))]
}

export function statusOf({ now }: OperationContext, { notAfter }: Certificate): 'ISSUED' | 'EXPIRED' {
  return Date.parse(notAfter) <= now.getTime() ? 'EXPIRED' : 'ISSUED'
}

/** By the numbers of their bits (RFC 5280, 4.2.1.3). */
const keyUsageNames: readonly KeyUsageName[] = [
  'DIGITAL_SIGNATURE',
  'NON_REPUDIATION',
  'KEY_ENCIPHERMENT',
  'DATA_ENCIPHERMENT',
  'KEY_AGREEMENT',
  'CERTIFICATE_SIGNING',
  'CRL_SIGNING',
  'ENCIPHER_ONLY',
  'DECIPHER_ONLY',
]

const extendedKeyUsageNames = {
  '1.3.6.1.5.5.7.3.1': 'TLS_WEB_SERVER_AUTHENTICATION',
  '1.3.6.1.5.5.7.3.2': 'TLS_WEB_CLIENT_AUTHENTICATION',
  '1.3.6.1.5.5.7.3.3': 'CODE_SIGNING',
  '1.3.6.1.5.5.7.3.4': 'EMAIL_PROTECTION',
  '1.3.6.1.5.5.7.3.5': 'IPSEC_END_SYSTEM',
  '1.3.6.1.5.5.7.3.6': 'IPSEC_TUNNEL',
  '1.3.6.1.5.5.7.3.7': 'IPSEC_USER',
  '1.3.6.1.5.5.7.3.8': 'TIME_STAMPING',
  '1.3.6.1.5.5.7.3.9': 'OCSP_SIGNING',
  '2.5.29.37.0': 'ANY',
} as const

const extendedKeyUsageName = (oid: string) =>
  extendedKeyUsageNames[oid as keyof typeof extendedKeyUsageNames] ?? 'CUSTOM'

/** OpenSSL reads a certificate whose extensions nobody can; such a one has no usage to tell. */
function readKeyUsage(der: Buffer): readonly number[] | undefined {
  try {
    return keyUsageOf(der)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** What is read from the certificate itself, in ACM's names. */
export function usagesOf(certificate: X509Certificate) {
  return {
    keyUsages: (readKeyUsage(certificate.raw) ?? []).flatMap((bit) => keyUsageNames[bit] ?? []),
    // Node calls the extended key usage so; a certificate without the extension has none.
    extendedKeyUsages: (certificate.keyUsage ?? []).map((OID) => ({ Name: extendedKeyUsageName(OID), OID })),
  }
}

/** A certificate as DescribeCertificate shows it: everything but its key. */
export function describeCertificate(ctx: OperationContext, certificate: Certificate): CertificateDetail {
  const parsed = new X509Certificate(certificate.certificatePem)
  const { keyUsages, extendedKeyUsages } = usagesOf(parsed)
  return {
    CertificateArn: certificate.certificateArn,
    DomainName: certificate.domainName,
    SubjectAlternativeNames: [...certificate.subjectAlternativeNames],
    ...ofIssued(certificate),
    Serial: parsed.serialNumber.toLowerCase().match(/../g)?.join(':') ?? '',
    Subject: oneLine(parsed.subject),
    Issuer: oneLine(parsed.issuer),
    CreatedAt: new Date(certificate.createdAt),
    ...(certificate.type === 'IMPORTED' && { ImportedAt: issuedAt(certificate) }),
    Status: statusOf(ctx, certificate),
    NotBefore: new Date(certificate.notBefore),
    NotAfter: new Date(certificate.notAfter),
    KeyAlgorithm: certificate.keyAlgorithm,
    SignatureAlgorithm: signatureAlgorithmName(parsed.signatureAlgorithm ?? ''),
    InUseBy: inUseBy(ctx, certificate),
    Type: certificate.type,
    KeyUsages: keyUsages.map((Name) => ({ Name })),
    ExtendedKeyUsages: extendedKeyUsages,
    RenewalEligibility: renewalEligibility(certificate),
    Options: {
      CertificateTransparencyLoggingPreference: certificate.type === 'IMPORTED' ? 'DISABLED' : 'ENABLED',
      Export: certificate.exportOption ?? 'DISABLED',
    },
  }
}

const issuedAt = ({ issuedAt: at, createdAt }: Certificate): Date => new Date(at ?? createdAt)

/** `C=US, O=Example, CN=www.example.com`: Node has one attribute a line. */
const oneLine = (name: string): string => name.split('\n').join(', ')

function ofIssued(certificate: Certificate): Partial<CertificateDetail> {
  if (certificate.type === 'IMPORTED') return {}
  return {
    IssuedAt: issuedAt(certificate),
    DomainValidationOptions: certificate.subjectAlternativeNames.map((name) => describeValidation(certificate, name)),
  }
}

/**
 * The proof of ownership that AWS would ask for. It is not asked for here, the authority being the account's own: the record
 * is the same for one account and name, so that tools which create it in DNS do no harm.
 */
function describeValidation({ accountId, validationMethod = 'EMAIL' }: Certificate, domainName: string) {
  const domain = domainName.replace(/^\*\./, '')
  const digest = createHash('sha256').update(`${accountId} ${domain}`).digest('hex')
  return {
    DomainName: domainName,
    ValidationDomain: domainName,
    ValidationStatus: 'SUCCESS' as const,
    ValidationMethod: validationMethod,
    ...(validationMethod === 'DNS' && {
      ResourceRecord: {
        Name: `_${digest.slice(0, 32)}.${domain}.`,
        Type: 'CNAME' as const,
        Value: `_${digest.slice(32, 64)}.acm-validations.aws.`,
      },
    }),
  }
}

/** OpenSSL's `ecdsa-with-SHA256` and `sha256WithRSAEncryption` in ACM's manner. */
function signatureAlgorithmName(name: string): string {
  const hash = /sha(\d+)/i.exec(name)?.[1]
  if (hash === undefined) return name
  return `SHA${hash}WITH${/ecdsa/i.test(name) ? 'ECDSA' : 'RSA'}`
}

export function renewalEligibility({ type, exportOption }: Certificate): 'ELIGIBLE' | 'INELIGIBLE' {
  return type === 'AMAZON_ISSUED' && exportOption === 'ENABLED' ? 'ELIGIBLE' : 'INELIGIBLE'
}

/** Names that a line of ListCertificates shows; more are told by `HasAdditionalSubjectAlternativeNames`. */
const shownNames = 100

/** A certificate as ListCertificates shows it. */
export function summarizeCertificate(ctx: OperationContext, certificate: Certificate): CertificateSummary {
  const parsed = new X509Certificate(certificate.certificatePem)
  const { keyUsages, extendedKeyUsages } = usagesOf(parsed)
  const isImported = certificate.type === 'IMPORTED'
  return {
    CertificateArn: certificate.certificateArn,
    DomainName: certificate.domainName,
    SubjectAlternativeNameSummaries: certificate.subjectAlternativeNames.slice(0, shownNames),
    HasAdditionalSubjectAlternativeNames: certificate.subjectAlternativeNames.length > shownNames,
    Status: statusOf(ctx, certificate),
    Type: certificate.type,
    KeyAlgorithm: certificate.keyAlgorithm,
    KeyUsages: keyUsages,
    ExtendedKeyUsages: extendedKeyUsages.map(({ Name }) => Name),
    ExportOption: certificate.exportOption ?? 'DISABLED',
    InUse: inUseBy(ctx, certificate).length > 0,
    Exported: certificate.exported ?? false,
    RenewalEligibility: renewalEligibility(certificate),
    NotBefore: new Date(certificate.notBefore),
    NotAfter: new Date(certificate.notAfter),
    CreatedAt: new Date(certificate.createdAt),
    ...(isImported ? { ImportedAt: issuedAt(certificate) } : { IssuedAt: issuedAt(certificate) }),
  }
}
