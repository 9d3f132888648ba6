import type { ListServicesRequest, ListServicesResponse } from '@aws-sdk/client-service-quotas'
import type { Operation } from '../operation.ts'
import { paginate } from './pagination.ts'
import { serviceNames } from './service-quota.ts'

/**
 * The services that have quotas here.
 * Source: Service Quotas API Reference, ListServices.
 *
 * @throws IllegalArgumentException, InvalidPaginationTokenException
 */
export const listServices: Operation<ListServicesRequest, ListServicesResponse> = {
  action: 'servicequotas:ListServices',
  kind: 'read',

  handle(input) {
    const { page, next } = paginate(Object.entries(serviceNames), input, ([code]) => code)
    return { Services: page.map(([ServiceCode, ServiceName]) => ({ ServiceCode, ServiceName })), ...next }
  },
}
