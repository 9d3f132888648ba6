/** What a packet does at a listener that takes the relay. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aWorld } from '../../test/support/world.ts'
import { compileProgram } from '../plan/compile.ts'
import { diff } from '../plan/diff.ts'
import { relayListenIp, relaySourceIp } from '../resource/fabric.ts'
import { FakeKernel } from './fake.ts'
import { trace } from './trace.ts'

/** A world whose listener writes headers, or ends TLS, or both. */
function aRelayedWorld({ header, tls }: { readonly header: boolean; readonly tls: boolean }) {
  const { world, provider, consumer } = aWorld()
  const { group, listener } = provider
  if (header) world.put('target-group', { ...group, attributes: { 'proxy_protocol_v2.enabled': 'true' } })
  if (tls) world.put('listener', { ...listener, protocol: 'TLS', certificateArns: ['arn:one'] })
  const program = compileProgram(world.snapshot(), new Map(), { name: 't' })
  const kernel = new FakeKernel()
  kernel.apply(diff(program, kernel.observed))
  const fabricIpAt = (vpcId: string, ip: string): string => {
    const enis = [...world.snapshot().resources['network-interface'].values()]
    return enis.find((eni) => eni.vpcId === vpcId && eni.privateIp === ip)?.fabricIp ?? assert.fail(ip)
  }
  const told = (packet: string): string => {
    const result = trace(kernel, packet)
    if (result.outcome === 'dropped') return `dropped: ${result.reason}`
    return `${result.source} > ${result.destination} in ${result.netns.replace('up.t.', '')}`
  }
  return {
    ...{ program, told, consumer: consumer.vpc.vpcId, provider: provider.vpc.vpcId },
    target: provider.targets[0].instanceId,
    eni: fabricIpAt(consumer.vpc.vpcId, '10.0.1.50'),
    node: fabricIpAt(provider.vpc.vpcId, '10.0.1.5'),
    client: provider.targets[0],
  }
}

test('a header: the consumer comes to the relay in its own VPC, under its own address', () => {
  const { told, consumer, eni } = aRelayedWorld({ header: true, tls: false })
  assert.equal(
    told(`tcp 10.0.1.10:40000 > 10.0.1.50:80 in ${consumer}`),
    `10.0.1.10:40000 > ${relayListenIp(eni)}:80 in ${consumer}`,
  )
})

test("a header: the endpoint's groups are asked all the same, and nobody dials the relay itself", () => {
  const { told, consumer, eni } = aRelayedWorld({ header: true, tls: false })
  assert.equal(told(`tcp 10.0.1.10:40000 > 10.0.1.50:81 in ${consumer}`), 'dropped: endpoint-unavailable')
  assert.equal(told(`tcp 10.0.1.10:40000 > ${relayListenIp(eni)}:80 in ${consumer}`), 'dropped: no-route')
})

test('a header: what the relay sends on goes to the target, a client of the VPC comes to the relay first', () => {
  const { told, provider, target, eni, node } = aRelayedWorld({ header: true, tls: false })
  assert.equal(
    told(`tcp ${relaySourceIp(eni)}:5000 > ${node}:80 in fabric`),
    `10.0.1.5:5000 > 10.0.1.10:8080 in ${target}`,
  )
  assert.equal(
    told(`tcp 10.0.1.10:40000 > 10.0.1.5:80 in ${provider}`),
    `10.0.1.10:40000 > ${relayListenIp(node)}:80 in ${provider}`,
  )
  assert.equal(
    told(`tcp ${relaySourceIp(node)}:5000 > ${node}:80 in fabric`),
    `10.0.1.5:5000 > 10.0.1.10:8080 in ${target}`,
  )
})

test('TLS: everybody comes to the relay at the node, and only what comes from there goes on', () => {
  const { told, consumer, provider, target, eni, node } = aRelayedWorld({ header: false, tls: true })
  const there = `${relayListenIp(node)}:80 in ${provider}`
  assert.equal(told(`tcp 10.0.1.10:40000 > 10.0.1.50:80 in ${consumer}`), `${eni}:40000 > ${there}`)
  assert.equal(told(`tcp 10.0.1.10:40000 > 10.0.1.5:80 in ${provider}`), `10.0.1.10:40000 > ${there}`)
  assert.equal(
    told(`tcp ${relaySourceIp(node)}:5000 > ${node}:80 in fabric`),
    `10.0.1.5:5000 > 10.0.1.10:8080 in ${target}`,
  )
})

test('both: the header is written in the consumer, the session ends at the node', () => {
  const { told, consumer, provider, eni, node, program } = aRelayedWorld({ header: true, tls: true })
  assert.equal(
    told(`tcp 10.0.1.10:40000 > 10.0.1.50:80 in ${consumer}`),
    `10.0.1.10:40000 > ${relayListenIp(eni)}:80 in ${consumer}`,
  )
  assert.equal(
    told(`tcp ${relaySourceIp(eni)}:5000 > ${node}:80 in fabric`),
    `${relaySourceIp(eni)}:5000 > ${relayListenIp(node)}:80 in ${provider}`,
  )
  const atNode = program.relay.doors.get(`${relayListenIp(node)}:80`)
  assert.equal(atNode?.tls?.readsHeader, true)
  const atEndpoint = program.relay.doors.get(`${relayListenIp(eni)}:80`)
  assert.equal(atEndpoint?.tls, undefined)
  assert.equal(atEndpoint?.header?.destinationIp, '10.0.1.5')
  assert.equal(atEndpoint?.connectFromIp, relaySourceIp(eni))
})
