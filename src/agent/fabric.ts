import { existsSync, readlinkSync } from 'node:fs'
import { inNetns, netnsPath, type Runner } from '../kernel/command.ts'
import { hostErrorOf } from '../kernel/host-error.ts'
import { netnsInode } from '../kernel/processes.ts'
import { fabricNetns } from '../plan/names.ts'
import { agentFabricIp } from '../resource/fabric.ts'

/**
 * Refuses to work anywhere but in the fabric namespace: everywhere else the agent's address and sockets would land in
 * somebody's own network.
 */
export function assertInFabric(name: string): void {
  if (isInFabric(name)) return
  throw new Error(
    `the agent must be started inside the network namespace ${fabricNetns(name)}, which this process is not in. ` +
      `Run: underpass up --name ${name}`,
  )
}

/** Whether the fabric's name stands for the namespace we live in. */
function isInFabric(name: string): boolean {
  const inode = netnsInode(fabricNetns(name))
  return inode !== undefined && readlinkSync('/proc/self/ns/net') === `net:[${inode}]`
}

/**
 * Gives our namespace its name back when somebody deleted it, or gave the name to another one.
 *
 * The namespace lives as long as we do, with all links, routes and sockets in it, and traffic goes on in it; but a new one
 * of that name would be one that we are not in.
 *
 * @returns whether it had lost it
 */
export async function keepFabricName(run: Runner, name: string): Promise<boolean> {
  if (isInFabric(name)) return false
  const netns = fabricNetns(name)
  const isTaken = existsSync(netnsPath(netns))
  const command = {
    step: 'give the fabric its name back',
    argv: ['ip', '-batch', '-'],
    input: `${isTaken ? `netns delete ${netns}\n` : ''}netns attach ${netns} ${process.pid}\n`,
    writes: true,
  }
  const result = await run(command)
  if (result.exitCode !== 0) throw hostErrorOf(command, result)
  return true
}

/** Puts the agent's own address on `lo`, once. A restarted agent finds it there and writes nothing. */
export async function prepareFabric(run: Runner, name: string): Promise<void> {
  const shown = await run({ step: 'read lo', argv: ['ip', '-j', 'address', 'show', 'dev', 'lo'], writes: false })
  const [lo] = JSON.parse(shown.stdout || '[]') as {
    readonly flags: readonly string[]
    readonly addr_info: readonly { readonly local?: string }[]
  }[]
  const hasAddress = lo?.addr_info.some(({ local }) => local === agentFabricIp)
  if (hasAddress && lo?.flags.includes('UP')) return
  const command = {
    step: "put the agent's address on lo",
    argv: inNetns(fabricNetns(name), ['ip', '-batch', '-']),
    input: `link set dev lo up\naddress replace ${agentFabricIp}/32 dev lo\n`,
    writes: true,
  }
  const result = await run(command)
  if (result.exitCode !== 0) throw hostErrorOf(command, result)
}
