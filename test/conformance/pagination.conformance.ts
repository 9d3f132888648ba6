/**
 * AWS's own paginators over 10,000 endpoints: every item comes once, whatever the size of a page.
 *
 *     node --test test/conformance/pagination.conformance.ts
 *
 * A control process alone, since nobody looks at packets. ENDPOINTS=500 makes it short.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import * as ec2 from '@aws-sdk/client-ec2'
import * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Caller } from '../../src/cli/demo/scenario.ts'
import { startControl } from '../support/control-process.ts'
import { clientsHere, openClient } from './scenario/clients.ts'
import type { Pages } from './scenario/step.ts'

const endpointCount = Number(process.env.ENDPOINTS ?? 10_000)
/** AWS's quota of interface endpoints in one VPC. */
const endpointsPerVpc = 50
const account = '111111111111'

const lists: readonly { readonly pages: Pages; readonly expected: number }[] = [
  {
    pages: { operation: 'DescribeVpcEndpoints', list: 'VpcEndpoints', id: 'VpcEndpointId', pageSize: 997 },
    expected: endpointCount,
  },
  {
    pages: {
      operation: 'DescribeVpcEndpointConnections',
      list: 'VpcEndpointConnections',
      id: 'VpcEndpointId',
      pageSize: 1000,
    },
    expected: endpointCount,
  },
  {
    // The load balancer's node is one more.
    pages: {
      operation: 'DescribeNetworkInterfaces',
      list: 'NetworkInterfaces',
      id: 'NetworkInterfaceId',
      pageSize: 333,
    },
    expected: endpointCount + 1,
  },
]

test(`paginators return every one of ${endpointCount} endpoints once`, { timeout: 600_000 }, async (t) => {
  const caller = await aControl(t)
  await fillUp(caller)
  const { names, missing } = clientsHere()
  for (const what of missing) console.error(`SKIPPED client: ${what}`)
  const told = new Map<string, ReadonlySet<string>>()
  for (const name of names) {
    const client = openClient(name, { provider: caller, consumer: caller })
    t.after(() => client.close())
    for (const { pages, expected } of lists) {
      const startedAt = performance.now()
      const ids = await client.pages({ as: 'consumer', service: 'ec2' }, pages)
      const distinct = new Set(ids)
      t.diagnostic(`${name} ${pages.operation}: ${ids.length} in ${Math.round(performance.now() - startedAt)} ms`)
      assert.equal(ids.length, expected, `${name} ${pages.operation}`)
      assert.equal(distinct.size, expected, `${name} ${pages.operation}: some came twice`)
      const before = told.get(pages.operation)
      if (before) assert.deepEqual(distinct, before, `${name} saw others than the client before it`)
      told.set(pages.operation, distinct)
    }
  }
})

async function aControl(t: TestContext): Promise<Caller> {
  const stateDir = mkdtempSync(join(tmpdir(), 'underpass-pagination-'))
  const { child, url } = await startControl(stateDir, '--trust-any-credentials')
  t.after(async () => {
    child.kill('SIGKILL')
    if (child.exitCode === null) await once(child, 'exit')
    rmSync(stateDir, { recursive: true, force: true })
  })
  return { endpoint: url, region: 'us-east-1', credentials: { accessKeyId: account, secretAccessKey: 'trusted' } }
}

/** One service, and its endpoints in as many VPCs as the quota wants. */
async function fillUp(caller: Caller): Promise<void> {
  const client = new ec2.EC2Client(caller)
  const balancing = new elbv2.ElasticLoadBalancingV2Client(caller)
  const aVpc = async () => {
    const { Vpc } = await client.send(new ec2.CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))
    const { Subnet } = await client.send(
      new ec2.CreateSubnetCommand({ VpcId: Vpc?.VpcId, CidrBlock: '10.0.1.0/24', AvailabilityZone: 'us-east-1a' }),
    )
    return { VpcId: Vpc?.VpcId, SubnetIds: [Subnet?.SubnetId ?? ''] }
  }
  const { SubnetIds } = await aVpc()
  const { LoadBalancers } = await balancing.send(
    new elbv2.CreateLoadBalancerCommand({ Name: 'pages', Type: 'network', Scheme: 'internal', Subnets: SubnetIds }),
  )
  const { ServiceConfiguration } = await client.send(
    new ec2.CreateVpcEndpointServiceConfigurationCommand({
      NetworkLoadBalancerArns: [LoadBalancers?.[0]?.LoadBalancerArn ?? ''],
      AcceptanceRequired: false,
    }),
  )
  let left = endpointCount
  while (left > 0) {
    const vpc = await aVpc()
    const count = Math.min(left, endpointsPerVpc)
    await Promise.all(
      Array.from({ length: count }, () =>
        client.send(
          new ec2.CreateVpcEndpointCommand({
            ...vpc,
            ServiceName: ServiceConfiguration?.ServiceName,
            VpcEndpointType: 'Interface',
          }),
        ),
      ),
    )
    left -= count
  }
  client.destroy()
  balancing.destroy()
}
