import type { DescribeSSLPoliciesInput, DescribeSSLPoliciesOutput } from '@aws-sdk/client-elastic-load-balancing-v2'
import { type SslPolicy, sslPolicies, sslPolicyOf } from '../../resource/ssl-policy.ts'
import type { Operation } from '../operation.ts'
import * as errors from './errors.ts'
import { page } from './pagination.ts'

/**
 * The predefined security policies, or those named, with their protocols and ciphers.
 * Source: Elastic Load Balancing v2 API Reference, DescribeSSLPolicies.
 *
 * @throws SSLPolicyNotFound
 */
export const describeSslPolicies: Operation<DescribeSSLPoliciesInput, DescribeSSLPoliciesOutput> = {
  action: 'elasticloadbalancing:DescribeSSLPolicies',
  kind: 'read',
  missing: ['The FIPS policies do not exist here: no validated cryptographic module stands behind them.'],

  handle(input) {
    const type = input.LoadBalancerType
    if (type !== undefined && !loadBalancerTypes.includes(type)) {
      throw errors.notInEnum(type, 'loadBalancerType', loadBalancerTypes)
    }
    const named = (input.Names ?? []).map((name) => {
      const policy = sslPolicyOf(name)
      if (!policy) throw errors.sslPolicyNotFound(name)
      return policy
    })
    const wanted = type === 'gateway' ? [] : named.length > 0 ? new Set(named) : sslPolicies
    const { items, NextMarker } = page(wanted, rankOf, input)
    return { SslPolicies: items.map(describe), ...(NextMarker && { NextMarker }) }
  },
}

const loadBalancerTypes = ['application', 'gateway', 'network']

const ranks = new Map(sslPolicies.map((policy, index) => [policy, String(index).padStart(3, '0')]))
const rankOf = (policy: SslPolicy): string => ranks.get(policy) ?? ''

function describe({ name, protocols, ciphers }: SslPolicy) {
  return {
    Name: name,
    SslProtocols: [...protocols],
    Ciphers: ciphers.map((cipher, index) => ({ Name: cipher, Priority: index + 1 })),
    SupportedLoadBalancerTypes: ['application', 'network'],
  }
}
