import type { DnsOptionsSpecification } from '@aws-sdk/client-ec2'
import type { EndpointService } from '../../resource/endpoint-service.ts'
import type { DnsRecordIpType, VpcEndpoint } from '../../resource/vpc-endpoint.ts'
import { invalidParameter } from './errors.ts'
import * as errors from './errors-privatelink.ts'

type IpAddressType = VpcEndpoint['ipAddressType']

/** The families that an endpoint of each type needs of its service. */
const familiesOf: Readonly<Record<IpAddressType, EndpointService['supportedIpAddressTypes']>> = {
  ipv4: ['ipv4'],
  ipv6: ['ipv6'],
  dualstack: ['ipv4', 'ipv6'],
}

/**
 * The address families that an endpoint is to have: only those of its service (reference 3.10).
 *
 * @throws InvalidParameter
 */
export function parseIpAddressType(
  type: string,
  service: Pick<EndpointService, 'serviceName' | 'supportedIpAddressTypes'>,
): IpAddressType {
  if (type !== 'ipv4' && type !== 'ipv6' && type !== 'dualstack') {
    throw invalidParameter(`The IP address type '${type}' is not valid.`)
  }
  if (!familiesOf[type].every((family) => service.supportedIpAddressTypes.includes(family))) {
    throw errors.ipAddressTypeNotSupported(service.serviceName, type)
  }
  return type
}

/** Which record types an endpoint's names may have, by its address families (reference 3.10). */
const recordTypesOf: Readonly<Record<IpAddressType, readonly DnsRecordIpType[]>> = {
  ipv4: ['ipv4'],
  ipv6: ['ipv6'],
  dualstack: ['ipv4', 'ipv6', 'dualstack', 'service-defined'],
}

/**
 * What the names of an endpoint are to lead to; undefined when nobody says. The other DNS options belong to AWS's services
 * and to other types of endpoints.
 *
 * @throws InvalidParameter
 */
export function parseDnsOptions(
  { DnsRecordIpType: wanted, ...others }: DnsOptionsSpecification,
  ipAddressType: IpAddressType,
  vpcId: string,
): DnsRecordIpType | undefined {
  if (others.PrivateDnsOnlyForInboundResolverEndpoint === true) throw errors.inboundResolverNeedsGateway(vpcId)
  if (others.PrivateDnsPreference !== undefined || (others.PrivateDnsSpecifiedDomains?.length ?? 0) > 0) {
    throw invalidParameter(
      'PrivateDnsPreference and PrivateDnsSpecifiedDomains are only supported for Resource and ServiceNetwork type VPC Endpoints.',
    )
  }
  if (wanted === undefined) return undefined
  const recordType = recordTypesOf[ipAddressType].find((type) => type === wanted)
  if (!recordType) throw errors.dnsRecordTypeDoesNotMatch(wanted, ipAddressType)
  return recordType
}

/** Whether a record type that an endpoint has still fits when its address families change. */
export function suits(recordType: DnsRecordIpType, ipAddressType: IpAddressType): boolean {
  return recordTypesOf[ipAddressType].includes(recordType)
}
