import { type AttributeRules, integer } from './attributes.ts'

/** The attributes of a network load balancer's listener and their values. */
export const listenerAttributeRules: AttributeRules = { 'tcp.idle_timeout.seconds': integer(60, 6000) }

/** Keys of application load balancers' listeners: known, but not here. */
export const foreignListenerAttributes = {
  has: (key: string) => key.startsWith('routing.http.'),
  where: "listeners of load balancers with type 'network'",
}
