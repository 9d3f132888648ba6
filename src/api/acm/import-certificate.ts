import { randomUUID, type X509Certificate } from 'node:crypto'
import type { ImportCertificateRequest, ImportCertificateResponse } from '@aws-sdk/client-acm'
import { type Certificate, certificateArnOf } from '../../resource/certificate.ts'
import type { Operation, OperationContext } from '../operation.ts'
import { findCertificate } from './certificate.ts'
import * as errors from './errors.ts'
import { badImport } from './errors.ts'
import { domainNamesOf, keyAlgorithmOf, parseCertificates, parsePrivateKey, privateKeyPem } from './pem.ts'
import { mergeTags } from './tags.ts'

/** Sizes of the members in bytes (ACM API Reference). */
const maxBytes = { certificate: 32_768, privateKey: 5_120, certificateChain: 2_097_152 }

/**
 * Stores a certificate that somebody else issued, with its key; with an ARN it replaces one that was imported before, and
 * listeners show the new one from then on. All is checked before: the key is the certificate's, the chain leads from it.
 * Source: ACM API Reference, ImportCertificate; ACM User Guide, "Prerequisites for importing".
 *
 * @throws ValidationException, ResourceNotFoundException, InvalidTagException, TooManyTagsException
 */
export const importCertificate: Operation<ImportCertificateRequest, ImportCertificateResponse> = {
  action: 'acm:ImportCertificate',
  kind: 'write',

  handle(input, ctx) {
    const imported = parseImport(input, ctx)
    if (input.CertificateArn !== undefined) {
      const old = findCertificate(ctx, input.CertificateArn)
      checkReplacement(old, imported, input.Tags?.length ?? 0)
      ctx.tx.put('certificate', {
        ...withoutChain(old),
        ...imported,
        issuedAt: ctx.now.toISOString(),
      })
      return { CertificateArn: old.certificateArn }
    }
    const certificateArn = certificateArnOf(ctx.region, ctx.accountId, randomUUID())
    ctx.tx.put('certificate', {
      certificateArn,
      accountId: ctx.accountId,
      region: ctx.region,
      type: 'IMPORTED',
      ...imported,
      createdAt: ctx.now.toISOString(),
      issuedAt: ctx.now.toISOString(),
      tags: mergeTags([], input.Tags),
    })
    return { CertificateArn: certificateArn }
  },
}

type Imported = Pick<
  Certificate,
  | 'certificatePem'
  | 'chainPem'
  | 'privateKeyPem'
  | 'keyAlgorithm'
  | 'domainName'
  | 'subjectAlternativeNames'
  | 'notBefore'
  | 'notAfter'
>

function parseImport(input: ImportCertificateRequest, { now }: OperationContext): Imported {
  const certificateBytes = sized(input.Certificate, 'certificate')
  const keyBytes = sized(input.PrivateKey, 'privateKey')
  const chainBytes = input.CertificateChain && sized(input.CertificateChain, 'certificateChain')
  const [certificate, ...others] = parseCertificates(certificateBytes)
  if (!certificate) throw badImport.notPem()
  if (others.length > 0) throw badImport.severalCertificates()
  const key = parsePrivateKey(keyBytes)
  const keyAlgorithm = keyAlgorithmOf(key)
  if (!keyAlgorithm) throw badImport.keyNotSupported()
  if (!certificate.checkPrivateKey(key)) throw badImport.keyMismatch()
  const chain = chainBytes ? parseCertificates(chainBytes, badImport.chainNotPem) : []
  checkChain(certificate, chain)
  // Not the other way round: a date that OpenSSL cannot read is before and after nothing.
  const isValidNow = certificate.validFromDate <= now && now < certificate.validToDate
  if (!isValidNow) throw badImport.notValidNow()
  const names = domainNamesOf(certificate)
  return {
    certificatePem: certificate.toString(),
    ...(chain.length > 0 && { chainPem: chain.map(String).join('') }),
    privateKeyPem: privateKeyPem(key),
    keyAlgorithm,
    domainName: names[0] ?? '',
    subjectAlternativeNames: names,
    notBefore: certificate.validFromDate.toISOString(),
    notAfter: certificate.validToDate.toISOString(),
  }
}

function sized(bytes: Uint8Array | undefined, member: keyof typeof maxBytes): Uint8Array {
  const limit = maxBytes[member]
  if (bytes && bytes.length > 0 && bytes.length <= limit) return bytes
  throw errors.validation(
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must have length between 1 and ${limit}`,
  )
}

/** Without a chain the certificate is its own issuer; with one, each is issued by the next. */
function checkChain(certificate: X509Certificate, chain: readonly X509Certificate[]): void {
  if (chain.length === 0) {
    // Not `checkIssued`: that asks for the right to sign certificates, which a server's own need not have.
    const isSelfSigned = certificate.subject === certificate.issuer && isSignedBy(certificate, certificate)
    if (!isSelfSigned) throw badImport.notSelfSigned()
    return
  }
  let subject = certificate
  for (const issuer of chain) {
    if (!isIssuedBy(subject, issuer)) throw badImport.chainMismatch()
    subject = issuer
  }
}

/** By name and key identifier, and by the signature: `checkIssued` does not look at that. */
function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && isSignedBy(certificate, issuer)
}

/** A key or a signature of a kind that OpenSSL does not know throws, and has signed nothing. */
function isSignedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return certificate.verify(issuer.publicKey)
  } catch {
    return false
  }
}

function checkReplacement(old: Certificate, imported: Imported, tagCount: number): void {
  if (old.type !== 'IMPORTED') throw badImport.notImported(old.certificateArn)
  if (tagCount > 0) throw badImport.tagsOnReimport()
  if (old.keyAlgorithm !== imported.keyAlgorithm) throw badImport.otherKey()
  const names = new Set(imported.subjectAlternativeNames)
  const hadNames = old.subjectAlternativeNames.length > 0
  if (hadNames && !old.subjectAlternativeNames.some((name) => names.has(name))) throw badImport.otherDomains()
}

function withoutChain({ chainPem: _, ...certificate }: Certificate): Certificate {
  return certificate
}
