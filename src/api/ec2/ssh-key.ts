/**
 * SSH keys as EC2 speaks of them: made, read from what a client imports, and their fingerprints.
 *
 * AWS's fingerprints are four different things (EC2 User Guide, "Verify the fingerprint of your key pair"): of an RSA key
 * that EC2 made the SHA-1 of the private key in PKCS#8, of one that was imported the MD5 of the public key in SPKI, of an
 * ED25519 key the SHA-256 of OpenSSH's public blob in base64, however it came.
 */
import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'

export interface SshKey {
  readonly keyType: 'rsa' | 'ed25519'
  readonly keyFingerprint: string
  /** `ssh-rsa AAAA…`, without comment. */
  readonly publicKey: string
}

const rsaBits = 2048
/** CreateKeyPair; RFC 3447 gives them for import: "Supported lengths: 1024, 2048, and 4096". */
const importedRsaBits: readonly number[] = [1024, 2048, 4096]

/** A new key and its private half in PEM, as AWS writes it: PKCS#1 for RSA, OpenSSH's own format for ED25519. */
export function makeSshKey(keyType: SshKey['keyType'], comment: string): SshKey & { readonly keyMaterial: string } {
  if (keyType === 'ed25519') {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const key = ed25519Key(publicKey)
    return { ...key, keyMaterial: opensshPrivateKey(privateKey, comment) }
  }
  // A tenth of a second in which nobody else is served; keys are made rarely.
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: rsaBits })
  const keyFingerprint = colons(sha1(privateKey.export({ type: 'pkcs8', format: 'der' })))
  const keyMaterial = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
  return { keyType, keyFingerprint, publicKey: openssh(rsaBlob(publicKey)), keyMaterial }
}

/**
 * The key that a client imports: OpenSSH's line, the SSH public key file of RFC 4716, or a public key in DER or PEM.
 *
 * @returns undefined when it is none of them, or of a sort or length that EC2 does not take
 */
export function parseSshKey(material: Uint8Array): SshKey | undefined {
  const text = Buffer.from(material).toString('latin1').trim()
  const line = /^(ssh-rsa|ssh-ed25519)\s+([A-Za-z0-9+/=]+)(\s|$)/.exec(text)
  if (line) return keyOfBlob(Buffer.from(line[2] ?? '', 'base64'))
  if (text.startsWith('---- BEGIN SSH2 PUBLIC KEY ----')) {
    const body = text.split(/\r?\n/).filter((part) => !part.includes(':') && !part.startsWith('----'))
    return keyOfBlob(Buffer.from(body.join(''), 'base64'))
  }
  try {
    const key = text.startsWith('-----BEGIN')
      ? createPublicKey(text)
      : createPublicKey({ key: derOf(material, text), format: 'der', type: 'spki' })
    return keyOfObject(key)
  } catch {
    return undefined
  }
}

/** DER itself, or DER in base64 as consoles send it. */
function derOf(material: Uint8Array, text: string): Buffer {
  return /^[A-Za-z0-9+/=\s]+$/.test(text) ? Buffer.from(text, 'base64') : Buffer.from(material)
}

function keyOfBlob(blob: Buffer): SshKey | undefined {
  const [name, ...fields] = readFields(blob)
  const base64url = (bytes: Buffer) => bytes.toString('base64url')
  try {
    if (name?.toString() === 'ssh-ed25519' && fields.length === 1 && fields[0]?.length === 32) {
      return keyOfObject(
        createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: base64url(fields[0]) }, format: 'jwk' }),
      )
    }
    const [exponent, modulus] = fields
    if (name?.toString() !== 'ssh-rsa' || fields.length !== 2 || !exponent || !modulus) return undefined
    const unsigned = (bytes: Buffer) => base64url(bytes[0] === 0 ? bytes.subarray(1) : bytes)
    return keyOfObject(
      createPublicKey({ key: { kty: 'RSA', e: unsigned(exponent), n: unsigned(modulus) }, format: 'jwk' }),
    )
  } catch {
    return undefined
  }
}

function keyOfObject(key: KeyObject): SshKey | undefined {
  if (key.asymmetricKeyType === 'ed25519') return ed25519Key(key)
  if (key.asymmetricKeyType !== 'rsa') return undefined
  if (!importedRsaBits.includes(key.asymmetricKeyDetails?.modulusLength ?? 0)) return undefined
  const keyFingerprint = colons(
    createHash('md5')
      .update(key.export({ type: 'spki', format: 'der' }))
      .digest(),
  )
  return { keyType: 'rsa', keyFingerprint, publicKey: openssh(rsaBlob(key)) }
}

function ed25519Key(key: KeyObject): SshKey {
  const blob = ed25519Blob(key)
  const keyFingerprint = createHash('sha256').update(blob).digest('base64')
  return { keyType: 'ed25519', keyFingerprint, publicKey: openssh(blob) }
}

const sha1 = (bytes: Buffer): Buffer => createHash('sha1').update(bytes).digest()
const colons = (bytes: Buffer): string => bytes.toString('hex').replace(/..(?!$)/g, '$&:')

/** RFC 4253, section 6.6: the name of the format and the numbers, each with its length before it. */
function openssh(blob: Buffer): string {
  const name = readFields(blob)[0]?.toString() ?? ''
  return `${name} ${blob.toString('base64')}`
}

function rsaBlob(key: KeyObject): Buffer {
  const { e = '', n = '' } = key.export({ format: 'jwk' })
  return Buffer.concat([field('ssh-rsa'), field(positive(e)), field(positive(n))])
}

function ed25519Blob(key: KeyObject): Buffer {
  const { x = '' } = key.export({ format: 'jwk' })
  return Buffer.concat([field('ssh-ed25519'), field(Buffer.from(x, 'base64url'))])
}

/** An mpint: a leading zero keeps a number with its highest bit set from being negative. */
function positive(base64url: string): Buffer {
  const bytes = Buffer.from(base64url, 'base64url')
  return (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes
}

function field(content: string | Buffer): Buffer {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  return Buffer.concat([uint32(bytes.length), bytes])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** Fields with lengths; empty when the lengths do not add up to the whole. */
function readFields(blob: Buffer): readonly Buffer[] {
  const fields: Buffer[] = []
  let at = 0
  while (at + 4 <= blob.length) {
    const length = blob.readUInt32BE(at)
    fields.push(blob.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  return at === blob.length ? fields : []
}

/** OpenSSH's PROTOCOL.key, without passphrase: the only form in which it reads ED25519 keys. */
function opensshPrivateKey(privateKey: KeyObject, comment: string): string {
  const { d = '', x = '' } = privateKey.export({ format: 'jwk' })
  const seed = Buffer.from(d, 'base64url')
  const pub = Buffer.from(x, 'base64url')
  const check = randomBytes(4)
  const secret = [check, check, field('ssh-ed25519'), field(pub), field(Buffer.concat([seed, pub])), field(comment)]
  const length = secret.reduce((sum, part) => sum + part.length, 0)
  const padding = Buffer.from(Array.from({ length: (8 - (length % 8)) % 8 }, (_, i) => i + 1))
  const whole = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    field('none'),
    field('none'),
    field(''),
    uint32(1),
    field(Buffer.concat([field('ssh-ed25519'), field(pub)])),
    field(Buffer.concat([...secret, padding])),
  ])
  const lines = whole.toString('base64').match(/.{1,70}/g) ?? []
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n')
}
