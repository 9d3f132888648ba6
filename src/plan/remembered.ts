/**
 * What the compiler remembers of the program before: values beside what they were made of.
 *
 * Something is taken again only when all that it was made of is the same, object by object, so remembering never decides
 * what a program is, only what it costs. Nothing of it is part of a Program, which stays plain values.
 */
import type { Fragment, FragmentOwner, Program } from './program.ts'
import type { Doors, PlacedEndpoint } from './service-door.ts'

/** What something was made of. Compared by identity, member by member. */
export type Inputs = readonly unknown[]

export function areSame(a: Inputs, b: Inputs): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

export interface Remembered {
  readonly inputs: Inputs
  readonly fragment: Fragment
}

/** Of an endpoint, what its inputs follow from besides: when these few are the same, the inputs need not be gathered. */
export interface RememberedEndpoint extends Remembered {
  readonly placed: PlacedEndpoint
  readonly withIpv6: boolean
  /** The groups that a rule of its VPC names as a peer. */
  readonly referenced: ReadonlySet<string> | undefined
  /** Which of its interfaces are full. */
  readonly full: string
}

export interface Memory {
  readonly name: string
  /** All but those of endpoints. */
  readonly fragments: ReadonlyMap<FragmentOwner, Remembered>
  readonly doors: Doors
  /** By id. */
  readonly endpoints: ReadonlyMap<string, RememberedEndpoint>
  /** By VPC: the groups that a rule of it names as a peer. */
  readonly referencedGroups: ReadonlyMap<string, ReadonlySet<string>>
}

const memories = new WeakMap<Program, Memory>()

export function keepMemory(program: Program, memory: Memory): void {
  memories.set(program, memory)
}

/** Nothing of another instance's program is the same. */
export function memoryOf(program: Program, name: string): Memory | undefined {
  const memory = memories.get(program)
  return memory?.name === name ? memory : undefined
}

/** The set that was there before, when it has the same members. */
export function sameSet<T>(now: ReadonlySet<T>, before: ReadonlySet<T> | undefined): ReadonlySet<T> {
  if (before?.size !== now.size) return now
  for (const member of now) if (!before.has(member)) return now
  return before
}
