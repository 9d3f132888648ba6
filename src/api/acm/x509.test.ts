import assert from 'node:assert/strict'
import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { boolean, integer, octetString, oid, readAll, readDer, sequence, time } from './der.ts'
import { type CertificateWish, issueCertificate, keyUsageOf } from './x509.ts'

const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const issuer = { organization: 'Underpass', commonName: 'authority of 111111111111' }
const validity = { notBefore: new Date('2026-01-02T03:04:05Z'), notAfter: new Date('2055-01-02T03:04:05Z') }

const aWish = (more: Partial<CertificateWish> = {}): CertificateWish => ({
  serial: 1n,
  subject: issuer,
  publicKey: authority.publicKey,
  dnsNames: [],
  isAuthority: true,
  issuer,
  issuerPublicKey: authority.publicKey,
  issuerPrivateKey: authority.privateKey,
  ...validity,
  ...more,
})

test('an authority’s certificate: self-signed, CA, valid into the years of four digits', () => {
  const certificate = new X509Certificate(issueCertificate(aWish()))
  assert.equal(certificate.ca, true)
  assert.ok(certificate.verify(authority.publicKey))
  assert.ok(certificate.checkIssued(certificate))
  assert.equal(certificate.subject, 'O=Underpass\nCN=authority of 111111111111')
  assert.deepEqual([certificate.validFromDate, certificate.validToDate], [validity.notBefore, validity.notAfter])
  assert.deepEqual(keyUsageOf(certificate.raw), [5, 6])
})

for (const [name, keys, usage] of [
  ['P-256', generateKeyPairSync('ec', { namedCurve: 'P-256' }), [0]],
  ['P-384', generateKeyPairSync('ec', { namedCurve: 'P-384' }), [0]],
  // Short, because making a long one takes long.
  ['RSA', generateKeyPairSync('rsa', { modulusLength: 1024 }), [0, 2]],
] as const) {
  test(`a server’s certificate for an ${name} key`, () => {
    const ca = new X509Certificate(issueCertificate(aWish()))
    const certificate = new X509Certificate(
      issueCertificate(
        aWish({
          serial: 0xfedcba9876543210n,
          subject: { commonName: 'www.example.com' },
          publicKey: keys.publicKey,
          dnsNames: ['www.example.com', '*.internal.example.com'],
          isAuthority: false,
        }),
      ),
    )
    assert.equal(certificate.ca, false)
    assert.equal(certificate.serialNumber, 'FEDCBA9876543210')
    assert.equal(certificate.subjectAltName, 'DNS:www.example.com, DNS:*.internal.example.com')
    assert.ok(certificate.checkIssued(ca))
    assert.ok(certificate.verify(ca.publicKey))
    assert.ok(certificate.checkPrivateKey(keys.privateKey))
    assert.equal(certificate.checkHost('a.internal.example.com'), '*.internal.example.com')
    assert.deepEqual(certificate.keyUsage, ['1.3.6.1.5.5.7.3.1'])
    assert.deepEqual(keyUsageOf(certificate.raw), usage)
  })
}

test('DER as X.690 writes it', () => {
  for (const [bytes, hex] of [
    [integer(0), '020100'],
    [integer(127), '02017f'],
    [integer(128), '02020080'],
    [integer(256), '02020100'],
    [boolean(true), '0101ff'],
    [oid('1.2.840.10045.4.3.2'), '06082a8648ce3d040302'],
    [oid('2.5.29.17'), '0603551d11'],
    [time(new Date('2049-12-31T23:59:59Z')), '170d3439313233313233353935395a'],
    [time(new Date('2050-01-01T00:00:00Z')), '180f32303530303130313030303030305a'],
    [sequence(), '3000'],
  ] as const) {
    assert.equal(bytes.toString('hex'), hex)
  }
})

test('values of any length are read as they were written, and cut ones are refused', () => {
  const contents = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ minLength: 65_530, maxLength: 65_540 }))
  fc.assert(
    fc.property(fc.array(contents, { maxLength: 3 }), (items) => {
      const written = sequence(...items.map(octetString))
      const { content, rest } = readDer(written)
      assert.equal(rest.length, 0)
      assert.deepEqual(
        readAll(content).map((item) => Buffer.from(item.content)),
        items.map((item) => Buffer.from(item)),
      )
      if (written.length > 2) assert.throws(() => readDer(written.subarray(0, -1)), RangeError)
    }),
    { seed: 5, numRuns: 20 },
  )
})
