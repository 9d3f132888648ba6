import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { CreateVpcCommand, DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import type { readStatus } from '../../src/control/status.ts'
import { controlMain, startControl } from '../support/control-process.ts'

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const ended = once(child, 'exit')
  child.kill(signal)
  const [code] = await ended
  return code
}

async function refusal(...args: string[]): Promise<{ readonly code: number | null; readonly message: string }> {
  const child = spawn(process.execPath, [controlMain, ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
  const [message, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  return { code, message }
}

test('control from an empty directory: its key works, a kill -9 loses nothing, nobody shares its directory or port', async () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'underpass-control-'))
  const readJson = (file: string) => JSON.parse(readFileSync(join(stateDir, file), 'utf8'))
  let running: ChildProcess | undefined
  try {
    const first = await startControl(stateDir)
    running = first.child
    for (const file of ['credentials.json', 'session.key', 'state.db', 'state.db-wal', 'agent.sock']) {
      assert.equal(statSync(join(stateDir, file)).mode & 0o077, 0, file)
    }
    const { accountId, accessKeyId, secretAccessKey, region } = readJson('credentials.json')
    assert.match(accountId, /^[1-9]\d{11}$/)
    assert.match(accessKeyId, /^AKIA[A-Z2-7]{16}$/)
    const config = (url: string) => ({ region, endpoint: url, credentials: { accessKeyId, secretAccessKey } })

    const identity = await new STSClient(config(first.url)).send(new GetCallerIdentityCommand())
    assert.equal(identity.Account, accountId)
    const created = await new EC2Client(config(first.url)).send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))

    const port = new URL(first.url).port
    const otherDir = mkdtempSync(join(tmpdir(), 'underpass-control-'))
    const [sameDir, samePort] = await Promise.all([
      refusal('--state-dir', stateDir, '--name', 'test', '--port', '0'),
      refusal('--state-dir', otherDir, '--name', 'test', '--port', port),
    ])
    rmSync(otherDir, { recursive: true })
    assert.equal(sameDir.code, 1)
    assert.match(sameDir.message, /^The state directory .* is in use by another control process/)
    assert.equal(samePort.code, 1)
    assert.match(samePort.message, new RegExp(`^Port ${port} .* is in use .* --port`))

    await end(first.child, 'SIGKILL')
    const second = await startControl(stateDir)
    running = second.child
    assert.equal(readJson('credentials.json').accessKeyId, accessKeyId)
    const { Vpcs } = await new EC2Client(config(second.url)).send(new DescribeVpcsCommand())
    assert.ok(Vpcs?.some(({ VpcId }) => VpcId === created.Vpc?.VpcId))

    const answer = await fetch(`${second.url}/_underpass/status`)
    const status = (await answer.json()) as Awaited<ReturnType<typeof readStatus>>
    const record = readJson('control.json')
    assert.deepEqual(
      { pid: status.pid, name: status.name, accountId: status.accountId, agent: status.agent },
      { pid: second.child.pid, name: 'test', accountId, agent: null },
    )
    assert.equal(status.resources.vpc, 2)
    assert.deepEqual({ pid: record.pid, url: record.url }, { pid: second.child.pid, url: second.url })

    assert.equal(await end(second.child, 'SIGTERM'), 0)
    assert.ok(!existsSync(join(stateDir, 'control.json')))
  } finally {
    running?.kill('SIGKILL')
    rmSync(stateDir, { recursive: true })
  }
})
