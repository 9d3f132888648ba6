import type { ServiceControlPolicy } from '../../resource/organizational-unit.ts'

/**
 * The service control policy that AWS attaches to every root, organisational unit and account when it comes into being,
 * so that an organisation allows everything until somebody takes it away. It is AWS's: nobody changes or deletes it.
 */
export const fullAwsAccess: ServiceControlPolicy = {
  policyId: 'p-FullAWSAccess',
  name: 'FullAWSAccess',
  description: 'Allows access to every operation',
  document: JSON.stringify(
    { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
    undefined,
    2,
  ),
  tags: [],
}

/** It belongs to nobody's organisation. */
export const fullAwsAccessArn = 'arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess'
