import { CliError } from './cli-error.ts'
import { credentialsFile, type Home, readJson, readRecord, refuseForeignOwner } from './home.ts'
import { nextCommand } from './next-command.ts'
import { exportLine } from './shell.ts'

/** What a shell needs to talk to an Underpass as its management account. */
export interface ShellAccess {
  readonly endpoint: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** Variables that would win over the keys, or send the SDK elsewhere, if the shell had them already. */
const confusing = ['AWS_SESSION_TOKEN', 'AWS_SECURITY_TOKEN', 'AWS_PROFILE', 'AWS_DEFAULT_PROFILE']

/** `underpass env`: lines for `eval "$(underpass env)"`. */
export function env(home: Home): void {
  refuseForeignOwner(home)
  console.log(shellLines(readShellAccess(home)).join('\n'))
}

export function readShellAccess(home: Home): ShellAccess {
  const record = readRecord(home)
  const credentials = readJson(credentialsFile(home))
  const { accessKeyId, secretAccessKey } = credentials ?? {}
  if (!record || typeof accessKeyId !== 'string' || typeof secretAccessKey !== 'string') {
    throw new CliError(
      `There is no Underpass ${home.name} in ${home.stateDir} yet: its keys are made at the first start.\n` +
        `Run: ${nextCommand(home, 'up')}`,
    )
  }
  return { endpoint: `http://127.0.0.1:${record.port}`, region: record.region, accessKeyId, secretAccessKey }
}

export function shellLines(access: ShellAccess): readonly string[] {
  return [
    exportLine('AWS_ENDPOINT_URL', access.endpoint),
    exportLine('AWS_DEFAULT_REGION', access.region),
    exportLine('AWS_REGION', access.region),
    exportLine('AWS_ACCESS_KEY_ID', access.accessKeyId),
    exportLine('AWS_SECRET_ACCESS_KEY', access.secretAccessKey),
    `unset ${confusing.join(' ')}`,
  ]
}
