import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { lockHome } from './lock.ts'

test('one holder at a time, and a dead one is no obstacle', async () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'underpass-lock-'))
  const home = { name: 'ci', stateDir }
  try {
    const unlock = await lockHome(home, 0)
    await assert.rejects(lockHome(home, 0), new RegExp(`pid ${process.pid}.* starting or stopping ci`))
    unlock()
    ;(await lockHome(home, 0))()

    const child = spawn('true')
    await once(child, 'exit')
    writeFileSync(join(stateDir, 'up.lock'), `${child.pid}\n`)
    ;(await lockHome(home, 0))()
  } finally {
    rmSync(stateDir, { recursive: true })
  }
})
