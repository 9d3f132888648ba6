import type { KernelObject, Program } from './program.ts'
import type { ObservedKernel, Step, Steps } from './steps.ts'

/** Kinds in the order in which they are built; they are torn down in the opposite order. */
const buildOrder: readonly KernelObject['kind'][] = [
  'netns',
  'wire',
  'route',
  'nft-counter',
  'nft-ct-timeout',
  'nft-set',
  'nft-chain',
  'nft-element',
]
const rank = new Map(buildOrder.map((kind, i) => [kind, i]))
const rankOf = (object: KernelObject): number => rank.get(object.kind) ?? 0

/** What the kernel was made of, when it was made by us since the agent started. */
export interface Applied {
  /** The program that `observed` is the result of; its fragments that are still there need no look. */
  readonly program: Program
}

/**
 * The steps from what the kernel has to what the program wants.
 *
 * @param applied  when `observed` came from running an earlier program without failures: fragments that are the same
 *                 objects are skipped whole. Without it every object is compared.
 * @returns additions and replacements in build order, then deletions in the opposite order. Nothing, when they agree:
 *          an agent that restarts over an unchanged kernel writes nothing.
 */
export function diff(program: Program, observed: ObservedKernel, applied?: Applied): Steps {
  return applied ? diffFragments(program, observed, applied.program) : diffAll(program, observed)
}

function diffAll(program: Program, observed: ObservedKernel): Steps {
  const builds: Step[] = []
  const wanted = new Set<string>()
  for (const [owner, fragment] of program.fragments) {
    for (const object of fragment) {
      wanted.add(object.key)
      const step = buildStep(owner, object, observed)
      if (step) builds.push(step)
    }
  }
  const deletes: Step[] = []
  for (const [key, { object }] of observed) {
    if (!wanted.has(key)) deletes.push({ do: 'delete', object, owner: 'leftover' })
  }
  return ordered(program.revision, builds, deletes)
}

function diffFragments(program: Program, observed: ObservedKernel, previous: Program): Steps {
  const builds: Step[] = []
  const wanted = new Set<string>()
  const candidates = new Map<string, { object: KernelObject; owner: string }>()
  let known = 0
  for (const [owner, fragment] of program.fragments) {
    const before = previous.fragments.get(owner)
    if (before) known++
    if (before === fragment) continue
    for (const object of fragment) {
      wanted.add(object.key)
      const step = buildStep(owner, object, observed)
      if (step) builds.push(step)
    }
    for (const object of before ?? []) candidates.set(object.key, { object, owner })
  }
  // As a rule no owner is gone, and then none need be looked for.
  for (const [owner, fragment] of known < previous.fragments.size ? previous.fragments : []) {
    if (program.fragments.has(owner)) continue
    for (const object of fragment) candidates.set(object.key, { object, owner })
  }
  const deletes: Step[] = []
  for (const [key, { owner }] of candidates) {
    const there = observed.get(key)
    if (there && !wanted.has(key)) deletes.push({ do: 'delete', object: there.object, owner })
  }
  return ordered(program.revision, builds, deletes)
}

function buildStep(owner: string, object: KernelObject, observed: ObservedKernel): Step | undefined {
  const there = observed.get(object.key)
  if (!there) return { do: 'add', object, owner }
  if (there.fingerprint === object.fingerprint) return undefined
  return { do: 'replace', object, previous: there.object, owner }
}

function ordered(revision: number, builds: Step[], deletes: Step[]): Steps {
  builds.sort((a, b) => rankOf(a.object) - rankOf(b.object))
  deletes.sort((a, b) => rankOf(b.object) - rankOf(a.object))
  return { revision, steps: [...builds, ...deletes] }
}
