/**
 * Steps of one namespace → one nft batch, which the kernel takes whole or not at all.
 *
 * Every object is one line or a few, each on its own, so that an error's line number leads back to the step. Order
 * within the batch: what is referred to comes first, what refers goes first. Checked with nft 1.0.6, which has no
 * `destroy`, and prints no comment of a chain in JSON: a chain's fingerprint is therefore the comment of its last rule,
 * with the number of rules, so that a rule that somebody removed shows.
 */
import { nftFamily, nftTable } from '../plan/names.ts'
import type { NftChainObject, NftCtTimeoutObject, NftElementObject, NftSetObject } from '../plan/program.ts'
import type { Step } from '../plan/steps.ts'

/** Text whose lines know the step they came from. */
export interface Batch {
  readonly text: string
  /** By line, from 0; undefined for lines that belong to no step. */
  readonly stepOfLine: readonly (Step | undefined)[]
}

const table = `${nftFamily} ${nftTable}`

/** Ends an nft comment or an alias: what observe.ts looks for. */
export const fingerprintMark = 'fp:'

/** The comment of a chain's last rule. */
export const chainComment = (chain: NftChainObject): string =>
  `${fingerprintMark}${chain.fingerprint}:${Math.max(chain.rules.length, 1)}`

function declareSet(set: NftSetObject): string {
  const type = set.valueType === undefined ? set.keyType : `${set.keyType} : ${set.valueType}`
  const flags = set.flags.length > 0 ? ` flags ${set.flags.join(', ')};` : ''
  const kind = set.valueType === undefined ? 'set' : 'map'
  return `add ${kind} ${table} ${set.name} { type ${type};${flags} comment "${fingerprintMark}${set.fingerprint}"; }`
}

/** A name says what it is, so one that is there already is the same; nft takes it twice. */
const declareCtTimeout = ({ name, establishedSeconds }: NftCtTimeoutObject): string =>
  `add ct timeout ${table} ${name} { protocol tcp; l3proto ip; policy = { established: ${establishedSeconds} }; }`

function declareChain(chain: NftChainObject): string {
  return `add chain ${table} ${chain.name}${chain.base === undefined ? '' : ` { ${chain.base} }`}`
}

/** An empty chain has nothing to hang the fingerprint on: `continue` does nothing and can carry it. */
function ruleLines(chain: NftChainObject): string[] {
  const rules = chain.rules.length > 0 ? chain.rules : ['continue']
  return rules.map((rule, i) => {
    const comment = i === rules.length - 1 ? ` comment "${chainComment(chain)}"` : ''
    return `add rule ${table} ${chain.name} ${rule}${comment}`
  })
}

const addElement = (e: NftElementObject): string =>
  `add element ${table} ${e.set} { ${e.element}${e.value === undefined ? '' : ` : ${e.value}`} }`
/** By key alone: the value that is there now may be another than we think. */
const deleteElement = (e: NftElementObject): string => `delete element ${table} ${e.set} { ${e.element} }`

const phases = [
  // nft 1.0.6 sends the elements of a new interval map along with the map itself, so the chains they lead to come before.
  'declare-chains',
  'declare',
  'drop-elements',
  'fill-chains',
  'add-elements',
  'flush-chains',
  'delete-chains',
  'delete-sets',
] as const
type Phase = (typeof phases)[number]

/** The lines of one step, each with the phase of the batch that it belongs to. */
function linesOf(step: Step): (readonly [Phase, string])[] {
  const { object } = step
  switch (object.kind) {
    case 'nft-counter':
      return step.do === 'delete'
        ? [['delete-sets', `delete counter ${table} ${object.name}`]]
        : [['declare', `add counter ${table} ${object.name}`]]
    case 'nft-ct-timeout':
      return step.do === 'delete'
        ? [['delete-sets', `delete ct timeout ${table} ${object.name}`]]
        : [['declare', declareCtTimeout(object)]]
    case 'nft-set':
      // A map is a set to `delete`; replacing one means a new table (run.ts).
      return step.do === 'delete'
        ? [['delete-sets', `delete ${object.valueType === undefined ? 'set' : 'map'} ${table} ${object.name}`]]
        : [['declare', declareSet(object)]]
    case 'nft-chain': {
      if (step.do === 'delete') {
        return [
          ['flush-chains', `flush chain ${table} ${object.name}`],
          ['delete-chains', `delete chain ${table} ${object.name}`],
        ]
      }
      const fill = ruleLines(object).map((line) => ['fill-chains', line] as const)
      if (step.do === 'add') return [['declare-chains', declareChain(object)], ...fill]
      const previous = step.previous.kind === 'nft-chain' ? step.previous : undefined
      // Hook and priority cannot be changed in place; nothing jumps to a base chain, so it can go and come back.
      if (previous?.base !== object.base) {
        return [
          ['declare-chains', `flush chain ${table} ${object.name}`],
          ['declare-chains', `delete chain ${table} ${object.name}`],
          ['declare-chains', declareChain(object)],
          ...fill,
        ]
      }
      return [['fill-chains', `flush chain ${table} ${object.name}`], ...fill]
    }
    case 'nft-element':
      if (step.do === 'delete') return [['drop-elements', deleteElement(object)]]
      if (step.do === 'add') return [['add-elements', addElement(object)]]
      return [
        ['drop-elements', deleteElement(object)],
        ['add-elements', addElement(object)],
      ]
    default:
      throw new TypeError(`${object.kind} ${object.key} is no nft object`)
  }
}

/** @param rebuild the table is thrown away first, in the same batch, with all that is in it */
export function renderNftBatch(steps: readonly Step[], rebuild: boolean): Batch {
  const byPhase = new Map<Phase, { line: string; step: Step }[]>(phases.map((phase) => [phase, []]))
  for (const step of steps) {
    for (const [phase, line] of linesOf(step)) byPhase.get(phase)?.push({ line, step })
  }
  const preamble = rebuild
    ? [`add table ${table}`, `delete table ${table}`, `add table ${table}`]
    : [`add table ${table}`]
  const entries = [...byPhase.values()].flat()
  return {
    text: `${[...preamble, ...entries.map(({ line }) => line)].join('\n')}\n`,
    stepOfLine: [...preamble.map(() => undefined), ...entries.map(({ step }) => step)],
  }
}

/** Steps in an order that may be cut anywhere into several batches: what is referred to before what refers to it. */
export function inBatchOrder(steps: readonly Step[]): Step[] {
  const rank = (step: Step): number => Math.max(...linesOf(step).map(([phase]) => phases.indexOf(phase)))
  return steps.toSorted((a, b) => rank(a) - rank(b))
}
