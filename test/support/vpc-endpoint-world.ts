/** A consumer of an endpoint service, for tests of the API. */
import type { CreateVpcEndpointRequest, ModifyVpcEndpointRequest } from '@aws-sdk/client-ec2'
import { createSecurityGroup } from '../../src/api/ec2/create-security-group.ts'
import { createVpcEndpoint } from '../../src/api/ec2/create-vpc-endpoint.ts'
import { describeVpcEndpoints } from '../../src/api/ec2/describe-vpc-endpoints.ts'
import { modifyVpcEndpoint } from '../../src/api/ec2/modify-vpc-endpoint.ts'
import { modifyVpcEndpointServicePermissions } from '../../src/api/ec2/modify-vpc-endpoint-service-permissions.ts'
import type { ContextOptions } from './fake-context.ts'
import { accounts, aLoadBalancer, aNetwork, aService, consumer, must, provider } from './privatelink.ts'

/** A provider with a service in the zones a and b, open to the consumer, who has subnets in a, b and c. */
export function aWorld(options: ContextOptions & { acceptanceRequired?: boolean } = {}) {
  const as = accounts(options)
  const loadBalancer = aLoadBalancer(as(provider), aNetwork(as(provider)).subnetIds)
  const service = aService(as(provider), loadBalancer, options.acceptanceRequired ?? false)
  modifyVpcEndpointServicePermissions.handle(
    { ServiceId: service.serviceId, AddAllowedPrincipals: [`arn:aws:iam::${consumer}:root`] },
    as(provider),
  )
  const ctx = as(consumer)
  const network = aNetwork(ctx, 'abc')
  const [a = '', b = '', c = ''] = network.subnetIds
  const create = (more: Partial<CreateVpcEndpointRequest> = {}) =>
    must(
      createVpcEndpoint.handle(
        { VpcEndpointType: 'Interface', VpcId: network.vpcId, ServiceName: service.serviceName, ...more },
        ctx,
      ).VpcEndpoint,
    )
  const describe = (id: string | undefined) =>
    must(describeVpcEndpoints.handle({ VpcEndpointIds: [must(id)] }, ctx).VpcEndpoints?.[0])
  const modify = (id: string | undefined, more: Partial<ModifyVpcEndpointRequest>) =>
    modifyVpcEndpoint.handle({ VpcEndpointId: must(id), ...more }, ctx)
  const group = (GroupName: string, VpcId = network.vpcId) =>
    must(createSecurityGroup.handle({ GroupName, Description: 'x', VpcId }, ctx).GroupId)
  const defaultGroup = must(
    ctx.tx.by('security-group', 'vpcId', network.vpcId).find((g) => g.groupName === 'default'),
  ).groupId
  return { as, ctx, service, network, a, b, c, create, describe, modify, group, defaultGroup }
}
