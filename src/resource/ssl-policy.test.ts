import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getCiphers } from 'node:tls'
import { defaultSslPolicyName, sslPolicies, sslPolicyOf } from './ssl-policy.ts'

test('the suites of policies that AWS documents, in its order', () => {
  const suites = (suffix: string) => sslPolicyOf(`ELBSecurityPolicy-${suffix}`)?.ciphers
  assert.deepEqual(suites('FS-1-2-Res-2020-10'), [
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES128-GCM-SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES256-GCM-SHA384',
  ])
  assert.deepEqual(suites('2016-08'), [
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES128-GCM-SHA256',
    'ECDHE-ECDSA-AES128-SHA256',
    'ECDHE-RSA-AES128-SHA256',
    'ECDHE-ECDSA-AES128-SHA',
    'ECDHE-RSA-AES128-SHA',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-AES256-SHA384',
    'ECDHE-RSA-AES256-SHA384',
    'ECDHE-ECDSA-AES256-SHA',
    'ECDHE-RSA-AES256-SHA',
    'AES128-GCM-SHA256',
    'AES128-SHA256',
    'AES128-SHA',
    'AES256-GCM-SHA384',
    'AES256-SHA256',
    'AES256-SHA',
  ])
  assert.deepEqual(suites('TLS13-1-3-PQ-2025-09'), [
    'TLS_AES_128_GCM_SHA256',
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
  ])
})

test('names are unique, the default is one of them, and OpenSSL knows every suite but 3DES', () => {
  assert.equal(new Set(sslPolicies.map(({ name }) => name)).size, sslPolicies.length)
  assert.ok(sslPolicyOf(defaultSslPolicyName))
  const known = new Set(getCiphers())
  const unknown = new Set(
    sslPolicies.flatMap(({ ciphers }) => ciphers).filter((cipher) => !known.has(cipher.toLowerCase())),
  )
  assert.deepEqual(
    [...unknown].filter((cipher) => cipher !== 'DES-CBC3-SHA'),
    [],
  )
})
