import { createPrivateKey, createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto'
import type { Certificate, CertificateAuthority, KeyAlgorithm } from '../../resource/certificate.ts'
import type { OperationContext } from '../operation.ts'
import { privateKeyPem } from './pem.ts'
import { issueCertificate } from './x509.ts'

/**
 * The private certificate authority of an account: made with the first certificate that it is to issue, kept for as long as the
 * account is. Clients trust its certificate, which is the chain that GetCertificate answers for every certificate it issued.
 *
 * Its key is P-256: it signs in microseconds, and every client that verifies ECDSA knows the curve.
 */

const dayMs = 86_400_000
const authorityDays = 3650
/** As ACM's own certificates have had it: 13 months. */
const certificateDays = 395

const authorityName = (accountId: string) => ({
  organization: 'Underpass',
  commonName: `Underpass private authority of account ${accountId}`,
})

/** What issuing writes into a certificate's record. */
export type Issued = Pick<
  Certificate,
  'certificatePem' | 'chainPem' | 'privateKeyPem' | 'keyAlgorithm' | 'notBefore' | 'notAfter' | 'issuedAt'
>

/** Key algorithms that AWS offers for certificates it issues without a private authority of the caller's. */
export const requestableKeyAlgorithms = ['RSA_2048', 'EC_prime256v1', 'EC_secp384r1'] as const satisfies KeyAlgorithm[]
export type RequestableKeyAlgorithm = (typeof requestableKeyAlgorithms)[number]

/**
 * Makes a key and a certificate for it. An RSA key takes a tenth of a second or so, during which nothing else is answered;
 * a key on a curve takes less than a thousandth.
 */
export function issue(
  ctx: OperationContext,
  dnsNames: readonly string[],
  keyAlgorithm: RequestableKeyAlgorithm,
): Issued {
  const authority = authorityOf(ctx)
  const { publicKey, privateKey } = newKey(keyAlgorithm)
  const issuerPrivateKey = createPrivateKey(authority.privateKeyPem)
  const certificatePem = issueCertificate({
    serial: serialOf(authority.nextSerial, ctx),
    subject: { commonName: dnsNames[0] ?? '' },
    publicKey,
    dnsNames,
    isAuthority: false,
    notBefore: ctx.now,
    notAfter: new Date(ctx.now.getTime() + certificateDays * dayMs),
    issuer: authorityName(ctx.accountId),
    issuerPublicKey: createPublicKey(issuerPrivateKey),
    issuerPrivateKey,
  })
  ctx.tx.put('certificate-authority', { ...authority, nextSerial: authority.nextSerial + 1 })
  const { validFromDate, validToDate } = new X509Certificate(certificatePem)
  return {
    certificatePem,
    chainPem: authority.certificatePem,
    privateKeyPem: privateKeyPem(privateKey),
    keyAlgorithm,
    notBefore: validFromDate.toISOString(),
    notAfter: validToDate.toISOString(),
    issuedAt: ctx.now.toISOString(),
  }
}

/** The number in the account's sequence, and 64 random bits behind it: unique, and not to be foretold (RFC 5280, 4.1.2.2). */
function serialOf(number: number, ctx: OperationContext): bigint {
  return (BigInt(number) << 64n) | BigInt(`0x${ctx.randomText(16)}`)
}

function newKey(keyAlgorithm: RequestableKeyAlgorithm) {
  switch (keyAlgorithm) {
    case 'RSA_2048':
      return generateKeyPairSync('rsa', { modulusLength: 2048 })
    case 'EC_prime256v1':
      return generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
    case 'EC_secp384r1':
      return generateKeyPairSync('ec', { namedCurve: 'secp384r1' })
  }
}

function authorityOf(ctx: OperationContext): CertificateAuthority {
  const { accountId, now } = ctx
  const existing = ctx.tx.get('certificate-authority', accountId)
  if (existing) return existing
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const name = authorityName(accountId)
  const certificatePem = issueCertificate({
    serial: 1n,
    subject: name,
    publicKey,
    dnsNames: [],
    isAuthority: true,
    notBefore: now,
    notAfter: new Date(now.getTime() + authorityDays * dayMs),
    issuer: name,
    issuerPublicKey: publicKey,
    issuerPrivateKey: privateKey,
  })
  return { accountId, certificatePem, privateKeyPem: privateKeyPem(privateKey), nextSerial: 2 }
}
