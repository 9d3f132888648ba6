import type { KernelObject } from './program.ts'

/** What the kernel has, as far as we know: object key → what was read back or last written. */
export interface ObservedObject {
  readonly fingerprint: string
  /** Enough of the object to delete it. */
  readonly object: KernelObject
}
export type ObservedKernel = ReadonlyMap<string, ObservedObject>

/** One thing to do. `replace` carries the old object because some kinds are torn down before they are built. */
export type Step =
  | { readonly do: 'add'; readonly object: KernelObject; readonly owner: string }
  | { readonly do: 'replace'; readonly object: KernelObject; readonly previous: KernelObject; readonly owner: string }
  | { readonly do: 'delete'; readonly object: KernelObject; readonly owner: string }

/**
 * Steps in the order in which they are safe: namespaces, wires, routes; then one nft batch per namespace, which holds
 * its additions and its deletions and is atomic; then connections to cut; then routes, wires and namespaces to remove.
 */
export interface Steps {
  readonly revision: number
  readonly steps: readonly Step[]
}
