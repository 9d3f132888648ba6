import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aContext } from '../../../test/support/fake-context.ts'
import { aLoadBalancer, aNetwork, anInstance, must, throwsAwsError } from '../../../test/support/privatelink.ts'
import type { OperationContext } from '../operation.ts'
import { attachNetworkInterface } from './attach-network-interface.ts'
import { authorizeSecurityGroupIngress } from './authorize-security-group-ingress.ts'
import { createNetworkInterface } from './create-network-interface.ts'
import { createSecurityGroup } from './create-security-group.ts'
import { deleteNetworkInterface } from './delete-network-interface.ts'
import { describeInstanceStatus } from './describe-instance-status.ts'
import { describeNetworkInterfaceAttribute } from './describe-network-interface-attribute.ts'
import { detachNetworkInterface } from './detach-network-interface.ts'
import { modifyNetworkInterfaceAttribute } from './modify-network-interface-attribute.ts'
import { modifySecurityGroupRules } from './modify-security-group-rules.ts'
import { modifySubnetAttribute } from './modify-subnet-attribute.ts'
import { updateSecurityGroupRuleDescriptionsIngress } from './update-security-group-rule-descriptions-ingress.ts'

const aGroup = (ctx: OperationContext, VpcId: string) =>
  must(createSecurityGroup.handle({ VpcId, GroupName: 'web', Description: 'web' }, ctx).GroupId)

test('a detached interface holds its address, changes its groups and text, and goes', () => {
  const ctx = aContext()
  const { vpcId, subnetIds } = aNetwork(ctx)
  const [SubnetId = ''] = subnetIds
  const eni = must(createNetworkInterface.handle({ SubnetId, Description: 'spare' }, ctx).NetworkInterface)
  assert.equal(eni.Status, 'pending')
  const NetworkInterfaceId = must(eni.NetworkInterfaceId)
  const PrivateIpAddress = must(eni.PrivateIpAddress)
  throwsAwsError(() => createNetworkInterface.handle({ SubnetId, PrivateIpAddress }, ctx), 'InvalidIPAddress.InUse')

  const groupId = aGroup(ctx, vpcId)
  modifyNetworkInterfaceAttribute.handle({ NetworkInterfaceId, Groups: [groupId] }, ctx)
  modifyNetworkInterfaceAttribute.handle({ NetworkInterfaceId, Description: { Value: 'other' } }, ctx)
  const read = (Attribute: 'groupSet' | 'description') =>
    describeNetworkInterfaceAttribute.handle({ NetworkInterfaceId, Attribute }, ctx)
  assert.deepEqual(read('groupSet').Groups, [{ GroupId: groupId, GroupName: 'web' }])
  assert.equal(read('description').Description?.Value, 'other')
  const off = { NetworkInterfaceId, SourceDestCheck: { Value: false } }
  throwsAwsError(() => modifyNetworkInterfaceAttribute.handle(off, ctx), 'UnsupportedOperation')
  deleteNetworkInterface.handle({ NetworkInterfaceId }, ctx)
  createNetworkInterface.handle({ SubnetId, PrivateIpAddress }, ctx)
})

test('an instance keeps its one interface, a load balancer its nodes', () => {
  const ctx = aContext()
  const { vpcId, subnetIds } = aNetwork(ctx)
  const [SubnetId = ''] = subnetIds
  const InstanceId = anInstance(ctx, SubnetId)
  const NetworkInterfaceId = createNetworkInterface.handle({ SubnetId }, ctx).NetworkInterface?.NetworkInterfaceId
  const attach = () => attachNetworkInterface.handle({ InstanceId, NetworkInterfaceId, DeviceIndex: 1 }, ctx)
  throwsAwsError(attach, 'UnsupportedOperation', 'A second network interface of an instance is not supported here.')
  aLoadBalancer(ctx, subnetIds)
  for (const { attachmentId, networkInterfaceId } of ctx.tx.by('network-interface', 'vpcId', vpcId)) {
    if (!attachmentId) continue
    throwsAwsError(() => detachNetworkInterface.handle({ AttachmentId: attachmentId }, ctx), 'OperationNotPermitted')
    const remove = () => deleteNetworkInterface.handle({ NetworkInterfaceId: networkInterfaceId }, ctx)
    throwsAwsError(remove, 'InvalidParameterValue', /is currently in use/)
  }
  const detach = () => detachNetworkInterface.handle({ AttachmentId: 'eni-attach-0' }, ctx)
  throwsAwsError(detach, 'InvalidAttachmentID.NotFound')
  const all = describeInstanceStatus.handle({ IncludeAllInstances: true }, ctx).InstanceStatuses
  assert.deepEqual(
    all?.map((status) => status.InstanceId),
    [InstanceId],
  )
})

test('rules are rewritten in place, all or none, and given other descriptions', () => {
  const ctx = aContext()
  const GroupId = aGroup(ctx, aNetwork(ctx).vpcId)
  const rule = (port: number) => ({ IpProtocol: 'tcp', FromPort: port, ToPort: port, CidrIpv4: '10.0.0.0/8' })
  const permission = (port: number) => ({ ...rule(port), IpRanges: [{ CidrIp: '10.0.0.0/8', Description: 'old' }] })
  const { SecurityGroupRules: made = [] } = authorizeSecurityGroupIngress.handle(
    { GroupId, IpPermissions: [permission(80), permission(81)] },
    ctx,
  )
  const [first = '', second = ''] = made.map(({ SecurityGroupRuleId }) => must(SecurityGroupRuleId))
  const modify = (...changes: readonly (readonly [string, number])[]) =>
    modifySecurityGroupRules.handle(
      {
        GroupId,
        SecurityGroupRules: changes.map(([SecurityGroupRuleId, port]) => ({
          SecurityGroupRuleId,
          SecurityGroupRule: rule(port),
        })),
      },
      ctx,
    )
  const ports = () => [first, second].map((id) => ctx.tx.get('security-group-rule', id)?.fromPort)
  modify([first, 81], [second, 80])
  assert.deepEqual(ports(), [81, 80])
  assert.equal(ctx.tx.get('security-group-rule', first)?.description, undefined)
  throwsAwsError(() => modify(['sgr-0', 1]), 'InvalidSecurityGroupRuleId.NotFound')
  throwsAwsError(() => modify([first, 80]), 'InvalidPermission.Duplicate')

  const describe = (Description: string | undefined, SecurityGroupRuleId = second) =>
    updateSecurityGroupRuleDescriptionsIngress.handle(
      { GroupId, SecurityGroupRuleDescriptions: [{ SecurityGroupRuleId, Description }] },
      ctx,
    )
  describe('new')
  assert.equal(ctx.tx.get('security-group-rule', second)?.description, 'new')
  describe(undefined)
  assert.equal(ctx.tx.get('security-group-rule', second)?.description, undefined)
  throwsAwsError(() => describe('x', 'sgr-0'), 'InvalidSecurityGroupRuleId.NotFound')
})

for (const { name, input, code } of [
  { name: 'nothing', input: {}, code: 'InvalidParameterCombination' },
  {
    name: 'two attributes',
    input: { MapPublicIpOnLaunch: { Value: true }, EnableDns64: { Value: false } },
    code: 'InvalidParameterCombination',
  },
  { name: 'IPv6', input: { AssignIpv6AddressOnCreation: { Value: true } }, code: 'InvalidParameterValue' },
  { name: 'no IPv6', input: { AssignIpv6AddressOnCreation: { Value: false } } },
  { name: 'public addresses', input: { MapPublicIpOnLaunch: { Value: true } } },
]) {
  test(`an attribute of a subnet: ${name}: ${code ?? 'taken'}`, () => {
    const ctx = aContext()
    const [SubnetId] = aNetwork(ctx).subnetIds
    const modify = () => modifySubnetAttribute.handle({ SubnetId, ...input }, ctx)
    if (code) throwsAwsError(modify, code)
    else assert.deepEqual(modify(), {})
    const isOn = name === 'public addresses'
    assert.equal(ctx.tx.get('subnet', SubnetId)?.mapPublicIpOnLaunch, isOn)
  })
}
