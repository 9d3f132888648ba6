import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import type { KeyAlgorithm } from '../../resource/certificate.ts'
import { badImport } from './errors.ts'

/** What callers give as PEM, parsed and written again in one form: nothing around the blocks is kept. */

const block = /-----BEGIN ([A-Z0-9 ]+)-----[^-]*-----END \1-----/g

/** @throws ValidationException when a block is no certificate, or none is there */
export function parseCertificates(
  text: Uint8Array,
  refusal: () => Error = badImport.notPem,
): readonly X509Certificate[] {
  const blocks = [...Buffer.from(text).toString('latin1').matchAll(block)]
  if (blocks.length === 0 || blocks.some(([, label]) => !label?.endsWith('CERTIFICATE'))) throw refusal()
  try {
    return blocks.map(([pem]) => new X509Certificate(pem))
  } catch {
    throw refusal()
  }
}

/** Not encrypted; PKCS #8, PKCS #1 or SEC 1. What OpenSSL says about a bad one is not passed on: it may quote it. */
export function parsePrivateKey(text: Uint8Array): KeyObject {
  try {
    return createPrivateKey(Buffer.from(text))
  } catch {
    throw badImport.keyNotPem()
  }
}

const curves: Readonly<Record<string, KeyAlgorithm>> = {
  prime256v1: 'EC_prime256v1',
  secp384r1: 'EC_secp384r1',
  secp521r1: 'EC_secp521r1',
}

const moduli: Readonly<Record<number, KeyAlgorithm>> = {
  1024: 'RSA_1024',
  2048: 'RSA_2048',
  3072: 'RSA_3072',
  4096: 'RSA_4096',
}

/** ACM's name of a key's algorithm; undefined for one that ACM does not take. */
export function keyAlgorithmOf(key: KeyObject): KeyAlgorithm | undefined {
  const details = key.asymmetricKeyDetails
  if (key.asymmetricKeyType === 'ec') return curves[details?.namedCurve ?? '']
  if (key.asymmetricKeyType === 'rsa') return moduli[details?.modulusLength ?? 0]
  return undefined
}

export const privateKeyPem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString()

/** The names a certificate is for: the common name, then the DNS names, each once. */
export function domainNamesOf(certificate: X509Certificate): readonly string[] {
  const commonName = /^CN=(.*)$/m.exec(certificate.subject)?.[1]
  const names = [...(certificate.subjectAltName ?? '').matchAll(/DNS:"?([^",]+)"?/g)].map(([, name]) => name ?? '')
  return [...new Set([...(commonName ? [commonName] : []), ...names])]
}
