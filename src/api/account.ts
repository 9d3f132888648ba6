import type { AccessKey, Account, Role } from '../resource/account.ts'
import type { Tag } from '../resource/tag.ts'
import type { Transaction } from '../state/transaction.ts'
import type { OperationContext } from './operation.ts'

/**
 * Accounts come into being in three ways: the management account at first start, members by
 * organizations:CreateAccount, and any twelve digits in trust mode. All go through here.
 */
export interface NewAccount {
  readonly name: string
  readonly email: string
  /** Trust mode: the id that the client signs with. Absent: twelve random digits. */
  readonly accountId?: string
  readonly isManagement?: boolean
  /** `car-…`: makes it a member of the organisation. */
  readonly createRequestId?: string
  readonly tags?: readonly Tag[]
  /** A role with every right, which the management account may assume. */
  readonly accessRole?: { readonly roleName: string; readonly trustedAccountId: string }
}

type Randomness = Pick<OperationContext, 'now' | 'randomText'>

const digits = '0123456789'
/** Of access key ids and role ids: base 32. */
const idAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const secretAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

const fullAccess = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
})

export function createAccount(tx: Transaction, ctx: Randomness, wish: NewAccount): Account {
  const account: Account = {
    accountId: wish.accountId ?? freshAccountId(tx, ctx),
    name: wish.name,
    email: wish.email,
    status: 'ACTIVE',
    // AWS lists the management account as INVITED.
    joinedMethod: wish.isManagement ? 'INVITED' : 'CREATED',
    joinedAt: ctx.now.toISOString(),
    isManagement: wish.isManagement ?? false,
    ...(wish.createRequestId === undefined ? {} : { createRequestId: wish.createRequestId }),
    ...(wish.tags?.length ? { tags: wish.tags } : {}),
  }
  tx.put('account', account)
  if (wish.accessRole) tx.put('role', accessRole(ctx, account.accountId, wish.accessRole))
  return account
}

/** The first digit is not zero, because YAML and spreadsheets take account ids for numbers. */
function freshAccountId(tx: Transaction, ctx: Randomness): string {
  for (;;) {
    const accountId = ctx.randomText(1, digits.slice(1)) + ctx.randomText(11, digits)
    if (!tx.get('account', accountId)) return accountId
  }
}

function accessRole(
  ctx: Randomness,
  accountId: string,
  { roleName, trustedAccountId }: { readonly roleName: string; readonly trustedAccountId: string },
): Role {
  return {
    roleId: newUniqueId(ctx, 'AROA'),
    roleName,
    path: '/',
    accountId,
    assumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${trustedAccountId}:root` }, Action: 'sts:AssumeRole' },
      ],
    }),
    inlinePolicies: { AdministratorAccess: fullAccess },
    attachedPolicyArns: [],
    maxSessionDurationSeconds: 3600,
    createdAt: ctx.now.toISOString(),
    tags: [],
  }
}

/** An id as IAM makes them: `AIDA` (user), `AROA` (role), … and seventeen characters. */
export function newUniqueId(ctx: Pick<Randomness, 'randomText'>, prefix: string): string {
  return `${prefix}${ctx.randomText(17, idAlphabet)}`
}

/** A long-lived key: of an IAM user, or of the account's root user. */
export function createLongLivedKey(tx: Transaction, ctx: Randomness, accountId: string, userName?: string): AccessKey {
  const key: AccessKey = {
    accessKeyId: `AKIA${ctx.randomText(16, idAlphabet)}`,
    secretAccessKey: ctx.randomText(40, secretAlphabet),
    accountId,
    ...(userName === undefined ? {} : { userName }),
    status: 'Active',
    createdAt: ctx.now.toISOString(),
  }
  tx.put('access-key', key)
  return key
}

/** Made at first start for the management account. */
export function createRootAccessKey(tx: Transaction, ctx: Randomness, accountId: string): AccessKey {
  return createLongLivedKey(tx, ctx, accountId)
}

/** `ASIA` and sixteen characters. */
export function newTemporaryAccessKeyId(ctx: Randomness): string {
  return `ASIA${ctx.randomText(16, idAlphabet)}`
}
