/**
 * The session that README.md shows, run as it stands there: bash, the aws CLI, real signatures, from an empty state to a
 * curl that is answered. The only thing added is where `./underpass` keeps its state, so that it meets nobody else's.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, closeSync, mkdirSync, openSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { childEnvironment } from '../../src/cli/command.ts'
import type { Playground } from '../../src/cli/demo/playground.ts'
import { executableOnPath } from '../../src/cli/host-tools.ts'
import { quoteWord as quote } from '../../src/cli/shell.ts'
import { aPlayground, kernelTest } from '../support/e2e-underpass.ts'
import { readmeSession } from '../support/session-readme.ts'
import { refusalOf } from '../support/session-world.ts'

const clone = fileURLToPath(new URL('../../', import.meta.url))

/** A directory that looks like the clone to the session: `./underpass`, and node_modules. */
function sessionDirectory({ home, port }: Playground): string {
  const directory = join(home.stateDir, '..', 'session')
  mkdirSync(directory)
  symlinkSync(join(clone, 'node_modules'), join(directory, 'node_modules'))
  const launcher = join(directory, 'underpass')
  writeFileSync(
    launcher,
    `#!/bin/sh
verb=$1
shift
[ "$verb" != up ] || set -- --port ${port} "$@"
exec ${quote(join(clone, 'underpass'))} "$verb" --name ${quote(home.name)} --state-dir ${quote(home.stateDir)} "$@"
`,
  )
  chmodSync(launcher, 0o755)
  return directory
}

/** Nothing of the caller's own AWS configuration reaches the session. */
function sessionEnvironment(): NodeJS.ProcessEnv {
  const environment = childEnvironment()
  for (const variable of Object.keys(environment)) if (variable.startsWith('AWS_')) delete environment[variable]
  return {
    ...environment,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
  }
}

/** Ends with the shell, though a web server of the session's still runs in the background and holds its output. */
async function runSession(directory: string, script: string): Promise<{ code: number | null; output: string }> {
  const path = join(directory, 'output')
  const output = openSync(path, 'w')
  const child: ChildProcess = spawn('bash', ['-eu', '-o', 'pipefail', '-c', script], {
    cwd: directory,
    env: sessionEnvironment(),
    stdio: ['ignore', output, output],
  })
  closeSync(output)
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', resolve)
  })
  return { code, output: readFileSync(path, 'utf8') }
}

const missing = ['aws', 'curl', 'bash'].filter((tool) => !executableOnPath(tool))
if (missing.length > 0) {
  const why = `it needs ${missing.join(', ')}, which this machine has not`
  console.error(`SKIPPED: the session in README.md: ${why}`)
  test('the session in README.md', { skip: why }, () => {})
} else {
  kernelTest('the session in README.md, command by command', async (t) => {
    const playground = await aPlayground(t, 'session')
    const script = readmeSession()
    const from = performance.now()
    const { code, output } = await runSession(sessionDirectory(playground), script)
    const seconds = ((performance.now() - from) / 1000).toFixed(1)
    assert.equal(code, 0, output)
    const last = output.trim().split('\n').at(-1) ?? ''
    const [, seen] = /^hello, you seem to be (?:::ffff:)?(10\.0\.1\.\d+)$/.exec(last) ?? []
    assert(seen, `its last line is not the server's answer:\n${output}`)
    assert.notEqual(seen, '10.0.1.10', 'the target saw the client itself')
    assert.match(output, /^"available"$/m)
    const commands = script.match(/\b(?:aws|provider) (?:ec2|elbv2|sts|organizations) /g) ?? []
    t.diagnostic(`${commands.length} AWS commands in ${seconds} s, then: ${last}`)

    // The signatures were looked at: the same key with another secret is nobody.
    const { endpoint, region, credentials } = playground.caller()
    const forger = new STSClient({
      endpoint,
      region,
      credentials: { ...credentials, secretAccessKey: `${credentials.secretAccessKey}x` },
      maxAttempts: 1,
    })
    const refusal = await refusalOf(forger.send(new GetCallerIdentityCommand()))
    assert.equal(refusal.name, 'SignatureDoesNotMatch')
  })
}
