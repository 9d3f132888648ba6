import type { Listener, LoadBalancer } from '../../resource/load-balancer.ts'
import type { Tag } from '../../resource/tag.ts'
import type { TargetGroup } from '../../resource/target-group.ts'
import type { OperationContext } from '../operation.ts'
import { trustStoreNotFound, validationError } from './errors.ts'
import { findListener } from './listener.ts'
import { findLoadBalancer } from './load-balancer.ts'
import { findTargetGroup } from './target-group.ts'

/** A resource that carries tags, by the kind it has in the log. */
export type Taggable =
  | { readonly kind: 'load-balancer'; readonly resource: LoadBalancer }
  | { readonly kind: 'target-group'; readonly resource: TargetGroup }
  | { readonly kind: 'listener'; readonly resource: Listener }

/** What an ARN in AddTags, RemoveTags and DescribeTags names; each kind has its own not-found error. */
export function findTaggable(ctx: OperationContext, arn: string): Taggable {
  const type = /^arn:aws:elasticloadbalancing:[^:]*:\d{12}:([a-z-]+)\//.exec(arn)?.[1]
  if (type === 'loadbalancer') return { kind: 'load-balancer', resource: findLoadBalancer(ctx, arn) }
  if (type === 'targetgroup') return { kind: 'target-group', resource: findTargetGroup(ctx, arn) }
  if (type === 'listener') return { kind: 'listener', resource: findListener(ctx, arn) }
  if (type === 'truststore') throw trustStoreNotFound(arn)
  throw validationError(`'${arn}' is not a valid load balancer, target group or listener ARN`)
}

/** Writes the resource back with other tags. */
export function putTags(ctx: OperationContext, { kind, resource }: Taggable, tags: readonly Tag[]): void {
  if (kind === 'load-balancer') ctx.tx.put(kind, { ...resource, tags })
  else if (kind === 'target-group') ctx.tx.put(kind, { ...resource, tags })
  else ctx.tx.put(kind, { ...resource, tags })
}
