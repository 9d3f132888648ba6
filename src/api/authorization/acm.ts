import {
  type Entry,
  type Input,
  type Row,
  type Rows,
  requestTagKeys,
  resourceTagKeys,
  type Scope,
  valuesAt,
  wireTagsAt,
} from './row.ts'

/**
 * What every Certificate Manager call touches: the certificate, or `certificate/*` for one that is to be made.
 * Source: Service Authorization Reference, "Actions defined by AWS Certificate Manager".
 */
const anyCertificate = ({ region, accountId }: Scope) => `arn:aws:acm:${region}:${accountId}:certificate/*`

function existing(input: Input, { view, accountId }: Scope, member = 'CertificateArn') {
  return valuesAt(input, member).map((resource) => {
    const found = view.get('certificate', resource)
    return { resource, keys: resourceTagKeys('acm', found?.accountId === accountId ? found.tags : undefined) }
  })
}

const certificate: Row = [{ members: ['CertificateArn'], find: existing }]

/** ImportCertificate with an ARN replaces that certificate, without one it makes one. */
function made(members: readonly string[]): Entry {
  return {
    members: [...members, 'Tags'],
    find: (input, scope) => {
      const keys = requestTagKeys(wireTagsAt(input))
      const found = existing(input, scope)
      const target = found.length > 0 ? found : [{ resource: anyCertificate(scope), keys: {} }]
      return target.flatMap(({ resource, keys: own }) => [
        { resource, keys: { ...own, ...keys, 'acm:DomainNames': valuesAt(input, 'DomainName') } },
        ...(keys['aws:TagKeys'] ? [{ action: 'acm:AddTagsToCertificate', resource, keys }] : []),
      ])
    },
  }
}

/** What gets or loses tags; an older pair of calls names the certificate otherwise. */
function tagged(member: 'CertificateArn' | 'ResourceArn', tags: 'Tags' | 'TagKeys'): Entry {
  return {
    members: [member, tags],
    find: (input, scope) => {
      const removed = valuesAt(input, 'TagKeys')
      const given = { ...requestTagKeys(wireTagsAt(input)), ...(removed.length > 0 && { 'aws:TagKeys': removed }) }
      return existing(input, scope, member).map(({ resource, keys }) => ({ resource, keys: { ...keys, ...given } }))
    },
  }
}

export const acmRows: Rows = {
  RequestCertificate: [made(['DomainName'])],
  ImportCertificate: [made(['CertificateArn'])],
  DeleteCertificate: certificate,
  DescribeCertificate: certificate,
  GetCertificate: certificate,
  ExportCertificate: certificate,
  RenewCertificate: certificate,
  RevokeCertificate: certificate,
  ResendValidationEmail: certificate,
  UpdateCertificateOptions: certificate,
  AddTagsToCertificate: [tagged('CertificateArn', 'Tags')],
  RemoveTagsFromCertificate: [tagged('CertificateArn', 'Tags')],
  ListTagsForCertificate: certificate,
  TagResource: [tagged('ResourceArn', 'Tags')],
  UntagResource: [tagged('ResourceArn', 'TagKeys')],
  ListTagsForResource: [{ members: ['ResourceArn'], find: (input, scope) => existing(input, scope, 'ResourceArn') }],
  PutAccountConfiguration: '*',
}
