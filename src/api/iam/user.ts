import type { User as DescribedUser } from '@aws-sdk/client-iam'
import { type User, userArnOf } from '../../resource/identity.ts'
import type { View } from '../../state/transaction.ts'
import type { OperationContext } from '../operation.ts'
import { errors } from './errors.ts'
import { describeBoundary } from './permissions-boundary.ts'
import { describeTags } from './tags.ts'

type Caller = Pick<OperationContext, 'accountId' | 'principal'> & { readonly tx: View }

/** @throws NoSuchEntity */
export function findUser({ tx, accountId }: Pick<Caller, 'tx' | 'accountId'>, userName = ''): User {
  const user = tx.get('user', `${accountId}|${userName}`)
  if (!user) throw errors.userNotFound(userName)
  return user
}

/**
 * The user that a request is about, where leaving the name out means the caller.
 *
 * @returns undefined when the caller is the account's root user and names nobody
 * @throws ValidationError when a role's session names nobody: it is no user
 */
export function userOrCaller(ctx: Caller, userName: string | undefined): User | undefined {
  if (userName !== undefined) return findUser(ctx, userName)
  if (ctx.principal.type === 'Root') return undefined
  if (ctx.principal.type !== 'User') throw errors.mustNameUser()
  return findUser(ctx, ctx.principal.arn.slice(ctx.principal.arn.lastIndexOf('/') + 1))
}

/** As lists show a user. */
export function describeListedUser(user: User): DescribedUser {
  return {
    Path: user.path,
    UserName: user.userName,
    UserId: user.userId,
    Arn: userArnOf(user),
    CreateDate: new Date(user.createdAt),
  }
}

/** With what lists leave out: boundary and tags. */
export function describeUser(user: User): DescribedUser {
  return {
    ...describeListedUser(user),
    ...describeBoundary(user),
    ...(user.tags.length > 0 ? { Tags: describeTags(user.tags) } : {}),
  }
}
