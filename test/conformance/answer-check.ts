/** Whether an answer is one that AWS could have given: its result, or its error document. */
import { parseXML } from '@aws-sdk/xml-builder'

export interface Answer {
  readonly status: number
  readonly contentType: string
  readonly requestId: string | undefined
  readonly body: string
}

export type Verdict =
  /** `code` is `ok` or the error's. */
  { readonly code: string } | { readonly violation: string }

/** @param method  of the request: an answer to HEAD has no body */
export function judge(answer: Answer, method: string): Verdict {
  const { status, body, requestId } = answer
  if (!requestId) return violation('no x-amzn-requestid', answer)
  if (method === 'HEAD') return { code: `HEAD ${status}` }
  const code = status < 300 ? resultCode(answer) : errorCode(answer)
  if (code === undefined) return violation('neither a result nor an error document', answer)
  if (code === 'InternalError' || code === 'InternalFailure') return violation('an internal error', answer)
  if (body.includes('    at ')) return violation('a stack trace', answer)
  return { code }
}

function resultCode({ contentType, body }: Answer): string | undefined {
  if (contentType.includes('json')) return isObject(parseJson(body)) ? 'ok' : undefined
  const root = Object.keys(parseDocument(body) ?? {})[0]
  return root?.endsWith('Response') && root !== 'ErrorResponse' ? 'ok' : undefined
}

function errorCode({ contentType, body, requestId }: Answer): string | undefined {
  if (contentType.includes('json')) {
    const type = member(parseJson(body), '__type')
    return typeof type === 'string' && type !== '' ? type : undefined
  }
  const document = parseDocument(body)
  const ec2 = member(document, 'Response')
  const query = member(document, 'ErrorResponse')
  const error = member(member(ec2, 'Errors'), 'Error') ?? member(query, 'Error')
  const documentId = member(ec2, 'RequestID') ?? member(query, 'RequestId')
  const code = member(error, 'Code')
  const isComplete =
    typeof code === 'string' && code !== '' && member(error, 'Message') !== undefined && documentId === requestId
  return isComplete ? code : undefined
}

function violation(what: string, { status, body }: Answer): Verdict {
  return { violation: `${what}: ${status} ${body.slice(0, 400)}` }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function parseDocument(text: string): object | undefined {
  try {
    return parseXML(text) as object
  } catch {
    return undefined
  }
}

function member(value: unknown, name: string): unknown {
  return isObject(value) ? (value as Record<string, unknown>)[name] : undefined
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
