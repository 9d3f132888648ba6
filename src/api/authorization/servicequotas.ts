import { type Entry, type Rows, requestTagKeys, valuesAt, wireTagsAt } from './row.ts'

/**
 * What every Service Quotas call touches: `arn:aws:servicequotas:REGION:ACCOUNT:SERVICE/QUOTA`.
 * Source: Service Authorization Reference, "Actions defined by Service Quotas".
 */
const quota: Entry = {
  members: ['ServiceCode', 'QuotaCode'],
  find: (input, { region, accountId }) => {
    const [service] = valuesAt(input, 'ServiceCode')
    const [code] = valuesAt(input, 'QuotaCode')
    if (service === undefined || code === undefined) return []
    const resource = `arn:aws:servicequotas:${region}:${accountId}:${service}/${code}`
    return [{ resource, keys: { 'servicequotas:service': service } }]
  },
}

const byArn: Entry = {
  members: ['ResourceARN'],
  find: (input) =>
    valuesAt(input, 'ResourceARN').map((resource) => ({
      resource,
      keys: {
        ...requestTagKeys(wireTagsAt(input)),
        ...(Array.isArray(input.TagKeys) && { 'aws:TagKeys': valuesAt(input, 'TagKeys') }),
      },
    })),
}

export const serviceQuotasRows: Rows = {
  RequestServiceQuotaIncrease: [quota],
  PutServiceQuotaIncreaseRequestIntoTemplate: [quota],
  DeleteServiceQuotaIncreaseRequestFromTemplate: [quota],
  AssociateServiceQuotaTemplate: '*',
  DisassociateServiceQuotaTemplate: '*',
  CreateSupportCase: '*',
  StartAutoManagement: '*',
  StopAutoManagement: '*',
  UpdateAutoManagement: '*',
  StartQuotaUtilizationReport: '*',
  TagResource: [byArn],
  UntagResource: [byArn],
  ListTagsForResource: [byArn],
}
