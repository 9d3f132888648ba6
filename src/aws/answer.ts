/**
 * From a request's bytes to an answer's text: choose the service, authenticate, decode, dispatch, encode.
 *
 * No sockets here, and it never throws: whatever a request contains, its answer is AWS's result or AWS's error document.
 */
import { authenticate, peekScope, type ScopeHint, trustedPrincipal } from './authenticate.ts'
import { AwsError } from './error.ts'
import { FormError, type FormNode, formValue, parseForm } from './form.ts'
import { type Content, type Protocol, protocols } from './protocol.ts'
import { transportErrors } from './request-errors.ts'
import { findOperation } from './schema.ts'
import type { AwsService, CredentialLookup, Dispatch, Principal } from './service.ts'
import type { SignedRequest, SigningKeys } from './signature.ts'

export interface WireRequest extends SignedRequest {
  readonly sourceIp: string
}

export interface WireAnswer {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

export interface AnswerContext {
  readonly services: readonly AwsService[]
  readonly credentials: CredentialLookup
  readonly keys: SigningKeys
  readonly dispatch: Dispatch
  readonly trustAnyCredentials: boolean
  /** Region of requests that name none: unsigned ones, in trusting mode. */
  readonly defaultRegion: string
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly onInternalError: (error: unknown, requestId: string) => void
}

export async function answerRequest(
  request: WireRequest,
  requestId: string,
  context: AnswerContext,
): Promise<WireAnswer> {
  const hint = peekScope(request)
  let service = namedService(hint, context)
  try {
    if (request.method !== 'POST' && request.method !== 'GET') throw transportErrors.methodNotAllowed()
    service = chooseService(request, hint, context)
    const protocol = protocols[service.protocol]
    const principal = context.trustAnyCredentials
      ? trustedPrincipal(hint?.accessKeyId)
      : authenticate(request, protocol.errors, { ...context, now: context.now() })
    const region = hint?.region ?? context.defaultRegion
    return await runOperation(request, service, { principal, region, requestId }, context.dispatch)
  } catch (error) {
    return errorAnswer(service, asAwsError(error, service, requestId, context), requestId)
  }
}

interface Caller {
  readonly principal: Principal
  readonly region: string
  readonly requestId: string
}

async function runOperation(
  request: WireRequest,
  service: AwsService,
  caller: Caller,
  dispatch: Dispatch,
): Promise<WireAnswer> {
  const protocol = protocols[service.protocol]
  const content = contentOf(request, protocol)
  const action = protocol.actionOf(content, service)
  if (action === undefined) throw protocol.errors.missingAction()

  const version = protocol.readsForm ? formValue(content.form, 'Version') : service.version
  // EC2 answers requests of any version of its API; for the others an operation exists in one version.
  const isKnownVersion = service.protocol === 'ec2Query' || version === service.version
  const operation = isKnownVersion ? findOperation(service, action) : undefined
  if (!operation) throw protocol.errors.unknownAction(action, version)

  const output = await dispatch({
    service,
    operation: action,
    input: protocol.decodeInput(operation, content),
    sourceIp: request.sourceIp,
    ...caller,
  })
  const body = protocol.encodeResult(service, operation, output, caller.requestId)
  return { status: 200, contentType: protocol.contentType, body }
}

const NO_FORM: FormNode = { value: undefined, children: undefined }

function contentOf(request: WireRequest, protocol: Protocol): Content {
  const form = protocol.readsForm ? parseForm(request.query, request.body) : NO_FORM
  return { form, body: request.body, target: request.headers.get('x-amz-target') }
}

/**
 * The credential scope names the service. Where two share a name (the load balancing APIs), or an unsigned request has
 * no scope, the JSON target or the version in the form tells; an unsigned request that says nothing is asked to sign.
 */
function chooseService(request: WireRequest, hint: ScopeHint | undefined, context: AnswerContext): AwsService {
  const { services } = context
  const named = hint ? services.filter(({ signingName }) => signingName === hint.service) : services
  const [only, ...others] = named
  if (!only) {
    const served = [...new Set(services.map(({ signingName }) => signingName))]
    throw transportErrors.unknownService(hint?.service ?? '', served)
  }
  if (hint && others.length === 0) return only

  const target = request.headers.get('x-amz-target')
  const byTarget = target && named.find(({ targetPrefix }) => targetPrefix && target.startsWith(`${targetPrefix}.`))
  if (byTarget) return byTarget

  const version = formValue(parseForm(request.query, request.body), 'Version')
  const byVersion = version && named.find((service) => service.version === version)
  if (byVersion) return byVersion
  if (hint) return only
  throw context.trustAnyCredentials
    ? new AwsError(
        'MissingAction',
        'The request names no service: it has neither a signature, nor an X-Amz-Target header, nor a Version parameter ' +
          `of ${services.map(({ signingName, version }) => `${signingName} (${version})`).join(', ')}`,
      )
    : protocols.awsQuery.errors.missingAuthentication()
}

function asAwsError(
  error: unknown,
  service: AwsService | undefined,
  requestId: string,
  context: AnswerContext,
): AwsError {
  if (error instanceof AwsError) return error
  const { errors } = protocols[service?.protocol ?? 'awsQuery']
  if (error instanceof FormError) return errors.malformed(error.message)
  context.onInternalError(error, requestId)
  return errors.internal()
}

/** For a fault found before the body was read; the service's own form of error, where the headers name it. */
export function refuseRequest(
  request: SignedRequest,
  error: AwsError,
  requestId: string,
  context: AnswerContext,
): WireAnswer {
  return errorAnswer(namedService(peekScope(request), context), error, requestId)
}

function namedService(hint: ScopeHint | undefined, { services }: AnswerContext): AwsService | undefined {
  return hint && services.find(({ signingName }) => signingName === hint.service)
}

/** Without a service: what came was not a request. */
export function errorAnswer(service: AwsService | undefined, error: AwsError, requestId: string): WireAnswer {
  const protocol = protocols[service?.protocol ?? 'awsQuery']
  const body = protocol.encodeError(service, error, requestId)
  return { status: error.status, contentType: protocol.contentType, body }
}
