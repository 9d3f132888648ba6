import type { SecurityGroup } from '../../resource/security-group.ts'
import type { OperationContext } from '../operation.ts'
import * as errors from './errors.ts'

/** Security groups per network interface (VPC quotas); the nodes' interfaces carry the load balancer's. */
const maxGroups = 5

/**
 * The groups of a request, each once: of the load balancer's VPC, which is the caller's, so they are the caller's too.
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
  if (wanted.length > maxGroups) {
    throw errors.invalidConfigurationRequest(`A load balancer cannot have more than ${maxGroups} security groups`)
  }
  return wanted
}
