import type { CreateDhcpOptionsRequest, CreateDhcpOptionsResult } from '@aws-sdk/client-ec2'
import type { DhcpOptions } from '../../resource/dhcp-options.ts'
import type { Operation } from '../operation.ts'
import { describeDhcpOptionsSet, dhcpOptionKeys, optionsAreNotServed } from './dhcp-options.ts'
import * as errors from './errors.ts'
import { tagsFromSpecifications } from './tags.ts'

/**
 * Source: EC2 API Reference, CreateDhcpOptions.
 *
 * @throws MissingParameter, InvalidParameterValue
 */
export const createDhcpOptions: Operation<CreateDhcpOptionsRequest, CreateDhcpOptionsResult> = {
  action: 'ec2:CreateDhcpOptions',
  kind: 'write',
  missing: [optionsAreNotServed],

  handle(input, ctx) {
    if (!input.DhcpConfigurations?.length) throw errors.missingParameter('dhcpConfiguration')
    const configurations = input.DhcpConfigurations.map(({ Key: key = '', Values: values = [] }) => {
      if (!dhcpOptionKeys.includes(key)) throw errors.invalidValue(key, 'name', 'Unknown DHCP option.')
      if (values.length === 0) throw errors.invalidValue(key, 'value', 'The DHCP option has no value.')
      return { key, values }
    })
    const options: DhcpOptions = {
      dhcpOptionsId: ctx.newId('dopt'),
      ownerId: ctx.accountId,
      region: ctx.region,
      isDefault: false,
      configurations,
      tags: tagsFromSpecifications(input.TagSpecifications, 'dhcp-options'),
    }
    ctx.tx.put('dhcp-options', options)
    return { DhcpOptions: describeDhcpOptionsSet(options) }
  },
}
