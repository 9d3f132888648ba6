import type { DnsOptionsSpecification } from '@aws-sdk/client-ec2'
import type { EndpointService } from '../../resource/endpoint-service.ts'
import { invalidParameter } from './errors.ts'
import { ipAddressTypeNotSupported, noPrivateDnsName } from './errors-privatelink.ts'

/** The members that CreateVpcEndpoint and ModifyVpcEndpoint share. */
interface EndpointOptions {
  readonly IpAddressType?: string | undefined
  readonly DnsOptions?: DnsOptionsSpecification | undefined
  readonly PrivateDnsEnabled?: boolean | undefined
}

/**
 * Refuses what neither this service nor an interface endpoint has: address families other than IPv4, private DNS without
 * a private name, and the DNS options of other endpoint types (reference 3.10 and 5.2).
 *
 * @throws InvalidParameter
 */
export function checkEndpointOptions(
  options: EndpointOptions,
  { serviceName }: Pick<EndpointService, 'serviceName'>,
): void {
  const { IpAddressType: type = 'ipv4', DnsOptions: dns = {} } = options
  if (type !== 'ipv4') throw ipAddressTypeNotSupported(serviceName, type)
  if ((dns.DnsRecordIpType ?? 'ipv4') !== 'ipv4') {
    throw invalidParameter(
      `The DNS record IP type ${dns.DnsRecordIpType} is not compatible with the IP address type ipv4.`,
    )
  }
  if (dns.PrivateDnsOnlyForInboundResolverEndpoint === true) {
    throw invalidParameter(
      `PrivateDnsOnlyForInboundResolverEndpoint is not supported for the VPC endpoint service ${serviceName}.`,
    )
  }
  if (dns.PrivateDnsPreference !== undefined || (dns.PrivateDnsSpecifiedDomains?.length ?? 0) > 0) {
    throw invalidParameter(
      'PrivateDnsPreference and PrivateDnsSpecifiedDomains are only supported for Resource and ServiceNetwork type VPC Endpoints.',
    )
  }
  if (options.PrivateDnsEnabled === true) throw noPrivateDnsName(serviceName)
}
