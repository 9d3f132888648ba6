import type { Tag } from './tag.ts'

/** ACM's names of key algorithms; of them a TLS listener takes RSA up to 3072 bits and every curve. */
export type KeyAlgorithm =
  | 'RSA_1024'
  | 'RSA_2048'
  | 'RSA_3072'
  | 'RSA_4096'
  | 'EC_prime256v1'
  | 'EC_secp384r1'
  | 'EC_secp521r1'

/** A certificate of ACM: imported, or issued by the account's private authority. */
export interface Certificate {
  readonly certificateArn: string
  readonly accountId: string
  readonly region: string
  readonly type: 'IMPORTED' | 'AMAZON_ISSUED'
  /** PEM, one certificate. */
  readonly certificatePem: string
  /** PEM, leaf's issuer first; absent when none was given. */
  readonly chainPem?: string
  /** PEM, PKCS #8. Leaves the control process only towards the agents whose listeners use it. */
  readonly privateKeyPem: string
  readonly keyAlgorithm: KeyAlgorithm
  readonly domainName: string
  /** The domain name among them. */
  readonly subjectAlternativeNames: readonly string[]
  /** ISO 8601. */
  readonly notBefore: string
  readonly notAfter: string
  /** ISO 8601; of the first import or of the request. It stays when the certificate is imported again or renewed. */
  readonly createdAt: string
  /** ISO 8601; when the present certificate was imported or issued. */
  readonly issuedAt?: string
  /** AMAZON_ISSUED only: whether ExportCertificate gives it out; absent is `DISABLED`. */
  readonly exportOption?: 'ENABLED' | 'DISABLED'
  /** Set when the present key has been given out. */
  readonly exported?: true
  /** AMAZON_ISSUED only: how its owner would prove on AWS that the domain is theirs. Nobody is asked here. */
  readonly validationMethod?: 'DNS' | 'EMAIL'
  /** AMAZON_ISSUED only: of the request, and what it asked for; the same within an hour answers this certificate. */
  readonly idempotency?: { readonly token: string; readonly parametersHash: string }
  readonly tags: readonly Tag[]
}

/** The private certificate authority of an account, made when its first certificate is requested. */
export interface CertificateAuthority {
  readonly accountId: string
  readonly certificatePem: string
  /** PEM, PKCS #8. Never leaves the control process. */
  readonly privateKeyPem: string
  /** Of the next certificate. */
  readonly nextSerial: number
}

/** `arn:aws:acm:REGION:ACCOUNT:certificate/UUID`. */
export function certificateArnOf(region: string, accountId: string, uuid: string): string {
  return `arn:aws:acm:${region}:${accountId}:certificate/${uuid}`
}
