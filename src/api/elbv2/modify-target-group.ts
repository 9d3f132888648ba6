import type { ModifyTargetGroupInput, ModifyTargetGroupOutput } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Operation } from '../operation.ts'
import { parseHealthCheck } from './health-check.ts'
import { describeTargetGroup, findTargetGroup } from './target-group.ts'

/**
 * Changes the health check of a target group; its other settings are immutable.
 * Source: Elastic Load Balancing v2 API Reference, ModifyTargetGroup.
 *
 * @throws TargetGroupNotFound, InvalidConfigurationRequest, ValidationError
 */
export const modifyTargetGroup: Operation<ModifyTargetGroupInput, ModifyTargetGroupOutput> = {
  action: 'elasticloadbalancing:ModifyTargetGroup',
  kind: 'write',

  handle(input, ctx) {
    const group = findTargetGroup(ctx, input.TargetGroupArn)
    const modified = { ...group, healthCheck: parseHealthCheck(input, group.targetType, group.healthCheck) }
    ctx.tx.put('target-group', modified)
    return { TargetGroups: [describeTargetGroup(ctx, modified)] }
  },
}
