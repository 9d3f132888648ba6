/**
 * `nft -j list table` → objects with the keys and fingerprints that plan/ gives them.
 *
 * JSON, because the text form prints services and protocols by name where the machine knows them, and wraps lines.
 */
import { nftChainKey, nftCounterKey, nftElementKey, nftSetKey } from '../plan/keys.ts'
import { set as setNames } from '../plan/names.ts'
import { ctTimeoutObject } from '../plan/object.ts'
import type { KernelObject } from '../plan/program.ts'
import type { ObservedObject } from '../plan/steps.ts'
import { fingerprintMark } from './render-nft.ts'

/** What libnftables prints, as far as we read it (libnftables-json(5)). */
type Expression =
  | string
  | number
  | null
  | { readonly concat: readonly Expression[] }
  | { readonly prefix: { readonly addr: string; readonly len: number } }
  | { readonly range: readonly [Expression, Expression] }
  | { readonly elem: { readonly val: Expression } }
  | { readonly goto: { readonly target: string } }
  | { readonly jump: { readonly target: string } }
  | { readonly accept: null }
  | { readonly drop: null }

interface Entry {
  readonly counter?: { readonly name: string; readonly packets: number; readonly bytes: number }
  readonly 'ct timeout'?: { readonly name: string; readonly policy?: { readonly established?: number } }
  readonly set?: SetEntry
  readonly map?: SetEntry
  readonly chain?: {
    readonly name: string
    readonly type?: string
    readonly hook?: string
    readonly prio?: number
    readonly policy?: string
  }
  readonly rule?: { readonly chain: string; readonly comment?: string }
}

interface SetEntry {
  readonly name: string
  readonly type: string | readonly string[]
  /** Of maps: the value's type. */
  readonly map?: string
  readonly flags?: readonly string[]
  readonly comment?: string
  readonly elem?: readonly unknown[]
}

const protocolNames: Readonly<Record<string, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp' }

function expressionText(e: Expression, type: string | undefined): string {
  if (typeof e === 'string') return e
  // The name comes from /etc/protocols, which a slim machine lacks.
  if (typeof e === 'number') return type === 'inet_proto' ? (protocolNames[e] ?? String(e)) : String(e)
  if (e === null) return ''
  if ('concat' in e) {
    const types = type?.split(' . ')
    return e.concat.map((part, i) => expressionText(part, types?.[i])).join(' . ')
  }
  if ('prefix' in e) return `${e.prefix.addr}/${e.prefix.len}`
  if ('range' in e) return `${expressionText(e.range[0], type)}-${expressionText(e.range[1], type)}`
  if ('elem' in e) return expressionText(e.elem.val, type)
  if ('goto' in e) return `goto ${e.goto.target}`
  if ('jump' in e) return `jump ${e.jump.target}`
  return Object.keys(e)[0] ?? ''
}

const fingerprintIn = (comment: string | undefined): string =>
  comment?.startsWith(fingerprintMark) ? comment.slice(fingerprintMark.length) : ''

/** Everything in our table of one namespace. What lost its fingerprint is there with an empty one. */
export function parseNftTable(netns: string, json: string): ObservedObject[] {
  const entries = (JSON.parse(json) as { readonly nftables: readonly Entry[] }).nftables
  const objects: ObservedObject[] = []
  const add = (object: KernelObject): void => {
    objects.push({ fingerprint: object.fingerprint, object })
  }

  const rules = new Map<string, { count: number; lastComment: string | undefined }>()
  for (const { rule } of entries) {
    if (!rule) continue
    rules.set(rule.chain, { count: (rules.get(rule.chain)?.count ?? 0) + 1, lastComment: rule.comment })
  }

  for (const entry of entries) {
    const { counter, set, map, chain } = entry
    if (counter) {
      add({ kind: 'nft-counter', key: nftCounterKey(netns, counter.name), fingerprint: '', netns, name: counter.name })
    }
    const timeout = entry['ct timeout']
    if (timeout) add(ctTimeoutObject(netns, timeout.name, timeout.policy?.established ?? 0))
    const setOrMap = set ?? map
    if (setOrMap) parseSet(netns, setOrMap, add)
    if (chain) {
      const { count, lastComment } = rules.get(chain.name) ?? { count: 0, lastComment: undefined }
      const [fingerprint = '', expected] = fingerprintIn(lastComment).split(':')
      add({
        kind: 'nft-chain',
        key: nftChainKey(netns, chain.name),
        fingerprint: Number(expected) === count ? fingerprint : '',
        netns,
        name: chain.name,
        rules: [],
        ...(chain.type
          ? { base: `type ${chain.type} hook ${chain.hook} priority ${chain.prio}; policy ${chain.policy};` }
          : {}),
      })
    }
  }
  return objects
}

function parseSet(netns: string, set: SetEntry, add: (object: KernelObject) => void): void {
  const keyType = typeof set.type === 'string' ? set.type : set.type.join(' . ')
  add({
    kind: 'nft-set',
    key: nftSetKey(netns, set.name),
    fingerprint: fingerprintIn(set.comment),
    netns,
    name: set.name,
    keyType,
    flags: set.flags ?? [],
    ...(set.map === undefined ? {} : { valueType: set.map }),
  })
  for (const item of set.elem ?? []) {
    const [key, value] = (set.map === undefined ? [item] : item) as [Expression, Expression?]
    const element = expressionText(key, keyType)
    const valueText = value === undefined ? undefined : expressionText(value, set.map)
    add({
      kind: 'nft-element',
      key: nftElementKey(netns, set.name, element),
      fingerprint: valueText ?? '',
      netns,
      set: set.name,
      element,
      ...(valueText === undefined ? {} : { value: valueText }),
      // What plan/vpc-endpoint.ts says of these elements is not in the kernel; a leftover's connections go all the same.
      ...(set.name.replace(/6$/, '') === setNames.endpointSources ? { cutsConnectionsTo: element } : {}),
    })
  }
}

/** Named counters of a table: name → packets and bytes. */
export function parseNftCounters(json: string): Map<string, { readonly packets: number; readonly bytes: number }> {
  const entries = (JSON.parse(json) as { readonly nftables: readonly Entry[] }).nftables
  return new Map(
    entries.flatMap(({ counter }) =>
      counter ? [[counter.name, { packets: counter.packets, bytes: counter.bytes }]] : [],
    ),
  )
}
