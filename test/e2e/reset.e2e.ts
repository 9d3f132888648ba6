/**
 * For CI: any credentials are trusted, a 12-digit key is the account, and one request makes everything as new, in the state
 * and in the kernel.
 */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { CreateVpcCommand, DescribeVpcEndpointsCommand, DescribeVpcsCommand } from '@aws-sdk/client-ec2'
import { DescribeLoadBalancersCommand } from '@aws-sdk/client-elastic-load-balancing-v2'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import type { Playground } from '../../src/cli/demo/playground.ts'
import {
  allow,
  createEndpoint,
  createNetwork,
  runInstance,
  type Tenant,
  tenantOf,
  until,
  untilEndpointIs,
} from '../../src/cli/demo/scenario.ts'
import { livePids, namespaceOf } from '../../src/cli/processes.ts'
import { fabricNetns } from '../../src/plan/names.ts'
import { aPlayground, fabricAddresses, kernelTest, namespacesOf } from '../support/e2e-underpass.ts'
import {
  aWorld,
  interfaceAddresses,
  patienceMs,
  refusalOf,
  servicePort,
  untilAnswered,
  type World,
} from '../support/session-world.ts'

/** Whoever the key says, with a secret that nobody knows. */
const anybody = (playground: Playground, accessKeyId: string): Tenant =>
  tenantOf(accessKeyId, {
    ...playground.caller(),
    credentials: { accessKeyId, secretAccessKey: 'nobody knows it' },
  })

const reset = async (playground: Playground): Promise<{ status: number; text: string; ms: number }> => {
  const from = performance.now()
  const answer = await fetch(`${playground.caller().endpoint}/_underpass/reset`, { method: 'POST' })
  return { status: answer.status, text: await answer.text(), ms: Math.round(performance.now() - from) }
}

const identity = async (playground: Playground, accessKeyId: string): Promise<string | undefined> => {
  const { caller } = anybody(playground, accessKeyId)
  return (await new STSClient(caller).send(new GetCallerIdentityCommand())).Account
}

/** An endpoint that is used. */
async function link(playground: Playground): Promise<World> {
  const world = await aWorld(playground, {
    acceptanceRequired: false,
    tenants: [anybody(playground, '111111111111'), anybody(playground, '222222222222')],
  })
  await allow(world.provider.tenant, world.service, '222222222222')
  const created = await createEndpoint(world.consumer, world.service, 'a', [world.openGroupId])
  const endpoint = await untilEndpointIs(world.consumer.tenant, created.VpcEndpointId, 'available')
  const { a = '' } = await interfaceAddresses(world.consumer, endpoint)
  await untilAnswered('the endpoint', () => world.client.ask(a, servicePort))
  return world
}

/** What is asked at once after the answer: it must be true by then. */
async function assertEmpty(playground: Playground, known: World): Promise<void> {
  const { name } = playground.home
  assert.deepEqual(namespacesOf(name), [fabricNetns(name)])
  assert.deepEqual(fabricAddresses(playground), [], 'the fabric still leads somewhere')
  const netns = known.client.child.pid === undefined ? undefined : namespaceOf(known.client.child.pid, 'net')
  assert.equal(netns, undefined, 'a process of an instance still runs')
  for (const tenant of [known.provider.tenant, known.consumer.tenant]) {
    const { Vpcs = [] } = await tenant.ec2.send(new DescribeVpcsCommand())
    assert.deepEqual(
      Vpcs.filter(({ IsDefault }) => !IsDefault),
      [],
    )
    assert.deepEqual((await tenant.ec2.send(new DescribeVpcEndpointsCommand())).VpcEndpoints ?? [], [])
    assert.deepEqual((await tenant.elbv2.send(new DescribeLoadBalancersCommand())).LoadBalancers ?? [], [])
  }
}

kernelTest('any credentials are trusted, and a reset empties state and kernel', async (t) => {
  const playground = await aPlayground(t, 'reset')
  await playground.up('--trust-any-credentials')

  await t.test('a 12-digit key is the account, any other is 123456789012', async () => {
    assert.equal(await identity(playground, '000000000042'), '000000000042')
    assert.equal(await identity(playground, '999999999999'), '999999999999')
    for (const key of ['test', 'AKIAIOSFODNN7EXAMPLE', '1234567890123', '12345678901']) {
      assert.equal(await identity(playground, key), '123456789012', key)
    }
    // What one makes, the other does not see.
    const [one, other] = [anybody(playground, '333333333333'), anybody(playground, '444444444444')]
    const { vpcId } = await createNetwork(one, 'a')
    const refusal = await refusalOf(other.ec2.send(new DescribeVpcsCommand({ VpcIds: [vpcId] })))
    assert.equal(refusal.name, 'InvalidVpcID.NotFound')
  })

  await t.test('reset: 204, and by then nothing is left; three times over', async (t) => {
    const took: number[] = []
    for (let round = 0; round < 3; round++) {
      const world = await link(playground)
      const inside = namespaceOf(world.client.child.pid ?? 0, 'net')
      assert(inside)
      const { status, text, ms } = await reset(playground)
      assert.equal(status, 204, text)
      assert.equal(text, '')
      assert.deepEqual(
        livePids().filter((pid) => namespaceOf(pid, 'net') === inside),
        [],
      )
      await assertEmpty(playground, world)
      took.push(ms)
    }
    t.diagnostic(`a link made, used and reset three times: ${took.map((ms) => `${ms} ms`).join(', ')}`)
  })

  await t.test('reset of nothing, and two at once', async (t) => {
    const nothing = await reset(playground)
    assert.equal(nothing.status, 204, nothing.text)
    await createNetwork(anybody(playground, '111111111111'), 'ab')
    const both = await Promise.all([reset(playground), reset(playground)])
    assert.deepEqual(
      both.map(({ status }) => status),
      [204, 204],
    )
    t.diagnostic(`nothing: ${nothing.ms} ms; two at once: ${both.map(({ ms }) => `${ms} ms`).join(', ')}`)
  })

  await t.test('reset while others write: it is emptied as of one moment, and what comes later lives', async () => {
    const tenant = anybody(playground, '555555555555')
    let isOver = false
    let made = 0
    const writing = (async () => {
      while (!isOver) {
        await tenant.ec2.send(new CreateVpcCommand({ CidrBlock: '10.7.0.0/16' }))
        made++
      }
    })()
    await until('some writes', async () => (made >= 5 ? true : undefined))
    const { status, text } = await reset(playground)
    assert.equal(status, 204, text)
    isOver = true
    await writing
    const network = await createNetwork(tenant, 'a')
    await runInstance(network, 'a', '10.0.1.10', [])
    assert.equal((await reset(playground)).status, 204)
    assert.deepEqual(namespacesOf(playground.home.name), [fabricNetns(playground.home.name)])
  })

  await t.test('without an agent nobody can empty the kernel: 503 and why; with one again: 204', async (t) => {
    const world = await link(playground)
    await playground.crash('agent')
    const { status, text } = await until('control to notice', async () => {
      const answer = await reset(playground)
      return answer.status === 503 ? answer : undefined
    })
    assert.match(text, /agent/)
    assert(namespacesOf(playground.home.name).length > 1, 'the kernel is still full')
    await playground.up('--trust-any-credentials')
    const again = await reset(playground)
    assert.equal(again.status, 204, again.text)
    await assertEmpty(playground, world)
    t.diagnostic(`${status}: ${text.trim()}`)
  })
})

kernelTest('without --trust-any-credentials there is no reset', async (t) => {
  const playground = await aPlayground(t, 'noreset')
  await playground.up()
  const tenant = tenantOf('', playground.caller())
  const network = await createNetwork(tenant, 'a')
  const machine = await runInstance(network, 'a', '10.0.1.10', [])
  const { status, text } = await reset(playground)
  assert.equal(status, 403)
  assert.match(text, /--trust-any-credentials/)
  const netns = `/run/netns/up.${playground.home.name}.${machine.instanceId}`
  assert(existsSync(netns))
  const { Vpcs } = await tenant.ec2.send(new DescribeVpcsCommand({ VpcIds: [network.vpcId] }))
  assert.equal(Vpcs?.length, 1)
  const refusal = await refusalOf(
    new STSClient({ ...anybody(playground, '333333333333').caller, maxAttempts: 1 }).send(
      new GetCallerIdentityCommand(),
    ),
  )
  assert.match(refusal.name, /InvalidClientTokenId/)
  const get = await fetch(`${playground.caller().endpoint}/_underpass/reset`)
  assert.equal(get.status, 404)
  await until('nothing to have changed', async () => (existsSync(netns) ? true : undefined), patienceMs)
  t.diagnostic(`${status}: ${text.trim()}`)
})
