/**
 * Brings one namespace's nft steps to the kernel in as few batches as it takes, and never lets one resource's bad
 * configuration keep another's out.
 *
 * One batch when all is well. When it is refused, nothing of it was done; nft names the refused lines, so what they
 * came from is set aside with everything else of the same owner, and the rest is sent again. Where nft names no line,
 * the batch is halved by owner until the culprit is alone. What is only too big for one message is halved by size.
 */

import type { Step } from '../plan/steps.ts'
import type { Command, CommandResult } from './command.ts'
import { HostError, hostErrorOf, nftLineErrors } from './host-error.ts'
import { inBatchOrder, renderNftBatch } from './render-nft.ts'

export interface NftReport {
  done(step: Step): void
  failed(step: Step, error: HostError): void
}

/** Sends one batch's text to a namespace. */
export type SendBatch = (text: string) => Promise<{ readonly command: Command; readonly result: CommandResult }>

/** Rootless, the socket's send buffer cannot be raised over net.core.wmem_max, so a big batch does not fit. */
const isTooBig = (error: HostError): boolean => error.errno === 'EMSGSIZE' || error.errno === 'ENOBUFS'

export async function applyNftSteps(
  steps: readonly Step[],
  rebuild: boolean,
  send: SendBatch,
  report: NftReport,
): Promise<void> {
  // Only the first batch that passes throws the old table away; the later ones add to what it made.
  let mustRebuild = rebuild

  async function apply(group: readonly Step[]): Promise<void> {
    if (group.length === 0) return
    const batch = renderNftBatch(group, mustRebuild)
    const { command, result } = await send(batch.text)
    if (result.exitCode === 0) {
      mustRebuild = false
      for (const step of group) report.done(step)
      return
    }

    const whole = hostErrorOf(command, result)
    const refused = new Map<Step, HostError>()
    for (const { line, message } of nftLineErrors(result.stderr)) {
      const step = batch.stepOfLine[line]
      const text = batch.text.split('\n', line + 1)[line] ?? ''
      if (step && !refused.has(step)) refused.set(step, new HostError(command.step, text, message))
    }
    if (isTooBig(whole)) return halve(inBatchOrder(group), whole)
    if (refused.size === 0) return bisect(group, whole)
    await apply(setAside(group, refused))
  }

  /** @returns what of the group may be tried again */
  function setAside(group: readonly Step[], refused: ReadonlyMap<Step, HostError>): Step[] {
    const culprits = new Map<string, HostError>()
    const rest: Step[] = []
    for (const step of group) {
      const error = refused.get(step)
      if (error && step.do !== 'delete' && !(step.do === 'replace' && error.isNotFound)) {
        if (!culprits.has(step.owner)) culprits.set(step.owner, error)
      }
    }
    for (const step of group) {
      const error = refused.get(step)
      const culprit = culprits.get(step.owner)
      if (error && step.do === 'delete') {
        if (error.isNotFound) report.done(step)
        else report.failed(step, error)
      } else if (culprit) report.failed(step, error ?? culprit)
      // What was to be replaced is gone already, so its deletion was refused.
      else if (error) rest.push({ do: 'add', object: step.object, owner: step.owner })
      else rest.push(step)
    }
    return rest
  }

  async function bisect(group: readonly Step[], error: HostError): Promise<void> {
    const owners = [...new Set(group.map(({ owner }) => owner))]
    if (owners.length === 1) {
      for (const step of group) report.failed(step, error)
      return
    }
    const first = new Set(owners.slice(0, Math.ceil(owners.length / 2)))
    await apply(group.filter(({ owner }) => first.has(owner)))
    await apply(group.filter(({ owner }) => !first.has(owner)))
  }

  async function halve(group: readonly Step[], error: HostError): Promise<void> {
    if (group.length === 1) {
      for (const step of group) report.failed(step, error)
      return
    }
    const middle = Math.ceil(group.length / 2)
    await apply(group.slice(0, middle))
    await apply(group.slice(middle))
  }

  await apply(steps)
}
