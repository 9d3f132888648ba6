import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readShellAccess, shellLines } from './env.ts'
import { credentialsFile, writeRecord } from './home.ts'

test('the lines replace whatever a shell had before', () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'underpass-env-'))
  try {
    const home = { name: 'ci', stateDir }
    assert.throws(() => readShellAccess(home), /underpass up/)
    writeRecord(home, { name: 'ci', port: 4800, region: 'eu-west-1', trustAnyCredentials: false })
    assert.throws(() => readShellAccess(home), /made at the first start/)
    writeFileSync(
      credentialsFile(home),
      JSON.stringify({ accountId: '111122223333', accessKeyId: 'AKIAEXAMPLE', secretAccessKey: `a/b+'"$x` }),
    )
    const script = `${shellLines(readShellAccess(home)).join('\n')}\nenv | grep '^AWS_' | sort`
    const before = { PATH: process.env.PATH, AWS_PROFILE: 'work', AWS_SESSION_TOKEN: 'old', AWS_REGION: 'us-west-2' }
    assert.deepEqual(execFileSync('sh', ['-c', script], { env: before, encoding: 'utf8' }).trim().split('\n'), [
      'AWS_ACCESS_KEY_ID=AKIAEXAMPLE',
      'AWS_DEFAULT_REGION=eu-west-1',
      'AWS_ENDPOINT_URL=http://127.0.0.1:4800',
      'AWS_REGION=eu-west-1',
      `AWS_SECRET_ACCESS_KEY=a/b+'"$x`,
    ])
  } finally {
    rmSync(stateDir, { recursive: true })
  }
})
