import type {
  DescribeListenerCertificatesInput,
  DescribeListenerCertificatesOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Operation } from '../operation.ts'
import { findListener } from './listener.ts'

/**
 * TLS listeners are refused here, so no listener has a certificate.
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
    findListener(ctx, input.ListenerArn)
    return { Certificates: [] }
  },
}
