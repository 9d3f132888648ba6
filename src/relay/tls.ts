/**
 * The TLS side of doors: certificates by name, what a security policy allows, which application protocol is agreed on.
 *
 * A door's contexts are made when it is used first and again after its certificates changed, so a renewed certificate shows with
 * the next handshake and no connection ends. Sessions are resumed by tickets whose keys all workers share: a client that comes
 * back may meet another worker.
 */
import { X509Certificate } from 'node:crypto'
import type { Socket } from 'node:net'
import { createSecureContext, type SecureContext, type SecureVersion, TLSSocket } from 'node:tls'
import type { DoorTls, RelayCertificate } from '../plan/relay.ts'
import type { AlpnPolicy } from '../resource/load-balancer.ts'
import { defaultSslPolicyName, type SslPolicy, sslPolicyOf } from '../resource/ssl-policy.ts'

/** In the server's order of preference: NLB guide, "ALPN policies". */
const alpnProtocols: Readonly<Record<AlpnPolicy, readonly string[] | undefined>> = {
  HTTP1Only: ['http/1.1', 'http/1.0'],
  HTTP2Only: ['h2'],
  HTTP2Optional: ['http/1.1', 'http/1.0', 'h2'],
  HTTP2Preferred: ['h2', 'http/1.1', 'http/1.0'],
  None: undefined,
}

/** Names of the classical groups, and of the hybrid ones before them where the policy offers those. */
const classicalGroups = 'X25519:P-256:P-384'
const postQuantumGroups = 'X25519MLKEM768:SecP256r1MLKEM768'

/** A name of a certificate, lower case, with the contexts that serve it. */
interface DoorContexts {
  readonly byName: ReadonlyMap<string, SecureContext>
  readonly standard: SecureContext
}

interface Door {
  readonly tls: DoorTls
  contexts: DoorContexts | undefined
}

export class TlsDoors {
  readonly #doors = new Map<string, Door>()
  readonly #certificates = new Map<string, RelayCertificate>()
  readonly #onProblem: (reason: string) => void
  #ticketKeys: Buffer | undefined

  constructor(onProblem: (reason: string) => void) {
    this.#onProblem = onProblem
  }

  change(certificates: Readonly<Record<string, RelayCertificate>>, without: readonly string[]): void {
    const changed = new Set([...Object.keys(certificates), ...without])
    if (changed.size === 0) return
    for (const arn of without) this.#certificates.delete(arn)
    for (const [arn, certificate] of Object.entries(certificates)) this.#certificates.set(arn, certificate)
    for (const door of this.#doors.values()) {
      if (door.tls.certificateArns.some((arn) => changed.has(arn))) door.contexts = undefined
    }
  }

  setTicketKeys(keys: Buffer): void {
    this.#ticketKeys = keys
    for (const door of this.#doors.values()) door.contexts = undefined
  }

  set(key: string, tls: DoorTls): void {
    this.#doors.set(key, { tls, contexts: undefined })
  }

  remove(key: string): void {
    this.#doors.delete(key)
  }

  /** Begins the session of an accepted connection; undefined when the door has no certificate that works. */
  accept(key: string, socket: Socket): TLSSocket | undefined {
    const door = this.#doors.get(key)
    if (!door) {
      this.#onProblem('no door')
      return undefined
    }
    try {
      door.contexts ??= this.#contextsOf(door.tls)
    } catch {
      this.#onProblem('certificate')
      return undefined
    }
    const { byName, standard } = door.contexts
    const protocols = alpnProtocols[door.tls.alpnPolicy]
    return new TLSSocket(socket, {
      isServer: true,
      secureContext: standard,
      // A door with one certificate shows it whatever is asked for.
      ...(byName.size > 0 ? { SNICallback: sniCallback(byName, standard) } : {}),
      ...(protocols ? { ALPNProtocols: [...protocols] } : {}),
    })
  }

  #contextsOf(tls: DoorTls): DoorContexts {
    const policy = sslPolicyOf(tls.sslPolicy) ?? sslPolicyOf(defaultSslPolicyName)
    if (!policy) throw new Error(`no such policy: ${tls.sslPolicy}`)
    const certificates = tls.certificateArns.flatMap((arn) => this.#certificates.get(arn) ?? [])
    const [first] = certificates
    if (!first) throw new Error('no certificate')
    const standard = this.#contextOf([first], policy)
    if (certificates.length === 1) return { byName: new Map(), standard }
    // Certificates of one name with different kinds of keys share a context: OpenSSL shows the one that the client can verify.
    const namesakes = new Map<string, RelayCertificate[]>()
    for (const certificate of certificates) {
      for (const name of namesOf(certificate)) {
        const known = namesakes.get(name)
        if (known) known.push(certificate)
        else namesakes.set(name, [certificate])
      }
    }
    const contexts = new Map<string, SecureContext>()
    const byName = new Map<string, SecureContext>()
    for (const [name, group] of namesakes) {
      const id = group.map((certificate) => certificates.indexOf(certificate)).join()
      const context = contexts.get(id) ?? this.#contextOf(group, policy)
      contexts.set(id, context)
      byName.set(name, context)
    }
    return { byName, standard }
  }

  #contextOf(certificates: readonly RelayCertificate[], policy: SslPolicy): SecureContext {
    const has13 = policy.protocols.includes('TLSv1.3')
    const minVersion = policy.protocols.at(-1) as SecureVersion
    const isOld = minVersion === 'TLSv1' || minVersion === 'TLSv1.1'
    return createSecureContext({
      cert: certificates.map(({ certificatePem, chainPem }) => [certificatePem, chainPem ?? ''].join('\n')),
      key: certificates.map(({ privateKeyPem }) => privateKeyPem),
      minVersion,
      maxVersion: has13 ? 'TLSv1.3' : 'TLSv1.2',
      // OpenSSL offers SHA-1 signatures, which TLS 1.0 and 1.1 need, at security level 0 only.
      ciphers: [...policy.ciphers, ...(isOld ? ['@SECLEVEL=0'] : [])].join(':'),
      honorCipherOrder: true,
      ecdhCurve: policy.postQuantum ? `${postQuantumGroups}:${classicalGroups}` : classicalGroups,
      sessionTimeout: 3600,
      ...(this.#ticketKeys ? { ticketKeys: this.#ticketKeys } : {}),
    })
  }
}

function sniCallback(byName: ReadonlyMap<string, SecureContext>, standard: SecureContext) {
  return (asked: string, done: (error: Error | null, context?: SecureContext) => void): void => {
    const name = asked.toLowerCase()
    const dot = name.indexOf('.')
    // The most exact first; a wildcard stands for one label (RFC 6125, section 6.4.3).
    done(null, byName.get(name) ?? (dot > 0 ? byName.get(`*${name.slice(dot)}`) : undefined) ?? standard)
  }
}

/** DNS names of a certificate: its alternative names, or its common name when it has none. */
function namesOf({ certificatePem }: RelayCertificate): readonly string[] {
  const certificate = new X509Certificate(certificatePem)
  const alternatives = [...(certificate.subjectAltName ?? '').matchAll(/DNS:([^,\s]+)/g)].map(([, name = '']) => name)
  const common = /^CN=(.+)$/m.exec(certificate.subject)?.[1]
  const names = alternatives.length > 0 ? alternatives : common === undefined ? [] : [common]
  return [...new Set(names.map((name) => name.toLowerCase()))]
}
