import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CreateLoadBalancerInput } from '@aws-sdk/client-elastic-load-balancing-v2'
import { aContext } from '../../../test/support/fake-context.ts'
import {
  aCertificate,
  aListener,
  aNetwork,
  anInstance,
  aTargetGroup,
  must,
  throwsAwsError,
} from '../../../test/support/privatelink.ts'
import { ipv6InBlock } from '../../net/ipv6.ts'
import { assignIpv6Addresses } from '../ec2/assign-ipv6-addresses.ts'
import { associateSubnetCidrBlock } from '../ec2/associate-subnet-cidr-block.ts'
import { associateVpcCidrBlock } from '../ec2/associate-vpc-cidr-block.ts'
import { createVpcEndpointServiceConfiguration } from '../ec2/create-vpc-endpoint-service-configuration.ts'
import type { OperationContext } from '../operation.ts'
import { defaultSettings } from '../settings.ts'
import { createListener } from './create-listener.ts'
import { createLoadBalancer } from './create-load-balancer.ts'
import { describeLoadBalancers } from './describe-load-balancers.ts'
import { modifyTargetGroupAttributes } from './modify-target-group-attributes.ts'
import { registerTargets } from './register-targets.ts'
import { setIpAddressType } from './set-ip-address-type.ts'
import { setSubnets } from './set-subnets.ts'

/** A VPC whose subnet of zone a has an IPv6 block; that of zone b has none. */
function aHalfSixNetwork(ctx: OperationContext) {
  const { vpcId, subnetIds } = aNetwork(ctx)
  associateVpcCidrBlock.handle({ VpcId: vpcId, AmazonProvidedIpv6CidrBlock: true }, ctx)
  const block = must(ctx.tx.get('vpc', vpcId)?.ipv6CidrBlockAssociations?.[0]?.ipv6CidrBlock).replace('/56', '/64')
  const [a = '', b = ''] = subnetIds
  associateSubnetCidrBlock.handle({ SubnetId: a, Ipv6CidrBlock: block }, ctx)
  return { vpcId, a, b, block, address: (host: string) => block.replace('::/64', `::${host}`) }
}

const make = (ctx: OperationContext, more: Partial<CreateLoadBalancerInput>) =>
  must(
    createLoadBalancer.handle(
      { Name: 'six', Type: 'network', Scheme: 'internal', IpAddressType: 'dualstack', ...more },
      ctx,
    ).LoadBalancers?.[0],
  )
const nodesOf = (ctx: OperationContext, loadBalancerArn: string) =>
  must(ctx.tx.get('load-balancer', loadBalancerArn)).zones.map((zone) =>
    must(ctx.tx.get('network-interface', zone.networkInterfaceId)),
  )

test('a dual-stack load balancer has an IPv6 address in each zone, chosen or given', () => {
  const ctx = aContext()
  const { a, block, address } = aHalfSixNetwork(ctx)
  const made = make(ctx, { Subnets: [a], EnablePrefixForIpv6SourceNat: 'on' })
  assert.deepEqual([made.IpAddressType, made.EnablePrefixForIpv6SourceNat], ['dualstack', 'on'])
  const [node] = nodesOf(ctx, must(made.LoadBalancerArn))
  assert.equal(ipv6InBlock(must(node?.ipv6Addresses?.[0]), block), true)

  const given = make(ctx, { Name: 'given', SubnetMappings: [{ SubnetId: a, IPv6Address: address('0:5') }] })
  assert.deepEqual(given.AvailabilityZones?.[0]?.LoadBalancerAddresses, [{ IPv6Address: address('5') }])
  const [second] = nodesOf(ctx, must(given.LoadBalancerArn))
  assert.deepEqual(second?.ipv6Addresses, [address('5')])
  assert.equal(make(ctx, { Subnets: [a] }).LoadBalancerArn, made.LoadBalancerArn, 'the same call again')
  throwsAwsError(() => make(ctx, { Subnets: [a], IpAddressType: 'ipv4' }), 'DuplicateLoadBalancerName')
})

test('what a dual-stack load balancer is refused', () => {
  const ctx = aContext()
  const { a, b, address } = aHalfSixNetwork(ctx)
  make(ctx, { Name: 'other', SubnetMappings: [{ SubnetId: a, IPv6Address: address('5') }] })
  for (const [more, code, text] of [
    [{ Subnets: [a, b] }, 'InvalidSubnet', `The subnet '${b}' must have an associated IPv6 CIDR block`],
    [{ SubnetMappings: [{ SubnetId: a, IPv6Address: 'x' }] }, 'ValidationError', /'x' is not valid/],
    [{ SubnetMappings: [{ SubnetId: a, IPv6Address: address('5') }] }, 'InvalidConfigurationRequest', /in use/],
    [{ SubnetMappings: [{ SubnetId: a, SourceNatIpv6Prefix: 'fd00::/80' }] }, 'InvalidConfigurationRequest', /auto/],
    [
      { IpAddressType: 'ipv4', SubnetMappings: [{ SubnetId: a, IPv6Address: address('6') }] },
      'InvalidConfigurationRequest',
      /'ipv4'/,
    ],
  ] as const) {
    throwsAwsError(
      () =>
        make(ctx, {
          ...more,
          SubnetMappings: 'SubnetMappings' in more ? [...more.SubnetMappings] : [],
          Subnets: 'Subnets' in more ? [...more.Subnets] : [],
        }),
      code,
      text,
    )
  }
})

test('the address type may change while nobody relies on it', () => {
  const ctx = aContext()
  const { vpcId, a, b } = aHalfSixNetwork(ctx)
  const LoadBalancerArn = must(make(ctx, { Subnets: [a], IpAddressType: 'ipv4' }).LoadBalancerArn)
  const set = (IpAddressType: 'ipv4' | 'dualstack') => setIpAddressType.handle({ LoadBalancerArn, IpAddressType }, ctx)
  assert.equal(nodesOf(ctx, LoadBalancerArn)[0]?.ipv6Addresses, undefined)
  assert.deepEqual(set('dualstack'), { IpAddressType: 'dualstack' })
  assert.equal(nodesOf(ctx, LoadBalancerArn)[0]?.ipv6Addresses?.length, 1)
  throwsAwsError(() => setSubnets.handle({ LoadBalancerArn, Subnets: [a, b] }, ctx), 'InvalidSubnet', new RegExp(b))
  const back = setSubnets.handle({ LoadBalancerArn, Subnets: [a], IpAddressType: 'ipv4' }, ctx)
  assert.deepEqual([back.IpAddressType, nodesOf(ctx, LoadBalancerArn)[0]?.ipv6Addresses], ['ipv4', undefined])

  set('dualstack')
  const group = aTargetGroup(ctx, vpcId, { IpAddressType: 'ipv6' })
  aListener(ctx, LoadBalancerArn, group)
  throwsAwsError(() => set('ipv4'), 'InvalidConfigurationRequest', /target group/)
  const other = must(make(ctx, { Name: 'other', Subnets: [a] }).LoadBalancerArn)
  createVpcEndpointServiceConfiguration.handle(
    { NetworkLoadBalancerArns: [other], SupportedIpAddressTypes: ['ipv4', 'ipv6'] },
    ctx,
  )
  throwsAwsError(
    () => setIpAddressType.handle({ LoadBalancerArn: other, IpAddressType: 'ipv4' }, ctx),
    'InvalidConfigurationRequest',
    /endpoint service/,
  )
})

test('IPv6 targets: addresses of the VPC, and instances that have one', () => {
  const ctx = aContext()
  const { vpcId, a, b, block, address } = aHalfSixNetwork(ctx)
  const group = (name: string, targetType: 'ip' | 'instance') =>
    aTargetGroup(ctx, vpcId, { Name: name, TargetType: targetType, IpAddressType: 'ipv6' })
  const register = (TargetGroupArn: string, Id: string) =>
    registerTargets.handle({ TargetGroupArn, Targets: [{ Id }] }, ctx)
  const byIp = group('by-ip', 'ip')
  register(byIp, address('0:0:9'))
  const target = ctx.tx.by('target', 'targetGroupArn', byIp)[0]
  assert.deepEqual([target?.ip, target?.availabilityZone], [address('9'), 'us-east-1a'])
  throwsAwsError(() => register(byIp, '10.0.1.9'), 'ValidationError', /not a valid IPv6 address/)
  throwsAwsError(() => register(byIp, 'fd99::1'), 'InvalidTarget', /not in the subnets/)

  const byInstance = group('by-instance', 'instance')
  const without = anInstance(ctx, b)
  throwsAwsError(() => register(byInstance, without), 'InvalidTarget', /does not have an IPv6 address/)
  const instance = anInstance(ctx, a)
  const { networkInterfaceId } = must(ctx.tx.get('instance', instance))
  assignIpv6Addresses.handle({ NetworkInterfaceId: networkInterfaceId, Ipv6AddressCount: 1 }, ctx)
  register(byInstance, instance)
  assert.equal(ipv6InBlock(must(ctx.tx.by('target', 'targetGroupArn', byInstance)[0]?.ip), block), true)
})

test('what the relay does is for IPv4 targets', () => {
  const ctx = aContext()
  const { vpcId, a } = aHalfSixNetwork(ctx)
  const TargetGroupArn = aTargetGroup(ctx, vpcId, { IpAddressType: 'ipv6' })
  const Attributes = [{ Key: 'proxy_protocol_v2.enabled', Value: 'true' }]
  throwsAwsError(
    () => modifyTargetGroupAttributes.handle({ TargetGroupArn, Attributes }, ctx),
    'InvalidConfigurationRequest',
    /'ipv6'/,
  )
  const LoadBalancerArn = must(make(ctx, { Subnets: [a] }).LoadBalancerArn)
  const tls = { Protocol: 'TLS' as const, Port: 443, Certificates: [{ CertificateArn: aCertificate(ctx) }] }
  throwsAwsError(
    () =>
      createListener.handle({ LoadBalancerArn, ...tls, DefaultActions: [{ Type: 'forward', TargetGroupArn }] }, ctx),
    'InvalidConfigurationRequest',
    /TLS listeners do not support .* 'ipv6'/,
  )
})

test('UDP on a dual-stack load balancer: free, or with a prefix as AWS asks', () => {
  const free = aContext()
  for (const ctx of [free, { ...free, settings: { ...defaultSettings, udpOnDualstack: 'as-aws' as const } }]) {
    const { vpcId, a } = aHalfSixNetwork(ctx)
    const listen = (Name: string, EnablePrefixForIpv6SourceNat: 'on' | 'off') => {
      const TargetGroupArn = aTargetGroup(ctx, vpcId, {
        Name: `${Name}-${vpcId.slice(-8)}`,
        Protocol: 'UDP',
        IpAddressType: 'ipv6',
      })
      const LoadBalancerArn = must(
        make(ctx, { Name: `${Name}-${vpcId.slice(-8)}`, Subnets: [a], EnablePrefixForIpv6SourceNat }).LoadBalancerArn,
      )
      return createListener.handle(
        { LoadBalancerArn, Protocol: 'UDP', Port: 53, DefaultActions: [{ Type: 'forward', TargetGroupArn }] },
        ctx,
      ).Listeners?.length
    }
    assert.equal(listen('on', 'on'), 1)
    if (ctx === free) assert.equal(listen('off', 'off'), 1)
    else throwsAwsError(() => listen('off', 'off'), 'InvalidConfigurationRequest', /enablePrefixForIpv6SourceNat/)
  }
  const { LoadBalancers = [] } = describeLoadBalancers.handle({}, free)
  assert.ok(LoadBalancers.every(({ IpAddressType }) => IpAddressType === 'dualstack'))
})
