export const connectionEvents = ['Accept', 'Connect', 'Delete', 'Reject'] as const

/** The wish to tell a topic about events of an endpoint service's connections, or of one endpoint. */
export interface ConnectionNotification {
  /** `vpce-nfn-…`. */
  readonly connectionNotificationId: string
  readonly ownerId: string
  readonly region: string
  /** Exactly one of the two is present. */
  readonly serviceId?: string
  readonly vpcEndpointId?: string
  readonly topicArn: string
  readonly events: readonly (typeof connectionEvents)[number][]
}
