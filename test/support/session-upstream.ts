/**
 * A resolver upstream of Underpass that is the test's own: a tiny DNS server on a loopback address, and a resolv.conf that
 * names it, which only control sees. The machine's own resolv.conf is not touched: `up` runs in a mount namespace where
 * another file lies over it.
 */
import { execFileSync, spawn } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { existsSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import packet from 'dns-packet'
import { childEnvironment } from '../../src/cli/command.ts'
import { finished, type Playground } from '../../src/cli/demo/playground.ts'

const underpass = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

/** What the upstream server says of every name that it is asked for. */
export const upstreamAddress = '192.0.2.7'

export interface Upstream {
  readonly address: string
  /** Names that were asked for, in order. */
  readonly asked: readonly string[]
  /** Name → the text of its TXT record; the others have none. */
  readonly texts: Map<string, string>
  close(): Promise<void>
}

/** Answers every A question with one address, and TXT questions from `texts`. Its own address is drawn, so that tests side by side have their own. */
export async function startUpstream(): Promise<Upstream> {
  const address = `127.${randomInt(1, 255)}.${randomInt(0, 256)}.${randomInt(1, 255)}`
  const asked: string[] = []
  const texts = new Map<string, string>()
  const answerTo = (message: packet.DecodedPacket): packet.Packet => {
    const questions = message.questions ?? []
    asked.push(...questions.map(({ name }) => name))
    return {
      type: 'response',
      id: message.id ?? 0,
      flags: packet.RECURSION_DESIRED | packet.RECURSION_AVAILABLE,
      questions,
      answers: questions.flatMap(({ name, type }): packet.Answer[] => {
        if (type === 'A') return [{ type, name, ttl: 300, data: upstreamAddress }]
        const text = type === 'TXT' ? texts.get(name) : undefined
        return text === undefined ? [] : [{ type: 'TXT', name, ttl: 300, data: text }]
      }),
    }
  }
  const udp = createSocket('udp4')
  udp.on('message', (message, peer) => {
    udp.send(packet.encode(answerTo(packet.decode(message))), peer.port, peer.address)
  })
  const tcp = createServer((socket) => {
    socket.on('error', () => {})
    // Behind the length in two bytes; a question is small enough to come in one piece.
    socket.once('data', (data: Buffer) => {
      socket.end(packet.streamEncode(answerTo(packet.decode(data.subarray(2)))))
    })
  })
  await Promise.all([
    new Promise<void>((resolve, reject) => {
      udp.once('error', reject)
      udp.bind(53, address, resolve)
    }),
    new Promise<void>((resolve, reject) => {
      tcp.once('error', reject)
      tcp.listen(53, address, resolve)
    }),
  ])
  return {
    address,
    asked,
    texts,
    async close() {
      await Promise.all([
        new Promise<void>((resolve) => udp.close(() => resolve())),
        new Promise<void>((resolve) => tcp.close(() => resolve())),
      ])
    },
  }
}

/** Why control cannot be given a resolv.conf of its own here; undefined when it can. */
export function upstreamObstacle(): string | undefined {
  return existsSync('/etc/resolv.conf') ? undefined : 'this machine has no /etc/resolv.conf to put another one over'
}

/**
 * The mount namespace shares everything with the machine's, so that namespaces made in it are seen outside, but for the
 * one mount under the file: `stat %m` tells which, and a private mount passes nothing on.
 */
const script = `
resolv=$1
shift
under=$(stat --format %m -L /etc/resolv.conf) &&
mount --make-private "$under" &&
mount --bind "$resolv" /etc/resolv.conf || exit 1
exec "$@"
`

/**
 * `underpass up` with a resolv.conf of its own.
 *
 * @param more  further options of `up`
 * @returns how to change the name servers that it names
 */
export async function upWithResolvConf(
  playground: Playground,
  ...more: readonly string[]
): Promise<(...nameservers: string[]) => void> {
  // Makes /run/netns the shared mount that it is after the first namespace: made in there, it would be ours alone.
  const first = `up-first-${randomBytes(4).toString('hex')}`
  for (const verb of ['add', 'delete']) execFileSync('ip', ['netns', verb, first], { env: childEnvironment() })

  const { name, stateDir } = playground.home
  const file = join(stateDir, '..', 'resolv.conf')
  const write = (...nameservers: string[]): void =>
    writeFileSync(file, nameservers.map((address) => `nameserver ${address}\n`).join(''))
  write()
  const up = [underpass, 'up', '--name', name, '--state-dir', stateDir, '--port', String(playground.port), ...more]
  const argv = ['--mount', '--propagation', 'unchanged', 'sh', '-c', script, 'sh', file, process.execPath, ...up]
  const { code, stdout, stderr } = await finished(
    spawn('unshare', argv, { stdio: ['ignore', 'pipe', 'pipe'], env: childEnvironment() }),
  )
  if (code !== 0) throw new Error(`underpass up ended with ${code}:\n${stderr}${stdout}`)
  return write
}
