import type { Filters, KeyAlgorithm, ListCertificatesRequest, ListCertificatesResponse } from '@aws-sdk/client-acm'
import type { Certificate } from '../../resource/certificate.ts'
import type { Operation, OperationContext } from '../operation.ts'
import { statusOf, summarizeCertificate } from './certificate.ts'
import * as errors from './errors.ts'

/** Most of one answer, and how many come when the caller names no number. */
const maxItems = 1000

/** AWS shows these only, unless others are asked for by `Includes.keyTypes`. */
const defaultKeyTypes: readonly KeyAlgorithm[] = ['RSA_1024', 'RSA_2048']

/**
 * The certificates of the caller's account in this region. Surprising, and as on AWS: those with a key on a curve, or with a
 * long one, are shown only when `Includes.keyTypes` asks for them; so is one without a domain name never.
 * Source: ACM API Reference, ListCertificates.
 *
 * @throws ValidationException
 */
export const listCertificates: Operation<ListCertificatesRequest, ListCertificatesResponse> = {
  action: 'acm:ListCertificates',
  kind: 'read',
  missing: ['CertificateKeyPairOrigins: certificates from ACME endpoints do not exist.'],

  handle(input, ctx) {
    const { MaxItems: count = maxItems, SortBy: sortBy, SortOrder: sortOrder } = input
    if (count < 1 || count > maxItems) {
      throw errors.constraintViolated(count, 'maxItems', `Member must have value between 1 and ${maxItems}`)
    }
    if ((sortBy === undefined) !== (sortOrder === undefined)) {
      throw errors.validation('SortBy and SortOrder must be specified together.')
    }
    const own = ctx.tx
      .by('certificate', 'accountId', ctx.accountId)
      .filter((certificate) => certificate.region === ctx.region && isShown(ctx, certificate, input))
    const sorted = own.map((certificate) => ({ certificate, key: sortKey(certificate) }))
    const sign = sortOrder === 'DESCENDING' ? -1 : 1
    sorted.sort((a, b) => (a.key < b.key ? -sign : sign))

    const after = input.NextToken === undefined ? undefined : parseToken(input.NextToken)
    const rest = after === undefined ? sorted : sorted.filter(({ key }) => (sign > 0 ? key > after : key < after))
    const shown = rest.slice(0, count).map((item) => ({
      key: item.key,
      summary: summarizeCertificate(ctx, item.certificate),
    }))
    const wanted = shown.filter(({ summary }) => hasUsages(summary, input.Includes))
    const last = shown.at(-1)
    return {
      CertificateSummaryList: wanted.map(({ summary }) => summary),
      ...(last && rest.length > shown.length && { NextToken: Buffer.from(last.key).toString('base64url') }),
    }
  },
}

const sortKey = ({ createdAt, certificateArn }: Certificate): string => `${createdAt}|${certificateArn}`

function isShown(ctx: OperationContext, certificate: Certificate, input: ListCertificatesRequest): boolean {
  const { CertificateStatuses: statuses = [], CertificateKeyPairOrigins: origins = [], Includes: includes = {} } = input
  const keyTypes = includes.keyTypes?.length ? includes.keyTypes : defaultKeyTypes
  const origin = certificate.type === 'IMPORTED' ? 'CUSTOMER_PROVIDED' : 'AWS_MANAGED'
  return (
    certificate.domainName !== '' &&
    keyTypes.includes(certificate.keyAlgorithm) &&
    (statuses.length === 0 || statuses.includes(statusOf(ctx, certificate))) &&
    (origins.length === 0 || origins.includes(origin)) &&
    (includes.exportOption === undefined || includes.exportOption === (certificate.exportOption ?? 'DISABLED')) &&
    includes.managedBy === undefined
  )
}

/** Asked of what is shown only: these are read from the certificate itself. A page may be short of them, as on AWS. */
function hasUsages(
  summary: ReturnType<typeof summarizeCertificate>,
  { keyUsage = [], extendedKeyUsage = [] }: Filters = {},
): boolean {
  return (
    keyUsage.every((usage) => summary.KeyUsages?.includes(usage)) &&
    extendedKeyUsage.every((usage) => summary.ExtendedKeyUsages?.includes(usage))
  )
}

function parseToken(token: string): string {
  const key = Buffer.from(token, 'base64url').toString()
  if (key === '' || Buffer.from(key).toString('base64url') !== token) {
    throw errors.validation(`The NextToken '${token}' is not valid.`)
  }
  return key
}
