import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aContext } from '../../../test/support/fake-context.ts'
import type { OperationContext } from '../operation.ts'
import { associateRouteTable } from './associate-route-table.ts'
import { attachInternetGateway } from './attach-internet-gateway.ts'
import { createInternetGateway } from './create-internet-gateway.ts'
import { createRoute } from './create-route.ts'
import { createRouteTable } from './create-route-table.ts'
import { createSubnet } from './create-subnet.ts'
import { createVpc } from './create-vpc.ts'
import { deleteInternetGateway } from './delete-internet-gateway.ts'
import { deleteRoute } from './delete-route.ts'
import { deleteRouteTable } from './delete-route-table.ts'
import { deleteSubnet } from './delete-subnet.ts'
import { deleteVpc } from './delete-vpc.ts'
import { describeRouteTables } from './describe-route-tables.ts'
import { detachInternetGateway } from './detach-internet-gateway.ts'
import { disassociateRouteTable } from './disassociate-route-table.ts'
import { replaceRoute } from './replace-route.ts'
import { replaceRouteTableAssociation } from './replace-route-table-association.ts'

const anywhere = '0.0.0.0/0'

/** A VPC with one subnet, a table besides the main one, and an attached gateway. */
function aNetwork(ctx: OperationContext) {
  const vpcId = createVpc.handle({ CidrBlock: '10.0.0.0/16' }, ctx).Vpc?.VpcId ?? ''
  const subnetId = createSubnet.handle({ VpcId: vpcId, CidrBlock: '10.0.1.0/24' }, ctx).Subnet?.SubnetId ?? ''
  const tableId = createRouteTable.handle({ VpcId: vpcId }, ctx).RouteTable?.RouteTableId ?? ''
  const gatewayId = createInternetGateway.handle({}, ctx).InternetGateway?.InternetGatewayId ?? ''
  attachInternetGateway.handle({ InternetGatewayId: gatewayId, VpcId: vpcId }, ctx)
  const mainId = tables(ctx, 'association.main', 'true', vpcId)[0]?.RouteTableId ?? ''
  return { vpcId, subnetId, tableId, gatewayId, mainId }
}

function tables(ctx: OperationContext, filter: string, value: string, vpcId: string) {
  const Filters = [
    { Name: filter, Values: [value] },
    { Name: 'vpc-id', Values: [vpcId] },
  ]
  return describeRouteTables.handle({ Filters }, ctx).RouteTables ?? []
}

test('a new VPC has a main table with the local route, found as Terraform looks for it', () => {
  const ctx = aContext()
  const { vpcId, mainId } = aNetwork(ctx)
  const [main, ...others] = tables(ctx, 'association.main', 'true', vpcId)
  assert.deepEqual(others, [])
  assert.deepEqual(main?.Routes, [
    { DestinationCidrBlock: '10.0.0.0/16', GatewayId: 'local', Origin: 'CreateRouteTable', State: 'active' },
  ])
  assert.deepEqual(
    main?.Associations?.map(({ Main, RouteTableId, SubnetId }) => ({ Main, RouteTableId, SubnetId })),
    [{ Main: true, RouteTableId: mainId, SubnetId: undefined }],
  )
})

test('a route to a gateway is active while the gateway is attached, a blackhole after', () => {
  const ctx = aContext()
  const { vpcId, tableId, gatewayId } = aNetwork(ctx)
  const route = { RouteTableId: tableId, DestinationCidrBlock: '0.0.0.0/0', GatewayId: gatewayId }
  createRoute.handle(route, ctx)
  createRoute.handle(route, ctx)
  const state = () => tables(ctx, 'route.gateway-id', gatewayId, vpcId)[0]?.Routes?.map(({ State }) => State)
  assert.deepEqual(state(), ['active', 'active'])
  detachInternetGateway.handle({ InternetGatewayId: gatewayId, VpcId: vpcId }, ctx)
  assert.deepEqual(state(), ['active', 'blackhole'])
  deleteRoute.handle(route, ctx)
  assert.equal(state(), undefined)
})

test('a subnet is associated, moved and given back; the main association can be moved only', () => {
  const ctx = aContext()
  const { vpcId, subnetId, tableId, mainId } = aNetwork(ctx)
  const associate = () => associateRouteTable.handle({ RouteTableId: tableId, SubnetId: subnetId }, ctx).AssociationId
  const first = associate()
  assert.equal(associate(), first)
  const moved = replaceRouteTableAssociation.handle(
    { AssociationId: first, RouteTableId: mainId },
    ctx,
  ).NewAssociationId
  assert.notEqual(moved, first)
  assert.equal(tables(ctx, 'association.subnet-id', subnetId, vpcId)[0]?.RouteTableId, mainId)
  disassociateRouteTable.handle({ AssociationId: moved }, ctx)
  assert.deepEqual(tables(ctx, 'association.subnet-id', subnetId, vpcId), [])

  const AssociationId = ctx.tx.get('route-table', mainId)?.associations[0]?.associationId
  assert.throws(() => disassociateRouteTable.handle({ AssociationId }, ctx), { code: 'InvalidParameterValue' })
  replaceRouteTableAssociation.handle({ AssociationId, RouteTableId: tableId }, ctx)
  assert.equal(tables(ctx, 'association.main', 'true', vpcId)[0]?.RouteTableId, tableId)
})

const refusals: readonly {
  readonly name: string
  readonly code: string
  readonly call: (ctx: OperationContext, network: ReturnType<typeof aNetwork>) => unknown
}[] = [
  {
    name: 'a route to what would have to carry packets',
    code: 'UnsupportedOperation',
    call: (ctx, { tableId }) =>
      createRoute.handle({ RouteTableId: tableId, DestinationCidrBlock: anywhere, NatGatewayId: 'nat-1' }, ctx),
  },
  {
    name: 'the local route once more',
    code: 'RouteAlreadyExists',
    call: (ctx, { tableId, gatewayId }) =>
      createRoute.handle({ RouteTableId: tableId, DestinationCidrBlock: '10.0.0.0/16', GatewayId: gatewayId }, ctx),
  },
  {
    name: 'deleting the local route',
    code: 'InvalidParameterValue',
    call: (ctx, { tableId }) => deleteRoute.handle({ RouteTableId: tableId, DestinationCidrBlock: '10.0.0.0/16' }, ctx),
  },
  {
    name: 'replacing a route that is not there',
    code: 'InvalidRoute.NotFound',
    call: (ctx, { tableId, gatewayId }) =>
      replaceRoute.handle({ RouteTableId: tableId, DestinationCidrBlock: anywhere, GatewayId: gatewayId }, ctx),
  },
  {
    name: 'a route to a gateway of no VPC',
    code: 'InvalidParameterValue',
    call: (ctx, { tableId }) => {
      const GatewayId = createInternetGateway.handle({}, ctx).InternetGateway?.InternetGatewayId
      return createRoute.handle({ RouteTableId: tableId, DestinationCidrBlock: anywhere, GatewayId }, ctx)
    },
  },
  {
    name: 'deleting the main table',
    code: 'DependencyViolation',
    call: (ctx, { mainId }) => deleteRouteTable.handle({ RouteTableId: mainId }, ctx),
  },
  {
    name: 'a table that is not there',
    code: 'InvalidRouteTableID.NotFound',
    call: (ctx) => deleteRouteTable.handle({ RouteTableId: 'rtb-00000000000000000' }, ctx),
  },
  {
    name: 'a second gateway of a VPC',
    code: 'InvalidParameterValue',
    call: (ctx, { vpcId }) => {
      const InternetGatewayId = createInternetGateway.handle({}, ctx).InternetGateway?.InternetGatewayId
      return attachInternetGateway.handle({ InternetGatewayId, VpcId: vpcId }, ctx)
    },
  },
  {
    name: 'deleting an attached gateway',
    code: 'DependencyViolation',
    call: (ctx, { gatewayId }) => deleteInternetGateway.handle({ InternetGatewayId: gatewayId }, ctx),
  },
  {
    name: 'a table of another account',
    code: 'InvalidRouteTableID.NotFound',
    call: (ctx, { tableId }) =>
      describeRouteTables.handle({ RouteTableIds: [tableId] }, { ...ctx, accountId: '222222222222' }),
  },
]

for (const { name, code, call } of refusals) {
  test(`refused: ${name}: ${code}`, () => {
    const ctx = aContext()
    const network = aNetwork(ctx)
    assert.throws(() => call(ctx, network), { code })
  })
}

test('a VPC with a table or a gateway stays; then it goes with its main table and default ACL', () => {
  const ctx = aContext()
  const { vpcId, subnetId, tableId, gatewayId } = aNetwork(ctx)
  const refuses = () => assert.throws(() => deleteVpc.handle({ VpcId: vpcId }, ctx), { code: 'DependencyViolation' })
  associateRouteTable.handle({ RouteTableId: tableId, SubnetId: subnetId }, ctx)
  deleteSubnet.handle({ SubnetId: subnetId }, ctx)
  refuses()
  // The subnet's association went with it.
  deleteRouteTable.handle({ RouteTableId: tableId }, ctx)
  refuses()
  detachInternetGateway.handle({ InternetGatewayId: gatewayId, VpcId: vpcId }, ctx)
  deleteVpc.handle({ VpcId: vpcId }, ctx)
  assert.deepEqual(ctx.tx.by('route-table', 'vpcId', vpcId), [])
  assert.deepEqual(ctx.tx.by('network-acl', 'vpcId', vpcId), [])
})

test('part of the VPC leads nowhere else, the local route to itself, and a destination is one thing', () => {
  const ctx = aContext()
  const { tableId: RouteTableId, gatewayId: GatewayId } = aNetwork(ctx)
  const create = (destination: object) => createRoute.handle({ RouteTableId, GatewayId, ...destination }, ctx)
  for (const { destination, code, message } of [
    { destination: { DestinationCidrBlock: '10.0.0.0/16' }, code: 'RouteAlreadyExists', message: /already exists/ },
    { destination: { DestinationCidrBlock: '10.0.1.0/24' }, code: 'InvalidParameterValue', message: /more specific/ },
    { destination: { DestinationIpv6CidrBlock: 'x' }, code: 'InvalidParameterValue', message: /IPv6 CIDR/ },
    { destination: { DestinationPrefixListId: 'pl-0' }, code: 'InvalidPrefixListID.NotFound', message: /pl-0/ },
    {
      destination: { DestinationCidrBlock: anywhere, DestinationIpv6CidrBlock: '::/0' },
      code: 'InvalidParameterCombination',
      message: /destinationIpv6CidrBlock/,
    },
  ]) {
    assert.throws(() => create(destination), { code, message })
  }
  const local = { RouteTableId, DestinationCidrBlock: '10.0.0.0/16' }
  assert.deepEqual(replaceRoute.handle({ ...local, LocalTarget: true }, ctx), {})
  assert.throws(() => replaceRoute.handle({ ...local, GatewayId }, ctx), { code: 'InvalidParameterValue' })
  create({ DestinationIpv6CidrBlock: '2001:DB8::1/32' })
  assert.throws(() => deleteRoute.handle({ RouteTableId, DestinationIpv6CidrBlock: '::/0' }, ctx), {
    code: 'InvalidRoute.NotFound',
    message: `no route with destination-ipv6-cidr-block ::/0 in route table ${RouteTableId}`,
  })
  deleteRoute.handle({ RouteTableId, DestinationIpv6CidrBlock: '2001:db8::/32' }, ctx)
})

test('a table takes as many routes as the quota says', () => {
  const quotas = new Map([['vpc/L-93826ACB', 1]])
  const ctx = { ...aContext(), settings: { privateDnsVerification: 'trust' as const, quotas } }
  const { tableId: RouteTableId, gatewayId: GatewayId } = aNetwork(ctx)
  createRoute.handle({ RouteTableId, GatewayId, DestinationCidrBlock: anywhere }, ctx)
  assert.throws(() => createRoute.handle({ RouteTableId, GatewayId, DestinationCidrBlock: '1.0.0.0/8' }, ctx), {
    code: 'RouteLimitExceeded',
  })
})
