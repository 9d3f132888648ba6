/**
 * The predefined security policies of TLS listeners: which versions and cipher suites a client may use.
 *
 * Source: Network Load Balancer guide, "Security policies". Its table of eighteen suites is not repeated here: a policy
 * takes whole families of them (key exchange × how records are protected), always in AWS's order of preference.
 *
 * The FIPS policies are left out: their ciphers are easily offered, the validated module that the name promises is not.
 */

export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'

export interface SslPolicy {
  /** `ELBSecurityPolicy-…`. */
  readonly name: string
  /** Newest first. */
  readonly protocols: readonly TlsVersion[]
  /** OpenSSL's names, most preferred first; those of TLS 1.3 begin with `TLS_`. The server's order decides. */
  readonly ciphers: readonly string[]
  /** Offers the hybrid groups X25519MLKEM768, SecP256r1MLKEM768 and SecP384r1MLKEM1024 beside the classical ones. */
  readonly postQuantum: boolean
}

/** How records are protected: AES-GCM, AES-CBC with HMAC-SHA2, AES-CBC with HMAC-SHA1. */
type Protection = 'gcm' | 'sha2' | 'sha1'

const tls13Ciphers = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256']

const suffixes = {
  128: { gcm: '-GCM-SHA256', sha2: '-SHA256', sha1: '-SHA' },
  256: { gcm: '-GCM-SHA384', sha2: '-SHA384', sha1: '-SHA' },
} as const

/** Ephemeral keys (forward secrecy) for both kinds of certificate, 128 bits before 256. */
function ephemeral(...protections: readonly Protection[]): readonly string[] {
  return ([128, 256] as const).flatMap((bits) =>
    protections.flatMap((protection) =>
      ['ECDSA', 'RSA'].map((key) => `ECDHE-${key}-AES${bits}${suffixes[bits][protection]}`),
    ),
  )
}

/** The key is sent under the certificate's own RSA key; AES256 has HMAC-SHA256 there, not SHA384. */
function rsaKeyed(...protections: readonly Protection[]): readonly string[] {
  return ([128, 256] as const).flatMap((bits) =>
    protections.map((protection) => `AES${bits}${protection === 'sha2' ? '-SHA256' : suffixes[bits][protection]}`),
  )
}

const all: readonly Protection[] = ['gcm', 'sha2', 'sha1']
const everyCipher = [...ephemeral(...all), ...rsaKeyed(...all)]

const from10: readonly TlsVersion[] = ['TLSv1.2', 'TLSv1.1', 'TLSv1']
const from11: readonly TlsVersion[] = ['TLSv1.2', 'TLSv1.1']
const only12: readonly TlsVersion[] = ['TLSv1.2']

function policy(suffix: string, protocols: readonly TlsVersion[], ciphers: readonly string[]): SslPolicy {
  const with13 = protocols[0] === 'TLSv1.3'
  return {
    name: `ELBSecurityPolicy-${suffix}`,
    protocols,
    ciphers: with13 ? [...tls13Ciphers, ...ciphers] : ciphers,
    postQuantum: suffix.includes('-PQ-'),
  }
}

/** A policy of 2021 and, where AWS made one, its sister of 2025 with post-quantum key exchange. */
function withTls13(
  name: string,
  older: readonly TlsVersion[],
  ciphers: readonly string[],
  hasPostQuantum = true,
): readonly SslPolicy[] {
  const protocols: readonly TlsVersion[] = ['TLSv1.3', ...older]
  return [
    policy(`TLS13-${name}-2021-06`, protocols, ciphers),
    ...(hasPostQuantum ? [policy(`TLS13-${name}-PQ-2025-09`, protocols, ciphers)] : []),
  ]
}

export const sslPolicies: readonly SslPolicy[] = [
  ...withTls13('1-3', [], []),
  ...withTls13('1-2-Res', only12, ephemeral('gcm')),
  ...withTls13('1-2', only12, ephemeral('gcm', 'sha2')),
  ...withTls13('1-2-Ext1', only12, [...ephemeral('gcm', 'sha2'), ...rsaKeyed('gcm', 'sha2')]),
  ...withTls13('1-2-Ext2', only12, everyCipher),
  ...withTls13('1-1', from11, everyCipher, false),
  ...withTls13('1-0', from10, everyCipher),
  policy('FS-1-2-Res-2020-10', only12, ephemeral('gcm')),
  policy('FS-1-2-Res-2019-08', only12, ephemeral('gcm', 'sha2')),
  policy('FS-1-2-2019-08', only12, ephemeral(...all)),
  policy('FS-1-1-2019-08', from11, ephemeral(...all)),
  policy('FS-2018-06', from10, ephemeral(...all)),
  policy('TLS-1-2-Ext-2018-06', only12, everyCipher),
  policy('TLS-1-2-2017-01', only12, [...ephemeral('gcm', 'sha2'), ...rsaKeyed('gcm', 'sha2')]),
  policy('TLS-1-1-2017-01', from11, everyCipher),
  policy('2016-08', from10, everyCipher),
  policy('TLS-1-0-2015-04', from10, [...everyCipher, 'DES-CBC3-SHA']),
  policy('2015-05', from10, everyCipher),
]

/** What a TLS listener has when its creator names none: the API's default, not the console's. */
export const defaultSslPolicyName = 'ELBSecurityPolicy-2016-08'

const byName = new Map(sslPolicies.map((each) => [each.name, each]))

export function sslPolicyOf(name: string): SslPolicy | undefined {
  return byName.get(name)
}
