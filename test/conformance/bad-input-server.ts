/**
 * The listener alone, for bad-input.ts: verifies signatures, decodes, and answers every operation with an empty result.
 *
 * A process of its own, so that a crash is an exit and memory is the server's. Prints its port.
 */
import { services } from '../../src/api/services.ts'
import type { AwsListener } from '../../src/aws/listener.ts'
import { createAwsListener } from '../../src/aws/listener.ts'
import type { Key } from './bad-requests.ts'

export const SERVER_KEY: Key = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}

export function listenerAlone(): AwsListener {
  const principal = {
    accountId: '111122223333',
    arn: 'arn:aws:iam::111122223333:root',
    userId: '111122223333',
    type: 'Root',
  } as const
  const credential = { secretAccessKey: SERVER_KEY.secretAccessKey, principal }
  return createAwsListener({
    services,
    credentials: (accessKeyId) => (accessKeyId === SERVER_KEY.accessKeyId ? credential : undefined),
    dispatch: async () => ({}),
  })
}

if (import.meta.main) {
  const { port } = await listenerAlone().listen(0)
  process.stdout.write(`${port}\n`)
}
