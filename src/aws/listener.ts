/**
 * The one HTTP port of all services.
 *
 * It gathers a request's bytes within limits of size and time and hands them on; whatever a client does wrong, or slowly,
 * costs it its connection and nothing else. An oversize body is answered at once, but read on for a while and thrown away:
 * a client that is still sending when the connection closes would see a reset in place of the answer.
 */
import { randomUUID } from 'node:crypto'
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type AnswerContext, answerRequest, errorAnswer, refuseRequest, type WireAnswer } from './answer.ts'
import type { AwsError } from './error.ts'
import { transportErrors } from './request-errors.ts'
import type { AwsService, CredentialLookup, Dispatch } from './service.ts'
import { SigningKeys } from './signature.ts'

export interface AwsListenerOptions {
  readonly services: readonly AwsService[]
  readonly credentials: CredentialLookup
  readonly dispatch: Dispatch
  readonly trustAnyCredentials?: boolean
  /** Region of unsigned requests, in trusting mode; default us-east-1. */
  readonly defaultRegion?: string
  /** Epoch milliseconds; default the system's clock. */
  readonly now?: () => number
  readonly newRequestId?: () => string
  /** Default 1 MiB. */
  readonly maxBodyBytes?: number
  /** Whatever else is served on the port; asked first, for paths other than `/`. Undefined: the request is AWS's. */
  readonly extraRoute?: (method: string, path: string, query: string) => Promise<ExtraAnswer | undefined>
  /** A fault of ours, already answered as an internal error; the place to log it. Default: standard error. */
  readonly onInternalError?: (error: unknown, requestId: string) => void
}

export interface ExtraAnswer {
  readonly status: number
  readonly body?: string
  /** Default `text/plain; charset=utf-8`. */
  readonly contentType?: string
}

export interface AwsListener {
  /** Port 0 takes a free one. Resolves once connections are accepted. */
  listen(port: number, host?: string): Promise<{ readonly port: number }>
  /** Lets requests in progress finish, for at most five seconds. */
  close(): Promise<void>
}

const MIB = 1024 * 1024
const DEFAULT_MAX_BODY_BYTES = MIB
/** Session tokens are long and presigned requests carry them in the URL. */
const MAX_HEADER_BYTES = 32 * 1024
const HEADERS_TIMEOUT_MS = 10_000
const REQUEST_TIMEOUT_MS = 30_000
const TIMEOUT_CHECK_INTERVAL_MS = 1_000
const KEEP_ALIVE_TIMEOUT_MS = 65_000
/** With the body limit this bounds memory; a client's SDK keeps at most 50 connections. */
const MAX_CONNECTIONS = 2_000
const CLOSE_GRACE_MS = 5_000
/** In UTF-16 code units: three bytes each, at most, fit into the 16 KiB that Node has on its stack for a write. */
const SHORT_BODY_LENGTH = 5_000
/** How long the rest of an oversize body is read. */
const LINGER_MS = 5_000

export function createAwsListener(options: AwsListenerOptions): AwsListener {
  const newRequestId = options.newRequestId ?? randomUUID
  const maxBodyBytes = options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES
  const context: AnswerContext = {
    services: options.services,
    credentials: options.credentials,
    keys: new SigningKeys(),
    dispatch: options.dispatch,
    trustAnyCredentials: options.trustAnyCredentials ?? false,
    defaultRegion: options.defaultRegion ?? 'us-east-1',
    now: options.now ?? Date.now,
    onInternalError: options.onInternalError ?? reportToStderr,
  }

  /** Connections whose request is complete and whose answer is not: nothing else may be written to them. */
  const answering = new WeakSet<Duplex>()

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = newRequestId()
    const { path, query } = splitUrl(request.url ?? '/')
    const method = request.method ?? 'GET'
    const body = await readBody(request, maxBodyBytes)
    if (body === 'aborted') return
    answering.add(request.socket)
    response.once('close', () => answering.delete(request.socket))
    const headers = headersOf(request.rawHeaders)
    if (body === 'too-large') {
      const withoutBody = { method, path, query, headers, body: Buffer.alloc(0) }
      const error = transportErrors.entityTooLarge(maxBodyBytes)
      sendAndLinger(request, response, refuseRequest(withoutBody, error, requestId, context), requestId)
      return
    }
    if (options.extraRoute && path !== '/') {
      const extra = await options.extraRoute(method, path, query)
      if (extra) {
        const contentType = extra.contentType ?? 'text/plain; charset=utf-8'
        send(response, { status: extra.status, contentType, body: extra.body ?? '' }, requestId)
        return
      }
    }
    const sourceIp = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '')
    send(response, await answerRequest({ method, path, query, headers, body, sourceIp }, requestId, context), requestId)
  }

  function onRequest(request: IncomingMessage, response: ServerResponse): void {
    // Only extraRoute, newRequestId or onInternalError can fail here: answerRequest answers for the rest.
    handle(request, response).catch((error: unknown) => {
      const requestId = randomUUID()
      reportSafely(context.onInternalError, error, requestId)
      if (response.headersSent) response.destroy()
      else
        send(response, { status: 500, contentType: 'text/plain; charset=utf-8', body: 'Internal error\n' }, requestId)
    })
  }

  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: TIMEOUT_CHECK_INTERVAL_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      noDelay: true,
      // Left alone, Node answers these by itself, without a document: no Host, an Expect it does not know, CONNECT.
      requireHostHeader: false,
    },
    onRequest,
  )
  server.on('checkExpectation', onRequest)
  server.on('connect', (_request, socket: Duplex) =>
    refuseConnection(transportErrors.methodNotAllowed(), socket, newRequestId()),
  )
  server.maxConnections = MAX_CONNECTIONS
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || answering.has(socket)) socket.destroy()
    else refuseConnection(connectionError(error), socket, newRequestId())
  })

  return {
    listen: (port, host = '127.0.0.1') => listen(server, port, host),
    close: () => close(server),
  }
}

function listen(server: Server, port: number, host: string): Promise<{ port: number }> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      // Accept errors (out of file descriptors) must not end the process; Node retries by itself.
      server.on('error', (error) => reportToStderr(error, 'listener'))
      resolve({ port: (server.address() as AddressInfo).port })
    })
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const grace = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS)
    server.close(() => {
      clearTimeout(grace)
      resolve()
    })
    server.closeIdleConnections()
  })
}

function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | 'too-large' | 'aborted'> {
  return new Promise((resolve) => {
    let chunks: Buffer[] = []
    let length = 0
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) resolve('too-large')
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length <= maxBytes) {
        chunks.push(chunk)
      } else {
        chunks = []
        resolve('too-large')
      }
    })
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
    request.on('error', () => resolve('aborted'))
    request.on('close', () => resolve('aborted'))
  })
}

/** Raw, because Node drops some repeated headers and joins others with a space that no signer signs. */
function headersOf(rawHeaders: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>()
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase()
    const value = rawHeaders[index + 1] ?? ''
    const earlier = headers.get(name)
    headers.set(name, earlier === undefined ? value : `${earlier},${value}`)
  }
  return headers
}

/** A proxy may send an absolute URL. */
function splitUrl(url: string): { path: string; query: string } {
  const local = url.startsWith('/') ? url : url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '')
  const mark = local.indexOf('?')
  const path = mark === -1 ? local : local.slice(0, mark)
  return { path: path === '' ? '/' : path, query: mark === -1 ? '' : local.slice(mark + 1) }
}

function send(response: ServerResponse, answer: WireAnswer, requestId: string): void {
  response.end(writeHead(response, answer, requestId))
}

/** The answer is whole for its reader before the connection ends. */
function sendAndLinger(
  request: IncomingMessage,
  response: ServerResponse,
  answer: WireAnswer,
  requestId: string,
): void {
  response.write(writeHead(response, answer, requestId, { Connection: 'close' }))
  const linger = setTimeout(() => response.end(), LINGER_MS)
  request.once('close', () => {
    clearTimeout(linger)
    response.end()
  })
}

/**
 * Returns the body for the caller to write. Node sends head and body of a short text in one piece; a long one it would copy
 * several times, so that goes as bytes.
 */
function writeHead(
  response: ServerResponse,
  answer: WireAnswer,
  requestId: string,
  headers?: OutgoingHttpHeaders,
): Buffer | string {
  const body = answer.body.length <= SHORT_BODY_LENGTH ? answer.body : Buffer.from(answer.body, 'utf8')
  response.writeHead(answer.status, {
    'Content-Type': answer.contentType,
    'Content-Length': Buffer.byteLength(body),
    'x-amzn-requestid': requestId,
    ...headers,
  })
  return body
}

/** Node could not make a request of what came, so the answer is written by hand; the connection ends. */
function refuseConnection(error: AwsError, socket: Duplex, requestId: string): void {
  if (!socket.writable) {
    socket.destroy()
    return
  }
  const answer = errorAnswer(undefined, error, requestId)
  socket.end(
    `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status]}\r\n` +
      `Content-Type: ${answer.contentType}\r\nContent-Length: ${Buffer.byteLength(answer.body)}\r\n` +
      `x-amzn-requestid: ${requestId}\r\nConnection: close\r\n\r\n${answer.body}`,
    () => socket.destroy(),
  )
}

function connectionError(error: NodeJS.ErrnoException): AwsError {
  switch (error.code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return transportErrors.timeout()
    case 'HPE_HEADER_OVERFLOW':
      return transportErrors.headersTooLarge(MAX_HEADER_BYTES)
    default:
      return transportErrors.malformedHttp('The request is not valid HTTP/1.1')
  }
}

function reportSafely(report: (error: unknown, requestId: string) => void, error: unknown, requestId: string): void {
  try {
    report(error, requestId)
  } catch (failure) {
    reportToStderr(failure, requestId)
  }
}

function reportToStderr(error: unknown, requestId: string): void {
  process.stderr.write(
    `internal error, request ${requestId}: ${error instanceof Error ? error.stack : String(error)}\n`,
  )
}
