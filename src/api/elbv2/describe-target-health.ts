import type {
  DescribeTargetHealthInput,
  DescribeTargetHealthOutput,
  TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { targetKeyOf } from '../../resource/target-group.ts'
import type { Operation } from '../operation.ts'
import { portOf } from './register-targets.ts'
import { findTargetGroup } from './target-group.ts'
import { describeTarget, groupUse } from './target-health.ts'

/**
 * The health of a group's targets, or of those named; one that is not registered is answered as such, not refused.
 * Source: Elastic Load Balancing v2 API Reference, DescribeTargetHealth.
 *
 * @throws TargetGroupNotFound
 */
export const describeTargetHealth: Operation<DescribeTargetHealthInput, DescribeTargetHealthOutput> = {
  action: 'elasticloadbalancing:DescribeTargetHealth',
  kind: 'read',

  handle(input, ctx) {
    const group = findTargetGroup(ctx, input.TargetGroupArn)
    const use = groupUse(ctx, group)
    if (!input.Targets || input.Targets.length === 0) {
      const targets = ctx.tx.by('target', 'targetGroupArn', group.targetGroupArn)
      return { TargetHealthDescriptions: targets.map((target) => describeTarget(ctx, group, target, use)) }
    }
    return {
      TargetHealthDescriptions: input.Targets.map((wanted): TargetHealthDescription => {
        const port = portOf(group, wanted)
        const target = ctx.tx.get('target', targetKeyOf(group.targetGroupArn, wanted.Id ?? '', port))
        return target ? describeTarget(ctx, group, target, use) : notRegistered(wanted.Id, port)
      }),
    }
  },
}

function notRegistered(id: string | undefined, port: number): TargetHealthDescription {
  return {
    Target: { Id: id, Port: port },
    TargetHealth: {
      State: 'unused',
      Reason: 'Target.NotRegistered',
      Description: 'Target is not registered to the target group',
    },
  }
}
