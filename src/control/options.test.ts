import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseOptions, UsageError } from './options.ts'

test('what is not given has a default', () => {
  assert.deepEqual(parseOptions(['--state-dir', '/d', '--name', 'n']), {
    stateDir: '/d',
    name: 'n',
    port: 4747,
    region: 'us-east-1',
    trustAnyCredentials: false,
  })
})

for (const { args, message } of [
  { args: [], message: /--state-dir DIR is missing/ },
  { args: ['--state-dir', '/d'], message: /--name NAME is missing/ },
  { args: ['--state-dir', '/d', '--name', 'n', '--port', '70000'], message: /--port 70000 is not a port/ },
  { args: ['--state-dir', '/d', '--name', 'n', '--region', 'mars-1'], message: /--region mars-1 is not a region/ },
  { args: ['--state-dir', '/d', '--name', 'n', '--turbo'], message: /--turbo/ },
]) {
  test(`refused: ${args.join(' ') || 'nothing'}`, () => {
    assert.throws(
      () => parseOptions(args),
      (error) => error instanceof UsageError && message.test(error.message),
    )
  })
}
