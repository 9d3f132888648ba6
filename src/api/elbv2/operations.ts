import type * as sdk from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Served } from '../served.ts'
import { addListenerCertificates } from './add-listener-certificates.ts'
import { addTags } from './add-tags.ts'
import { createListener } from './create-listener.ts'
import { createLoadBalancer } from './create-load-balancer.ts'
import { createRule } from './create-rule.ts'
import { createTargetGroup } from './create-target-group.ts'
import { deleteListener } from './delete-listener.ts'
import { deleteLoadBalancer } from './delete-load-balancer.ts'
import { deleteRule } from './delete-rule.ts'
import { deleteTargetGroup } from './delete-target-group.ts'
import { deregisterTargets } from './deregister-targets.ts'
import { describeAccountLimits } from './describe-account-limits.ts'
import { describeCapacityReservation } from './describe-capacity-reservation.ts'
import { describeListenerAttributes } from './describe-listener-attributes.ts'
import { describeListenerCertificates } from './describe-listener-certificates.ts'
import { describeListeners } from './describe-listeners.ts'
import { describeLoadBalancerAttributes } from './describe-load-balancer-attributes.ts'
import { describeLoadBalancers } from './describe-load-balancers.ts'
import { describeRules } from './describe-rules.ts'
import { describeSslPolicies } from './describe-ssl-policies.ts'
import { describeTags } from './describe-tags.ts'
import { describeTargetGroupAttributes } from './describe-target-group-attributes.ts'
import { describeTargetGroups } from './describe-target-groups.ts'
import { describeTargetHealth } from './describe-target-health.ts'
import { getResourcePolicy } from './get-resource-policy.ts'
import { modifyCapacityReservation } from './modify-capacity-reservation.ts'
import { modifyIpPools } from './modify-ip-pools.ts'
import { modifyListener } from './modify-listener.ts'
import { modifyListenerAttributes } from './modify-listener-attributes.ts'
import { modifyLoadBalancerAttributes } from './modify-load-balancer-attributes.ts'
import { modifyRule } from './modify-rule.ts'
import { modifyTargetGroup } from './modify-target-group.ts'
import { modifyTargetGroupAttributes } from './modify-target-group-attributes.ts'
import { registerTargets } from './register-targets.ts'
import { removeListenerCertificates } from './remove-listener-certificates.ts'
import { removeTags } from './remove-tags.ts'
import { setIpAddressType } from './set-ip-address-type.ts'
import { setRulePriorities } from './set-rule-priorities.ts'
import { setSecurityGroups } from './set-security-groups.ts'
import { setSubnets } from './set-subnets.ts'
import { trustStoreOperations } from './trust-store.ts'

/** What is served of Elastic Load Balancing v2, by the name on the wire. */
export const elbv2Operations = {
  AddListenerCertificates: addListenerCertificates,
  AddTags: addTags,
  CreateListener: createListener,
  CreateLoadBalancer: createLoadBalancer,
  CreateRule: createRule,
  CreateTargetGroup: createTargetGroup,
  DeleteListener: deleteListener,
  DeleteLoadBalancer: deleteLoadBalancer,
  DeleteRule: deleteRule,
  DeleteTargetGroup: deleteTargetGroup,
  DeregisterTargets: deregisterTargets,
  DescribeAccountLimits: describeAccountLimits,
  DescribeCapacityReservation: describeCapacityReservation,
  DescribeListenerAttributes: describeListenerAttributes,
  DescribeListenerCertificates: describeListenerCertificates,
  DescribeListeners: describeListeners,
  DescribeLoadBalancerAttributes: describeLoadBalancerAttributes,
  DescribeLoadBalancers: describeLoadBalancers,
  DescribeRules: describeRules,
  DescribeSSLPolicies: describeSslPolicies,
  DescribeTags: describeTags,
  DescribeTargetGroupAttributes: describeTargetGroupAttributes,
  DescribeTargetGroups: describeTargetGroups,
  DescribeTargetHealth: describeTargetHealth,
  GetResourcePolicy: getResourcePolicy,
  ModifyCapacityReservation: modifyCapacityReservation,
  ModifyIpPools: modifyIpPools,
  ModifyListener: modifyListener,
  ModifyListenerAttributes: modifyListenerAttributes,
  ModifyLoadBalancerAttributes: modifyLoadBalancerAttributes,
  ModifyRule: modifyRule,
  ModifyTargetGroup: modifyTargetGroup,
  ModifyTargetGroupAttributes: modifyTargetGroupAttributes,
  RegisterTargets: registerTargets,
  RemoveListenerCertificates: removeListenerCertificates,
  RemoveTags: removeTags,
  SetIpAddressType: setIpAddressType,
  SetRulePriorities: setRulePriorities,
  SetSecurityGroups: setSecurityGroups,
  SetSubnets: setSubnets,
  ...trustStoreOperations,
} satisfies Served<typeof sdk>
