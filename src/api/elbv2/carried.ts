/**
 * What of AWS's network load balancers the data plane of this installation carries.
 *
 * A record of anything else would promise what no packet meets, so it is refused, by name, after AWS's own checks.
 */

export type Protocol = 'TCP' | 'UDP' | 'TCP_UDP' | 'TLS'

export const protocols: readonly Protocol[] = ['TLS', 'TCP', 'TCP_UDP', 'UDP']

/** AWS has them since 2025; what its load balancers do with QUIC's connection ids is nowhere described closely enough. */
export const quicProtocols: readonly string[] = ['QUIC', 'TCP_QUIC']
