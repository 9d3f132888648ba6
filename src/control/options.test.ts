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
    settings: { privateDnsVerification: 'trust', quotas: new Map() },
  })
})

test('how names are verified, and quotas', () => {
  const quotas = ['--quota', 'vpc/L-29B6F2EB=500', '--quota=vpc/L-F678F1CE=5']
  const given = ['--private-dns-verification', 'lookup', '--udp-on-dualstack=as-aws', ...quotas]
  assert.deepEqual(parseOptions(['--state-dir', '/d', '--name', 'n', ...given]).settings, {
    privateDnsVerification: 'lookup',
    udpOnDualstack: 'as-aws',
    quotas: new Map([
      ['vpc/L-29B6F2EB', 500],
      ['vpc/L-F678F1CE', 5],
    ]),
  })
})

for (const { args, message } of [
  { args: [], message: /--state-dir DIR is missing/ },
  { args: ['--state-dir', '/d'], message: /--name NAME is missing/ },
  { args: ['--state-dir', '/d', '--name', 'n', '--port', '70000'], message: /--port 70000 is not a port/ },
  { args: ['--state-dir', '/d', '--name', 'n', '--region', 'mars-1'], message: /--region mars-1 is not a region/ },
  { args: ['--state-dir', '/d', '--name', 'n', '--turbo'], message: /--turbo/ },
  {
    args: ['--state-dir', '/d', '--name', 'n', '--private-dns-verification', 'hope'],
    message: /hope is neither trust nor lookup/,
  },
  {
    args: ['--state-dir', '/d', '--name', 'n', '--udp-on-dualstack', 'no'],
    message: /no is neither free nor as-aws/,
  },
  {
    args: ['--state-dir', '/d', '--name', 'n', '--quota', 'vpc/L-0=5'],
    message: /names no quota.*vpc\/L-29B6F2EB {2}Interface VPC endpoints per VPC/s,
  },
  { args: ['--state-dir', '/d', '--name', 'n', '--quota', 'vpc/L-29B6F2EB=x'], message: /has no number/ },
]) {
  test(`refused: ${args.join(' ') || 'nothing'}`, () => {
    assert.throws(
      () => parseOptions(args),
      (error) => error instanceof UsageError && message.test(error.message),
    )
  })
}
