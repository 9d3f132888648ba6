import type { InstanceProfile as DescribedInstanceProfile } from '@aws-sdk/client-iam'
import { type InstanceProfile, instanceProfileArnOf } from '../../resource/identity.ts'
import type { View } from '../../state/transaction.ts'
import { errors } from './errors.ts'
import { describeListedRole, findRole } from './role.ts'
import { describeSomeTags } from './tags.ts'

interface Reader {
  readonly tx: View
  readonly accountId: string
}

/** @throws NoSuchEntity */
export function findInstanceProfile({ tx, accountId }: Reader, instanceProfileName = ''): InstanceProfile {
  const profile = tx.get('instance-profile', `${accountId}|${instanceProfileName}`)
  if (!profile) throw errors.instanceProfileNotFound(instanceProfileName)
  return profile
}

export function instanceProfilesOf({ tx, accountId }: Reader, roleName: string): readonly InstanceProfile[] {
  return tx.by('instance-profile', 'roleName', `${accountId}|${roleName}`)
}

/** As lists show a profile: without its tags. */
export function describeListedInstanceProfile(ctx: Reader, profile: InstanceProfile): DescribedInstanceProfile {
  return {
    Path: profile.path,
    InstanceProfileName: profile.instanceProfileName,
    InstanceProfileId: profile.instanceProfileId,
    Arn: instanceProfileArnOf(profile),
    CreateDate: new Date(profile.createdAt),
    Roles: profile.roleNames.map((roleName) => describeListedRole(findRole(ctx, roleName))),
  }
}

export function describeInstanceProfile(ctx: Reader, profile: InstanceProfile): DescribedInstanceProfile {
  return { ...describeListedInstanceProfile(ctx, profile), ...describeSomeTags(profile.tags) }
}
