import type { CreateSecurityGroupRequest, CreateSecurityGroupResult } from '@aws-sdk/client-ec2'
import type { Vpc } from '../../resource/vpc.ts'
import type { Operation, OperationContext } from '../operation.ts'
import * as errors from './errors.ts'
import { defaultVpcOf, requireOwned } from './owned.ts'
import { defaultGroupName, groupNamed, putSecurityGroup, securityGroupArn } from './security-group.ts'
import { tagsFromSpecifications, toWireTags } from './tags.ts'

/** CreateSecurityGroup: the characters and length of a name and of a description. */
const allowedText = /^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/

/**
 * Makes a group with no ingress rule and the egress rule for all IPv4 traffic (which Terraform revokes at once, and
 * expects to succeed).
 *
 * Source: EC2 API Reference, CreateSecurityGroup.
 *
 * @throws InvalidVpcID.NotFound, InvalidGroup.Duplicate, InvalidParameterValue, MissingParameter, VPCIdNotSpecified
 */
export const createSecurityGroup: Operation<CreateSecurityGroupRequest, CreateSecurityGroupResult> = {
  action: 'ec2:CreateSecurityGroup',
  kind: 'write',

  handle(input, ctx) {
    const { GroupName: groupName, Description: description } = input
    if (!groupName) throw errors.missingParameter('groupName')
    if (!description) throw errors.missingParameter('groupDescription')
    checkName(groupName)
    if (!allowedText.test(description)) throw errors.invalidGroupText(description, 'groupDescription')
    const vpc = wantedVpc(ctx, input.VpcId)
    if (groupNamed(ctx.tx, vpc.vpcId, groupName)) throw errors.groupDuplicate(groupName, vpc.vpcId)

    const group = putSecurityGroup(ctx, vpc, {
      groupName,
      description,
      tags: tagsFromSpecifications(input.TagSpecifications, 'security-group'),
    })
    return { GroupId: group.groupId, SecurityGroupArn: securityGroupArn(group), Tags: toWireTags(group.tags) }
  },
}

function checkName(groupName: string): void {
  if (groupName.toLowerCase() === defaultGroupName) throw errors.groupNameReserved(groupName)
  if (groupName.toLowerCase().startsWith('sg-')) {
    throw errors.invalidValue(groupName, 'GroupName', 'Group names may not be in the format sg-*.')
  }
  if (!allowedText.test(groupName)) throw errors.invalidGroupText(groupName, 'groupName')
}

function wantedVpc(ctx: OperationContext, vpcId: string | undefined): Vpc {
  if (vpcId) return requireOwned(ctx, 'vpc', vpcId, errors.vpcId, 'vpcId')
  const vpc = defaultVpcOf(ctx)
  if (!vpc) throw errors.noDefaultVpc()
  return vpc
}
