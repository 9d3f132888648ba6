import type { SecurityGroup } from '../../resource/security-group.ts'
import type { OperationContext } from '../operation.ts'
import { quotas, quotaValue } from '../quota.ts'
import * as errors from './errors.ts'

/**
 * The groups of a request, each once: of the load balancer's VPC, which is the caller's, so they are the caller's too. The
 * nodes' interfaces carry them, hence the quota.
 *
 * @throws InvalidSecurityGroup, InvalidConfigurationRequest
 */
export function parseSecurityGroups(
  ctx: OperationContext,
  groupIds: readonly string[] | undefined,
  vpcId: string,
): readonly string[] {
  const wanted = [...new Set(groupIds)]
  for (const groupId of wanted) {
    const group: SecurityGroup | undefined = ctx.tx.get('security-group', groupId)
    if (group?.vpcId !== vpcId) throw errors.invalidSecurityGroup(groupId)
  }
  const limit = quotaValue(ctx, quotas.securityGroupsPerInterface)
  if (wanted.length > limit) {
    throw errors.invalidConfigurationRequest(`A load balancer cannot have more than ${limit} security groups`)
  }
  return wanted
}
