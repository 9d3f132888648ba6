import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import { AwsError } from '../aws/error.ts'
import type { AwsRequest, Dispatch } from '../aws/service.ts'
import type { Store } from '../state/store.ts'
import type { View } from '../state/transaction.ts'
import { createAccount } from './account.ts'
import { touchedBy } from './authorization/row.ts'
import { authorizationRows } from './authorization/table.ts'
import { sealMessage } from './authorization-message.ts'
import { answerOnce } from './client-token.ts'
import { ensureDefaultVpc } from './ec2/default-vpc.ts'
import { type AuthorizationRequest, authorize } from './identity.ts'
import type { Observed } from './observed.ts'
import type { OperationContext } from './operation.ts'
import type { AnyOperation } from './served.ts'
import type { Settings } from './settings.ts'
import type { Operations } from './table.ts'

export interface PipelineOptions {
  readonly store: Pick<Store, 'transact'>
  /** What agents reported, as it stands against a transaction: what it has written itself is not applied. */
  observedIn(view: Pick<View, 'revisionOf'>): Observed
  readonly operations: Operations
  /** See api/session-token.ts. */
  readonly sessionKey: Uint8Array
  readonly settings?: Settings
  /** An account that nobody made comes into being when it is first used. */
  readonly trustAnyCredentials: boolean
  now(): Date
}

/** The services that see a region's networks. */
const regionalServices: ReadonlySet<string> = new Set(['ec2', 'elasticloadbalancing'])

/**
 * From an authenticated request to its answer: everything that all operations have in common, in order.
 *
 * It is one transaction, so all steps see the same state and what any of them refuses leaves nothing behind; the answer,
 * an error too, goes out when what it was based on is durable (state/store.ts).
 */
export function createDispatch(options: PipelineOptions): Dispatch {
  return async (request) => {
    // First, because what is not served must not open the account or the region.
    const operation = findOperation(options.operations, request)
    const { input } = request

    return options.store.transact((tx) => {
      const ctx: OperationContext = {
        tx,
        principal: request.principal,
        accountId: request.principal.accountId,
        region: request.region,
        requestId: request.requestId,
        sourceIp: request.sourceIp,
        sessionKey: options.sessionKey,
        ...(options.settings && { settings: options.settings }),
        now: options.now(),
        observed: options.observedIn(tx),
        newId,
        randomText,
      }
      if (options.trustAnyCredentials) openAccount(ctx)
      requireActiveAccount(ctx)

      // Before anything that tells the caller about the account, DryRun included: DryRun asks exactly this.
      authorize(authorizationOf(operation, request, ctx))

      // Before the handler, which may look for the default VPC; for reads too: DescribeVpcs shows it at first sight.
      if (regionalServices.has(request.service.signingName)) openRegion(ctx)

      // After authorisation, before replay: a dry run neither uses nor leaves a token. Only EC2 has dry runs.
      if (input.DryRun === true && request.service.protocol === 'ec2Query') throw dryRunOperation()

      const handle = () => operation.handle(input, ctx)
      return operation.kind === 'write' ? answerOnce(ctx, operation.action, input, handle) : handle()
    })
  }
}

/** What IAM is asked: the caller, the action, and what the input says it touches (authorization/). */
function authorizationOf(operation: AnyOperation, request: AwsRequest, ctx: OperationContext): AuthorizationRequest {
  const { principal, accountId, region, now, sessionKey } = ctx
  const { service, operation: name, input, sourceIp } = request
  return {
    view: ctx.tx,
    principal,
    region,
    now,
    sourceIp,
    action: operation.action,
    touched() {
      const rows = authorizationRows[service.signingName as keyof Operations]
      const row = Object.hasOwn(rows, name) ? rows[name] : undefined
      return touchedBy(row, input, { view: ctx.tx, principal, accountId, region, operation: name })
    },
    ...(sessionKey && {
      seal: (message: object) => sealMessage(message, accountId, sessionKey, randomBytes(12)),
    }),
  }
}

function findOperation(operations: Operations, { service, operation }: AwsRequest): AnyOperation {
  const served: Readonly<Record<string, AnyOperation>> = operations[service.signingName as keyof Operations] ?? {}
  if (Object.hasOwn(served, operation)) return served[operation] as AnyOperation
  throw notServed(service.protocol, operation)
}

/** The operation is AWS's, and not ours: the error that AWS's services have for an operation they do not know. */
function notServed(protocol: AwsRequest['service']['protocol'], operation: string): AwsError {
  const reason = 'Underpass does not serve it; docs/coverage.md lists what is served.'
  if (protocol === 'awsJson1_1') {
    return new AwsError('UnknownOperationException', `The operation ${operation} is not known. ${reason}`)
  }
  return new AwsError('InvalidAction', `The action ${operation} is not valid for this web service. ${reason}`)
}

/** Text: reference 9.2. */
function dryRunOperation(): AwsError {
  return new AwsError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412)
}

/** Trust mode: twelve digits are an account from their first use, with the role that a member account has. */
function openAccount(ctx: OperationContext): void {
  const { tx, accountId } = ctx
  if (tx.get('account', accountId)) return
  const management = [...tx.all('account')].find((account) => account.isManagement)
  createAccount(tx, ctx, {
    accountId,
    name: accountId,
    email: `${accountId}@trusted.invalid`,
    accessRole: {
      roleName: 'OrganizationAccountAccessRole',
      trustedAccountId: management?.accountId ?? accountId,
    },
  })
}

function requireActiveAccount({ tx, accountId }: OperationContext): void {
  if (tx.get('account', accountId)?.status === 'ACTIVE') return
  throw new AwsError('OptInRequired', `The account ${accountId} is not active.`, 403)
}

/** First use of a region by an account makes its default VPC, once: the record stays when that VPC is deleted. */
function openRegion(ctx: OperationContext): void {
  const { tx, accountId, region } = ctx
  if (tx.get('account-region', `${accountId}|${region}`)) return
  ensureDefaultVpc(ctx)
  tx.put('account-region', { accountId, region })
}

/** 17 hex digits, the first of them 0: as EC2 has made its ids since they grew longer. */
function newId(prefix: string): string {
  // Of a UUID, which Node makes from a pool of random bytes; asking the kernel for each id took a tenth of a create's time.
  const uuid = randomUUID()
  return `${prefix}-0${uuid.slice(0, 8)}${uuid.slice(-8)}`
}

const hexDigits = '0123456789abcdef'

export function randomText(length: number, alphabet = hexDigits): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('')
}
