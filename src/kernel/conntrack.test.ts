import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { set } from '../plan/names.ts'
import { elementObject } from '../plan/object.ts'
import {
  connectionsEndedBy,
  connectionsOf,
  countPortUse,
  cutScript,
  optionsOf,
  parseConnectionSums,
  parsePortUse,
  sumConnections,
} from './conntrack.ts'

// Recorded from conntrack 1.4.7 on 2026-11-22.
const dump = `tcp      6 345 ESTABLISHED src=10.0.1.10 dst=10.0.1.50 sport=50000 dport=80 packets=6 bytes=600 src=240.0.0.13 dst=240.0.0.14 sport=80 dport=50000 packets=4 bytes=400 [ASSURED] mark=0 use=1
tcp      6 9 TIME_WAIT src=10.0.1.10 dst=10.0.1.50 sport=50002 dport=80 packets=1 bytes=1 src=240.0.0.13 dst=240.0.0.14 sport=80 dport=50002 packets=1 bytes=2 [ASSURED] mark=0 use=1
tcp      6 9 TIME_WAIT src=10.0.1.10 dst=10.0.1.50 sport=50000 dport=81 packets=1 bytes=1 src=240.0.0.13 dst=240.0.0.14 sport=81 dport=50000 packets=0 bytes=0 [ASSURED] mark=0 use=1
udp      17 20 src=10.0.1.10 dst=10.0.0.2 sport=4000 dport=53 packets=1 bytes=60 src=240.0.0.1 dst=240.0.0.12 sport=53 dport=4000 packets=1 bytes=80 mark=0 use=1
`

test('connections are summed by what their client dialled', () => {
  const awk = sumConnections.slice(sumConnections.indexOf('awk'))
  const sums = execFileSync('sh', ['-c', awk], { input: dump, encoding: 'utf8' })
  assert.deepEqual(
    parseConnectionSums(sums),
    new Map([
      ['10.0.1.50', { connections: 3, busiestPort: 2, bytes: 1004 }],
      ['10.0.0.2', { connections: 1, busiestPort: 1, bytes: 140 }],
    ]),
  )
})

test('source ports are counted by who translates and to where', () => {
  const command = countPortUse(0)
  const told = execFileSync('sh', ['-c', command.slice(command.indexOf('awk'))], { input: dump, encoding: 'utf8' })
  assert.deepEqual(
    parsePortUse(told).sort((a, b) => (a.to < b.to ? -1 : 1)),
    [
      { from: '240.0.0.14', to: '240.0.0.13:80', connections: 2 },
      { from: '240.0.0.14', to: '240.0.0.13:81', connections: 1 },
      { from: '240.0.0.12', to: '240.0.0.1:53', connections: 1 },
    ],
  )
  const many = countPortUse(1)
  const few = execFileSync('sh', ['-c', many.slice(many.indexOf('awk'))], { input: dump, encoding: 'utf8' })
  assert.deepEqual(
    parsePortUse(few).map(({ to }) => to),
    ['240.0.0.13:80'],
  )
})

test('which connections go with an element, and which when it comes', () => {
  const ofSource = elementObject('n', set.endpointSources, '10.0.1.50', '240.0.0.9', '10.0.1.50')
  assert.deepEqual(connectionsOf(ofSource), { dialled: '10.0.1.50' })
  const ofFlow = connectionsOf(elementObject('n', set.udpFlows, '240.0.0.5 . 53 . 10.0.1.10 . 5300'))
  assert.equal(
    ofFlow && optionsOf(ofFlow),
    '-p udp --orig-dst 240.0.0.5 --orig-port-dst 53 --reply-src 10.0.1.10 --reply-port-src 5300',
  )
  const terminated = elementObject('n', set.terminated, '240.0.0.5 . tcp . 80 . 10.0.1.10 . 8080')
  assert.equal(connectionsOf(terminated), undefined)
  const ended = connectionsEndedBy(terminated)
  assert.equal(
    ended && optionsOf(ended),
    '-p tcp --orig-dst 240.0.0.5 --orig-port-dst 80 --reply-src 10.0.1.10 --reply-port-src 8080',
  )
  assert.equal(connectionsOf(elementObject('n', set.ingress, '10.0.1.10', 'goto x')), undefined)
})

test('of many only those are cut that some connection has', () => {
  const through = (port: string) => ({
    protocol: 'tcp',
    node: '10.0.1.50',
    port,
    target: '240.0.0.13',
    targetPort: port,
  })
  const absent = Array.from({ length: 100 }, (_, i) => ({ dialled: `10.0.2.${i}` }))
  const script = cutScript([...absent, through('80'), through('82'), { dialled: '10.0.0.2' }])
  // The table is the recorded one, and instead of cutting the commands are shown.
  const shown = script.replace('conntrack -L -f ipv4 2>/dev/null', `printf %s "$TABLE"`).replace(/ \| sh$/, ' | sort')
  const env = { ...process.env, TABLE: dump }
  assert.deepEqual(execFileSync('sh', ['-c', shown], { encoding: 'utf8', env }).trim().split('\n'), [
    'conntrack -D --orig-dst 10.0.0.2 >/dev/null',
    'conntrack -D -p tcp --orig-dst 10.0.1.50 --orig-port-dst 80 --reply-src 240.0.0.13 --reply-port-src 80 >/dev/null',
  ])
})
