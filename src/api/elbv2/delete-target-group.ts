import type { DeleteTargetGroupInput, DeleteTargetGroupOutput } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Operation } from '../operation.ts'
import { resourceInUse } from './errors.ts'
import { isVisible } from './load-balancer.ts'
import { checkTargetGroupArn } from './target-group.ts'

/**
 * Deletes a target group and forgets its targets. An unknown ARN succeeds, as on AWS.
 * Source: Elastic Load Balancing v2 API Reference, DeleteTargetGroup.
 *
 * @throws ResourceInUse (Terraform waits on its text), ValidationError
 */
export const deleteTargetGroup: Operation<DeleteTargetGroupInput, DeleteTargetGroupOutput> = {
  action: 'elasticloadbalancing:DeleteTargetGroup',
  kind: 'write',

  handle(input, ctx) {
    const { tx } = ctx
    checkTargetGroupArn(input.TargetGroupArn)
    const group = tx.get('target-group', input.TargetGroupArn)
    if (!group || !isVisible(ctx, group)) return {}
    const arn = group.targetGroupArn
    if (tx.by('listener', 'targetGroupArn', arn).length > 0) {
      throw resourceInUse(`Target group '${arn}' is currently in use by a listener or a rule`)
    }
    for (const target of tx.by('target', 'targetGroupArn', arn)) tx.delete('target', target.targetKey)
    tx.delete('target-group', arn)
    return {}
  },
}
