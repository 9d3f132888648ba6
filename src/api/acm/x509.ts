import { createHash, type KeyObject, sign } from 'node:crypto'
import {
  bitString,
  boolean,
  explicit,
  implicit,
  integer,
  namedBits,
  octetString,
  oid,
  readAll,
  readDer,
  sequence,
  set,
  time,
  utf8String,
} from './der.ts'

/**
 * X.509 certificates (RFC 5280), signed with ECDSA and SHA-256: an authority's own and those it issues. And, of any
 * certificate, the one extension that Node does not tell.
 */

const oids = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  organizationName: '2.5.4.10',
  commonName: '2.5.4.3',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAlternativeName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuthentication: '1.3.6.1.5.5.7.3.1',
} as const

/** Numbers of the bits of KeyUsage (RFC 5280, 4.2.1.3). */
const keyUsageBits = { digitalSignature: 0, keyEncipherment: 2, certificateSigning: 5, crlSigning: 6 } as const

export interface CertificateName {
  readonly organization?: string
  readonly commonName: string
}

export interface CertificateWish {
  readonly serial: bigint
  readonly subject: CertificateName
  readonly publicKey: KeyObject
  readonly notBefore: Date
  readonly notAfter: Date
  /** DNS names, `*.example.com` among them; none in an authority's certificate. */
  readonly dnsNames: readonly string[]
  readonly isAuthority: boolean
  readonly issuer: CertificateName
  /** Of the issuer, P-256; for an authority's own certificate that of `publicKey`. */
  readonly issuerPublicKey: KeyObject
  readonly issuerPrivateKey: KeyObject
}

/** The certificate in PEM. */
export function issueCertificate(wish: CertificateWish): string {
  const algorithm = sequence(oid(oids.ecdsaWithSha256))
  const unsigned = sequence(
    explicit(0, integer(2)),
    integer(wish.serial),
    algorithm,
    nameOf(wish.issuer),
    sequence(time(wish.notBefore), time(wish.notAfter)),
    nameOf(wish.subject),
    spkiOf(wish.publicKey),
    explicit(3, sequence(...extensionsOf(wish))),
  )
  const signature = sign('sha256', unsigned, wish.issuerPrivateKey)
  return pemOf(sequence(unsigned, algorithm, bitString(signature)))
}

function extensionsOf({ isAuthority, publicKey, issuerPublicKey, dnsNames }: CertificateWish): readonly Buffer[] {
  const { digitalSignature, keyEncipherment, certificateSigning, crlSigning } = keyUsageBits
  const usage = isAuthority
    ? namedBits(certificateSigning, crlSigning)
    : // Only RSA keys can encipher another key.
      publicKey.asymmetricKeyType === 'rsa'
      ? namedBits(digitalSignature, keyEncipherment)
      : namedBits(digitalSignature)
  return [
    // An authority below this one could not issue another: path length 0.
    extension(oids.basicConstraints, isAuthority ? sequence(boolean(true), integer(0)) : sequence(), 'critical'),
    extension(oids.keyUsage, usage, 'critical'),
    extension(oids.subjectKeyIdentifier, octetString(keyIdentifier(publicKey))),
    extension(oids.authorityKeyIdentifier, sequence(implicit(0, keyIdentifier(issuerPublicKey)))),
    ...(isAuthority
      ? []
      : [
          extension(oids.extendedKeyUsage, sequence(oid(oids.serverAuthentication))),
          extension(
            oids.subjectAlternativeName,
            sequence(...dnsNames.map((name) => implicit(2, Buffer.from(name, 'ascii')))),
          ),
        ]),
  ]
}

function extension(id: string, value: Buffer, critical?: 'critical'): Buffer {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), octetString(value))
}

function nameOf({ organization, commonName }: CertificateName): Buffer {
  const attribute = (id: string, text: string) => set(sequence(oid(id), utf8String(text)))
  return sequence(
    ...(organization === undefined ? [] : [attribute(oids.organizationName, organization)]),
    attribute(oids.commonName, commonName),
  )
}

const spkiOf = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' })

/** SHA-1 of the key's bits, without the count of unused ones (RFC 5280, 4.2.1.2, method 1). */
function keyIdentifier(key: KeyObject): Buffer {
  const [, bits] = readAll(readDer(spkiOf(key)).content)
  return createHash('sha1')
    .update(bits?.content.subarray(1) ?? '')
    .digest()
}

function pemOf(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}

/** The bits that are set in the KeyUsage extension; undefined when the certificate has none. */
export function keyUsageOf(certificateDer: Buffer): readonly number[] | undefined {
  const [unsigned] = readAll(readDer(certificateDer).content)
  const wrapped = unsigned && readAll(unsigned.content).find(({ tag }) => tag === 0xa3)
  const extensions = wrapped ? readAll(readDer(wrapped.content).content) : []
  const id = readDer(oid(oids.keyUsage)).content
  for (const { content } of extensions) {
    const [name, ...others] = readAll(content)
    const value = others.at(-1)
    if (!name?.content.equals(id) || !value) continue
    const bytes = readDer(value.content).content.subarray(1)
    return Array.from({ length: bytes.length * 8 }, (_, bit) => bit).filter(
      (bit) => ((bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0,
    )
  }
  return undefined
}
