/** An ordinary user, for what works without root: whoever runs the tests, or, when that is root, one made for the test. */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { statSync } from 'node:fs'
import { homedir } from 'node:os'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { childEnvironment } from '../../src/cli/command.ts'
import type { User } from '../../src/cli/demo/playground.ts'
import { until } from '../../src/cli/demo/scenario.ts'
import { executableOnPath } from '../../src/cli/host-tools.ts'
import { livePids } from '../../src/cli/processes.ts'

export const launcher = fileURLToPath(new URL('../../underpass', import.meta.url))

/** Why an ordinary user could not run Underpass here; undefined when one can. */
export function userObstacle(): string | undefined {
  const missing = ['nft', 'ip', 'conntrack', 'nsenter', 'unshare'].filter((tool) => !executableOnPath(tool))
  if (missing.length > 0) return `it needs ${missing.join(', ')}; run: make install`
  if (process.getuid?.() !== 0) return undefined
  return executableOnPath('useradd') ? undefined : 'run by root it needs useradd, to have an ordinary user'
}

/** Made with `useradd -m` and removed with the test. */
export async function anOrdinaryUser(t: TestContext): Promise<User> {
  const { getuid, getgid } = process
  if (!getuid || !getgid) throw new Error('this is no Unix')
  if (getuid() !== 0) return { uid: getuid(), gid: getgid(), homeDir: homedir() }

  const login = `up-${randomBytes(4).toString('hex')}`
  mustRun('useradd', '-m', login)
  t.after(async () => {
    for (const pid of pidsOf(uid)) process.kill(pid, 'SIGKILL')
    await until(`the processes of ${login} to be gone`, async () => (pidsOf(uid).length === 0 ? true : undefined))
    mustRun('userdel', '-r', login)
  })
  const [, , uidText, gidText, , homeDir = ''] = mustRun('getent', 'passwd', login).trim().split(':')
  const uid = Number(uidText)
  return { uid, gid: Number(gidText), homeDir }
}

/** Processes that belong to a user. */
export function pidsOf(uid: number): number[] {
  return livePids().filter((pid) => statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid === uid)
}

/** Runs a short command to its end as that user. */
export function runAs(user: User, command: string, ...words: string[]): SpawnSyncReturns<string> {
  const as = process.getuid?.() === 0 ? { uid: user.uid, gid: user.gid } : {}
  const env = { ...childEnvironment(), HOME: user.homeDir }
  return spawnSync(command, words, { encoding: 'utf8', cwd: '/', env, ...as })
}

function mustRun(command: string, ...words: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, words, { encoding: 'utf8', env: childEnvironment() })
  if (status !== 0) throw new Error(`${command} ${words.join(' ')}: ${stderr}`)
  return stdout
}
