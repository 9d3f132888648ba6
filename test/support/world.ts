/**
 * Worlds for tests of the plan: resources with the members that matter given, the rest filled in.
 */

import { fingerprintOf } from '../../src/plan/keys.ts'
import type { EndpointService } from '../../src/resource/endpoint-service.ts'
import { zonesOf } from '../../src/resource/geography.ts'
import type { Instance } from '../../src/resource/instance.ts'
import { type AgentKind, agentKinds, idOf, type ResourceOfKind, type Snapshot } from '../../src/resource/kind.ts'
import type { Listener, LoadBalancer } from '../../src/resource/load-balancer.ts'
import type { NetworkAcl, NetworkAclEntry } from '../../src/resource/network-acl.ts'
import type { NetworkInterface } from '../../src/resource/network-interface.ts'
import type { SecurityGroup, SecurityGroupRule } from '../../src/resource/security-group.ts'
import type { Subnet } from '../../src/resource/subnet.ts'
import { type Target, type TargetGroup, targetKeyOf } from '../../src/resource/target-group.ts'
import type { Vpc } from '../../src/resource/vpc.ts'
import type { VpcEndpoint } from '../../src/resource/vpc-endpoint.ts'

const region = 'us-east-1'
const createdAt = '2026-01-01T00:00:00.000Z'
const hex = (seed: string): string => `${fingerprintOf(seed)}${fingerprintOf(`${seed}+`)}`.slice(0, 17)

/** An AWS-like id made of a readable name: the same name gives the same id. */
export const idFor = (prefix: string, name: string): string => `${prefix}-${hex(name)}`

/** A set of resources that grows and shrinks; `snapshot` reads it. */
export class World {
  private readonly resources = new Map<AgentKind, Map<string, unknown>>(agentKinds.map((kind) => [kind, new Map()]))
  private revision = 0
  private nextFabric = 10

  put<K extends AgentKind>(kind: K, value: ResourceOfKind[K]): ResourceOfKind[K] {
    this.resources.get(kind)?.set(idOf[kind](value), value)
    this.revision++
    return value
  }

  delete(kind: AgentKind, id: string): void {
    this.resources.get(kind)?.delete(id)
    this.revision++
  }

  snapshot(): Snapshot {
    const resources = Object.fromEntries(agentKinds.map((kind) => [kind, new Map(this.resources.get(kind))]))
    return { revision: this.revision, resources: resources as unknown as Snapshot['resources'] }
  }

  fabricIp(): string {
    const n = this.nextFabric++
    return `240.0.${n >> 8}.${n & 255}`
  }

  vpc(name: string, more: Partial<Vpc> = {}): Vpc {
    return this.put('vpc', {
      vpcId: idFor('vpc', name),
      ownerId: '111111111111',
      region,
      cidrBlock: '10.0.0.0/16',
      isDefault: false,
      enableDnsSupport: true,
      enableDnsHostnames: false,
      dhcpOptionsId: 'default',
      instanceTenancy: 'default',
      fabricIp: this.fabricIp(),
      tags: [],
      ...more,
    })
  }

  subnet(vpc: Vpc, name: string, cidrBlock: string, letter = 'a'): Subnet {
    const zone = zonesOf(region).find((z) => z.zoneName.endsWith(letter))
    return this.put('subnet', {
      subnetId: idFor('subnet', `${vpc.vpcId}${name}`),
      vpcId: vpc.vpcId,
      ownerId: vpc.ownerId,
      region,
      cidrBlock,
      availabilityZone: `${region}${letter}`,
      availabilityZoneId: zone?.zoneId ?? '',
      defaultForAz: false,
      mapPublicIpOnLaunch: false,
      tags: [],
    })
  }

  group(vpc: Vpc, name: string, rules: readonly Partial<SecurityGroupRule>[]): SecurityGroup {
    const groupId = idFor('sg', `${vpc.vpcId}${name}`)
    rules.forEach((rule, i) => {
      this.put('security-group-rule', {
        securityGroupRuleId: idFor('sgr', `${groupId}${i}`),
        groupId,
        ownerId: vpc.ownerId,
        isEgress: false,
        ipProtocol: 'tcp',
        fromPort: 0,
        toPort: 65535,
        tags: [],
        ...rule,
      })
    })
    return this.put('security-group', {
      groupId,
      groupName: name,
      description: name,
      vpcId: vpc.vpcId,
      ownerId: vpc.ownerId,
      region,
      tags: [],
    })
  }

  eni(subnet: Subnet, privateIp: string, more: Partial<NetworkInterface>): NetworkInterface {
    const networkInterfaceId = idFor('eni', `${subnet.subnetId}${privateIp}`)
    return this.put('network-interface', {
      networkInterfaceId,
      ownerId: subnet.ownerId,
      region,
      vpcId: subnet.vpcId,
      subnetId: subnet.subnetId,
      availabilityZone: subnet.availabilityZone,
      availabilityZoneId: subnet.availabilityZoneId,
      privateIp,
      macAddress: `06:${networkInterfaceId.slice(4, 14).match(/../g)?.join(':')}`,
      interfaceType: 'interface',
      description: '',
      requesterManaged: false,
      groupIds: [],
      sourceDestCheck: true,
      tags: [],
      ...more,
    })
  }

  instance(subnet: Subnet, privateIp: string, groups: readonly SecurityGroup[]): Instance {
    const instanceId = idFor('i', `${subnet.subnetId}${privateIp}`)
    const eni = this.eni(subnet, privateIp, { instanceId, groupIds: groups.map((g) => g.groupId) })
    return this.put('instance', {
      instanceId,
      reservationId: idFor('r', instanceId),
      ownerId: subnet.ownerId,
      region,
      imageId: 'ami-0',
      instanceType: 't3.micro',
      vpcId: subnet.vpcId,
      subnetId: subnet.subnetId,
      availabilityZone: subnet.availabilityZone,
      networkInterfaceId: eni.networkInterfaceId,
      privateIp,
      state: 'running',
      launchedAtRevision: 1,
      launchedAt: createdAt,
      amiLaunchIndex: 0,
      tags: [],
    })
  }

  /** Gives a VPC a /56 and the interfaces that stand in it an address each, with the same last number as their IPv4 address. */
  giveIpv6(vpc: Vpc, block: number): Vpc {
    const prefix = `fdec:2000:0:${(block << 8).toString(16)}`
    const given = this.put('vpc', {
      ...vpc,
      ipv6CidrBlockAssociations: [
        { associationId: idFor('vpc-cidr-assoc', vpc.vpcId), ipv6CidrBlock: `${prefix}::/56` },
      ],
    })
    const { subnet: subnets, 'network-interface': interfaces } = this.snapshot().resources
    const inVpc = <T extends { readonly vpcId: string }>(each: T): boolean => each.vpcId === vpc.vpcId
    for (const [i, subnet] of [...subnets.values()].filter(inVpc).entries()) {
      const ipv6CidrBlock = `fdec:2000:0:${((block << 8) + i).toString(16)}::/64`
      this.put('subnet', { ...subnet, ipv6CidrBlock })
      for (const eni of [...interfaces.values()].filter(({ subnetId }) => subnetId === subnet.subnetId)) {
        const last = Number(eni.privateIp.split('.').at(-1)).toString(16)
        this.put('network-interface', { ...eni, ipv6Addresses: [ipv6CidrBlock.replace('::/64', `::${last}`)] })
      }
    }
    return given
  }

  /** Replaces the entries of a list and the subnets that belong to it; `* allow` where no entry is given. */
  acl(vpc: Vpc, name: string, entries: readonly Partial<NetworkAclEntry>[], subnets: readonly Subnet[]): NetworkAcl {
    return this.put('network-acl', {
      networkAclId: idFor('acl', `${vpc.vpcId}${name}`),
      vpcId: vpc.vpcId,
      ownerId: vpc.ownerId,
      region,
      isDefault: name === 'default',
      entries: entries.map((entry, i) => ({
        ruleNumber: 100 * (i + 1),
        egress: false,
        ruleAction: 'allow',
        protocol: '-1',
        cidrBlock: '0.0.0.0/0',
        ...entry,
      })),
      associations: subnets.map(({ subnetId }) => ({ associationId: idFor('aclassoc', subnetId), subnetId })),
      tags: [],
    })
  }

  loadBalancer(
    name: string,
    nodes: readonly { subnet: Subnet; ip: string }[],
    more: Partial<LoadBalancer> = {},
  ): LoadBalancer {
    const [first] = nodes
    if (!first) throw new Error('a load balancer needs a node')
    const loadBalancerId = hex(name).slice(0, 16)
    const loadBalancerArn = `arn:aws:elasticloadbalancing:${region}:${first.subnet.ownerId}:loadbalancer/net/${name}/${loadBalancerId}`
    const zones = nodes.map(({ subnet, ip }) => {
      const eni = this.eni(subnet, ip, {
        interfaceType: 'network_load_balancer',
        requesterManaged: true,
        loadBalancerArn,
        fabricIp: this.fabricIp(),
      })
      return {
        availabilityZone: subnet.availabilityZone,
        availabilityZoneId: subnet.availabilityZoneId,
        subnetId: subnet.subnetId,
        networkInterfaceId: eni.networkInterfaceId,
      }
    })
    return this.put('load-balancer', {
      loadBalancerArn,
      loadBalancerName: name,
      loadBalancerId,
      ownerId: first.subnet.ownerId,
      region,
      vpcId: first.subnet.vpcId,
      dnsName: `${name}-${loadBalancerId}.elb.${region}.amazonaws.com`,
      scheme: 'internal',
      ipAddressType: 'ipv4',
      zones,
      securityGroupIds: [],
      attributes: {},
      createdAt,
      tags: [],
      ...more,
    })
  }

  targetGroup(vpc: Vpc, name: string, port: number, more: Partial<TargetGroup> = {}): TargetGroup {
    return this.put('target-group', {
      targetGroupArn: `arn:aws:elasticloadbalancing:${region}:${vpc.ownerId}:targetgroup/${name}/${hex(name).slice(0, 16)}`,
      targetGroupName: name,
      ownerId: vpc.ownerId,
      region,
      vpcId: vpc.vpcId,
      protocol: 'TCP',
      port,
      targetType: 'instance',
      ipAddressType: 'ipv4',
      healthCheck: {
        protocol: 'TCP',
        port: 'traffic-port',
        intervalSeconds: 10,
        timeoutSeconds: 5,
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 2,
      },
      attributes: {},
      createdAt,
      tags: [],
      ...more,
    })
  }

  target(group: TargetGroup, instance: Instance, healthSlot: number, more: Partial<Target> = {}): Target {
    return this.put('target', {
      targetKey: targetKeyOf(group.targetGroupArn, instance.instanceId, group.port),
      targetGroupArn: group.targetGroupArn,
      vpcId: group.vpcId,
      id: instance.instanceId,
      port: group.port,
      ip: instance.privateIp,
      availabilityZone: instance.availabilityZone,
      healthSlot,
      state: 'registered',
      ...more,
    })
  }

  listener(loadBalancer: LoadBalancer, group: TargetGroup, port: number, more: Partial<Listener> = {}): Listener {
    return this.put('listener', {
      listenerArn: `${loadBalancer.loadBalancerArn.replace('loadbalancer', 'listener')}/${hex(String(port)).slice(0, 16)}`,
      loadBalancerArn: loadBalancer.loadBalancerArn,
      ownerId: loadBalancer.ownerId,
      region,
      protocol: 'TCP',
      port,
      targetGroupArn: group.targetGroupArn,
      createdAt,
      tags: [],
      ...more,
    })
  }

  service(loadBalancer: LoadBalancer, name = 'service'): EndpointService {
    const serviceId = idFor('vpce-svc', name)
    return this.put('endpoint-service', {
      serviceId,
      serviceName: `com.amazonaws.vpce.${region}.${serviceId}`,
      ownerId: loadBalancer.ownerId,
      region,
      acceptanceRequired: true,
      networkLoadBalancerArns: [loadBalancer.loadBalancerArn],
      availabilityZones: loadBalancer.zones.map((z) => z.availabilityZone),
      supportedIpAddressTypes: ['ipv4'],
      permissions: [],
      createdAt,
      tags: [],
    })
  }

  endpoint(
    service: EndpointService,
    places: readonly { subnet: Subnet; ip: string }[],
    groups: readonly SecurityGroup[],
    more: Partial<VpcEndpoint> = {},
  ): VpcEndpoint {
    const [first] = places
    if (!first) throw new Error('an endpoint of tests needs a place')
    const vpcEndpointId = idFor('vpce', `${first.subnet.subnetId}${first.ip}`)
    const groupIds = groups.map((g) => g.groupId)
    const enis = places.map(({ subnet, ip }) =>
      this.eni(subnet, ip, {
        interfaceType: 'vpc_endpoint',
        requesterManaged: true,
        vpcEndpointId,
        groupIds,
        fabricIp: this.fabricIp(),
      }),
    )
    return this.put('vpc-endpoint', {
      vpcEndpointId,
      ownerId: first.subnet.ownerId,
      region,
      vpcId: first.subnet.vpcId,
      serviceId: service.serviceId,
      serviceName: service.serviceName,
      state: 'available',
      placedAtRevision: 1,
      subnetIds: places.map(({ subnet }) => subnet.subnetId),
      networkInterfaceIds: enis.map((eni) => eni.networkInterfaceId),
      groupIds,
      dnsSuffix: 'abcd1234',
      ipAddressType: 'ipv4',
      privateDnsEnabled: false,
      vpcEndpointConnectionId: idFor('vpce-con', vpcEndpointId),
      createdAt,
      tags: [],
      ...more,
    })
  }
}

/** Two VPCs with the same block: a provider with two zones and a consumer with an available endpoint in one. */
export function aWorld() {
  const world = new World()
  const everyone = { isEgress: true, ipProtocol: '-1', fromPort: -1, toPort: -1, cidrIpv4: '0.0.0.0/0' }
  const provider = world.vpc('provider')
  const providerA = world.subnet(provider, 'a', '10.0.1.0/24', 'a')
  const providerB = world.subnet(provider, 'b', '10.0.2.0/24', 'b')
  const targetGroupSg = world.group(provider, 'targets', [
    { fromPort: 8080, toPort: 8080, cidrIpv4: '10.0.0.0/16' },
    everyone,
  ])
  const targetA = world.instance(providerA, '10.0.1.10', [targetGroupSg])
  const targetB = world.instance(providerB, '10.0.2.10', [targetGroupSg])
  const loadBalancer = world.loadBalancer('web', [
    { subnet: providerA, ip: '10.0.1.5' },
    { subnet: providerB, ip: '10.0.2.5' },
  ])
  const group = world.targetGroup(provider, 'web', 8080)
  const registrations = [world.target(group, targetA, 1), world.target(group, targetB, 2)]
  const listener = world.listener(loadBalancer, group, 80)
  const service = world.service(loadBalancer)

  const consumer = world.vpc('consumer', { ownerId: '222222222222' })
  const consumerA = world.subnet(consumer, 'a', '10.0.1.0/24', 'a')
  const clientSg = world.group(consumer, 'clients', [everyone])
  const endpointSg = world.group(consumer, 'endpoint', [
    { fromPort: 80, toPort: 80, referencedGroupId: clientSg.groupId },
  ])
  const client = world.instance(consumerA, '10.0.1.10', [clientSg])
  const endpoint = world.endpoint(service, [{ subnet: consumerA, ip: '10.0.1.50' }], [endpointSg])
  return {
    world,
    provider: {
      vpc: provider,
      subnets: [providerA, providerB] as const,
      targets: [targetA, targetB] as const,
      loadBalancer,
      group,
      registrations,
      listener,
      service,
      targetGroupSg,
    },
    consumer: { vpc: consumer, subnet: consumerA, client, clientSg, endpoint, endpointSg },
  }
}
