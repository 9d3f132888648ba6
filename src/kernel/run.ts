/**
 * Steps → host, in the order in which they are safe.
 *
 *   1  wires and namespaces that stand in the way of their successors go
 *   2  namespaces: made all at once, then each is set up from inside and stamped
 *   3  wires: made all at once; then what hangs on ends `b`; then ends `a`, routes, and the stamps
 *   4  one nft batch per namespace: atomic, with its deletions
 *   5  tracked connections to what was withdrawn are cut
 *   6  routes, wires and namespaces that nobody wants go
 *
 * Policy (4) comes after wires (3) because it names them, and nothing leaks in between: a namespace's forward policy is
 * in the same batch as everything else of it, and an interface without an element is refused.
 * Every phase works on what the earlier ones did not fail. A failure belongs to its owner alone. After each step the
 * state says what the kernel now has, so an interrupted run is continued by the next diff.
 */

import { netnsKey } from '../plan/keys.ts'
import type { KernelObject, NetnsObject, NftElementObject, RouteObject, WireEnd, WireObject } from '../plan/program.ts'
import type { ObservedObject, Step, Steps } from '../plan/steps.ts'
import { type Command, inNetns, type Runner } from './command.ts'
import { connectionsEndedBy, connectionsOf, cutConnections, type Selector } from './conntrack.ts'
import { HostError, hostErrorOf, ipLineErrors, sysctlLineErrors } from './host-error.ts'
import { applyNftSteps } from './nft-batch.ts'
import { inParallel } from './parallel.ts'
import { killProcessesIn } from './processes.ts'
import {
  addRouteLine,
  createWireLine,
  deleteRouteLine,
  deleteWireLine,
  endLines,
  markEndLine,
  netnsScript,
  stampWireLine,
} from './render-ip.ts'

/** Fingerprints of things that were begun and not finished, or that somebody damaged: they equal no real one. */
export const halfBuilt = 'half-built'
/** A file in /run/netns that no namespace hangs on. */
export const unmounted = 'unmounted'

/** What the kernel has, kept true by every run. */
export interface KernelState {
  readonly observed: Map<string, ObservedObject>
  /** Namespaces whose table is thrown away in the same batch that makes it anew. */
  readonly tablesToRebuild: Set<string>
}

export interface Outcome {
  readonly revision: number
  /** By owner, the first thing that failed; owners that are not here succeeded. */
  readonly failures: ReadonlyMap<string, HostError>
  /** What was there has gone on the way (a table that must be made anew, routes over a replaced wire): diff and run again. */
  readonly again: boolean
}

export interface Host {
  readonly run: Runner
  /** The namespace the agent lives in: never removed by a step. */
  readonly ownNetns?: string
}

type StepOf<O extends KernelObject> = Step & { readonly object: O }
type BatchLine = readonly [line: string, step: Step]

const isNft = (object: KernelObject): boolean => object.kind.startsWith('nft-')

export async function runSteps(host: Host, state: KernelState, { revision, steps }: Steps): Promise<Outcome> {
  const failures = new Map<string, HostError>()
  const failedKeys = new Set<string>()
  const failedNetns = new Map<string, HostError>()

  const done = (step: Step): void => {
    const { object } = step
    if (step.do === 'delete') state.observed.delete(object.key)
    else state.observed.set(object.key, { fingerprint: object.fingerprint, object })
  }
  const fail = (step: Step, error: HostError): void => {
    if (!failures.has(step.owner)) failures.set(step.owner, error)
    failedKeys.add(step.object.key)
    const { object } = step
    if (step.do === 'delete') return
    if (object.kind === 'netns') failedNetns.set(object.netns, error)
    if (object.kind === 'netns' || object.kind === 'wire') {
      state.observed.set(object.key, { fingerprint: halfBuilt, object: { ...object, fingerprint: halfBuilt } })
    }
  }
  const isAlive = (step: Step): boolean => !failedKeys.has(step.object.key)

  const ofKind = <O extends KernelObject>(kind: O['kind'], ...what: Step['do'][]): StepOf<O>[] =>
    steps.filter((step): step is StepOf<O> => step.object.kind === kind && what.includes(step.do))

  /** Runs lines of `ip -batch` in a namespace, or in our own; a refused line fails its step alone. */
  const ipBatch = async (
    step: string,
    netns: string | undefined,
    lines: readonly BatchLine[],
    isFine: (error: HostError) => boolean = () => false,
  ): Promise<void> => {
    if (lines.length === 0) return
    const argv = ['ip', ...(netns === undefined ? [] : ['-n', netns]), '-force', '-batch', '-']
    const command: Command = { step, argv, input: `${lines.map(([line]) => line).join('\n')}\n`, writes: true }
    const result = await host.run(command)
    if (result.exitCode === 0) return
    const lineErrors = ipLineErrors(result.stderr)
    for (const { line, message } of lineErrors) {
      const [text, owner] = lines[line] ?? []
      if (!text || !owner) continue
      const error = new HostError(step, `ip ${netns === undefined ? '' : `-n ${netns} `}${text}`, message)
      if (!isFine(error)) fail(owner, error)
    }
    if (lineErrors.length > 0) return
    const error = hostErrorOf(command, result)
    if (!isFine(error)) for (const [, owner] of lines) fail(owner, error)
  }

  const ipBatches = (
    step: string,
    byNetns: ReadonlyMap<string, readonly BatchLine[]>,
    isFine?: (error: HostError) => boolean,
  ): Promise<unknown> => inParallel([...byNetns], ([netns, lines]) => ipBatch(step, netns, lines, isFine))

  const buildNetns = ofKind<NetnsObject>('netns', 'add', 'replace')
  const dropNetns = ofKind<NetnsObject>('netns', 'delete').filter(({ object }) => object.netns !== host.ownNetns)
  const buildWires = ofKind<WireObject>('wire', 'add', 'replace')
  const dropWires = ofKind<WireObject>('wire', 'delete')
  const dyingNetns = new Set(dropNetns.map(({ object }) => object.netns))

  let again = false
  await clearTheWay()
  await makeNamespaces()
  await makeWires()
  await runNft()
  // A dump of the connection table takes as long as everything else together; what goes now is no part of policy.
  await Promise.all([cut(), tearDown()])
  return { revision, failures, again }

  async function clearTheWay(): Promise<void> {
    const ends = new Set(buildWires.flatMap(({ object }) => [endName(object.a), endName(object.b)]))
    const lines = new Map<string, BatchLine[]>()
    for (const step of buildWires) {
      if (step.do === 'replace' && step.previous.kind === 'wire') {
        push(lines, step.previous.a.netns, [deleteWireLine(step.previous), step])
      }
    }
    for (const step of dropWires) {
      if (ends.has(endName(step.object.a)) || ends.has(endName(step.object.b))) {
        push(lines, step.object.a.netns, [deleteWireLine(step.object), step])
      }
    }
    await ipBatches('remove a replaced wire', lines, (error) => error.isNotFound)
    for (const step of buildWires) if (step.do === 'replace') forgetRoutesOver(step.object)

    const dead = buildNetns.filter((step) => step.do === 'replace' && step.previous.fingerprint === unmounted)
    await ipBatch(
      'remove a dead namespace',
      undefined,
      dead.map((step) => [`netns del ${step.object.netns}`, step]),
      (error) => error.isNotFound,
    )
  }

  /** The kernel takes the routes over an interface away with it, whoever put them there. */
  function forgetRoutesOver({ a, b }: WireObject): void {
    const coming = new Set(steps.flatMap(({ do: what, object }) => (what === 'delete' ? [] : [object.key])))
    for (const [key, { object }] of state.observed) {
      if (object.kind !== 'route') continue
      const isOver = [a, b].some(({ netns, ifname }) => netns === object.netns && ifname === object.dev)
      if (!isOver) continue
      state.observed.delete(key)
      if (!coming.has(key)) again = true
    }
  }

  async function makeNamespaces(): Promise<void> {
    const missing = buildNetns.filter(
      (step) => isAlive(step) && (step.do !== 'replace' || step.previous.fingerprint === unmounted),
    )
    await ipBatch(
      'make a namespace',
      undefined,
      missing.map((step) => [`netns add ${step.object.netns}`, step]),
      // Set up below like a new one: the launcher makes the fabric's, a crash may have left another.
      (error) => error.isExists,
    )
    await inParallel(buildNetns.filter(isAlive), async (step) => {
      const { object } = step
      const command: Command = {
        step: `set up namespace ${object.netns}`,
        argv: inNetns(object.netns, ['sh', '-s']),
        input: netnsScript(object),
        writes: true,
      }
      const result = await host.run(command)
      if (result.exitCode === 0) return done(step)
      const [refused] = sysctlLineErrors(result.stderr)
      if (!refused) return fail(step, hostErrorOf(command, result))
      const [name, value] = Object.entries(object.sysctls)[refused.line] ?? []
      fail(step, new HostError(command.step, `${name}=${value}`, refused.message))
    })
  }

  async function makeWires(): Promise<void> {
    for (const step of buildWires) {
      const cause = failedNetns.get(step.object.a.netns) ?? failedNetns.get(step.object.b.netns)
      if (cause) fail(step, cause)
    }
    await ipBatch(
      'make a wire',
      undefined,
      buildWires.filter(isAlive).map((step) => [createWireLine(step.object), step]),
    )

    const farEnds = new Map<string, BatchLine[]>()
    for (const step of buildWires.filter(isAlive)) {
      for (const line of [markEndLine(step.object), ...endLines(step.object.b)]) {
        push(farEnds, step.object.b.netns, [line, step])
      }
    }
    await ipBatches('set up the far end of a wire', farEnds)

    const nearEnds = new Map<string, BatchLine[]>()
    const wires = buildWires.filter(isAlive)
    for (const step of wires) {
      for (const line of endLines(step.object.a)) push(nearEnds, step.object.a.netns, [line, step])
    }
    const routes = ofKind<RouteObject>('route', 'add', 'replace')
    for (const step of routes) {
      const cause = failedNetns.get(step.object.netns)
      if (cause) fail(step, cause)
      else push(nearEnds, step.object.netns, [addRouteLine(step.object), step])
    }
    // With -force a stamp is set even where an earlier line was refused; the stamp's counts then disagree with what
    // hangs on the wire, so observe takes it for damaged, as the state here does.
    for (const step of wires) push(nearEnds, step.object.a.netns, [stampWireLine(step.object), step])
    await ipBatches('set up wires and routes', nearEnds)
    for (const step of [...wires, ...routes].filter(isAlive)) done(step)
  }

  async function runNft(): Promise<void> {
    const byNetns = new Map<string, Step[]>()
    for (const step of steps) {
      if (!isNft(step.object)) continue
      const netns = netnsOfNft(step.object)
      if (dyingNetns.has(netns)) done(step)
      else if (failedNetns.has(netns)) fail(step, failedNetns.get(netns) as HostError)
      else push(byNetns, netns, step)
    }

    await inParallel([...byNetns], async ([netns, group]) => {
      if (group.some(({ do: what, object }) => what === 'replace' && object.kind === 'nft-set')) {
        // A set's type cannot be changed while rules refer to it. One batch for the whole table keeps the policy whole.
        forgetTable(state, netns)
        again = true
        return
      }
      const rebuild = state.tablesToRebuild.has(netns)
      await applyNftSteps(
        group,
        rebuild,
        async (input) => {
          const command: Command = {
            step: `nft batch in ${netns}`,
            argv: inNetns(netns, ['nft', '-f', '-']),
            input,
            writes: true,
          }
          return { command, result: await host.run(command) }
        },
        { done, failed: fail },
      )
      if (rebuild) state.tablesToRebuild.delete(netns)
    })
  }

  /** A replaced element leads elsewhere: what went the old way would go on to a place that is no longer meant. */
  async function cut(): Promise<void> {
    const byNetns = new Map<string, { step: Step; selector: Selector }[]>()
    for (const step of ofKind<NftElementObject>('nft-element', 'add', 'delete', 'replace').filter(isAlive)) {
      const { netns } = step.object
      const selector = step.do === 'add' ? connectionsEndedBy(step.object) : connectionsOf(step.object)
      if (selector && !dyingNetns.has(netns)) push(byNetns, netns, { step, selector })
    }
    await inParallel([...byNetns], async ([netns, group]) => {
      const selectors = group.map(({ selector }) => selector)
      const error = await cutConnections(host.run, netns, selectors)
      if (error) for (const { step } of group) fail(step, error)
    })
  }

  async function tearDown(): Promise<void> {
    const isGone = (error: HostError): boolean => error.isNotFound
    const lines = new Map<string, BatchLine[]>()
    const routes = ofKind<RouteObject>('route', 'delete')
    for (const step of routes) push(lines, step.object.netns, [deleteRouteLine(step.object), step])

    const built = new Set(buildWires.flatMap(({ object }) => [endName(object.a), endName(object.b)]))
    for (const step of dropWires) {
      const { a, b } = step.object
      const isReused = built.has(endName(a)) || built.has(endName(b))
      const diesWithItsEnds = dyingNetns.has(a.netns) && dyingNetns.has(b.netns)
      if (!isReused && !diesWithItsEnds) push(lines, a.netns, [deleteWireLine(step.object), step])
    }
    await ipBatches('remove routes and wires', lines, isGone)
    for (const step of [...routes, ...dropWires].filter(isAlive)) done(step)

    if (dropNetns.length === 0) return
    killProcessesIn([...dyingNetns])
    await ipBatch(
      'remove namespaces',
      undefined,
      dropNetns.map((step) => [`netns del ${step.object.netns}`, step]),
      isGone,
    )
    for (const step of dropNetns.filter(isAlive)) done(step)
  }
}

/** Takes everything in a namespace's table for lost and has it made anew at the next run. */
export function forgetTable(state: KernelState, netns: string): void {
  state.tablesToRebuild.add(netns)
  for (const [key, { object }] of state.observed) {
    if (isNft(object) && netnsOfNft(object) === netns) state.observed.delete(key)
  }
}

/** Takes everything in a namespace for lost, the namespace included. */
export function forgetNetns(state: KernelState, netns: string): void {
  for (const [key, { object }] of state.observed) {
    const netnsNames = object.kind === 'wire' ? [object.a.netns, object.b.netns] : [object.netns]
    if (netnsNames.includes(netns)) state.observed.delete(key)
  }
  state.observed.delete(netnsKey(netns))
}

const endName = (end: WireEnd): string => `${end.netns}/${end.ifname}`
const netnsOfNft = (object: KernelObject): string => (object as Exclude<KernelObject, WireObject>).netns

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}
