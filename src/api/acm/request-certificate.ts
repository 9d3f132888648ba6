import { createHash, randomUUID } from 'node:crypto'
import type { RequestCertificateRequest, RequestCertificateResponse } from '@aws-sdk/client-acm'
import { type Certificate, certificateArnOf } from '../../resource/certificate.ts'
import type { Operation, OperationContext } from '../operation.ts'
import { issue, type RequestableKeyAlgorithm, requestableKeyAlgorithms } from './certificate-authority.ts'
import { parseDomainNames } from './domain-name.ts'
import * as errors from './errors.ts'
import { mergeTags } from './tags.ts'

const idempotencyMs = 3_600_000

/**
 * Issues a certificate at once, by the account's own private authority: nobody is asked whether the domain is the caller's,
 * because nobody outside the account trusts the authority. Within an hour the same request with the same token answers the same
 * certificate.
 * Source: ACM API Reference, RequestCertificate.
 *
 * @throws ValidationException, InvalidParameterException, InvalidArnException, InvalidDomainValidationOptionsException,
 *         InvalidTagException, TooManyTagsException
 */
export const requestCertificate: Operation<RequestCertificateRequest, RequestCertificateResponse> = {
  action: 'acm:RequestCertificate',
  kind: 'write',
  missing: [
    'A private authority of the account issues, which the public does not trust; domains are not validated, and certificates stand in no transparency log.',
    'CertificateAuthorityArn and ManagedBy are refused.',
  ],

  handle(input, ctx) {
    const names = parseDomainNames(input.DomainName, input.SubjectAlternativeNames)
    const keyAlgorithm = parseKeyAlgorithm(input.KeyAlgorithm)
    const validationMethod = parseValidationMethod(input.ValidationMethod)
    checkValidationOptions(input, names)
    const exportOption = parseExport(input.Options?.Export)
    if (input.CertificateAuthorityArn !== undefined) throw errors.invalidArn(input.CertificateAuthorityArn)
    if (input.ManagedBy !== undefined) {
      throw errors.invalidParameter(
        `Certificates managed by ${input.ManagedBy} are not supported by this installation.`,
      )
    }
    const tags = mergeTags([], input.Tags)
    const idempotency = idempotencyOf(input)

    const earlier = idempotency && findEarlier(ctx, idempotency)
    if (earlier) return { CertificateArn: earlier.certificateArn }
    const certificateArn = certificateArnOf(ctx.region, ctx.accountId, randomUUID())
    ctx.tx.put('certificate', {
      certificateArn,
      accountId: ctx.accountId,
      region: ctx.region,
      type: 'AMAZON_ISSUED',
      ...issue(ctx, names, keyAlgorithm),
      domainName: names[0] ?? '',
      subjectAlternativeNames: names,
      createdAt: ctx.now.toISOString(),
      validationMethod,
      exportOption,
      ...(idempotency && { idempotency }),
      tags,
    })
    return { CertificateArn: certificateArn }
  },
}

function parseKeyAlgorithm(name: string | undefined): RequestableKeyAlgorithm {
  const known = requestableKeyAlgorithms.find((each) => each === (name ?? 'RSA_2048'))
  if (known) return known
  throw errors.validation(
    `The key algorithm '${name}' cannot be requested; use one of ${requestableKeyAlgorithms.join(', ')}.`,
  )
}

function parseValidationMethod(method: string | undefined): 'DNS' | 'EMAIL' {
  if (method === 'DNS' || method === 'EMAIL') return method
  if (method === undefined) return 'EMAIL'
  if (method === 'HTTP')
    throw errors.invalidParameter('HTTP validation is for certificates managed by CloudFront only.')
  throw errors.notInEnum(method, 'validationMethod', ['DNS', 'EMAIL', 'HTTP'])
}

export function parseExport(option: string | undefined): 'ENABLED' | 'DISABLED' {
  if (option === undefined || option === 'DISABLED') return 'DISABLED'
  if (option === 'ENABLED') return option
  throw errors.notInEnum(option, 'options.export', ['DISABLED', 'ENABLED'])
}

/** Each names a domain of the request, and for validation that domain or one above it. */
function checkValidationOptions(input: RequestCertificateRequest, names: readonly string[]): void {
  for (const { DomainName: name = '', ValidationDomain: above = '' } of input.DomainValidationOptions ?? []) {
    const isAbove = name === above || name.endsWith(`.${above}`)
    if (!names.includes(name.toLowerCase()) || !isAbove) {
      throw errors.invalidDomainValidationOptions(
        `The validation domain '${above}' must be the domain '${name}' of the request or a domain above it.`,
      )
    }
  }
}

function idempotencyOf({
  IdempotencyToken: token,
  ...parameters
}: RequestCertificateRequest): Certificate['idempotency'] {
  if (token === undefined) return undefined
  if (!/^\w{1,32}$/.test(token)) {
    throw errors.constraintViolated(token, 'idempotencyToken', 'Member must satisfy regular expression pattern: \\w+')
  }
  const members = Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1))
  return { token, parametersHash: createHash('sha256').update(JSON.stringify(members)).digest('hex') }
}

/** The same token with other parameters is another request (ACM API Reference). */
function findEarlier(
  ctx: OperationContext,
  { token, parametersHash }: NonNullable<Certificate['idempotency']>,
): Certificate | undefined {
  return ctx.tx
    .by('certificate', 'accountId', ctx.accountId)
    .find(
      ({ region, idempotency, createdAt }) =>
        region === ctx.region &&
        idempotency?.token === token &&
        idempotency.parametersHash === parametersHash &&
        ctx.now.getTime() - Date.parse(createdAt) < idempotencyMs,
    )
}
