import type {
  DescribeListenerCertificatesInput,
  DescribeListenerCertificatesOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Operation } from '../operation.ts'
import { findListener } from './listener.ts'
import { page } from './pagination.ts'

/**
 * The default certificate of a TLS listener and then those of its list. A default certificate that is in the list too
 * comes twice, as on AWS. A listener of another protocol has none.
 * Source: Elastic Load Balancing v2 API Reference, DescribeListenerCertificates.
 *
 * @throws ListenerNotFound
 */
export const describeListenerCertificates: Operation<
  DescribeListenerCertificatesInput,
  DescribeListenerCertificatesOutput
> = {
  action: 'elasticloadbalancing:DescribeListenerCertificates',
  kind: 'read',

  handle(input, ctx) {
    const listener = findListener(ctx, input.ListenerArn)
    const certificates = (listener.certificateArns ?? []).map((CertificateArn, index) => ({
      CertificateArn,
      IsDefault: index === 0,
    }))
    const rank = new Map(certificates.map((certificate, index) => [certificate, String(index).padStart(4, '0')]))
    const { items, NextMarker } = page(certificates, (certificate) => rank.get(certificate) ?? '', input)
    return { Certificates: [...items], ...(NextMarker && { NextMarker }) }
  },
}
