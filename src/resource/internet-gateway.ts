import type { Tag } from './tag.ts'

/** An internet gateway: a record. No packet passes it, in any direction. */
export interface InternetGateway {
  readonly internetGatewayId: string
  readonly ownerId: string
  readonly region: string
  /** The VPC it is attached to: at most one, and a VPC has at most one gateway. */
  readonly vpcId?: string
  readonly tags: readonly Tag[]
}
