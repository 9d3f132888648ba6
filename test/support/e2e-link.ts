/** A provider, its service, and a consumer who has an endpoint to it: what most end-to-end tests start from. */
import type { VpcEndpoint } from '@aws-sdk/client-ec2'
import type { Playground } from '../../src/cli/demo/playground.ts'
import {
  allow,
  createEndpoint,
  createGroup,
  createNetwork,
  createTenant,
  endpointAddresses,
  type Machine,
  type Network,
  publishService,
  runInstance,
  type Service,
  type Tenant,
  tcpFrom,
  untilAllHealthy,
  untilEndpointIs,
} from '../../src/cli/demo/scenario.ts'

export const cidr = '10.0.0.0/16'
export const targetPort = 8080

/** One account with one VPC of 10.0.0.0/16, a client and a server, who all have the same addresses everywhere. */
export interface Site {
  readonly name: string
  readonly tenant: Tenant
  readonly network: Network
  readonly client: Machine
  readonly server: Machine
  /** Admits TCP from the VPC's own addresses. */
  readonly groupId: string
}

export async function aSite(playground: Playground, name: string): Promise<Site> {
  const tenant = await createTenant(playground.caller(), name)
  const network = await createNetwork(tenant, 'a', cidr)
  const groupId = await createGroup(network, 'tcp', [{ ...tcpFrom(0, cidr), ToPort: 65535 }])
  const [client, server] = await Promise.all([
    runInstance(network, 'a', '10.0.1.10', [groupId]),
    runInstance(network, 'a', '10.0.1.20', [groupId]),
  ])
  await playground.serve(server, targetPort, name)
  return { name, tenant, network, client, server, groupId }
}

/** The server of a site as an endpoint service on port 80; nobody is asked for acceptance unless the wish says so. */
export const publish = (site: Site, acceptanceRequired = false): Promise<Service> =>
  publishService(site.network, {
    name: site.name,
    listenerPort: 80,
    targetPort,
    targets: [site.server],
    zones: 'a',
    acceptanceRequired,
  })

export interface Endpoint {
  readonly vpcEndpointId: string
  readonly privateIp: string
  readonly url: string
  readonly description: VpcEndpoint
}

/** An endpoint of one site to the service of another, available. */
export async function connect(consumer: Site, provider: Site, service: Service): Promise<Endpoint> {
  await allow(provider.tenant, service, consumer.tenant.accountId)
  const created = await createEndpoint(consumer.network, service, 'a', [consumer.groupId])
  const description = await untilEndpointIs(consumer.tenant, created.VpcEndpointId, 'available')
  const [privateIp = ''] = await endpointAddresses(consumer.tenant, description)
  return { vpcEndpointId: created.VpcEndpointId ?? '', privateIp, url: `http://${privateIp}/`, description }
}

export interface Link {
  readonly provider: Site
  readonly consumer: Site
  readonly service: Service
  readonly endpoint: Endpoint
}

/**
 * @param prefix  put before the names of the two sites, by which their servers answer
 * @returns a link whose target is known to be healthy
 */
export async function aLink(playground: Playground, prefix = ''): Promise<Link> {
  const [provider, consumer] = await Promise.all([
    aSite(playground, `${prefix}provider`),
    aSite(playground, `${prefix}consumer`),
  ])
  const service = await publish(provider)
  const endpoint = await connect(consumer, provider, service)
  await untilAllHealthy(provider.tenant, service, 90_000)
  return { provider, consumer, service, endpoint }
}
