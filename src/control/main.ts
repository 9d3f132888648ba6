/**
 * The control process: wires state, operations, listener and link together, and nothing else does.
 *
 * The order of the start matters. The log comes first, because it is also the lock of the state directory: what follows
 * replaces files and sockets in it. The port comes last, so that whoever can connect is answered.
 */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pino } from 'pino'
import { lookupCredential } from '../api/identity.ts'
import { createDispatch, randomText } from '../api/pipeline.ts'
import { services } from '../api/services.ts'
import { operations } from '../api/table.ts'
import { createAwsListener } from '../aws/listener.ts'
import { createLinkServer, SocketPathError } from '../link/server.ts'
import { LogInUseError, LogVersionError, SqliteLog } from '../state/sqlite.ts'
import { Store } from '../state/store.ts'
import { withUsedCertificates } from './certificate.ts'
import { createVerifier } from './endpoint-service.ts'
import { explainQuestion, lookupUpstream } from './explain.ts'
import { ensureManagementAccount, writeCredentials } from './management-account.ts'
import { Reports } from './observed.ts'
import { type ControlOptions, parseOptions, UsageError } from './options.ts'
import { reset } from './reset.ts'
import { createRoutes } from './routes.ts'
import { readSessionKey } from './session-key.ts'
import { settle } from './settle.ts'
import { readStatus } from './status.ts'
import { createTxtLookup } from './txt-record.ts'
import { createUpstream } from './upstream.ts'

const host = '127.0.0.1'
const settleIntervalMs = 1_000
/** A namespace may track hundreds of thousands of connections. */
const whoisTimeoutMs = 10_000
/** aws/authenticate.ts: who signs with a key that is no account. */
const trustedAccountId = '123456789012'

async function start(options: ControlOptions): Promise<void> {
  const startedAt = new Date()
  const stateDir = resolve(options.stateDir)
  const inStateDir = (file: string) => join(stateDir, file)
  const processName = `underpass-control-${options.name}`
  const log = pino({ base: undefined, timestamp: pino.stdTimeFunctions.isoTime })

  // Secrets lie in these files, SQLite's included: for their owner only, whoever made the directory.
  process.umask(0o077)
  mkdirSync(stateDir, { recursive: true })
  const store = await Store.open(new SqliteLog(inStateDir('state.db')))
  const sessionKey = readSessionKey(inStateDir('session.key'))
  const rootKey = await ensureManagementAccount(
    store,
    { now: startedAt, randomText },
    options.trustAnyCredentials ? trustedAccountId : undefined,
  )
  writeCredentials(inStateDir('credentials.json'), rootKey, options.region)

  const reports = new Reports({ path: inStateDir('confirmed.json'), revision: store.revision })
  const settleNow = () => {
    settle(store, reports, new Date()).catch((error: unknown) => log.error({ error }, 'could not settle'))
  }
  store.subscribe(({ changes }) => {
    for (const { kind, id, value } of changes) if (kind === 'target' && !value) reports.forgetTarget(id)
  })

  const link = await createLinkServer({
    socketPath: inStateDir('agent.sock'),
    source: withUsedCertificates(store, (arn) => store.peek((view) => view.get('certificate', arn))),
    onConnected: (hello) => log.info({ hello }, 'agent connected'),
    onDisconnected: (reason) => log.warn({ reason }, 'agent disconnected'),
    onRefused: (hello, connected) => log.warn({ hello, connected }, 'a second agent was turned away'),
    onOutcome: ({ revision, failures }) => {
      for (const { owner, message } of reports.receiveOutcome(revision, failures))
        log.error({ owner, revision }, message)
      settleNow()
    },
    onHealth: ({ targets, full }) => reports.receiveHealth(targets, full),
    onResolve: createUpstream(),
  })

  const explainSources = {
    snapshot: () => store.snapshot(),
    routeTables: () => store.view((view) => [...view.all('route-table')]),
    targetHealth: reports.in(store).targetHealth,
    kernel: () => ({
      confirmedRevision: reports.confirmedRevision,
      isAgentConnected: link.agent !== undefined,
      failures: reports.failures,
    }),
    lookup: lookupUpstream,
  }
  const listener = createAwsListener({
    services,
    credentials: (accessKeyId, sessionToken) =>
      store.peek((view) => lookupCredential(view, accessKeyId, sessionToken, sessionKey)),
    dispatch: createDispatch({
      store,
      observedIn: (view) => reports.in(view),
      operations,
      sessionKey,
      settings: options.settings,
      trustAnyCredentials: options.trustAnyCredentials,
      now: () => new Date(),
    }),
    trustAnyCredentials: options.trustAnyCredentials,
    defaultRegion: options.region,
    extraRoute: createRoutes({
      trustAnyCredentials: options.trustAnyCredentials,
      whois: (question) => link.whois(question, whoisTimeoutMs),
      explain: (question) => explainQuestion(explainSources, question),
      readStatus: () =>
        readStatus({
          name: options.name,
          region: options.region,
          accountId: rootKey.accountId,
          startedAt,
          store,
          link,
          reports,
        }),
      reset: () => reset(store, reports, () => link.agent !== undefined),
    }),
    onInternalError: (error, requestId) => log.error({ err: error, requestId }, 'internal error'),
  })
  const { port } = await listener.listen(options.port, host)
  const verifier = createVerifier({
    store,
    settings: options.settings,
    lookup: createTxtLookup(),
    onVerified: (serviceId, state) => log.info({ serviceId, state }, 'private DNS name'),
  })
  const settleTimer = setInterval(() => {
    settleNow()
    verifier.look(new Date()).catch((error: unknown) => log.error({ error }, 'could not verify private DNS names'))
  }, settleIntervalMs)

  const controlFile = inStateDir('control.json')
  const url = `http://${host}:${port}`
  writeJson(controlFile, { pid: process.pid, name: processName, port, url, startedAt: startedAt.toISOString() })
  log.info({ url, pid: process.pid, accountId: rootKey.accountId, revision: store.revision }, 'ready')

  const stop = async (signal: string) => {
    log.info({ signal }, 'stopping')
    clearInterval(settleTimer)
    rmSync(controlFile, { force: true })
    await listener.close()
    await link.close()
    reports.close()
    await store.close()
    process.exit(0)
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}

/** Renamed into place, so that nobody reads half of it. */
function writeJson(path: string, value: object): void {
  const unfinished = `${path}.new`
  writeFileSync(unfinished, `${JSON.stringify(value)}\n`, { mode: 0o600 })
  renameSync(unfinished, path)
}

/** `ps -o comm`, `pgrep`. Not `process.title`: that overwrites the command line, by which `underpass` finds us. */
function nameProcess(name: string): void {
  writeFileSync('/proc/self/comm', name)
}

/** What an operator can do something about, as one message; anything else is ours and keeps its stack. */
function explain(error: unknown, options: ControlOptions | undefined): string {
  const { code, message, stack } = error as NodeJS.ErrnoException
  if (error instanceof UsageError || error instanceof SocketPathError || error instanceof LogVersionError) {
    return `underpass control: ${message}`
  }
  if (error instanceof LogInUseError) {
    return `The state directory ${options?.stateDir} is in use by another control process. Stop it (underpass down --state-dir ${options?.stateDir}), or choose another --state-dir.`
  }
  if (code === 'EADDRINUSE') {
    return `Port ${options?.port} on ${host} is in use by another program. Choose another with --port, or end the program that "ss -ltnp sport = :${options?.port}" shows.`
  }
  if (['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'ENOTDIR'].includes(code ?? '')) {
    return `The state directory ${options?.stateDir} cannot be used: ${message}. Choose another --state-dir, or mend it.`
  }
  if (code === 'ERR_SQLITE_ERROR') {
    return `The state in ${options?.stateDir}/state.db cannot be used: ${message}. Put a copy of it in place, or begin anew with another --state-dir.`
  }
  return `underpass control could not start: ${stack}`
}

let options: ControlOptions | undefined
try {
  nameProcess('underpass-contr')
  options = parseOptions(process.argv.slice(2))
  await start(options)
} catch (error) {
  console.error(explain(error, options))
  process.exit(1)
}
