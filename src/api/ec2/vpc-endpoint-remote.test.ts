import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CreateVpcEndpointRequest } from '@aws-sdk/client-ec2'
import { aContext } from '../../../test/support/fake-context.ts'
import {
  aListener,
  aLoadBalancer,
  aNetwork,
  aTargetGroup,
  consumer,
  must,
  provider,
  throwsAwsError,
} from '../../../test/support/privatelink.ts'
import type { OperationContext } from '../operation.ts'
import { createVpcEndpoint } from './create-vpc-endpoint.ts'
import { createVpcEndpointServiceConfiguration } from './create-vpc-endpoint-service-configuration.ts'
import { describeVpcEndpointConnections } from './describe-vpc-endpoint-connections.ts'
import { describeVpcEndpointServices } from './describe-vpc-endpoint-services.ts'
import { describeVpcEndpoints } from './describe-vpc-endpoints.ts'
import { modifyVpcEndpoint } from './modify-vpc-endpoint.ts'
import { modifyVpcEndpointServiceConfiguration } from './modify-vpc-endpoint-service-configuration.ts'
import { modifyVpcEndpointServicePermissions } from './modify-vpc-endpoint-service-permissions.ts'

/** A service in us-east-1 that eu-west-1 may reach, and a consumer there with subnets in all zones. */
function aWorld(SupportedRegions = ['eu-west-1']) {
  const host = aContext({ accountId: provider })
  const { vpcId: providerVpcId, subnetIds } = aNetwork(host)
  const loadBalancerArn = aLoadBalancer(host, subnetIds)
  const service = must(
    createVpcEndpointServiceConfiguration.handle(
      { NetworkLoadBalancerArns: [loadBalancerArn], AcceptanceRequired: false, SupportedRegions },
      host,
    ).ServiceConfiguration,
  )
  const ServiceId = must(service.ServiceId)
  const ServiceName = must(service.ServiceName)
  modifyVpcEndpointServicePermissions.handle(
    { ServiceId, AddAllowedPrincipals: [`arn:aws:iam::${consumer}:root`] },
    host,
  )
  const remote = aContext({ accountId: consumer, region: 'eu-west-1', tx: host.tx })
  const network = aNetwork(remote, 'abc')
  const create = (more: Partial<CreateVpcEndpointRequest> = {}, ctx: OperationContext = remote) =>
    must(
      createVpcEndpoint.handle(
        {
          VpcEndpointType: 'Interface',
          VpcId: network.vpcId,
          ServiceName,
          ServiceRegion: 'us-east-1',
          SubnetIds: network.subnetIds,
          ...more,
        },
        ctx,
      ).VpcEndpoint,
    )
  const change = (more: object) => modifyVpcEndpointServiceConfiguration.handle({ ServiceId, ...more }, host)
  return { host, remote, service, ServiceId, ServiceName, network, providerVpcId, loadBalancerArn, create, change }
}

test('a service that other Regions reach says so', () => {
  const { service, change, host, ServiceId } = aWorld(['eu-west-1', 'us-east-1'])
  assert.equal(service.RemoteAccessEnabled, true)
  assert.deepEqual(service.SupportedRegions, [
    { Region: 'us-east-1', ServiceState: 'Available' },
    { Region: 'eu-west-1', ServiceState: 'Available' },
  ])
  change({ AddSupportedRegions: ['ap-south-1'], RemoveSupportedRegions: ['eu-west-1'] })
  assert.deepEqual(host.tx.get('endpoint-service', ServiceId)?.supportedRegions, ['ap-south-1'])
  throwsAwsError(() => change({ RemoveSupportedRegions: ['us-east-1'] }), 'InvalidParameter', /hosts the service/)
})

test('an endpoint of another Region: any zone, the regional name alone, in the service’s Region', () => {
  const { host, remote, ServiceId, ServiceName, create } = aWorld()
  const made = create()
  assert.equal(made.ServiceRegion, 'us-east-1')
  assert.equal(made.NetworkInterfaceIds?.length, 3, 'also in a zone whose letter the service does not have')
  const [regional, ...others] = made.DnsEntries ?? []
  assert.deepEqual(others, [])
  assert.ok(regional?.DnsName?.endsWith(`.${ServiceId}.us-east-1.vpce.amazonaws.com`))
  assert.equal(regional?.HostedZoneId, 'Z7HUB22UULQXV')
  const list = (Name: string, value: string) =>
    describeVpcEndpoints.handle({ Filters: [{ Name, Values: [value] }] }, remote).VpcEndpoints?.length
  assert.deepEqual([list('service-region', 'us-east-1'), list('service-region', 'eu-west-1')], [1, 0])
  assert.deepEqual(describeVpcEndpoints.handle({}, aContext({ accountId: consumer, tx: host.tx })).VpcEndpoints, [])

  const connections = (value: string) =>
    describeVpcEndpointConnections
      .handle({ Filters: [{ Name: 'vpc-endpoint-region', Values: [value] }] }, host)
      .VpcEndpointConnections?.map((connection) => [connection.VpcEndpointId, connection.VpcEndpointRegion])
  const one = [[made.VpcEndpointId, 'eu-west-1']]
  assert.deepEqual([connections('eu-west-1'), connections('cross-region'), connections('us-east-1')], [one, one, []])
  assert.equal(made.ServiceName, ServiceName)
})

test('refused: no Region named, one that the service does not support, a zone without remote access', () => {
  const { remote, network, ServiceName, create, change } = aWorld()
  const id = must(create({ SubnetIds: [] }).VpcEndpointId)
  const unknown = `The Vpc Endpoint Service '${ServiceName}' does not exist`
  throwsAwsError(() => create({ ServiceRegion: undefined }), 'InvalidServiceName', unknown)
  throwsAwsError(() => create({ ServiceRegion: 'eu-central-1' }), 'InvalidServiceName', unknown)
  change({ RemoveSupportedRegions: ['eu-west-1'] })
  throwsAwsError(() => create(), 'InvalidServiceName', unknown)
  assert.deepEqual(
    modifyVpcEndpoint.handle({ VpcEndpointId: id, AddSubnetIds: [must(network.subnetIds[0])] }, remote),
    { Return: true },
    'who is connected stays connected',
  )

  const { host, ...tokyo } = aWorld(['ap-northeast-2'])
  const there = aContext({ accountId: consumer, region: 'ap-northeast-2', tx: host.tx })
  const { vpcId, subnetIds } = aNetwork(there, 'ab')
  throwsAwsError(
    () => tokyo.create({ VpcId: vpcId, SubnetIds: subnetIds }, there),
    'InvalidParameter',
    'Only the following availability zones are supported for remote access: apne2-az1, apne2-az3.',
  )
})

test('who looks for services of another Region says so', () => {
  const { remote, ServiceName } = aWorld()
  const list = (more: object) => describeVpcEndpointServices.handle(more, remote).ServiceNames ?? []
  assert.equal(list({}).includes(ServiceName), false)
  assert.equal(list({ ServiceRegions: ['us-east-1'] }).includes(ServiceName), true)
  assert.deepEqual(list({ ServiceRegions: ['us-east-1'], ServiceNames: [ServiceName] }), [ServiceName])
  throwsAwsError(() => list({ ServiceNames: [ServiceName] }), 'InvalidServiceName')
})

test('an idle timeout of its own keeps a service in its Region', () => {
  const { host, providerVpcId, loadBalancerArn, change } = aWorld([])
  const listenerArn = aListener(host, loadBalancerArn, aTargetGroup(host, providerVpcId))
  const listener = must(host.tx.get('listener', listenerArn))
  host.tx.put('listener', { ...listener, attributes: { 'tcp.idle_timeout.seconds': '60' } })
  throwsAwsError(() => change({ AddSupportedRegions: ['eu-west-1'] }), 'InvalidParameter', /custom TCP idle timeout/)
  host.tx.put('listener', { ...listener, attributes: { 'tcp.idle_timeout.seconds': '350' } })
  assert.deepEqual(change({ AddSupportedRegions: ['eu-west-1'] }), { Return: true })
})
