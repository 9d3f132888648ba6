import type { NetworkInterface } from '../resource/network-interface.ts'
import { addressesOf, type Family, named } from './family.ts'
import { groupMembersSet, vpcNetns } from './names.ts'
import { elementObject } from './object.ts'
import type { Fragment } from './program.ts'

/** An interface's membership in those of its groups that some rule of the VPC names as a peer. */
export function compileMembership(
  name: string,
  eni: NetworkInterface,
  referencedGroupIds: ReadonlySet<string>,
  families: readonly Family[],
): Fragment {
  return eni.groupIds
    .filter((groupId) => referencedGroupIds.has(groupId))
    .flatMap((groupId) =>
      families.flatMap((family) =>
        addressesOf(eni, family).map((ip) =>
          elementObject(vpcNetns(name, eni.vpcId), named(family, groupMembersSet(groupId)), ip),
        ),
      ),
    )
}
