import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { endProcesses, findProcesses, isLive, namespaceOf, recogniseMain, stateInStat } from './processes.ts'

const dir = '/var/lib/underpass/ci'

for (const { argv, is } of [
  { argv: ['/opt/node', '/srv/u/src/control/main.ts', '--state-dir', dir, '--port', '1'], is: 'control' },
  { argv: ['/opt/node', '/srv/u/src/agent/main.ts', '--name', 'ci', '--state-dir', dir], is: 'agent' },
  { argv: ['/opt/node', '/srv/u/src/agent/main.ts', '--name', 'ci', '--state-dir', `${dir}2`], is: undefined },
  { argv: ['/opt/node', '/srv/u/src/agent/main.ts', '--state-dir'], is: undefined },
  { argv: ['/opt/node', '/srv/u/src/relay/main.ts', '--state-dir', dir], is: 'relay' },
  { argv: ['vi', '/srv/u/src/control/main.ts'], is: undefined },
  { argv: [], is: undefined },
] as const) {
  test(`${argv.join(' ') || '(no arguments)'} is ${is ?? 'none of ours'}`, () => {
    assert.equal(recogniseMain(argv, dir), is)
  })
}

for (const { stat, state } of [
  { stat: '12 (node) S 1 12 12 0', state: 'S' },
  { stat: '12 (a) Z (b c) R 1 12', state: 'R' },
  { stat: '12 (sleep) Z 1 12', state: 'Z' },
  { stat: '', state: '' },
]) {
  test(`the process of ${JSON.stringify(stat)} is in state ${JSON.stringify(state)}`, () => {
    assert.equal(stateInStat(stat), state)
  })
}

test('a process that ignores SIGTERM is ended all the same', async () => {
  const child = spawn('sh', ['-c', 'trap "" TERM; echo ready; while :; do sleep 0.05; done'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  await once(child.stdout, 'data')
  const exit = once(child, 'exit')
  const pid = child.pid ?? 0
  assert.ok(isLive(pid))
  await endProcesses([pid], 50)
  assert.ok(!isLive(pid))
  assert.deepEqual(await exit, [null, 'SIGKILL'])
})

test('ending a process that is gone already is no error', async () => {
  const child = spawn('true')
  await once(child, 'exit')
  await endProcesses([child.pid ?? 0], 50)
})

test('a process is found by its command line, not by a file', async () => {
  const stateDir = `/nowhere/underpass-${process.pid}`
  // The name of a program of ours as an argument of sleep(1)'s shell: argv is all that counts.
  const script = 'echo ready; read line'
  const child = spawn('sh', ['-c', script, '/x/src/control/main.ts', '--state-dir', stateDir])
  try {
    await once(child.stdout, 'data')
    assert.deepEqual(findProcesses({ name: 'x', stateDir }), [{ name: 'control', pid: child.pid }])
    assert.deepEqual(findProcesses({ name: 'x', stateDir: `${stateDir}-2` }), [])
  } finally {
    child.kill('SIGKILL')
  }
})

test('namespaces have identities', () => {
  assert.match(namespaceOf('self', 'net') ?? '', /^net:\[\d+\]$/)
  assert.equal(namespaceOf('self', 'user'), namespaceOf(process.pid, 'user'))
  assert.equal(namespaceOf(2 ** 30, 'net'), undefined)
})
