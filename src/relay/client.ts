/** The agent's side of the relay's socket. */
import { request as httpRequest } from 'node:http'
import type { Answers, Request } from './messages.ts'

/** In the state directory. */
export const relaySocket = 'relay.sock'

/** Opening sockets in a thousand namespaces takes a minute. */
const timeoutMs = 120_000

/** Rejects when no relay answers. */
export function askRelay<T extends Request['type']>(
  socketPath: string,
  request: Extract<Request, { type: T }>,
): Promise<Answers[T]> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      { socketPath, method: 'POST', path: '/', agent: false, timeout: timeoutMs },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          text += chunk
        })
        response.on('error', reject)
        response.on('end', () => {
          if (response.statusCode === 200) resolve(JSON.parse(text) as Answers[T])
          else reject(new Error(`the relay answered: ${text}`))
        })
      },
    )
    sent.on('timeout', () => sent.destroy(new Error('the relay did not answer in time')))
    sent.on('error', reject)
    sent.end(JSON.stringify(request))
  })
}
