/**
 * Names, asked by resolvers inside instances: getaddrinfo through the instance's resolv.conf, and questions written by hand
 * to both addresses of the VPC's resolver over UDP and TCP.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  CreateVpcEndpointCommand,
  DescribeVpcEndpointServiceConfigurationsCommand,
  ModifyVpcAttributeCommand,
  ModifyVpcEndpointCommand,
  ModifyVpcEndpointServiceConfigurationCommand,
  RevokeSecurityGroupEgressCommand,
  StartVpcEndpointServicePrivateDnsVerificationCommand,
} from '@aws-sdk/client-ec2'
import { DescribeLoadBalancersCommand } from '@aws-sdk/client-elastic-load-balancing-v2'
import {
  allow,
  createEndpoint,
  createGroup,
  createNetwork,
  tenantOf,
  until,
  untilAllHealthy,
  untilEndpointIs,
} from '../../src/cli/demo/scenario.ts'
import { executableOnPath } from '../../src/cli/host-tools.ts'
import { aPlayground, kernelTest } from '../support/e2e-underpass.ts'
import type { Resident } from '../support/session-resident.ts'
import { startUpstream, upstreamAddress, upstreamObstacle, upWithResolvConf } from '../support/session-upstream.ts'
import {
  anythingFrom,
  aResident,
  aWorld,
  interfaceAddresses,
  nodeAddresses,
  patienceMs,
  refusalOf,
  silenceMs,
  targetPort,
  untilApplied,
} from '../support/session-world.ts'

const resolvers = ['10.0.0.2', '169.254.169.253'] as const
const transports = ['udp', 'tcp'] as const
const everyWay = resolvers.flatMap((server) => transports.map((transport) => ({ server, transport })))

kernelTest('names of endpoints, load balancers and instances', async (t) => {
  const playground = await aPlayground(t, 'names')
  await playground.up()
  const world = await aWorld(playground, { acceptanceRequired: false })
  const { provider, consumer, service, client, targets } = world
  const [targetA, targetB] = targets
  await allow(provider.tenant, service, consumer.tenant.accountId)
  const created = await createEndpoint(consumer, service, 'ab', [world.openGroupId])
  const endpoint = await untilEndpointIs(consumer.tenant, created.VpcEndpointId, 'available')
  await untilAllHealthy(provider.tenant, service, patienceMs)
  const ofEndpoint = await interfaceAddresses(consumer, endpoint)
  const ofNodes = await nodeAddresses(provider)
  const { LoadBalancers } = await provider.tenant.elbv2.send(
    new DescribeLoadBalancersCommand({ LoadBalancerArns: [service.loadBalancerArn] }),
  )
  const balancerName = LoadBalancers?.[0]?.DNSName ?? ''
  const [regional = '', zonalA = '', zonalB = ''] = (endpoint.DnsEntries ?? []).map(({ DnsName }) => DnsName ?? '')
  assert.match(zonalA, /-us-east-1a\./)
  assert.match(zonalB, /-us-east-1b\./)
  const both = (of: Readonly<Record<string, string>>): string[] => Object.values(of).sort()

  const answered = async (from: Resident, name: string): Promise<readonly string[]> => {
    const { answer, error } = await from.lookup(name)
    return answer ?? [error ?? '']
  }
  /** The regional name and the load balancer's, when the same zones are in both. */
  const zonesInDns = async (): Promise<string> => {
    const zonesOf = (addresses: readonly string[], of: Readonly<Record<string, string>>): string =>
      Object.keys(of)
        .filter((zone) => addresses.includes(of[zone] ?? ''))
        .sort()
        .join('')
    const [endpointZones, balancerZones] = [
      zonesOf(await answered(client, regional), ofEndpoint),
      zonesOf(await answered(client, balancerName), ofNodes),
    ]
    return endpointZones === balancerZones ? endpointZones : `${endpointZones}|${balancerZones}`
  }
  const untilZones = async (wanted: string): Promise<number> => {
    const from = performance.now()
    await until(
      `the zones ${wanted} in DNS`,
      async () => ((await zonesInDns()) === wanted ? true : undefined),
      patienceMs,
      50,
    )
    return Math.round(performance.now() - from)
  }

  await t.test('getaddrinfo: regional, zonal, load balancer, instance', async (t) => {
    assert.deepEqual(await answered(client, regional), both(ofEndpoint))
    assert.deepEqual(await answered(client, zonalA), [ofEndpoint.a])
    assert.deepEqual(await answered(client, zonalB), [ofEndpoint.b])
    assert.deepEqual(await answered(client, balancerName), both(ofNodes))
    assert.deepEqual(await answered(client, `us-east-1b.${balancerName}`), [ofNodes.b])
    assert.deepEqual(await answered(client, 'ip-10-0-1-10.ec2.internal'), ['10.0.1.10'])
    assert.deepEqual(await answered(client, 'ip-10-0-1-10'), ['10.0.1.10'], 'the search domain of the Region')
    assert.deepEqual(await answered(targetA, 'ip-10-0-2-10'), ['10.0.2.10'])
    // The names of endpoints are public: they resolve everywhere, and lead somewhere in one VPC only.
    assert.deepEqual(await answered(targetA, regional), both(ofEndpoint))
    const found = await client.ask(regional, 80)
    assert(found.answer, `connected by name: ${found.error}`)
    t.diagnostic(`${regional} → ${both(ofEndpoint)}; connected by name to ${found.answer.client.remote}`)
  })

  await t.test('both addresses of the resolver, over UDP and TCP', async (t) => {
    for (const way of everyWay) {
      const { answer, error } = await client.query({ ...way, name: regional })
      const what = `${way.server} over ${way.transport}`
      assert.deepEqual(answer?.addresses, both(ofEndpoint), `${what}: ${error ?? JSON.stringify(answer)}`)
      assert.equal(answer.rcode, 'NOERROR')
      assert(
        answer.ttls.every((ttl) => ttl > 0 && ttl <= 60),
        `${what}: TTL ${answer.ttls}`,
      )
      const shouted = await client.query({ ...way, name: regional.toUpperCase() })
      assert.deepEqual(shouted.answer?.addresses, both(ofEndpoint), `${what}: a name in capitals`)
      const noData = await client.query({ ...way, name: regional, type: 'AAAA' })
      assert.deepEqual([noData.answer?.rcode, noData.answer?.addresses], ['NOERROR', []], `${what}: AAAA`)
      const nobody = await client.query({ ...way, name: `nobody.${regional.split('.').slice(1).join('.')}` })
      assert.equal(nobody.answer?.rcode, 'NXDOMAIN', `${what}: a name that nobody has`)
    }
    const dig = executableOnPath('dig')
    if (!dig) return t.diagnostic('dig is not here; the questions were written by hand alone')
    for (const { server, transport } of everyWay) {
      const argv: readonly string[] = [dig, `@${server}`, ...(transport === 'tcp' ? ['+tcp'] : []), '+short', regional]
      const { stdout, stderr } = await playground.run(client.machine, ...argv)
      assert.deepEqual(stdout.trim().split('\n').sort(), both(ofEndpoint), `${argv.join(' ')}: ${stderr}`)
    }
    t.diagnostic(`${everyWay.length} ways, by hand and by dig`)
  })

  await t.test('instance names are of their VPC', async () => {
    // 10.0.2.10 is an instance of the provider's VPC and of no other.
    for (const way of everyWay) {
      const { answer } = await client.query({ ...way, name: 'ip-10-0-2-10.ec2.internal' })
      assert.equal(answer?.rcode, 'NXDOMAIN')
      const own = await targetA.query({ ...way, name: 'ip-10-0-2-10.ec2.internal' })
      assert.deepEqual(own.answer?.addresses, ['10.0.2.10'])
    }
    const neighbour = await aResident(playground, consumer, 'b', '10.0.2.77', [world.openGroupId])
    await until('the new instance to have its name', async () =>
      (await answered(client, 'ip-10-0-2-77'))[0] === '10.0.2.77' ? true : undefined,
    )
    assert.deepEqual(await answered(neighbour, 'ip-10-0-1-10'), ['10.0.1.10'])
  })

  await t.test('security groups do not stand before the resolver', async () => {
    const mute = await createGroup(consumer, 'mute', [])
    await consumer.tenant.ec2.send(
      new RevokeSecurityGroupEgressCommand({ GroupId: mute, IpPermissions: [anythingFrom('0.0.0.0/0')] }),
    )
    const silent = await aResident(playground, consumer, 'a', '10.0.1.99', [mute])
    assert.equal((await silent.ask(ofEndpoint.a ?? '', 80, silenceMs)).error, 'timed out')
    for (const way of everyWay) {
      const { answer, error } = await silent.query({ ...way, name: zonalA })
      assert.deepEqual(answer?.addresses, [ofEndpoint.a], error ?? JSON.stringify(answer))
    }
  })

  await t.test('a private name: an alias in the consumer’s VPC, and nowhere else', async (t) => {
    const privateDns = async (PrivateDnsEnabled: boolean): Promise<void> => {
      const { VpcEndpointId } = endpoint
      await consumer.tenant.ec2.send(new ModifyVpcEndpointCommand({ VpcEndpointId, PrivateDnsEnabled }))
      await untilApplied(playground)
    }
    const name = async (PrivateDnsName: string): Promise<void> => {
      const { serviceId: ServiceId } = service
      await provider.tenant.ec2.send(new ModifyVpcEndpointServiceConfigurationCommand({ ServiceId, PrivateDnsName }))
    }
    await name('api.service.test')
    const { message } = await refusalOf(privateDns(true))
    assert.match(message, /requires both enableDnsSupport and enableDnsHostnames/)
    await consumer.tenant.ec2.send(
      new ModifyVpcAttributeCommand({ VpcId: consumer.vpcId, EnableDnsHostnames: { Value: true } }),
    )
    const asked = async (from: Resident, question: string, type?: 'AAAA') => {
      const answers = await Promise.all(
        everyWay.map((way) => from.query({ ...way, name: question, timeoutMs: 10_000, ...(type && { type }) })),
      )
      const said = answers.map(({ answer, error }) =>
        answer ? [answer.rcode, ...[...answer.addresses].sort()].join(' ') : (error ?? ''),
      )
      assert.equal(new Set(said).size, 1, `the ways differ: ${said.join(', ')}`)
      return said[0]
    }
    /** What the machine's own resolvers say of it, if there are any: `test` is nobody's (RFC 6761). */
    const isForeign = async (from: Resident, question: string) =>
      assert.match((await asked(from, question)) ?? '', /^(NXDOMAIN|SERVFAIL)$/, question)
    await isForeign(client, 'api.service.test')

    await privateDns(true)
    const here = ['NOERROR', ...both(ofEndpoint)].join(' ')
    assert.equal(await asked(client, 'api.service.test'), here)
    assert.equal(await asked(client, 'API.service.test'), here)
    assert.equal(await asked(client, 'api.service.test', 'AAAA'), 'NOERROR')
    assert.equal(await asked(client, 'v1.api.service.test'), 'NXDOMAIN')
    await isForeign(client, 'service.test')
    await isForeign(targetA, 'api.service.test')
    assert.deepEqual(await answered(client, 'api.service.test'), both(ofEndpoint), 'getaddrinfo follows the alias')
    const found = await client.ask('api.service.test', 80)
    assert(found.answer, `connected by the private name: ${found.error}`)
    const dig = executableOnPath('dig')
    if (dig) {
      const { stdout } = await playground.run(client.machine, dig, '@10.0.0.2', '+noall', '+answer', 'api.service.test')
      assert.match(stdout, new RegExp(`^api\\.service\\.test\\.\\s+60\\s+IN\\s+CNAME\\s+${regional}\\.\n`))
      assert.deepEqual(
        [...stdout.matchAll(/\sIN\s+A\s+(\S+)/g)].map(([, address]) => address).sort(),
        both(ofEndpoint),
        stdout,
      )
    } else t.diagnostic('dig is not here; the questions were written by hand alone')

    // Another name reaches the endpoint when private DNS is switched on anew, and not before.
    await name('*.other.test')
    assert.equal(await asked(client, 'api.service.test'), here)
    await privateDns(false)
    await isForeign(client, 'api.service.test')
    await privateDns(true)
    for (const below of ['api.other.test', 'v1.api.other.test']) assert.equal(await asked(client, below), here)
    assert.equal(await asked(client, 'other.test'), 'NOERROR')
    await isForeign(client, 'api.service.test')
    const second = await refusalOf(
      consumer.tenant.ec2.send(
        new CreateVpcEndpointCommand({
          VpcEndpointType: 'Interface',
          VpcId: consumer.vpcId,
          ServiceName: service.serviceName,
          PrivateDnsEnabled: true,
        }),
      ),
    )
    assert.match(second.message, /conflicting DNS domain for \*\.other\.test in the VPC/)
    await privateDns(false)
    t.diagnostic(`${everyWay.length} ways; an alias, a wildcard, another VPC, and none when it is switched off`)
  })

  await t.test('a service of another Region: by its regional name, which leads into a zone that answers', async (t) => {
    const remote = tenantOf(consumer.tenant.accountId, { ...consumer.tenant.caller, region: 'eu-west-1' })
    const network = await createNetwork(remote, 'bc')
    const openGroupId = await createGroup(network, 'open', [anythingFrom('10.0.0.0/16')])
    const request = new CreateVpcEndpointCommand({
      VpcEndpointType: 'Interface',
      VpcId: network.vpcId,
      ServiceName: service.serviceName,
      ServiceRegion: 'us-east-1',
      SubnetIds: Object.values(network.subnetIds),
      SecurityGroupIds: [openGroupId],
    })
    assert.equal((await refusalOf(remote.ec2.send(request))).name, 'InvalidServiceName')
    await provider.tenant.ec2.send(
      new ModifyVpcEndpointServiceConfigurationCommand({
        ServiceId: service.serviceId,
        AddSupportedRegions: ['eu-west-1'],
      }),
    )
    const { VpcEndpoint: made } = await remote.ec2.send(request)
    const there = await untilEndpointIs(remote, made?.VpcEndpointId, 'available')
    assert.equal(there.ServiceRegion, 'us-east-1')
    const [name = '', ...others] = (there.DnsEntries ?? []).map(({ DnsName }) => DnsName ?? '')
    assert.deepEqual(others, [])
    const resident = await aResident(playground, network, 'b', '10.0.1.10', [openGroupId])
    const addresses = both(await interfaceAddresses(network, there))
    assert.equal(addresses.length, 2)
    await until('every interface to be in DNS', async () =>
      (await answered(resident, name)).join() === addresses.join() ? true : undefined,
    )
    for (const address of addresses) {
      const { answer, error } = await resident.ask(address, 80)
      assert(answer, `${address}: ${error}`)
    }
    const { answer, error } = await resident.ask(name, 80)
    assert(answer, `connected by name: ${error}`)
    t.diagnostic(`${name} → ${addresses}`)
  })

  await t.test('a zone without healthy target leaves; without any, all are back', async (t) => {
    assert.equal(await zonesInDns(), 'ab')
    await targetB.stop(targetPort)
    const left = await untilZones('a')
    assert.deepEqual(await answered(client, zonalB), [ofEndpoint.b], "the zone's own name stays")
    await targetA.stop(targetPort)
    const open = await untilZones('ab')
    await targetB.serve(targetPort, 'zone-b')
    const recovered = await untilZones('b')
    await targetA.serve(targetPort, 'zone-a')
    const whole = await untilZones('ab')
    t.diagnostic(
      `b dies: out of DNS after ${left} ms; a dies too: both back (fail open) after ${open} ms; b recovers: alone after ${recovered} ms; a: both after ${whole} ms (checks every 5 s, thresholds 2)`,
    )
  })

  await t.test('enableDnsSupport=false: no answer; true again: answers', async (t) => {
    const support = async (Value: boolean): Promise<void> => {
      await consumer.tenant.ec2.send(
        new ModifyVpcAttributeCommand({ VpcId: consumer.vpcId, EnableDnsSupport: { Value } }),
      )
      await untilApplied(playground)
    }
    await support(false)
    for (const way of everyWay) {
      const { answer, error } = await client.query({ ...way, name: regional, timeoutMs: silenceMs })
      assert.equal(error, 'timed out', `${way.server} over ${way.transport}: ${JSON.stringify(answer)}`)
    }
    // A process that starts now has no name server to ask.
    const late = await aResident(playground, consumer, 'a', '10.0.1.55', [world.openGroupId])
    const { error } = await late.lookup(regional)
    assert(error, 'a name was found without a resolver')
    assert.deepEqual(await answered(targetA, regional), both(ofEndpoint), "the other VPC's resolver is not concerned")
    await support(true)
    for (const way of everyWay) {
      assert.deepEqual((await client.query({ ...way, name: regional })).answer?.addresses, both(ofEndpoint))
    }
    t.diagnostic(`four ways silent, getaddrinfo: ${error}; four ways answer again`)
  })
})

const why = upstreamObstacle()
if (why) {
  console.error(`SKIPPED: names of others: ${why}`)
  test('names of others', { skip: why }, () => {})
} else {
  kernelTest('names of others: SERVFAIL without upstream, forwarded with one', async (t) => {
    const playground = await aPlayground(t, 'upstream')
    const nameservers = await upWithResolvConf(playground, '--private-dns-verification', 'lookup')
    const world = await aWorld(playground)
    const { client } = world
    const rcode = async (name: string, way: (typeof everyWay)[number]): Promise<string> => {
      const { answer, error } = await client.query({ ...way, name, timeoutMs: 10_000 })
      return answer ? `${answer.rcode} ${answer.addresses}`.trim() : (error ?? '')
    }

    await t.test('without upstream', async () => {
      for (const way of everyWay) assert.equal(await rcode('www.example.test', way), 'SERVFAIL')
      const { error } = await client.lookup('www.example.test')
      assert(error, 'a foreign name was found without upstream')
    })

    const upstream = await startUpstream()
    t.after(() => upstream.close().catch(() => {}))
    await t.test('with an upstream', async (t) => {
      nameservers(upstream.address)
      for (const way of everyWay) {
        assert.equal(await rcode('www.example.test', way), `NOERROR ${upstreamAddress}`)
        // Of AWS, and not ours: nothing that we could deny.
        assert.equal(await rcode('s3.us-east-1.amazonaws.com', way), `NOERROR ${upstreamAddress}`)
      }
      assert.deepEqual((await client.lookup('www.example.test')).answer, [upstreamAddress])
      const before = upstream.asked.length
      assert(before >= 2 * everyWay.length, `${upstream.asked}`)
      // What is ours, known or not, is nobody's business outside.
      for (const way of everyWay) {
        assert.equal(await rcode('ip-10-0-1-10.ec2.internal', way), 'NOERROR 10.0.1.10')
        assert.equal(await rcode('ip-10-9-9-9.ec2.internal', way), 'NXDOMAIN')
      }
      assert.equal(upstream.asked.length, before, `asked upstream: ${upstream.asked.slice(before)}`)
      t.diagnostic(`${before} questions forwarded to ${upstream.address}, none of them ours`)
    })

    await t.test('a private name is proven by its TXT record, looked up', async (t) => {
      const { provider, service } = world
      const ServiceId = service.serviceId
      await provider.tenant.ec2.send(
        new ModifyVpcEndpointServiceConfigurationCommand({ ServiceId, PrivateDnsName: 'api.example.com' }),
      )
      const proof = async () => {
        const { ServiceConfigurations } = await provider.tenant.ec2.send(
          new DescribeVpcEndpointServiceConfigurationsCommand({ ServiceIds: [ServiceId] }),
        )
        return ServiceConfigurations?.[0]?.PrivateDnsNameConfiguration
      }
      const { State, Name = '', Value = '' } = (await proof()) ?? {}
      assert.equal(State, 'pendingVerification')
      await until(
        'the record to be looked for',
        async () => (upstream.asked.includes(`${Name}.api.example.com`) ? true : undefined),
        patienceMs,
      )
      assert.equal((await proof())?.State, 'pendingVerification', 'a record that is not there proves nothing')
      upstream.texts.set(`${Name}.example.com`, Value)
      await provider.tenant.ec2.send(new StartVpcEndpointServicePrivateDnsVerificationCommand({ ServiceId }))
      const from = performance.now()
      await until(
        'the name to be verified',
        async () => ((await proof())?.State === 'verified' ? true : undefined),
        patienceMs,
      )
      t.diagnostic(`found at ${Name}.example.com ${Math.round(performance.now() - from)} ms after it was asked for`)
    })

    await t.test('with an upstream that is gone', async () => {
      await upstream.close()
      for (const way of everyWay) assert.equal(await rcode('www.example.test', way), 'SERVFAIL')
    })
  })
}
