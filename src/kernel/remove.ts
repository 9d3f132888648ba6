import { type Command, netnsDir, type Runner } from './command.ts'
import { type HostError, hostErrorOf, ipLineErrors } from './host-error.ts'
import { ourNamespaces } from './observe.ts'
import { killProcessesIn } from './processes.ts'

/**
 * Removes every namespace of one instance, the fabric included, with all processes in them but this one. Links, routes
 * and tables go with their namespaces.
 *
 * @returns what is left and why, when something is
 */
export async function removeEverything(run: Runner, name: string): Promise<HostError | undefined> {
  const names = await ourNamespaces(name)
  if (names.length === 0) return undefined
  killProcessesIn(names)
  const command: Command = {
    step: `remove ${names.length} namespaces from ${netnsDir}`,
    argv: ['ip', '-force', '-batch', '-'],
    input: `${names.map((netns) => `netns del ${netns}`).join('\n')}\n`,
    writes: true,
  }
  const result = await run(command)
  if (result.exitCode === 0 || (await ourNamespaces(name)).length === 0) return undefined
  return hostErrorOf(command, { ...result, stderr: ipLineErrors(result.stderr)[0]?.message ?? result.stderr })
}
