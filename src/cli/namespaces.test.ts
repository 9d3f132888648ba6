import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { commandIn, entryOf, holderEntry, listNamespaces, rootEntry } from './namespaces.ts'

const ci = { name: 'ci', stateDir: '/nowhere' }

test('root enters directly, a user through the holder', () => {
  assert.equal(entryOf(0, []), rootEntry)
  assert.equal(entryOf(1000, [{ name: 'agent', pid: 3 }]), undefined)
  assert.deepEqual(entryOf(1000, [{ name: 'holder', pid: 7 }]), holderEntry(7))

  assert.equal(
    commandIn(rootEntry, 'up.ci.fabric', ['ip', 'a']).join(' '),
    'nsenter --net=/run/netns/up.ci.fabric -- ip a',
  )
  assert.equal(
    commandIn(holderEntry(7), 'up.ci.fabric', ['ip', 'a']).join(' '),
    'nsenter --target 7 --user --preserve-credentials --mount --net -- nsenter --net=/run/netns/up.ci.fabric -- ip a',
  )
})

test('only namespaces of this name are listed', () => {
  const dir = mkdtempSync(join(tmpdir(), 'underpass-netns-'))
  try {
    const entry = { ...rootEntry, netnsDir: join(dir, 'netns') }
    assert.deepEqual(listNamespaces(entry, ci), [])
    mkdirSync(entry.netnsDir)
    for (const netns of ['up.ci.vpc-1', 'up.ci.fabric', 'up.ci2.fabric', 'up.c.fabric', 'cni-1']) {
      writeFileSync(join(entry.netnsDir, netns), '')
    }
    assert.deepEqual(listNamespaces(entry, ci), ['up.ci.fabric', 'up.ci.vpc-1'])
  } finally {
    rmSync(dir, { recursive: true })
  }
})
