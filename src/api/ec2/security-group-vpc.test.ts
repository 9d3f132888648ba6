import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aContext } from '../../../test/support/fake-context.ts'
import { aNetwork, must, throwsAwsError } from '../../../test/support/privatelink.ts'
import { associateSecurityGroupVpc } from './associate-security-group-vpc.ts'
import { authorizeSecurityGroupIngress } from './authorize-security-group-ingress.ts'
import { createNetworkInterface } from './create-network-interface.ts'
import { createSecurityGroup } from './create-security-group.ts'
import { createVpc } from './create-vpc.ts'
import { ensureDefaultVpc } from './default-vpc.ts'
import { deleteNetworkInterface } from './delete-network-interface.ts'
import { deleteSecurityGroup } from './delete-security-group.ts'
import { describeNetworkAcls } from './describe-network-acls.ts'
import { describeSecurityGroupReferences } from './describe-security-group-references.ts'
import { describeSecurityGroupVpcAssociations } from './describe-security-group-vpc-associations.ts'
import { describeSecurityGroups } from './describe-security-groups.ts'
import { describeStaleSecurityGroups } from './describe-stale-security-groups.ts'
import { disableVgwRoutePropagation } from './disable-vgw-route-propagation.ts'
import { disassociateSecurityGroupVpc } from './disassociate-security-group-vpc.ts'
import { enableVgwRoutePropagation } from './enable-vgw-route-propagation.ts'
import { getSecurityGroupsForVpc } from './get-security-groups-for-vpc.ts'
import { mainRouteTableOf } from './route-table.ts'
import { defaultGroupOf } from './security-group.ts'

test('a group serves another VPC while it is associated, and cannot leave while it is used there', () => {
  const ctx = aContext()
  const [home, other] = [aNetwork(ctx), aNetwork(ctx)]
  const group = (VpcId: string, GroupName: string) =>
    must(createSecurityGroup.handle({ VpcId, GroupName, Description: 'x' }, ctx).GroupId)
  const GroupId = group(home.vpcId, 'shared')
  const there = group(other.vpcId, 'there')
  const use = () =>
    createNetworkInterface.handle({ SubnetId: other.subnetIds[0], Groups: [GroupId] }, ctx).NetworkInterface
  const name = () =>
    authorizeSecurityGroupIngress.handle(
      { GroupId: there, IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId }] }] },
      ctx,
    )
  throwsAwsError(use, 'InvalidParameter')
  const peered = { GroupId, VpcPeeringConnectionId: 'pcx-0' }
  throwsAwsError(
    () =>
      authorizeSecurityGroupIngress.handle(
        { GroupId: there, IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [peered] }] },
        ctx,
      ),
    'InvalidVpcPeeringConnectionID.NotFound',
  )
  throwsAwsError(name, 'InvalidGroup.NotFound', 'You have specified two resources that belong to different networks.')

  const associate = (VpcId: string | undefined) => associateSecurityGroupVpc.handle({ GroupId, VpcId }, ctx)
  assert.deepEqual(associate(other.vpcId), { State: 'associating' })
  throwsAwsError(() => associate(other.vpcId), 'InvalidParameterValue', /associated already/)
  throwsAwsError(() => associate(home.vpcId), 'InvalidParameterValue')
  throwsAwsError(() => associate('vpc-0'), 'InvalidVpcID.NotFound')
  assert.deepEqual(describeSecurityGroupVpcAssociations.handle({}, ctx).SecurityGroupVpcAssociations, [
    {
      GroupId,
      GroupOwnerId: ctx.accountId,
      VpcId: other.vpcId,
      VpcOwnerId: ctx.accountId,
      State: 'associated',
    },
  ])
  const groups = getSecurityGroupsForVpc.handle({ VpcId: other.vpcId }, ctx).SecurityGroupForVpcs
  assert.ok(groups?.some((found) => found.GroupId === GroupId && found.PrimaryVpcId === home.vpcId))

  const NetworkInterfaceId = use()?.NetworkInterfaceId
  const leave = () => disassociateSecurityGroupVpc.handle({ GroupId, VpcId: other.vpcId }, ctx)
  throwsAwsError(leave, 'DependencyViolation')
  deleteNetworkInterface.handle({ NetworkInterfaceId }, ctx)
  throwsAwsError(() => deleteSecurityGroup.handle({ GroupId }, ctx), 'DependencyViolation')
  name()
  throwsAwsError(leave, 'DependencyViolation')
  deleteSecurityGroup.handle({ GroupId: there }, ctx)
  assert.deepEqual(leave(), { State: 'disassociating' })
  throwsAwsError(leave, 'InvalidSecurityGroupVpcAssociation.NotFound')
  throwsAwsError(use, 'InvalidParameter')
})

test('default groups, and groups of default VPCs, stay at home', () => {
  const ctx = aContext()
  const { vpcId: VpcId } = aNetwork(ctx)
  const own = defaultGroupOf(ctx.tx, aNetwork(ctx).vpcId)?.groupId
  throwsAwsError(() => associateSecurityGroupVpc.handle({ GroupId: own, VpcId }, ctx), 'InvalidParameterValue')
  const inDefault = { VpcId: ensureDefaultVpc(ctx).vpcId, GroupName: 'g', Description: 'g' }
  const { GroupId } = createSecurityGroup.handle(inDefault, ctx)
  throwsAwsError(
    () => associateSecurityGroupVpc.handle({ GroupId, VpcId }, ctx),
    'InvalidParameterValue',
    /default VPC/,
  )
})

test('without peering nothing refers from outside and nothing is stale', () => {
  const ctx = aContext()
  const { vpcId: VpcId } = aNetwork(ctx)
  const GroupId = [must(defaultGroupOf(ctx.tx, VpcId)?.groupId)]
  assert.deepEqual(describeSecurityGroupReferences.handle({ GroupId }, ctx).SecurityGroupReferenceSet, [])
  assert.deepEqual(describeStaleSecurityGroups.handle({ VpcId }, ctx).StaleSecurityGroupSet, [])
  throwsAwsError(() => describeSecurityGroupReferences.handle({ GroupId: ['sg-0'] }, ctx), 'InvalidGroup.NotFound')
  throwsAwsError(() => describeSecurityGroupReferences.handle({ GroupId: [] }, ctx), 'MissingParameter')
  throwsAwsError(() => describeStaleSecurityGroups.handle({ VpcId: 'vpc-0' }, ctx), 'InvalidVpcID.NotFound')
  const RouteTableId = mainRouteTableOf(ctx.tx, VpcId)?.routeTableId
  for (const propagation of [enableVgwRoutePropagation, disableVgwRoutePropagation]) {
    throwsAwsError(() => propagation.handle({ RouteTableId, GatewayId: 'vgw-0' }, ctx), 'InvalidVpnGatewayID.NotFound')
    throwsAwsError(
      () => propagation.handle({ RouteTableId: 'rtb-0', GatewayId: 'vgw-0' }, ctx),
      'InvalidRouteTableID.NotFound',
    )
  }
})

test('a VPC with IPv6 begins with rules and entries for it', () => {
  const ctx = aContext()
  const { Vpc } = createVpc.handle({ CidrBlock: '10.0.0.0/16', AmazonProvidedIpv6CidrBlock: true }, ctx)
  const Filters = [{ Name: 'vpc-id', Values: [must(Vpc?.VpcId)] }]
  const [group] = describeSecurityGroups.handle({ Filters }, ctx).SecurityGroups ?? []
  assert.deepEqual(group?.IpPermissionsEgress?.[0]?.Ipv6Ranges, [{ CidrIpv6: '::/0' }])
  const [acl] = describeNetworkAcls.handle({ Filters }, ctx).NetworkAcls ?? []
  assert.deepEqual(
    acl?.Entries?.filter((entry) => entry.Egress).map(
      (entry) => `${entry.RuleNumber} ${entry.RuleAction} ${entry.CidrBlock ?? entry.Ipv6CidrBlock}`,
    ),
    ['100 allow 0.0.0.0/0', '101 allow ::/0', '32767 deny 0.0.0.0/0', '32768 deny ::/0'],
  )
})
