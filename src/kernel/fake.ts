/**
 * A kernel made of values: it takes Steps like the real one, refuses what nft and ip would refuse, and can be asked where
 * a packet goes (`trace.ts`). For tests of plan/, and for running without root.
 */
import { cidrHasAddress, parseCidr } from '../net/cidr.ts'
import { parseIpv4 } from '../net/ip.ts'
import type { KernelObject, NftChainObject, NftElementObject, WireEnd, WireObject } from '../plan/program.ts'
import type { ObservedKernel, ObservedObject, Steps } from '../plan/steps.ts'
import { type FakeTables, parseVerdict } from './fake-rule.ts'

export class FakeKernel {
  readonly #objects = new Map<string, ObservedObject>()

  /** A kernel that already has these objects. */
  static of(objects: Iterable<KernelObject>): FakeKernel {
    const kernel = new FakeKernel()
    for (const object of objects) kernel.#objects.set(object.key, { fingerprint: object.fingerprint, object })
    kernel.#check()
    return kernel
  }

  /** What kernel/observe.ts would read back. */
  get observed(): ObservedKernel {
    return this.#objects
  }

  /** Does all steps or, like an nft batch, throws and leaves everything as it was. */
  apply({ steps }: Steps): void {
    const before = [...this.#objects]
    try {
      for (const step of steps) {
        const { object } = step
        const isThere = this.#objects.has(object.key)
        if (step.do === 'add' && isThere) throw new Error(`${object.key}: File exists`)
        if (step.do !== 'add' && !isThere) throw new Error(`${object.key}: No such file or directory`)
        if (step.do === 'delete') this.#objects.delete(object.key)
        else this.#objects.set(object.key, { fingerprint: object.fingerprint, object })
      }
      this.#check()
    } catch (error) {
      this.#objects.clear()
      for (const [key, value] of before) this.#objects.set(key, value)
      throw error
    }
  }

  netnsEnding(suffix: string): string | undefined {
    return this.#all('netns').find(({ netns }) => netns === suffix || netns.endsWith(`.${suffix}`))?.netns
  }

  hasTable(netns: string): boolean {
    return this.#all('nft-chain').some((chain) => chain.netns === netns)
  }

  chain(netns: string, name: string): NftChainObject | undefined {
    const object = this.#objects.get(`nft-chain:${netns}:${name}`)?.object
    return object?.kind === 'nft-chain' ? object : undefined
  }

  /** Base chains of a hook, by priority. */
  hooked(netns: string, hook: string): NftChainObject[] {
    return this.#all('nft-chain')
      .filter((chain) => chain.netns === netns && chain.base?.includes(` hook ${hook} `))
      .sort((a, b) => priorityOf(a) - priorityOf(b))
  }

  /** Whether an address lies in one of the blocks that are local in the namespace. */
  hasLocally(netns: string, address: string): boolean {
    const blocks = this.#all('netns').find((each) => each.netns === netns)?.localBlocks ?? []
    const value = parseIpv4(address)
    return blocks.some((block) => {
      const cidr = parseCidr(block)
      return cidr !== undefined && value !== undefined && cidrHasAddress(cidr, value)
    })
  }

  tables(netns: string): FakeTables {
    return {
      set: (name) => {
        if (!this.#objects.has(`nft-set:${netns}:${name}`)) return undefined
        const elements = this.#all('nft-element').filter((e) => e.netns === netns && e.set === name)
        return new Map(elements.map(({ element, value = '' }) => [element, value]))
      },
    }
  }

  /** Ends of wires in a namespace, each with the other end. */
  ends(netns: string): { readonly here: WireEnd; readonly there: WireEnd }[] {
    return this.#all('wire').flatMap(({ a, b }: WireObject) => [
      ...(a.netns === netns ? [{ here: a, there: b }] : []),
      ...(b.netns === netns ? [{ here: b, there: a }] : []),
    ])
  }

  routes(netns: string): { readonly destination: string; readonly dev: string }[] {
    const own = this.#all('route').filter((route) => route.netns === netns)
    const ofWires = this.ends(netns).flatMap(({ here }) =>
      here.routes.map(({ destination }) => ({ destination, dev: here.ifname })),
    )
    return [...own, ...ofWires]
  }

  #all<K extends KernelObject['kind']>(kind: K): Extract<KernelObject, { kind: K }>[] {
    return [...this.#objects.values()].flatMap(({ object }) =>
      object.kind === kind ? [object as Extract<KernelObject, { kind: K }>] : [],
    )
  }

  /** Throws when something refers to what is not there. */
  #check(): void {
    const has = (key: string): boolean => this.#objects.has(key)
    const need = (key: string, by: string): void => {
      if (!has(key)) throw new Error(`${by} refers to ${key}: No such file or directory`)
    }
    for (const { object } of this.#objects.values()) {
      if (object.kind === 'wire') {
        for (const end of [object.a, object.b]) need(`netns:${end.netns}`, object.key)
      } else if (object.kind === 'route') {
        const isThere = this.ends(object.netns).some(({ here }) => here.ifname === object.dev)
        if (!isThere) throw new Error(`${object.key}: Cannot find device "${object.dev}"`)
      } else if (object.kind !== 'netns') need(`netns:${object.netns}`, object.key)
      if (object.kind === 'nft-element') this.#checkElement(object, need)
      if (object.kind === 'nft-chain') {
        for (const rule of object.rules) {
          // A name that a comma follows is no set but a place in the packet: `@th,104,8`.
          for (const [, name] of rule.matchAll(/@([\w-]+)(?![\w,-])/g))
            need(`nft-set:${object.netns}:${name}`, object.key)
          for (const [, name] of rule.matchAll(/\b(?:goto|jump) ([\w-]+)/g))
            need(`nft-chain:${object.netns}:${name}`, object.key)
          for (const [, name] of rule.matchAll(/\bct timeout set "([\w-]+)"/g))
            need(`nft-ct-timeout:${object.netns}:${name}`, object.key)
          for (const [, name] of rule.matchAll(/\bcounter name ([\w-]+)/g))
            need(`nft-counter:${object.netns}:${name}`, object.key)
        }
      }
    }
  }

  #checkElement({ key, netns, set, value }: NftElementObject, need: (key: string, by: string) => void): void {
    need(`nft-set:${netns}:${set}`, key)
    const target = this.#objects.get(`nft-set:${netns}:${set}`)?.object
    if (target?.kind === 'nft-set' && target.valueType === 'verdict') {
      const verdict = parseVerdict(value ?? '')
      if ('chain' in verdict) need(`nft-chain:${netns}:${verdict.chain}`, key)
    }
  }
}

const namedPriorities: Readonly<Record<string, number>> = {
  raw: -300,
  mangle: -150,
  dstnat: -100,
  filter: 0,
  security: 50,
  srcnat: 100,
}

function priorityOf({ base = '' }: NftChainObject): number {
  const [, name = '', , sign = '+', offset = '0'] = /priority ([\w-]+)( ([+-]) (\d+))?/.exec(base) ?? []
  return (namedPriorities[name] ?? Number(name)) + Number(`${sign}${offset}`)
}
