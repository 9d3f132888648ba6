import { homedir } from 'node:os'
import { defaultStateDir, type Home } from './home.ts'
import { quoteWord } from './shell.ts'

/**
 * A command of ours as the operator would type it next: with the launcher as it was called just now, and with the
 * options that lead to this home when the defaults do not.
 */
export function nextCommand(home: Home, command: string, ...options: readonly string[]): string {
  const words = [process.env.UNDERPASS_LAUNCHER ?? 'underpass', command]
  if (home.name !== 'default') words.push('--name', home.name)
  const surroundings = currentSurroundings()
  if (home.stateDir !== defaultStateDir(home.name, surroundings)) words.push('--state-dir', home.stateDir)
  return [...words, ...options].map(quoteWord).join(' ')
}

/** What decides the default state directory, for this process. */
export function currentSurroundings(): Parameters<typeof defaultStateDir>[1] {
  return { uid: process.getuid?.() ?? 0, homeDir: homedir(), xdgStateHome: process.env.XDG_STATE_HOME }
}
