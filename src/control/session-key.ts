import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

const keyBytes = 32

/**
 * The key that session tokens are sealed under (api/session-token.ts): made once, on disk before the first session is
 * given out, because a session must outlive a crash of the process that gave it.
 */
export function readSessionKey(path: string): Uint8Array {
  if (!existsSync(path)) {
    const unfinished = `${path}.new`
    const file = openSync(unfinished, 'w', 0o600)
    writeSync(file, randomBytes(keyBytes))
    fsyncSync(file)
    closeSync(file)
    renameSync(unfinished, path)
    // The name lies in the directory, which has an fsync of its own: open(2), fsync(2).
    const directory = openSync(dirname(path), 'r')
    fsyncSync(directory)
    closeSync(directory)
  }
  const key = readFileSync(path)
  if (key.length !== keyBytes) {
    throw new Error(`${path} has ${key.length} bytes instead of ${keyBytes}: remove it, and sessions begin anew`)
  }
  return key
}
