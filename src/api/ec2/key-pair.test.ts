import assert from 'node:assert/strict'
import { createHash, createPrivateKey, createPublicKey } from 'node:crypto'
import { test } from 'node:test'
import { aContext } from '../../../test/support/fake-context.ts'
import { must, throwsAwsError } from '../../../test/support/privatelink.ts'
import { createKeyPair } from './create-key-pair.ts'
import { createTags } from './create-tags.ts'
import { deleteKeyPair } from './delete-key-pair.ts'
import { describeKeyPairs } from './describe-key-pairs.ts'
import { importKeyPair } from './import-key-pair.ts'
import { parseSshKey } from './ssh-key.ts'

// Made by ssh-keygen; the fingerprints are those of `ssh-keygen -l` and of `openssl md5 -c` over the DER public key.
const ed25519 = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBOo+mAt/VTCtsnzKtnGpmyqh/8M5ZQW311mBallFXx3'
const ed25519Fingerprint = '7trw17BJO+5UtPGCRqahz+aBGSrVNeYILHxR2K99Gmo='
const rsa =
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC8GahvXwqxI94+iuo6RTk71Vstk+DIFhM1FaRO3RrRndovSpyyf/XQIVCvLVcqJiSSr2Hz9H3WvpJSZOsl4tFlVJgaA7Z+os2pru2t0r+WcG+CtJ78gRakCehKFJGvElWyFYq711DIq3MLeEgpcXDkU0g7LshlD5WP0jlSs77Hjz/aGVBVcHos5E8fSKSIKX/ABIVAZpJirJa6Y5TC6MVdBIvxcvfguC+w88Q9uW3zFXrVURAKFLBhqBR5FyYsU0Xv/h9kc1BJj/9SGEPqOohe0EjYrdoV8AXp++30ZOnEBNkgCw6akfGdkaJlJLBx6kIs1LaAXSezPCahCXP7L0Vn'
const rsaFingerprint = 'd2:f9:71:03:e6:c4:d8:9a:bf:b1:6d:31:8f:ca:aa:35'
const bytes = (text: string) => new TextEncoder().encode(text)

const rfc4716 = [
  '---- BEGIN SSH2 PUBLIC KEY ----',
  'Comment: "2048-bit RSA"',
  ...(rsa.split(' ')[1]?.match(/.{1,70}/g) ?? []),
  '---- END SSH2 PUBLIC KEY ----',
].join('\n')

for (const { form, material, keyType, fingerprint } of [
  { form: "OpenSSH's ed25519", material: `${ed25519} me@here\n`, keyType: 'ed25519', fingerprint: ed25519Fingerprint },
  { form: "OpenSSH's rsa", material: rsa, keyType: 'rsa', fingerprint: rsaFingerprint },
  { form: "RFC 4716's", material: rfc4716, keyType: 'rsa', fingerprint: rsaFingerprint },
] as const) {
  test(`${form} form is read`, () => {
    const key = must(parseSshKey(bytes(material)))
    assert.deepEqual([key.keyType, key.keyFingerprint], [keyType, fingerprint])
    assert.equal(key.publicKey, keyType === 'rsa' ? rsa : ed25519)
  })
}

for (const material of [
  '',
  'x',
  'ssh-rsa',
  'ssh-rsa AAAA',
  'ssh-dss AAAAB3NzaC1kc3MAAACB',
  `ssh-rsa ${ed25519.split(' ')[1]}`,
  ed25519.slice(0, -4),
]) {
  test(`'${material.slice(0, 30)}' is no key`, () => {
    const KeyName = 'k'
    const PublicKeyMaterial = bytes(material)
    const code = material === '' ? 'MissingParameter' : 'InvalidKey.Format'
    const imported = () => importKeyPair.handle({ KeyName, PublicKeyMaterial }, aContext())
    // A blob under the wrong name is read for what it is.
    if (material.startsWith('ssh-rsa AAAAC3')) assert.equal(imported().KeyFingerprint, ed25519Fingerprint)
    else throwsAwsError(imported, code)
  })
}

test('a key that is made: its private half opens what its public half says, and is told once', () => {
  const ctx = aContext()
  const made = createKeyPair.handle({ KeyName: 'rsa' }, ctx)
  assert.match(made.KeyMaterial ?? '', /^-----BEGIN RSA PRIVATE KEY-----\n/)
  const privateKey = createPrivateKey(must(made.KeyMaterial))
  const der = privateKey.export({ type: 'pkcs8', format: 'der' })
  assert.equal(made.KeyFingerprint?.replaceAll(':', ''), createHash('sha1').update(der).digest('hex'))
  const [shown] = describeKeyPairs.handle({ IncludePublicKey: true }, ctx).KeyPairs ?? []
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  const read = must(parseSshKey(bytes(must(shown?.PublicKey))))
  assert.equal(read.keyFingerprint.replaceAll(':', ''), createHash('md5').update(spki).digest('hex'))
  assert.deepEqual([shown?.KeyType, shown?.KeyFingerprint, shown?.CreateTime], ['rsa', made.KeyFingerprint, ctx.now])

  const other = createKeyPair.handle({ KeyName: 'ed', KeyType: 'ed25519' }, ctx)
  assert.match(other.KeyMaterial ?? '', /^-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjE/)
  const blob = Buffer.from(must(other.KeyMaterial).split('\n').slice(1, -2).join(''), 'base64')
  const publicBlob = Buffer.from(must(ctx.tx.get('key-pair', other.KeyPairId)).publicKey.split(' ')[1] ?? '', 'base64')
  assert.ok(blob.includes(publicBlob))
  assert.equal(JSON.stringify([...ctx.tx.all('key-pair')]).includes('PRIVATE'), false)
})

test('names, filters, tags and deletion', () => {
  const ctx = aContext()
  const { KeyPairId } = importKeyPair.handle({ KeyName: 'mine', PublicKeyMaterial: bytes(ed25519) }, ctx)
  const again = () => importKeyPair.handle({ KeyName: 'mine', PublicKeyMaterial: bytes(rsa) }, ctx)
  throwsAwsError(again, 'InvalidKeyPair.Duplicate', "The keypair 'mine' already exists.")
  throwsAwsError(() => createKeyPair.handle({ KeyName: ' mine' }, ctx), 'InvalidParameterValue')
  throwsAwsError(() => createKeyPair.handle({ KeyName: undefined }, ctx), 'MissingParameter')
  throwsAwsError(() => createKeyPair.handle({ KeyName: 'p', KeyFormat: 'ppk' }, ctx), 'UnsupportedOperation')
  createTags.handle({ Resources: [must(KeyPairId)], Tags: [{ Key: 'team', Value: 'net' }] }, ctx)
  for (const [Name, value] of [
    ['key-name', 'mi*'],
    ['fingerprint', ed25519Fingerprint],
    ['key-pair-id', must(KeyPairId)],
    ['tag:team', 'net'],
  ] as const) {
    const found = describeKeyPairs.handle({ Filters: [{ Name, Values: [value] }] }, ctx).KeyPairs
    assert.deepEqual(
      found?.map((pair) => [pair.KeyName, pair.PublicKey]),
      [['mine', undefined]],
    )
  }
  for (const unknown of [{ KeyNames: ['other'] }, { KeyPairIds: ['key-0'] }]) {
    throwsAwsError(() => describeKeyPairs.handle(unknown, ctx), 'InvalidKeyPair.NotFound')
  }
  const stranger = aContext({ tx: ctx.tx, accountId: '222222222222' })
  assert.deepEqual(deleteKeyPair.handle({ KeyName: 'mine' }, stranger), { Return: true })
  assert.deepEqual(deleteKeyPair.handle({ KeyName: 'mine' }, ctx), { Return: true, KeyPairId })
  assert.deepEqual(describeKeyPairs.handle({}, ctx).KeyPairs, [])
})
