/** Constructors of kernel objects: each puts the key and the fingerprint on, so that no compile function can forget. */
import {
  fingerprintOf,
  netnsKey,
  nftChainKey,
  nftCounterKey,
  nftCtTimeoutKey,
  nftElementKey,
  nftSetKey,
  routeKey,
  wireKey,
} from './keys.ts'
import type {
  NetnsObject,
  NftChainObject,
  NftCounterObject,
  NftCtTimeoutObject,
  NftElementObject,
  NftSetObject,
  RouteObject,
  Sysctls,
  WireEnd,
  WireObject,
} from './program.ts'

export function netnsObject(
  netns: string,
  sysctls: Sysctls,
  { resolvConf, localBlocks }: Pick<NetnsObject, 'resolvConf' | 'localBlocks'> = {},
): NetnsObject {
  return {
    kind: 'netns',
    key: netnsKey(netns),
    fingerprint: fingerprintOf(JSON.stringify([sysctls, resolvConf ?? '', localBlocks ?? []])),
    netns,
    sysctls,
    ...(resolvConf ? { resolvConf } : {}),
    ...(localBlocks ? { localBlocks } : {}),
  }
}

export function wireObject(a: WireEnd, b: WireEnd): WireObject {
  return { kind: 'wire', key: wireKey(a.netns, a.ifname), fingerprint: fingerprintOf(JSON.stringify([a, b])), a, b }
}

export function routeObject(netns: string, destination: string, via: string, dev: string): RouteObject {
  return {
    kind: 'route',
    key: routeKey(netns, destination),
    fingerprint: `${via} ${dev}`,
    netns,
    destination,
    via,
    dev,
  }
}

export function setObject(netns: string, name: string, keyType: string, flags: readonly string[] = []): NftSetObject {
  return {
    kind: 'nft-set',
    key: nftSetKey(netns, name),
    fingerprint: fingerprintOf(`${keyType}|${flags}`),
    netns,
    name,
    keyType,
    flags,
  }
}

export function mapObject(netns: string, name: string, keyType: string, valueType: string): NftSetObject {
  return {
    kind: 'nft-set',
    key: nftSetKey(netns, name),
    fingerprint: fingerprintOf(`${keyType}:${valueType}`),
    netns,
    name,
    keyType,
    valueType,
    flags: [],
  }
}

/** A map whose keys may be blocks. */
export function intervalMapObject(netns: string, name: string, keyType: string, valueType: string): NftSetObject {
  return {
    ...mapObject(netns, name, keyType, valueType),
    fingerprint: fingerprintOf(`${keyType}:${valueType}|interval`),
    flags: ['interval'],
  }
}

export function counterObject(netns: string, name: string): NftCounterObject {
  return { kind: 'nft-counter', key: nftCounterKey(netns, name), fingerprint: '', netns, name }
}

export function chainObject(netns: string, name: string, rules: readonly string[], base?: string): NftChainObject {
  return {
    kind: 'nft-chain',
    key: nftChainKey(netns, name),
    fingerprint: fingerprintOf(JSON.stringify([base ?? '', rules])),
    netns,
    name,
    rules,
    ...(base ? { base } : {}),
  }
}

export function elementObject(
  netns: string,
  set: string,
  element: string,
  value?: string,
  cutsConnectionsTo?: string,
): NftElementObject {
  return {
    kind: 'nft-element',
    key: nftElementKey(netns, set, element),
    fingerprint: value ?? '',
    netns,
    set,
    element,
    ...(value === undefined ? {} : { value }),
    ...(cutsConnectionsTo === undefined ? {} : { cutsConnectionsTo }),
  }
}

export function ctTimeoutObject(netns: string, name: string, establishedSeconds: number): NftCtTimeoutObject {
  const key = nftCtTimeoutKey(netns, name)
  return { kind: 'nft-ct-timeout', key, fingerprint: '', netns, name, establishedSeconds }
}
