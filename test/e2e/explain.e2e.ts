/**
 * The advice is right: a link with everything wrong, mended by typing what `underpass explain` says, one command at a time,
 * with AWS's own CLI. Before each of them a real connection fails as foretold; after the last one it works.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { type TestContext, test } from 'node:test'
import {
  CreateNetworkAclCommand,
  CreateVpcEndpointServiceConfigurationCommand,
  DescribeNetworkAclsCommand,
  ReplaceNetworkAclAssociationCommand,
  RevokeSecurityGroupEgressCommand,
} from '@aws-sdk/client-ec2'
import { CreateLoadBalancerCommand, CreateTargetGroupCommand } from '@aws-sdk/client-elastic-load-balancing-v2'
import { childEnvironment } from '../../src/cli/command.ts'
import { finished, type Playground } from '../../src/cli/demo/playground.ts'
import {
  allow,
  createEndpoint,
  createGroup,
  createNetwork,
  createOrganization,
  createTenant,
  endpointAddresses,
  type Network,
  runInstance,
  type Tenant,
  until,
} from '../../src/cli/demo/scenario.ts'
import type { Concluded } from '../../src/cli/explain.ts'
import { endOf } from '../../src/cli/explain-words.ts'
import { executableOnPath } from '../../src/cli/host-tools.ts'
import { aPlayground, kernelTest, untilSettled } from '../support/e2e-underpass.ts'

const port = 443
const targetPort = 8080
const silenceMs = 500

const title = 'every refusal is foretold, and mended by the command that is printed'
const why = executableOnPath('aws') ? undefined : 'it types commands of the AWS CLI, which this machine has not'
if (why) {
  console.error(`SKIPPED: ${title}: ${why}`)
  test(title, { skip: why }, () => {})
} else {
  kernelTest(title, foretellAndMend)
}

async function foretellAndMend(t: TestContext): Promise<void> {
  const playground = await aPlayground(t, 'explain')
  await playground.up()
  await createOrganization(playground.caller())
  const [provider, consumer] = await Promise.all(
    ['provider', 'consumer'].map((name) => createTenant(playground.caller(), name)),
  )
  assert.ok(provider && consumer)
  const { server, ...service } = await aBareService(provider)

  const network = await createNetwork(consumer, 'ab')
  const clientGroup = await createGroup(network, 'client', [])
  await forbidEgress(consumer, clientGroup)
  const endpointGroup = await createGroup(network, 'endpoint', [])
  const client = await runInstance(network, 'b', '10.0.2.10', [clientGroup])
  await closeSubnet(network, 'b')
  await allow(provider, service, consumer.accountId)
  const endpoint = await createEndpoint(network, service, 'a', [endpointGroup])
  const [ip = ''] = await endpointAddresses(consumer, endpoint)
  const dnsName = endpoint.DnsEntries?.[0]?.DnsName ?? assert.fail('the endpoint has no name')

  const explain = (to: string) => explainJson(playground, client.instanceId, to)
  const tenants = [provider, consumer]
  /** Says what is wrong, finds that it is, types what is said. */
  const mend = async (reason: string, command: RegExp): Promise<void> => {
    const { code, answer } = await explain(`${ip}:${port}`)
    assert.equal(code, 1)
    const fates = answer.attempts.flatMap(({ paths }) => paths.map(({ fate }) => fate))
    assert.deepEqual(fates, [{ outcome: 'dropped', reason }])
    const { error } = await playground.ask(client, `http://${ip}:${port}/`, silenceMs)
    assert.ok(error, `a connection that ${reason} refuses gets through`)
    const [next] = answer.next
    assert.match(next?.commands.join('\n') ?? '', command)
    const who = tenants.find(({ accountId }) => accountId === next?.accountId)
    assert.ok(who, `no such account as ${next?.accountId}`)
    for (const line of next?.commands ?? []) typed(who, line.replace('INSTANCE_ID', server.instanceId))
    await untilSettled(playground)
  }

  const one = await explain(`${dnsName}:${port}`)
  assert.deepEqual([one.code, one.answer.name?.addresses], [1, [ip]])

  await mend('network-acl-egress', /create-network-acl-entry .*--egress --rule-number 100 --protocol tcp/)
  await mend('network-acl-ingress', /create-network-acl-entry .*--ingress .*From=1024,To=65535/)
  await mend('security-group-egress', /authorize-security-group-egress .*--cidr 10\.0\.1\.\d+\/32/)
  await mend('endpoint-unavailable', /accept-vpc-endpoint-connections/)
  await mend('endpoint-unavailable', /create-listener .*--protocol TCP --port 443/)
  await mend('security-group-ingress', new RegExp(`--group-id ${endpointGroup} .*--source-group ${clientGroup}`))
  await mend('load-balancer-security-group', /authorize-security-group-ingress .*--cidr 10\.0\.2\.10\/32/)
  await mend('no-target', /register-targets .*Id=INSTANCE_ID/)
  await mend('security-group-ingress', /--port 8080 --source-group sg-/)

  // Nothing listens: the checks find out, the node sends there all the same, and the kernel of the instance refuses.
  const ill = await until(
    'the target to be found unhealthy',
    async () => {
      const { code, answer } = await explain(`${ip}:${port}`)
      const ends = answer.attempts.flatMap(({ paths }) => paths.map(endOf))
      return code === 1 && ends.join() === 'unhealthy' ? answer : undefined
    },
    60_000,
    500,
  )
  assert.match(
    ill.next[0]?.commands.join('\n') ?? '',
    /describe-target-health.*\n.*exec .*i-.* ss -ltn 'sport = :8080'/,
  )
  assert.match((await playground.ask(client, `http://${ip}:${port}/`, silenceMs)).error ?? '', /./)

  await playground.serve(server, targetPort, 'mended')
  await until(
    'the target to be healthy',
    async () => ((await explain(`${ip}:${port}`)).code === 0 ? true : undefined),
    60_000,
    500,
  )
  const { sighting, error } = await playground.ask(client, `http://${dnsName}:${port}/`)
  assert.equal(error, undefined)
  assert.ok(sighting)

  const spoken = await finished(playground.command('explain', client.instanceId, `${dnsName}:${port}`))
  assert.equal(spoken.code, 0)
  assert.match(spoken.stdout, /ok {2}listener .*TCP 443(.|\n)*It connects/)
  for (const words of [[client.instanceId, '10.0.1.50'], ['i-0', '10.0.1.50:443'], ['i-0']]) {
    const { code, stderr } = await finished(playground.command('explain', ...words))
    assert.deepEqual([code, stderr === ''], [2, false], words.join(' '))
  }
}

/** A load balancer with groups that let nobody in, without listener or target, published; and a server that runs nothing. */
async function aBareService(provider: Tenant) {
  const network = await createNetwork(provider, 'a')
  const [balancerGroup, serverGroup] = [
    await createGroup(network, 'balancer', []),
    await createGroup(network, 'server', []),
  ]
  const { LoadBalancers } = await provider.elbv2.send(
    new CreateLoadBalancerCommand({
      Name: 'bare',
      Type: 'network',
      Scheme: 'internal',
      Subnets: Object.values(network.subnetIds),
      SecurityGroups: [balancerGroup],
    }),
  )
  const loadBalancerArn = LoadBalancers?.[0]?.LoadBalancerArn ?? assert.fail('no load balancer')
  const { TargetGroups } = await provider.elbv2.send(
    new CreateTargetGroupCommand({
      Name: 'bare',
      Protocol: 'TCP',
      Port: targetPort,
      VpcId: network.vpcId,
      HealthCheckIntervalSeconds: 5,
      HealthCheckTimeoutSeconds: 2,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 2,
    }),
  )
  const { ServiceConfiguration } = await provider.ec2.send(
    new CreateVpcEndpointServiceConfigurationCommand({
      NetworkLoadBalancerArns: [loadBalancerArn],
      AcceptanceRequired: true,
    }),
  )
  return {
    loadBalancerArn,
    targetGroupArn: TargetGroups?.[0]?.TargetGroupArn ?? '',
    serviceId: ServiceConfiguration?.ServiceId ?? '',
    serviceName: ServiceConfiguration?.ServiceName ?? '',
    server: await runInstance(network, 'a', '10.0.1.20', [serverGroup]),
  }
}

async function forbidEgress({ ec2 }: Tenant, groupId: string): Promise<void> {
  const everything = { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }
  await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId: groupId, IpPermissions: [everything] }))
}

/** Gives a subnet a list without a rule. */
async function closeSubnet({ tenant, vpcId, subnetIds }: Network, zone: string): Promise<void> {
  const { ec2 } = tenant
  const { NetworkAcl } = await ec2.send(new CreateNetworkAclCommand({ VpcId: vpcId }))
  const { NetworkAcls } = await ec2.send(new DescribeNetworkAclsCommand({}))
  const own = NetworkAcls?.flatMap(({ Associations = [] }) => Associations).find(
    ({ SubnetId }) => SubnetId === subnetIds[zone],
  )
  await ec2.send(
    new ReplaceNetworkAclAssociationCommand({
      AssociationId: own?.NetworkAclAssociationId,
      NetworkAclId: NetworkAcl?.NetworkAclId,
    }),
  )
}

async function explainJson(playground: Playground, from: string, to: string) {
  const { code, stdout, stderr } = await finished(playground.command('explain', from, to, '--json'))
  assert.equal(stderr, '')
  return { code, answer: JSON.parse(stdout) as Concluded }
}

/** A line as it was printed, in a shell that `underpass env` has pointed here. */
function typed({ caller }: Tenant, line: string): void {
  const { endpoint, region, credentials } = caller
  const env = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken ?? '',
    AWS_PAGER: '',
  }
  const { status, stderr } = spawnSync('bash', ['-c', line], { encoding: 'utf8', env: childEnvironment(env) })
  assert.equal(status, 0, `${line}\n${stderr}`)
}
