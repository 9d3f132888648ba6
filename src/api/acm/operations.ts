import type * as sdk from '@aws-sdk/client-acm'
import type { Served } from '../served.ts'
import { addTagsToCertificate } from './add-tags-to-certificate.ts'
import { deleteCertificate } from './delete-certificate.ts'
import { describeCertificate } from './describe-certificate.ts'
import { exportCertificate } from './export-certificate.ts'
import { getCertificate } from './get-certificate.ts'
import { importCertificate } from './import-certificate.ts'
import { listCertificates } from './list-certificates.ts'
import { listTagsForCertificate } from './list-tags-for-certificate.ts'
import { listTagsForResource } from './list-tags-for-resource.ts'
import { removeTagsFromCertificate } from './remove-tags-from-certificate.ts'
import { renewCertificate } from './renew-certificate.ts'
import { requestCertificate } from './request-certificate.ts'
import { resendValidationEmail } from './resend-validation-email.ts'
import { tagResource } from './tag-resource.ts'
import { untagResource } from './untag-resource.ts'
import { updateCertificateOptions } from './update-certificate-options.ts'

/** What is served of Certificate Manager, by the name on the wire. */
export const acmOperations = {
  AddTagsToCertificate: addTagsToCertificate,
  DeleteCertificate: deleteCertificate,
  DescribeCertificate: describeCertificate,
  ExportCertificate: exportCertificate,
  GetCertificate: getCertificate,
  ImportCertificate: importCertificate,
  ListCertificates: listCertificates,
  ListTagsForCertificate: listTagsForCertificate,
  ListTagsForResource: listTagsForResource,
  RemoveTagsFromCertificate: removeTagsFromCertificate,
  RenewCertificate: renewCertificate,
  RequestCertificate: requestCertificate,
  ResendValidationEmail: resendValidationEmail,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateCertificateOptions: updateCertificateOptions,
} satisfies Served<typeof sdk>
