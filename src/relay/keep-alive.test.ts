import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRemaining } from './keep-alive.ts'

test('what is left of tracked connections, by their clients', () => {
  const listed = `tcp      6 298 ESTABLISHED src=10.0.1.10 dst=10.0.1.50 sport=58556 dport=443 packets=6 bytes=415 src=244.0.0.17 dst=10.0.1.10 sport=443 dport=58556 packets=4 bytes=561 [ASSURED] mark=0 use=1
tcp      6 7 TIME_WAIT src=10.0.1.11 dst=10.0.1.50 sport=1 dport=443 src=244.0.0.17 dst=10.0.1.11 sport=443 dport=1 [ASSURED] mark=0 use=1
conntrack v1.4.7 (conntrack-tools): 2 flow entries have been shown.
`
  assert.deepEqual(
    [...parseRemaining(listed)],
    [
      ['10.0.1.10:58556', 298],
      ['10.0.1.11:1', 7],
    ],
  )
})
