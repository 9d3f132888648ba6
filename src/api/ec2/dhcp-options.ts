import type { DhcpOptions as WireDhcpOptions } from '@aws-sdk/client-ec2'
import type { DhcpOptions } from '../../resource/dhcp-options.ts'
import type { OperationContext } from '../operation.ts'
import { dhcpOptionsId } from './errors-network.ts'
import { allOwned, requireOwned, type Scope } from './owned.ts'
import { toWireTags } from './tags.ts'

/** Said by every operation that would change what instances are told. */
export const optionsAreNotServed = 'a set is a record: instances always get the resolver of their VPC'

export const dhcpOptionKeys = [
  'domain-name',
  'domain-name-servers',
  'ntp-servers',
  'netbios-name-servers',
  'netbios-node-type',
  'ipv6-address-preferred-lease-time',
]

/** The account's own set in a Region, made with its first VPC there: AWS's resolver and the Region's domain name. */
export function defaultDhcpOptions(ctx: OperationContext): DhcpOptions {
  const existing = allOwned(ctx, 'dhcp-options').find((options) => options.isDefault)
  if (existing) return existing
  const options: DhcpOptions = {
    dhcpOptionsId: ctx.newId('dopt'),
    ownerId: ctx.accountId,
    region: ctx.region,
    isDefault: true,
    configurations: [
      { key: 'domain-name', values: [ctx.region === 'us-east-1' ? 'ec2.internal' : `${ctx.region}.compute.internal`] },
      { key: 'domain-name-servers', values: ['AmazonProvidedDNS'] },
    ],
    tags: [],
  }
  ctx.tx.put('dhcp-options', options)
  return options
}

export function requireDhcpOptions(scope: Scope, id: string | undefined): DhcpOptions {
  return requireOwned(scope, 'dhcp-options', id, dhcpOptionsId, 'dhcpOptionsId')
}

export function describeDhcpOptionsSet(options: DhcpOptions): WireDhcpOptions {
  return {
    DhcpOptionsId: options.dhcpOptionsId,
    OwnerId: options.ownerId,
    DhcpConfigurations: options.configurations.map(({ key, values }) => ({
      Key: key,
      Values: values.map((Value) => ({ Value })),
    })),
    Tags: toWireTags(options.tags),
  }
}
