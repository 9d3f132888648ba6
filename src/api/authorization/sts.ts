import { type Rows, requestTagKeys, valuesAt, wireTagsAt } from './row.ts'

/**
 * What STS calls touch. AssumeRole is decided by its handler, with the role's trust policy; GetCallerIdentity and
 * GetSessionToken need no permission (api/identity.ts).
 */
export const stsRows: Rows = {
  GetFederationToken: [
    {
      members: ['Name', 'Tags'],
      find: (input, { accountId }) =>
        valuesAt(input, 'Name').flatMap((name) => {
          const resource = `arn:aws:sts::${accountId}:federated-user/${name}`
          const keys = requestTagKeys(wireTagsAt(input))
          return [{ resource, keys }, ...(keys['aws:TagKeys'] ? [{ action: 'sts:TagSession', resource, keys }] : [])]
        }),
    },
  ],
  DecodeAuthorizationMessage: '*',
  GetAccessKeyInfo: '*',
}
