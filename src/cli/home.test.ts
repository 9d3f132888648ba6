import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { CliError } from './cli-error.ts'
import {
  defaultStateDir,
  parseName,
  prepareStateDir,
  readJson,
  readRecord,
  resolveHome,
  type Surroundings,
  writeRecord,
} from './home.ts'

const user: Surroundings = { uid: 1000, homeDir: '/home/ada', xdgStateHome: undefined }
const record = { name: 'ci', port: 4800, region: 'eu-west-1', trustAnyCredentials: false }

function inTemporaryDir(body: (dir: string) => void): void {
  const dir = mkdtempSync(join(tmpdir(), 'underpass-home-'))
  try {
    body(dir)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

for (const name of ['a', 'default', 'ci-42', '0', 'a'.repeat(20)]) {
  test(`the name ${name} is allowed`, () => assert.equal(parseName(name), name))
}

for (const name of ['', 'A', 'a.b', 'a/b', '..', 'a b', 'é', 'a'.repeat(21), 'a\n']) {
  test(`the name ${JSON.stringify(name)} is refused`, () => assert.throws(() => parseName(name), CliError))
}

for (const { surroundings, dir } of [
  { surroundings: { ...user, uid: 0 }, dir: '/var/lib/underpass/ci' },
  { surroundings: user, dir: '/home/ada/.local/state/underpass/ci' },
  { surroundings: { ...user, xdgStateHome: '/data/state' }, dir: '/data/state/underpass/ci' },
  { surroundings: { ...user, xdgStateHome: 'relative' }, dir: '/home/ada/.local/state/underpass/ci' },
  { surroundings: { ...user, xdgStateHome: '' }, dir: '/home/ada/.local/state/underpass/ci' },
  { surroundings: { ...user, uid: 0, xdgStateHome: '/data/state' }, dir: '/var/lib/underpass/ci' },
]) {
  test(`state of ci for ${JSON.stringify(surroundings)} is in ${dir}`, () => {
    assert.equal(defaultStateDir('ci', surroundings), dir)
    assert.deepEqual(resolveHome({ name: 'ci' }, surroundings), { name: 'ci', stateDir: dir })
  })
}

test('without options the home is the default one', () => {
  assert.deepEqual(resolveHome({}, user), { name: 'default', stateDir: '/home/ada/.local/state/underpass/default' })
})

test('a relative state directory is made absolute: control and agent start elsewhere', () => {
  assert.equal(resolveHome({ stateDir: 'here' }, user).stateDir, join(process.cwd(), 'here'))
})

test('a state directory knows its name', () => {
  inTemporaryDir((stateDir) => {
    writeRecord({ name: 'ci', stateDir }, record)
    assert.deepEqual(resolveHome({ stateDir }, user), { name: 'ci', stateDir })
    assert.throws(() => resolveHome({ stateDir, name: 'other' }, user), /belongs to the Underpass named ci/)
  })
})

test('a record is read back as it was written', () => {
  inTemporaryDir((stateDir) => {
    writeRecord({ name: 'ci', stateDir }, record)
    assert.deepEqual(readRecord({ name: 'ci', stateDir }), record)
  })
})

test('a new state directory is only its owner’s', () => {
  inTemporaryDir((dir) => {
    const home = { name: 'ci', stateDir: join(dir, 'a', 'b') }
    prepareStateDir(home)
    assert.equal(statSync(home.stateDir).mode & 0o777, 0o700)
  })
})

test('a directory with other files in it is not taken: down --purge would remove them', () => {
  inTemporaryDir((stateDir) => {
    const home = { name: 'ci', stateDir }
    writeFileSync(join(stateDir, 'thesis.tex'), '')
    assert.throws(() => prepareStateDir(home), /not empty/)
    writeRecord(home, record)
    prepareStateDir(home)
    assert.ok(existsSync(join(stateDir, 'thesis.tex')))
  })
})

test('a missing or half-written JSON file is nothing, not a crash', () => {
  inTemporaryDir((dir) => {
    const path = join(dir, 'control.json')
    assert.equal(readJson(path), undefined)
    for (const text of ['', '{"pid": 1', '12', 'null']) {
      writeFileSync(path, text)
      assert.equal(readJson(path), undefined, text)
    }
    writeFileSync(path, '{"pid": 1}')
    assert.deepEqual(readJson(path), { pid: 1 })
  })
})
