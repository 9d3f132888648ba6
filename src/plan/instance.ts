/**
 * One instance: a namespace, a veth pair to its VPC, and its place in the VPC's maps.
 *
 * The VPC's end answers ARP for the whole subnet and holds a /32 route and a permanent neighbour entry: there is no
 * shared L2, so two neighbours of one subnet meet in the VPC's forward hook and security groups apply between them.
 */
import { parseCidr } from '../net/cidr.ts'
import { formatIpv4 } from '../net/ip.ts'
import { macFromHex } from '../net/mac.ts'
import { internalDomain } from '../resource/geography.ts'
import type { Instance } from '../resource/instance.ts'
import type { NetworkInterface } from '../resource/network-interface.ts'
import type { Subnet } from '../resource/subnet.ts'
import type { Vpc } from '../resource/vpc.ts'
import { addressesOf, familiesOf, ipv4, ipv6, named } from './family.ts'
import { eniIfname, hexOf, instanceIfname, instanceNetns, set, vpcNetns } from './names.ts'
import { elementObject, netnsObject, wireObject } from './object.ts'
import type { Fragment } from './program.ts'
import { groupChainName } from './security-group.ts'
import { resolverIpOf } from './vpc.ts'

/** AWS's MTU within a VPC. */
const instanceMtuBytes = 9001

/**
 * The router of a subnet on IPv6, at every instance: link-local, as on AWS, and a permanent neighbour. An IPv6 address has
 * no subnet around it (/128), so neighbours of one subnet meet in the VPC's forward hook without any proxy for them.
 */
const routerIpv6 = 'fe80::1'

const withoutIpv6 = { 'net.ipv6.conf.all.disable_ipv6': '1', 'net.ipv6.conf.default.disable_ipv6': '1' } as const
/** An address is usable at once: the VPC gives it to nobody else, so there is no duplicate to look for. */
const withIpv6 = {
  'net.ipv6.conf.all.disable_ipv6': '0',
  'net.ipv6.conf.default.disable_ipv6': '0',
  'net.ipv6.conf.all.accept_dad': '0',
  'net.ipv6.conf.default.accept_dad': '0',
  'net.ipv6.conf.default.accept_ra': '0',
} as const

/** @returns nothing for an instance that is to be terminated: its namespace and interface go */
export function compileInstance(
  name: string,
  instance: Instance,
  eni: NetworkInterface,
  subnet: Subnet,
  vpc: Vpc,
  memberElements: Fragment,
): Fragment {
  if (instance.state !== 'running') return []
  const netns = instanceNetns(name, instance.instanceId)
  const router = vpcNetns(name, vpc.vpcId)
  const cidr = parseCidr(subnet.cidrBlock)
  if (!cidr) throw new RangeError(`subnet ${subnet.subnetId} has the block ${subnet.cidrBlock}`)
  const families = familiesOf(vpc)
  const addresses = addressesOf(eni, ipv4)
  const ipv6Addresses = families.includes(ipv6) ? addressesOf(eni, ipv6) : []
  const routerMac = macFromHex(hexOf(eni.networkInterfaceId), 'fe')
  const resolvConf = [
    ...(vpc.enableDnsSupport ? [`nameserver ${resolverIpOf(vpc)}`] : []),
    `search ${internalDomain(vpc.region)}`,
    'options timeout:2 attempts:2',
    '',
  ].join('\n')

  return [
    netnsObject(netns, ipv6Addresses.length > 0 ? withIpv6 : withoutIpv6, { resolvConf }),
    wireObject(
      {
        netns: router,
        ifname: eniIfname(eni.networkInterfaceId),
        mac: routerMac,
        mtuBytes: instanceMtuBytes,
        addresses: [],
        neighbours: [...addresses, ...ipv6Addresses].map((ip) => ({ ip, mac: eni.macAddress })),
        proxyArp: true,
        routes: [
          ...addresses.map((ip) => ({ destination: `${ip}/32` })),
          ...ipv6Addresses.map((ip) => ({ destination: `${ip}/128` })),
        ],
      },
      {
        netns,
        ifname: instanceIfname,
        mac: eni.macAddress,
        mtuBytes: instanceMtuBytes,
        addresses: [...addresses.map((ip) => `${ip}/${cidr.prefixLength}`), ...ipv6Addresses.map((ip) => `${ip}/128`)],
        neighbours: ipv6Addresses.length > 0 ? [{ ip: routerIpv6, mac: routerMac }] : [],
        routes: [
          { destination: 'default', via: formatIpv4(cidr.first + 1) },
          ...(ipv6Addresses.length > 0 ? [{ destination: '::/0', via: routerIpv6, onlink: true }] : []),
        ],
      },
    ),
    ...families.flatMap((family) =>
      addressesOf(eni, family).flatMap((ip) => [
        elementObject(router, named(family, set.instanceSources), `${eniIfname(eni.networkInterfaceId)} . ${ip}`),
        elementObject(router, named(family, set.egress), ip, `goto ${groupChainName('out', eni.groupIds)}`),
        elementObject(router, named(family, set.ingress), ip, `goto ${groupChainName('in', eni.groupIds)}`),
        elementObject(router, named(family, set.hairpins), `${ip} . ${ip}`),
      ]),
    ),
    ...memberElements,
  ]
}
