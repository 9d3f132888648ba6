import type * as sdk from '@aws-sdk/client-elastic-load-balancing-v2'
import { AwsError } from '../../aws/error.ts'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { page } from './pagination.ts'

/**
 * Trust stores: what an application load balancer checks client certificates against. Network load balancers ask no client
 * for a certificate, so nothing could use one here; and none can come into being, for a trust store is made from an object in
 * S3, of which this installation has none. All operations on them follow from that and stand in this one file.
 */

const noBundle = () =>
  new AwsError(
    'CaCertificatesBundleNotFound',
    'The specified ca certificate bundle does not exist: this installation has no Amazon S3',
  )

/** Every operation that names a trust store finds none. */
function onTrustStore<Input extends { readonly TrustStoreArn: string | undefined }, Output>(
  name: string,
  kind: 'read' | 'write',
): Operation<Input, Output> {
  return {
    action: `elasticloadbalancing:${name}`,
    kind,
    handle(input) {
      const arn = input.TrustStoreArn ?? ''
      if (!/^arn:aws:elasticloadbalancing:[^:]*:\d{12}:truststore\/.+/.test(arn)) {
        throw errors.validationError(`'${arn}' is not a valid trust store ARN`)
      }
      throw errors.trustStoreNotFound(arn)
    },
  }
}

/** Source: Elastic Load Balancing v2 API Reference, CreateTrustStore. @throws CaCertificatesBundleNotFound */
const createTrustStore: Operation<sdk.CreateTrustStoreInput, sdk.CreateTrustStoreOutput> = {
  action: 'elasticloadbalancing:CreateTrustStore',
  kind: 'write',
  missing: ['Always refused: there is no Amazon S3 to take the certificates from.'],
  handle() {
    throw noBundle()
  },
}

/** Source: Elastic Load Balancing v2 API Reference, DescribeTrustStores. @throws TrustStoreNotFound */
const describeTrustStores: Operation<sdk.DescribeTrustStoresInput, sdk.DescribeTrustStoresOutput> = {
  action: 'elasticloadbalancing:DescribeTrustStores',
  kind: 'read',
  handle(input) {
    const [named] = [...(input.TrustStoreArns ?? []), ...(input.Names ?? [])]
    if (named !== undefined) throw errors.trustStoreNotFound(named)
    // The page of nothing: a bad page size or marker is told all the same.
    return { TrustStores: [...page([], () => '', input).items] }
  },
}

export const trustStoreOperations = {
  AddTrustStoreRevocations: onTrustStore<sdk.AddTrustStoreRevocationsInput, sdk.AddTrustStoreRevocationsOutput>(
    'AddTrustStoreRevocations',
    'write',
  ),
  CreateTrustStore: createTrustStore,
  DeleteSharedTrustStoreAssociation: onTrustStore<
    sdk.DeleteSharedTrustStoreAssociationInput,
    sdk.DeleteSharedTrustStoreAssociationOutput
  >('DeleteSharedTrustStoreAssociation', 'write'),
  DeleteTrustStore: onTrustStore<sdk.DeleteTrustStoreInput, sdk.DeleteTrustStoreOutput>('DeleteTrustStore', 'write'),
  DescribeTrustStoreAssociations: onTrustStore<
    sdk.DescribeTrustStoreAssociationsInput,
    sdk.DescribeTrustStoreAssociationsOutput
  >('DescribeTrustStoreAssociations', 'read'),
  DescribeTrustStoreRevocations: onTrustStore<
    sdk.DescribeTrustStoreRevocationsInput,
    sdk.DescribeTrustStoreRevocationsOutput
  >('DescribeTrustStoreRevocations', 'read'),
  DescribeTrustStores: describeTrustStores,
  GetTrustStoreCaCertificatesBundle: onTrustStore<
    sdk.GetTrustStoreCaCertificatesBundleInput,
    sdk.GetTrustStoreCaCertificatesBundleOutput
  >('GetTrustStoreCaCertificatesBundle', 'read'),
  GetTrustStoreRevocationContent: onTrustStore<
    sdk.GetTrustStoreRevocationContentInput,
    sdk.GetTrustStoreRevocationContentOutput
  >('GetTrustStoreRevocationContent', 'read'),
  ModifyTrustStore: onTrustStore<sdk.ModifyTrustStoreInput, sdk.ModifyTrustStoreOutput>('ModifyTrustStore', 'write'),
  RemoveTrustStoreRevocations: onTrustStore<
    sdk.RemoveTrustStoreRevocationsInput,
    sdk.RemoveTrustStoreRevocationsOutput
  >('RemoveTrustStoreRevocations', 'write'),
}
