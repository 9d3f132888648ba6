/**
 * A client of AWS's query APIs that costs next to nothing: signed POSTs written straight to sockets, answers cut out by their
 * Content-Length. No SDK is measured, and the server gets as much of the machine as can be.
 *
 * Runs as a process of its own (`RawClient` starts it), so that its work is not done on the loop that waits for it: one
 * order per line of stdin, one outcome per line of stdout.
 */
import { createHash, createHmac } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { Order, Outcome, Target } from './raw-orders.ts'

const headEnd = Buffer.from('\r\n\r\n')

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Signature Version 4 of one body after another: the key and the headers stay the same for the second they are dated. */
class Signer {
  readonly #target: Target
  #date = ''
  #key: Buffer = Buffer.alloc(0)

  constructor(target: Target) {
    this.#target = target
  }

  request(body: string): string {
    const { accessKeyId, secretAccessKey, region, port } = this.#target
    const date = `${new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`
    const day = date.slice(0, 8)
    if (date !== this.#date) {
      this.#key = [region, 'ec2', 'aws4_request'].reduce<Buffer>(hmac, hmac(`AWS4${secretAccessKey}`, day))
      this.#date = date
    }
    const host = `127.0.0.1:${port}`
    const contentType = 'application/x-www-form-urlencoded; charset=utf-8'
    const scope = `${day}/${region}/ec2/aws4_request`
    const canonical = `POST\n/\n\ncontent-type:${contentType}\nhost:${host}\nx-amz-date:${date}\n\ncontent-type;host;x-amz-date\n${sha256(body)}`
    const signature = hmac(this.#key, `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`).toString('hex')
    return (
      `POST / HTTP/1.1\r\nHost: ${host}\r\nContent-Type: ${contentType}\r\nX-Amz-Date: ${date}\r\n` +
      `Authorization: AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=content-type;host;x-amz-date, Signature=${signature}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
    )
  }
}

/** One connection, one request at a time; opened again where the server closes after each answer, as moto's does. */
class Connection {
  readonly #port: number
  #socket: Socket | undefined

  constructor(port: number) {
    this.#port = port
  }

  async ask(request: string): Promise<string> {
    this.#socket ??= await open(this.#port)
    const socket = this.#socket
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    let chunks: Buffer[] = []
    let length = 0
    let bodyAt = -1
    let total = -1
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk)
      length += chunk.length
      if (bodyAt === -1) {
        const all = chunks.length === 1 ? chunk : Buffer.concat(chunks)
        chunks = [all]
        const end = all.indexOf(headEnd)
        if (end === -1) return
        const head = all.toString('latin1', 0, end)
        const size = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
        if (size === undefined) {
          reject(new Error(`an answer without Content-Length:\n${head}`))
          return
        }
        bodyAt = end + headEnd.length
        total = bodyAt + Number(size)
        if (/\r\nconnection: *close/i.test(head)) {
          this.#socket = undefined
          socket.end()
        }
      }
      if (length < total) return
      const all = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)
      const body = all.toString('utf8', bodyAt, total)
      if (all.toString('latin1', 9, 12) === '200') resolve(body)
      else reject(new Error(body))
    }
    const onError = (error: Error): void => reject(error)
    const onClose = (): void => reject(new Error('the server closed the connection before it had answered'))
    socket.on('data', onData).on('error', onError).on('close', onClose)
    socket.write(request)
    try {
      return await promise
    } finally {
      socket.off('data', onData).off('error', onError).off('close', onClose)
      // Of a connection that is given up nobody wants to hear any more.
      if (this.#socket !== socket) socket.on('error', () => {})
    }
  }

  close(): void {
    this.#socket?.destroy()
  }
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      resolve(socket)
    })
  })
}

const nextToken = (body: string): string | undefined => /<nextToken>([^<]+)<\/nextToken>/.exec(body)?.[1]

async function carryOut({ target, connections, count, body, allPages }: Order): Promise<Outcome> {
  const signer = new Signer(target)
  const pool = Array.from({ length: connections }, () => new Connection(target.port))
  let left = count
  let answers = 0
  let last = ''
  const marks: number[] = []
  const work = async (connection: Connection): Promise<void> => {
    while (left-- > 0) {
      const begun = performance.now()
      last = await connection.ask(signer.request(body))
      answers++
      for (let token = allPages ? nextToken(last) : undefined; token; token = nextToken(last)) {
        last = await connection.ask(signer.request(`${body}&NextToken=${encodeURIComponent(token)}`))
        answers++
      }
      marks.push(performance.now() - begun)
    }
  }
  const begun = performance.now()
  await Promise.all(pool.map(work))
  const seconds = (performance.now() - begun) / 1000
  for (const connection of pool) connection.close()
  return { seconds, answers, msEach: marks, last }
}

for await (const line of createInterface({ input: process.stdin })) {
  let reply: Outcome | { readonly error: string }
  try {
    reply = await carryOut(JSON.parse(line) as Order)
  } catch (error) {
    reply = { error: (error as Error).message }
  }
  process.stdout.write(`${JSON.stringify(reply)}\n`)
}
