import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HostError, ipLineErrors, nftLineErrors, sysctlLineErrors } from './host-error.ts'

for (const { text, errno, isNotFound = false, isExists = false } of [
  { text: 'Error: Could not process rule: No such file or directory', errno: 'ENOENT', isNotFound: true },
  { text: 'Cannot find device "e-1"', errno: 'ENODEV', isNotFound: true },
  { text: 'RTNETLINK answers: No such process', errno: 'ESRCH', isNotFound: true },
  { text: 'RTNETLINK answers: File exists', errno: 'EEXIST', isExists: true },
  { text: 'Error: Could not process rule: Device or resource busy', errno: 'EBUSY' },
  { text: 'nsenter: reassociate to namespace failed: Invalid argument', errno: 'EINVAL' },
  { text: 'netlink: Error: Could not process rule: Message too long', errno: 'EMSGSIZE' },
  { text: 'something new', errno: undefined },
] as const) {
  test(`${text}: ${errno}`, () => {
    const error = new HostError('a step', 'nft -f -', text)
    assert.deepEqual(
      { errno: error.errno, isNotFound: error.isNotFound, isExists: error.isExists },
      { errno, isNotFound, isExists },
    )
  })
}

test('an error says the step, the words and the command', () => {
  assert.equal(
    new HostError('make a wire', 'ip link add x', 'RTNETLINK answers: File exists').message,
    'make a wire: RTNETLINK answers: File exists (ip link add x)',
  )
})

// Recorded from nft 1.0.6 on 2026-11-22.
const nftStderr = `/dev/stdin:2:36-56: Error: Could not process rule: No such file or directory
delete element inet underpass m1 { 10.0.1.58 . tcp . 443 }
                                   ^^^^^^^^^^^^^^^^^^^^^
/dev/stdin:4:29-33: Error: Could not process rule: Device or resource busy
delete chain inet underpass lsn-1
                            ^^^^^
`
test('nft names every refused line', () => {
  assert.deepEqual(nftLineErrors(nftStderr), [
    { line: 1, message: 'Could not process rule: No such file or directory' },
    { line: 3, message: 'Could not process rule: Device or resource busy' },
  ])
})

// Recorded from iproute2 6.1 on 2026-11-22.
test('ip -force names every refused line', () => {
  assert.deepEqual(
    ipLineErrors('RTNETLINK answers: File exists\nCommand failed -:1\nCannot find device "foo"\nCommand failed -:3\n'),
    [
      { line: 0, message: 'RTNETLINK answers: File exists' },
      { line: 2, message: 'Cannot find device "foo"' },
    ],
  )
})

test('the set-up script names the sysctl', () => {
  assert.deepEqual(sysctlLineErrors('sh: 2: cannot create /proc/sys/net/x: Directory nonexistent\nsysctl failed 1\n'), [
    { line: 1, message: 'sh: 2: cannot create /proc/sys/net/x: Directory nonexistent' },
  ])
})
