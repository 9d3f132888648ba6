import { type NetworkInterface, privateIpsOf } from '../resource/network-interface.ts'
import { groupMembersSet, vpcNetns } from './names.ts'
import { elementObject } from './object.ts'
import type { Fragment } from './program.ts'

/** An interface's membership in those of its groups that some rule of the VPC names as a peer. */
export function compileMembership(
  name: string,
  eni: NetworkInterface,
  referencedGroupIds: ReadonlySet<string>,
): Fragment {
  return eni.groupIds
    .filter((groupId) => referencedGroupIds.has(groupId))
    .flatMap((groupId) =>
      privateIpsOf(eni).map((ip) => elementObject(vpcNetns(name, eni.vpcId), groupMembersSet(groupId), ip)),
    )
}
