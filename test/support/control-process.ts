/** The control process alone, as `underpass up` starts it: an API without an agent. */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const controlMain = fileURLToPath(new URL('../../src/control/main.ts', import.meta.url))

/** On a free port; resolves when it answers. The caller ends it. */
export async function startControl(
  stateDir: string,
  ...more: string[]
): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const argv = [controlMain, '--state-dir', stateDir, '--name', 'test', '--port', '0', ...more]
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    output += chunk
    const url = /"url":"([^"]+)"/.exec(output)?.[1]
    if (url) return { child, url }
  }
  throw new Error(`control ended: ${output}`)
}
