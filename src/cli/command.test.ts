import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CliError } from './cli-error.ts'
import { pathWithSystemTools, runCommand } from './command.ts'

for (const { path, becomes } of [
  { path: '/usr/bin:/bin', becomes: '/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin' },
  { path: '/opt/x:/usr/sbin:/sbin', becomes: '/opt/x:/usr/sbin:/sbin:/usr/local/sbin:/usr/bin:/bin' },
  { path: '', becomes: '/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin' },
]) {
  test(`PATH ${path || '(none)'} becomes ${becomes}`, () => assert.equal(pathWithSystemTools(path), becomes))
}

test('a command gives its output', () => {
  assert.equal(runCommand(['cat'], 'hello'), 'hello')
})

test('a failing command says what was run and what it said', () => {
  assert.throws(
    () => runCommand(['sh', '-c', 'echo no such thing >&2; exit 4']),
    (error) => error instanceof CliError && /sh -c .* failed \(4\): no such thing/.test(error.message),
  )
  assert.throws(() => runCommand(['/nonexistent/tool']), /Cannot run \/nonexistent\/tool/)
})
