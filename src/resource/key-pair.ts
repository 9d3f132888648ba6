import type { Tag } from './tag.ts'

/** A key pair: its public half. The private half is told once, in the answer that made it, and kept nowhere. */
export interface KeyPair {
  /** `key-…`. */
  readonly keyPairId: string
  readonly ownerId: string
  readonly region: string
  readonly keyName: string
  readonly keyType: 'rsa' | 'ed25519'
  readonly keyFingerprint: string
  /** OpenSSH's one line: `ssh-ed25519 AAAA… name`. */
  readonly publicKey: string
  /** ISO 8601. */
  readonly createdAt: string
  readonly tags: readonly Tag[]
}
