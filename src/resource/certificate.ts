import type { Tag } from './tag.ts'

/** A certificate of ACM: imported, or issued by the account's private authority. */
export interface Certificate {
  readonly certificateArn: string
  readonly accountId: string
  readonly region: string
  readonly type: 'IMPORTED' | 'AMAZON_ISSUED'
  /** PEM. */
  readonly certificatePem: string
  /** PEM, leaf's issuer first; absent when none was given. */
  readonly chainPem?: string
  /** PEM, PKCS #8. Leaves the control process only towards the agents whose listeners use it. */
  readonly privateKeyPem: string
  readonly domainName: string
  readonly subjectAlternativeNames: readonly string[]
  /** ISO 8601. */
  readonly notBefore: string
  readonly notAfter: string
  readonly createdAt: string
  readonly tags: readonly Tag[]
}

/** The private certificate authority of an account, made when its first certificate is requested. */
export interface CertificateAuthority {
  readonly accountId: string
  readonly certificatePem: string
  readonly privateKeyPem: string
  /** Of the next certificate. */
  readonly nextSerial: number
}
