/** Many endpoints, made through the API as anybody would. */
import { CreateSubnetCommand, CreateVpcCommand, CreateVpcEndpointCommand } from '@aws-sdk/client-ec2'
import { RequestServiceQuotaIncreaseCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas'
import { isApplied, readControlStatus } from '../src/cli/control-status.ts'
import type { Playground } from '../src/cli/demo/playground.ts'
import { allow, type Tenant, until } from '../src/cli/demo/scenario.ts'
import { type Consumer, type Provider, tenant } from './world.ts'

/** Requests under way at once. */
const width = 16

/** Runs `make` for 0 … count-1, a few at a time. */
async function inParallel(count: number, make: (i: number) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    for (let i = next++; i < count; i = next++) await make(i)
  }
  await Promise.all(Array.from({ length: width }, worker))
}

interface Place {
  readonly vpcId: string
  readonly subnetId: string
}

/** A subnet with room for 16,000 endpoints. */
export async function createWideSubnet({ ec2, caller }: Tenant, vpcId: string): Promise<Place> {
  const { Subnet } = await ec2.send(
    new CreateSubnetCommand({ VpcId: vpcId, CidrBlock: '10.1.64.0/18', AvailabilityZone: `${caller.region}a` }),
  )
  return { vpcId, subnetId: Subnet?.SubnetId ?? '' }
}

/** More interface endpoints per VPC than AWS's 50. */
const raisedQuota = { ServiceCode: 'vpc', QuotaCode: 'L-29B6F2EB', DesiredValue: 20_000 }

/** Lets an account have many endpoints in one VPC; an increase is granted at once. */
export async function raiseEndpointQuota({ caller }: Tenant): Promise<void> {
  try {
    await new ServiceQuotasClient(caller).send(new RequestServiceQuotaIncreaseCommand(raisedQuota))
  } catch (error) {
    // An Underpass that does not serve it does not enforce it either.
    if (!/does not serve it/.test((error as Error).message)) throw error
  }
}

async function createEndpoints({ ec2 }: Tenant, { service }: Provider, place: Place, count: number): Promise<void> {
  await inParallel(count, async () => {
    await ec2.send(
      new CreateVpcEndpointCommand({
        VpcEndpointType: 'Interface',
        VpcId: place.vpcId,
        SubnetIds: [place.subnetId],
        ServiceName: service.serviceName,
      }),
    )
  })
}

/** In VPCs of their own, as many in each as AWS's default quota allows; resolves when all are in the kernel. */
export async function createEndpointsApart(
  playground: Playground,
  accountId: string,
  provider: Provider,
  vpcs: number,
  perVpc: number,
): Promise<void> {
  await allow(provider.network.tenant, provider.service, accountId)
  const owner = tenant(playground, accountId)
  for (let i = 0; i < vpcs; i++) {
    const { Vpc } = await owner.ec2.send(new CreateVpcCommand({ CidrBlock: '10.1.0.0/16' }))
    await createEndpoints(owner, provider, await createWideSubnet(owner, Vpc?.VpcId ?? ''), perVpc)
  }
  await untilApplied(playground)
}

/** All in the consumer's VPC, whatever AWS's quota says; resolves when all are in the kernel. */
export async function createEndpointsBeside(
  playground: Playground,
  { network }: Consumer,
  provider: Provider,
  count: number,
): Promise<void> {
  await raiseEndpointQuota(network.tenant)
  await createEndpoints(network.tenant, provider, await createWideSubnet(network.tenant, network.vpcId), count)
  await untilApplied(playground)
}

/** Asking makes the agent read every VPC's counters, so it is asked now and then only. */
export async function untilApplied(playground: Playground): Promise<void> {
  await until(
    'the agent to have applied everything',
    async () => {
      const status = await readControlStatus(playground.port)
      return status?.agent && isApplied(status) ? true : undefined
    },
    300_000,
    250,
  )
}
