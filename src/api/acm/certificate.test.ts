import assert from 'node:assert/strict'
import { createPrivateKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import type { ImportCertificateRequest, RequestCertificateRequest } from '@aws-sdk/client-acm'
import fc from 'fast-check'
import { aContext } from '../../../test/support/fake-context.ts'
import {
  aCertificate,
  accounts,
  aLoadBalancer,
  aNetwork,
  aTargetGroup,
  consumer,
  must,
  provider,
  throwsAwsError,
} from '../../../test/support/privatelink.ts'
import { AwsError } from '../../aws/error.ts'
import { createListener } from '../elbv2/create-listener.ts'
import { deleteListener } from '../elbv2/delete-listener.ts'
import type { OperationContext } from '../operation.ts'
import { acmOperations as acm } from './operations.ts'
import { privateKeyPem } from './pem.ts'
import { type CertificateWish, issueCertificate } from './x509.ts'

const curve = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })
const pem = (key: KeyObject) => Buffer.from(privateKeyPem(key))
const now = new Date('2026-01-02T03:04:05.678Z')
const day = 86_400_000

/** Made once: two authorities, one below the other, and a server's certificate below both. */
const root = curve()
const middle = curve()
const leaf = curve()
const authority = (commonName: string) => ({ organization: 'Test', commonName })

function certify(more: Partial<CertificateWish>): Buffer {
  const pemText = issueCertificate({
    serial: 7n,
    subject: { commonName: 'www.example.com' },
    publicKey: leaf.publicKey,
    dnsNames: ['www.example.com', 'example.com'],
    isAuthority: false,
    notBefore: new Date(now.getTime() - day),
    notAfter: new Date(now.getTime() + day),
    issuer: authority('middle'),
    issuerPublicKey: middle.publicKey,
    issuerPrivateKey: middle.privateKey,
    ...more,
  })
  return Buffer.from(pemText)
}

const byRoot = { issuer: authority('root'), issuerPublicKey: root.publicKey, issuerPrivateKey: root.privateKey }
const rootPem = certify({ subject: authority('root'), publicKey: root.publicKey, isAuthority: true, ...byRoot })
const middlePem = certify({ subject: authority('middle'), publicKey: middle.publicKey, isAuthority: true, ...byRoot })
const leafPem = certify({})
const selfSigned = certify({
  issuer: { commonName: 'www.example.com' },
  issuerPublicKey: leaf.publicKey,
  issuerPrivateKey: leaf.privateKey,
})
const chain = Buffer.concat([middlePem, rootPem])

const imports = (ctx: OperationContext, more: Partial<ImportCertificateRequest> = {}) =>
  must(
    acm.ImportCertificate.handle(
      { Certificate: leafPem, PrivateKey: pem(leaf.privateKey), CertificateChain: chain, ...more },
      ctx,
    ).CertificateArn,
  )
const request = (ctx: OperationContext, more: Partial<RequestCertificateRequest> = {}) =>
  must(
    acm.RequestCertificate.handle({ DomainName: 'www.example.com', KeyAlgorithm: 'EC_prime256v1', ...more }, ctx)
      .CertificateArn,
  )
const describe = (ctx: OperationContext, CertificateArn: string) =>
  must(acm.DescribeCertificate.handle({ CertificateArn }, ctx).Certificate)

test('an imported certificate as AWS shows it', () => {
  const ctx = aContext({ now })
  const arn = imports(ctx)
  assert.match(arn, /^arn:aws:acm:us-east-1:111111111111:certificate\/[0-9a-f]{8}-[0-9a-f-]{27}$/)
  assert.deepEqual(describe(ctx, arn), {
    CertificateArn: arn,
    DomainName: 'www.example.com',
    SubjectAlternativeNames: ['www.example.com', 'example.com'],
    Serial: '07',
    Subject: 'CN=www.example.com',
    Issuer: 'O=Test, CN=middle',
    CreatedAt: now,
    ImportedAt: now,
    Status: 'ISSUED',
    NotBefore: new Date('2026-01-01T03:04:05Z'),
    NotAfter: new Date('2026-01-03T03:04:05Z'),
    KeyAlgorithm: 'EC_prime256v1',
    SignatureAlgorithm: 'SHA256WITHECDSA',
    InUseBy: [],
    Type: 'IMPORTED',
    KeyUsages: [{ Name: 'DIGITAL_SIGNATURE' }],
    ExtendedKeyUsages: [{ Name: 'TLS_WEB_SERVER_AUTHENTICATION', OID: '1.3.6.1.5.5.7.3.1' }],
    RenewalEligibility: 'INELIGIBLE',
    Options: { CertificateTransparencyLoggingPreference: 'DISABLED', Export: 'DISABLED' },
  })
  const got = acm.GetCertificate.handle({ CertificateArn: arn }, ctx)
  assert.deepEqual(got, { Certificate: leafPem.toString(), CertificateChain: chain.toString() })
})

test('what ImportCertificate refuses', () => {
  const other = curve()
  const p224 = generateKeyPairSync('ec', { namedCurve: 'secp224r1' })
  const ed25519 = generateKeyPairSync('ed25519')
  const encrypted = leaf.privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'pass' })
  const self = { CertificateChain: undefined }
  const old = { notBefore: new Date(now.getTime() - 2 * day), notAfter: new Date(now.getTime() - day) }
  const later = { notBefore: new Date(now.getTime() + day), notAfter: new Date(now.getTime() + 2 * day) }
  // A certificate under the right name, signed with a key that is not the issuer's.
  const forged = certify({ issuerPrivateKey: other.privateKey })
  const cases: readonly (readonly [Partial<ImportCertificateRequest>, RegExp])[] = [
    [{ Certificate: Buffer.from('x') }, /Unable to parse certificate\. /],
    [{ Certificate: Buffer.alloc(32_769) }, /'certificate' failed .* between 1 and 32768/],
    [{ Certificate: Buffer.alloc(0) }, /'certificate' failed/],
    [{ Certificate: Buffer.concat([leafPem, middlePem]) }, /more than one certificate/],
    [{ Certificate: pem(leaf.privateKey) }, /Unable to parse certificate\. /],
    [{ ...self }, /not a valid self signed/],
    [{ CertificateChain: Buffer.from('x') }, /certificate chain\. Please ensure/],
    [{ CertificateChain: rootPem }, /Could not validate the certificate with the certificate chain/],
    [{ CertificateChain: Buffer.concat([rootPem, middlePem]) }, /Could not validate/],
    [{ Certificate: forged }, /Could not validate/],
    [{ PrivateKey: Buffer.from('x') }, /Unable to parse private key/],
    [{ PrivateKey: Buffer.from(encrypted) }, /not encrypted/],
    [{ PrivateKey: pem(other.privateKey) }, /does not match/],
    [{ PrivateKey: pem(p224.privateKey) }, /The private key is not supported/],
    [{ PrivateKey: pem(ed25519.privateKey) }, /The private key is not supported/],
    [{ Certificate: certify(old) }, /expired or is not yet valid/],
    [{ Certificate: certify(later) }, /expired or is not yet valid/],
  ]
  for (const [wish, text] of cases) {
    const ctx = aContext({ now })
    throwsAwsError(() => imports(ctx, wish), 'ValidationException', text)
    assert.deepEqual([...ctx.tx.all('certificate')], [])
  }
  const ctx = aContext({ now })
  throwsAwsError(() => imports(ctx, { Tags: [{ Key: 'aws:x' }] }), 'InvalidTagException', /aws:x/)
  assert.ok(imports(ctx, { ...self, Certificate: selfSigned }))
})

test('damaged certificates, chains and keys are refused, and nothing else happens', () => {
  const good = { Certificate: leafPem, CertificateChain: chain, PrivateKey: pem(leaf.privateKey) }
  const damage = (bytes: Uint8Array, changes: readonly (readonly [number, number])[]) => {
    const [label = '', body = ''] = [
      ...Buffer.from(bytes)
        .toString()
        .matchAll(/-----BEGIN (.+?)-----([^-]*)/g),
    ].map(([, name = '', text = '']) => [name, text])[0] ?? ['', '']
    const der = Buffer.from(body, 'base64')
    for (const [at, value] of changes) der[at % der.length] = value
    return Buffer.from(`-----BEGIN ${label}-----\n${der.toString('base64')}\n-----END ${label}-----\n`)
  }
  const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(fc.constantFrom(...(Object.keys(good) as (keyof typeof good)[])), changes, (member, where) => {
      const ctx = aContext({ now })
      try {
        const arn = imports(ctx, { [member]: damage(good[member], where) })
        describe(ctx, arn)
      } catch (error) {
        assert.ok(error instanceof AwsError, String(error))
      }
    }),
    { seed: 9, numRuns: 300 },
  )
})

test('importing again keeps the ARN, the tags and the day of creation', () => {
  const ctx = aContext({ now })
  const arn = imports(ctx, { Tags: [{ Key: 'k', Value: 'v' }] })
  const later = { ...ctx, now: new Date(now.getTime() + 60_000) }
  const renewed = certify({ serial: 8n, dnsNames: ['www.example.com', 'new.example.com'] })
  assert.equal(imports(later, { CertificateArn: arn, Certificate: renewed }), arn)
  const shown = describe(later, arn)
  assert.deepEqual(
    [shown.Serial, shown.SubjectAlternativeNames, shown.CreatedAt, shown.ImportedAt],
    ['08', ['www.example.com', 'new.example.com'], now, later.now],
  )
  assert.deepEqual(acm.ListTagsForCertificate.handle({ CertificateArn: arn }, ctx).Tags, [{ Key: 'k', Value: 'v' }])
  // A self-signed one in its place takes the old chain away.
  const alone = { CertificateArn: arn, Certificate: selfSigned, CertificateChain: undefined }
  imports(later, alone)
  assert.equal('CertificateChain' in acm.GetCertificate.handle({ CertificateArn: arn }, ctx), false)

  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const otherKey = { Certificate: certify({ publicKey: rsa.publicKey }), PrivateKey: pem(rsa.privateKey) }
  const elsewhere = certify({ subject: { commonName: 'a.test' }, dnsNames: ['a.test'] })
  const issued = request(ctx)
  const cases: readonly (readonly [Partial<ImportCertificateRequest>, string, string | RegExp])[] = [
    [{ Tags: [{ Key: 'a' }] }, 'ValidationException', /tags when reimporting/],
    [otherKey, 'ValidationException', /key algorithm and size/],
    [{ Certificate: elsewhere }, 'ValidationException', /at least one domain name/],
    [{ CertificateArn: issued }, 'ValidationException', /was not imported/],
    [{ CertificateArn: `${arn}0` }, 'ResourceNotFoundException', `Could not find certificate ${arn}0.`],
    [{ CertificateArn: 'x' }, 'ValidationException', /'certificateArn' failed to satisfy constraint/],
  ]
  for (const [wish, code, text] of cases) {
    throwsAwsError(() => imports(ctx, { CertificateArn: arn, ...wish }), code, text)
  }
})

test('a requested certificate is issued at once, by an authority that the account keeps', () => {
  const as = accounts({ now })
  const ctx = as(provider)
  const arn = request(ctx, {
    SubjectAlternativeNames: ['*.Example.com', 'www.example.com'],
    ValidationMethod: 'DNS',
    Tags: [{ Key: 'k', Value: 'v' }],
  })
  const { Certificate = '', CertificateChain = '' } = acm.GetCertificate.handle({ CertificateArn: arn }, ctx)
  const [certificate, ca] = [new X509Certificate(Certificate), new X509Certificate(CertificateChain)]
  assert.ok(ca.ca && ca.verify(ca.publicKey), 'a root')
  assert.ok(certificate.checkIssued(ca) && certificate.verify(ca.publicKey))
  assert.equal(certificate.subjectAltName, 'DNS:www.example.com, DNS:*.example.com')
  const stored = must(ctx.tx.get('certificate', arn))
  assert.ok(certificate.checkPrivateKey(createPrivateKey(stored.privateKeyPem)))

  const shown = describe(ctx, arn)
  assert.deepEqual(
    [shown.Status, shown.Type, shown.IssuedAt, shown.NotAfter, shown.ImportedAt],
    ['ISSUED', 'AMAZON_ISSUED', now, new Date('2027-02-01T03:04:05Z'), undefined],
  )
  assert.deepEqual(
    shown.DomainValidationOptions?.map((option) => [
      option.DomainName,
      option.ValidationStatus,
      option.ResourceRecord?.Name?.replace(/^_[0-9a-f]{32}/, '_'),
    ]),
    [
      ['www.example.com', 'SUCCESS', '_.www.example.com.'],
      ['*.example.com', 'SUCCESS', '_.example.com.'],
    ],
  )

  const chainOf = (context: OperationContext, CertificateArn: string) =>
    acm.GetCertificate.handle({ CertificateArn }, context).CertificateChain
  const second = request(ctx)
  assert.equal(chainOf(ctx, second), CertificateChain)
  assert.notEqual(describe(ctx, second).Serial, shown.Serial)
  assert.notEqual(chainOf(as(consumer), request(as(consumer))), CertificateChain, 'another account, another authority')
})

test('key algorithms: RSA_2048 unless a curve is named', () => {
  const ctx = aContext({ now })
  for (const [wish, algorithm, usages] of [
    [undefined, 'RSA_2048', ['DIGITAL_SIGNATURE', 'KEY_ENCIPHERMENT']],
    ['EC_secp384r1', 'EC_secp384r1', ['DIGITAL_SIGNATURE']],
  ] as const) {
    const shown = describe(ctx, request(ctx, { KeyAlgorithm: wish }))
    assert.deepEqual([shown.KeyAlgorithm, shown.KeyUsages?.map(({ Name }) => Name)], [algorithm, usages])
    assert.equal(shown.SignatureAlgorithm, 'SHA256WITHECDSA')
  }
})

test('what RequestCertificate refuses', () => {
  const ctx = aContext({ now })
  const long = `${'a'.repeat(60)}.${'b'.repeat(10)}.example.com`
  const cases: readonly (readonly [Partial<RequestCertificateRequest>, string, RegExp])[] = [
    [{ DomainName: '' }, 'ValidationException', /'domainName' .* between 1 and 253/],
    [{ DomainName: 'localhost' }, 'ValidationException', /regular expression/],
    [{ DomainName: '*.*.example.com' }, 'ValidationException', /regular expression/],
    [{ DomainName: '-a.example.com' }, 'ValidationException', /regular expression/],
    [{ DomainName: 'a.example.com\n' }, 'ValidationException', /regular expression/],
    [{ DomainName: long }, 'InvalidParameterException', /64 characters/],
    [{ SubjectAlternativeNames: ['a b.com'] }, 'ValidationException', /'subjectAlternativeNames'/],
    [
      { SubjectAlternativeNames: Array.from({ length: 100 }, (_, n) => `a${n}.example.com`) },
      'InvalidParameterException',
      /at most 100/,
    ],
    [{ KeyAlgorithm: 'RSA_4096' }, 'ValidationException', /'RSA_4096' cannot be requested/],
    [{ ValidationMethod: 'HTTP' }, 'InvalidParameterException', /CloudFront/],
    [{ ValidationMethod: 'PHONE' as 'DNS' }, 'ValidationException', /enum value set/],
    [{ CertificateAuthorityArn: 'arn:aws:acm-pca:x' }, 'InvalidArnException', /acm-pca/],
    [{ ManagedBy: 'CLOUDFRONT' }, 'InvalidParameterException', /CLOUDFRONT/],
    [{ IdempotencyToken: 'a-b' }, 'ValidationException', /idempotencyToken/],
    [
      { DomainValidationOptions: [{ DomainName: 'www.example.com', ValidationDomain: 'other.com' }] },
      'InvalidDomainValidationOptionsException',
      /other\.com/,
    ],
    [{ Options: { Export: 'MAYBE' as 'ENABLED' } }, 'ValidationException', /options\.export/],
    [{ Tags: [{ Key: '' }] }, 'ValidationException', /tags\.key/],
  ]
  for (const [wish, code, text] of cases) throwsAwsError(() => request(ctx, wish), code, text)
  assert.deepEqual([...ctx.tx.all('certificate'), ...ctx.tx.all('certificate-authority')], [])
  assert.ok(request(ctx, { SubjectAlternativeNames: [long] }), 'a long name beside the first')
})

test('the same request with the same token within an hour answers the same certificate', () => {
  const ctx = aContext({ now })
  const first = request(ctx, { IdempotencyToken: 'one' })
  assert.equal(request(ctx, { IdempotencyToken: 'one' }), first)
  assert.notEqual(request(ctx, { IdempotencyToken: 'one', DomainName: 'a.example.com' }), first)
  assert.notEqual(request(ctx), first)
  const later = { ...ctx, now: new Date(now.getTime() + 3_600_000) }
  assert.notEqual(request(later, { IdempotencyToken: 'one' }), first)
})

test('used by a listener: told, and not deleted until the listener is', () => {
  const ctx = aContext({ now })
  const { vpcId, subnetIds } = aNetwork(ctx)
  const LoadBalancerArn = aLoadBalancer(ctx, subnetIds)
  const arn = request(ctx)
  const ListenerArn = must(
    createListener.handle(
      {
        LoadBalancerArn,
        Protocol: 'TLS',
        Port: 443,
        Certificates: [{ CertificateArn: arn }],
        DefaultActions: [{ Type: 'forward', TargetGroupArn: aTargetGroup(ctx, vpcId) }],
      },
      ctx,
    ).Listeners?.[0]?.ListenerArn,
  )
  assert.deepEqual(describe(ctx, arn).InUseBy, [LoadBalancerArn])
  const remove = () => acm.DeleteCertificate.handle({ CertificateArn: arn }, ctx)
  throwsAwsError(remove, 'ResourceInUseException', `Certificate ${arn} in account ${ctx.accountId} is in use.`)
  deleteListener.handle({ ListenerArn }, ctx)
  remove()
  throwsAwsError(remove, 'ResourceNotFoundException', `Could not find certificate ${arn}.`)
})

test('renewing gives a new key under the old ARN; an imported certificate is not renewed', () => {
  const ctx = aContext({ now })
  const arn = request(ctx)
  const before = must(ctx.tx.get('certificate', arn))
  const later = { ...ctx, now: new Date(now.getTime() + 30 * day) }
  acm.RenewCertificate.handle({ CertificateArn: arn }, later)
  const after = must(ctx.tx.get('certificate', arn))
  assert.notEqual(after.privateKeyPem, before.privateKeyPem)
  assert.equal(after.chainPem, before.chainPem)
  assert.deepEqual(
    [Date.parse(after.notAfter) - Date.parse(before.notAfter), after.createdAt, after.domainName],
    [30 * day, before.createdAt, before.domainName],
  )
  throwsAwsError(
    () => acm.RenewCertificate.handle({ CertificateArn: imports(ctx) }, ctx),
    'ValidationException',
    /imported/,
  )
})

test('the key leaves in one answer only: exported, by who asked for that at the start, under a passphrase', () => {
  const ctx = aContext({ now })
  const exportable = request(ctx, { Options: { Export: 'ENABLED' } })
  const plain = request(ctx)
  const exportOf = (CertificateArn: string, passphrase = 'secret') =>
    acm.ExportCertificate.handle({ CertificateArn, Passphrase: Buffer.from(passphrase) }, ctx)
  const { PrivateKey = '', CertificateChain, Certificate } = exportOf(exportable)
  assert.match(PrivateKey, /^-----BEGIN ENCRYPTED PRIVATE KEY-----/)
  const key = createPrivateKey({ key: PrivateKey, passphrase: 'secret' })
  assert.ok(new X509Certificate(must(Certificate)).checkPrivateKey(key))
  assert.ok(CertificateChain)
  const { CertificateSummaryList } = acm.ListCertificates.handle({ Includes: { keyTypes: ['EC_prime256v1'] } }, ctx)
  assert.deepEqual(
    CertificateSummaryList?.map(({ CertificateArn, Exported }) => [CertificateArn, Exported]),
    [
      [exportable, true],
      [plain, false],
    ].sort(),
  )
  throwsAwsError(() => exportOf(plain), 'ValidationException', /is not a private certificate/)
  throwsAwsError(() => exportOf(imports(ctx)), 'ValidationException', /is not a private certificate/)
  throwsAwsError(() => exportOf(exportable, 'abc'), 'ValidationException', /'passphrase'/)

  const answers = [exportable, plain, imports(ctx)].map((CertificateArn) => [
    acm.DescribeCertificate.handle({ CertificateArn }, ctx),
    acm.GetCertificate.handle({ CertificateArn }, ctx),
    acm.ListTagsForCertificate.handle({ CertificateArn }, ctx),
    acm.ListCertificates.handle({ Includes: { keyTypes: ['EC_prime256v1'] } }, ctx),
  ])
  assert.doesNotMatch(JSON.stringify(answers), /PRIVATE KEY/)
})

test('options: the method of validation moves to DNS, the others say what is', () => {
  const ctx = aContext({ now })
  const arn = request(ctx)
  const update = (CertificateArn: string, Options: object) =>
    acm.UpdateCertificateOptions.handle({ CertificateArn, Options }, ctx)
  update(arn, { ValidationMethod: 'DNS', Export: 'DISABLED', CertificateTransparencyLoggingPreference: 'ENABLED' })
  assert.ok(describe(ctx, arn).DomainValidationOptions?.[0]?.ResourceRecord)
  for (const [which, options, text] of [
    [arn, { Export: 'ENABLED' }, /cannot be changed/],
    [arn, { CertificateTransparencyLoggingPreference: 'DISABLED' }, /no longer available/],
    [arn, { ValidationMethod: 'EMAIL' }, /cannot be changed to EMAIL/],
    [imports(ctx), {}, /imported/],
  ] as const) {
    throwsAwsError(() => update(which, options), 'InvalidStateException', text)
  }
  throwsAwsError(
    () => acm.ResendValidationEmail.handle({ CertificateArn: arn, Domain: 'a', ValidationDomain: 'a' }, ctx),
    'InvalidStateException',
    /not pending validation/,
  )
})

test('listing: RSA keys up to 2048 bits unless others are asked for, in pages, either way round', () => {
  const as = accounts({ now })
  const ctx = as(provider)
  const listed = (wish: Parameters<typeof acm.ListCertificates.handle>[0] = {}, context = ctx) =>
    acm.ListCertificates.handle(wish, context)
  const arns = (wish?: Parameters<typeof acm.ListCertificates.handle>[0], context = ctx) =>
    listed(wish, context).CertificateSummaryList?.map(({ CertificateArn }) => CertificateArn)
  const curves = { keyTypes: ['EC_prime256v1' as const] }
  const made = [0, 1, 2, 3, 4].map((minutes) =>
    request({ ...ctx, now: new Date(now.getTime() + minutes * 60_000) }, { DomainName: `a${minutes}.example.com` }),
  )
  assert.deepEqual(arns(), [])
  assert.deepEqual(arns({ Includes: curves }), made)
  assert.deepEqual(arns({ Includes: curves, SortBy: 'CREATED_AT', SortOrder: 'DESCENDING' }), made.toReversed())
  assert.deepEqual(arns({ Includes: curves }, as(consumer)), [])
  assert.deepEqual(arns({ Includes: { ...curves, keyUsage: ['KEY_ENCIPHERMENT'] } }), [])
  assert.deepEqual(arns({ Includes: { ...curves, exportOption: 'ENABLED' } }), [])
  assert.deepEqual(arns({ Includes: curves, CertificateStatuses: ['EXPIRED'] }), [])
  const nextYear = { ...ctx, now: new Date('2028-01-01T00:00:00Z') }
  assert.deepEqual(arns({ Includes: curves, CertificateStatuses: ['EXPIRED'] }, nextYear), made)

  const pages: (string | undefined)[] = []
  let token: string | undefined
  do {
    const page = listed({ Includes: curves, MaxItems: 2, ...(token && { NextToken: token }) })
    pages.push(...(page.CertificateSummaryList?.map(({ CertificateArn }) => CertificateArn) ?? []))
    token = page.NextToken
  } while (token)
  assert.deepEqual(pages, made)
  throwsAwsError(() => listed({ MaxItems: 0 }), 'ValidationException', /maxItems/)
  throwsAwsError(() => listed({ NextToken: '!' }), 'ValidationException', /NextToken/)
  throwsAwsError(() => listed({ SortBy: 'CREATED_AT' }), 'ValidationException', /together/)
})

test('tags under both names of the operations; another account finds nothing', () => {
  const as = accounts({ now })
  const ctx = as(provider)
  const arn = aCertificate(ctx)
  const tags = () => acm.ListTagsForResource.handle({ ResourceArn: arn }, ctx).Tags
  acm.AddTagsToCertificate.handle({ CertificateArn: arn, Tags: [{ Key: 'a', Value: '1' }, { Key: 'b' }] }, ctx)
  acm.TagResource.handle({ ResourceArn: arn, Tags: [{ Key: 'a', Value: '2' }] }, ctx)
  assert.deepEqual(tags(), [
    { Key: 'a', Value: '2' },
    { Key: 'b', Value: '' },
  ])
  acm.RemoveTagsFromCertificate.handle({ CertificateArn: arn, Tags: [{ Key: 'a', Value: '1' }, { Key: 'b' }] }, ctx)
  assert.deepEqual(tags(), [{ Key: 'a', Value: '2' }], 'a tag with another value stays')
  acm.UntagResource.handle({ ResourceArn: arn, TagKeys: ['a', 'none'] }, ctx)
  assert.deepEqual(tags(), [])
  const many = Array.from({ length: 51 }, (_, n) => ({ Key: `k${n}` }))
  throwsAwsError(() => acm.TagResource.handle({ ResourceArn: arn, Tags: many }, ctx), 'TooManyTagsException')

  for (const name of ['DescribeCertificate', 'GetCertificate', 'DeleteCertificate', 'RenewCertificate'] as const) {
    throwsAwsError(() => acm[name].handle({ CertificateArn: arn }, as(consumer)), 'ResourceNotFoundException')
  }
  throwsAwsError(
    () => acm.TagResource.handle({ ResourceArn: arn, Tags: [] }, as(consumer)),
    'ResourceNotFoundException',
  )
})
