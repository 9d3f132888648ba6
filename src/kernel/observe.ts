/**
 * Host → ObservedKernel, by reading only.
 *
 * One child per namespace reads everything of it: links with addresses, routes, permanent neighbours, our table. Measured on
 * two cores: 10,000 map elements in one namespace 0.25 s, mostly nft printing them; 114 namespaces 0.6 s. Damage shows as
 * `half-built`, which equals no fingerprint, so diff has it built again.
 */
import { readdir } from 'node:fs/promises'
import { netnsKey, routeKey, wireKey } from '../plan/keys.ts'
import { fabricNetns, instanceNetns, netnsPrefix, nftFamily, nftTable } from '../plan/names.ts'
import type { KernelObject, WireEnd } from '../plan/program.ts'
import type { ObservedObject } from '../plan/steps.ts'
import { type Command, inNetns, netnsDir, type Runner } from './command.ts'
import { hostErrorOf } from './host-error.ts'
import { inParallel } from './parallel.ts'
import { parseNftTable } from './parse-nft.ts'
import { endMark, routeProtocol, withLength } from './render-ip.ts'
import { fingerprintMark } from './render-nft.ts'
import { halfBuilt, unmounted } from './run.ts'

/** What `ip -j -d address show` prints, as far as we read it. */
interface Link {
  readonly ifname: string
  readonly flags: readonly string[]
  readonly mtu: number
  readonly address?: string
  readonly ifalias?: string
  readonly linkinfo?: { readonly info_kind?: string }
  readonly addr_info: readonly { readonly family?: string; readonly scope?: string }[]
}
interface Route {
  readonly dst: string
  readonly gateway?: string
  readonly dev: string
  readonly protocol: string
}

/** What was read of one namespace. */
interface NetnsReading {
  readonly netns: string
  /** Undefined: a file without a namespace. */
  readonly links: readonly Link[] | undefined
  readonly routes: readonly Route[]
  readonly neighbours: readonly { readonly dev: string }[]
  readonly nft: readonly ObservedObject[]
}

/** Namespaces of one instance, by their names in /run/netns. */
export async function ourNamespaces(name: string): Promise<string[]> {
  const files = await readdir(netnsDir).catch((): string[] => [])
  return files.filter((file) => file.startsWith(netnsPrefix(name))).sort()
}

/** Instances' namespaces are their users' inside: only what we put there is looked at. */
const isInstance = (name: string, netns: string): boolean => netns.startsWith(instanceNetns(name, 'i-'))

/** Everything of ours on the host. */
export async function observe(run: Runner, name: string): Promise<Map<string, ObservedObject>> {
  const readings = await inParallel(await ourNamespaces(name), (netns) =>
    readNetns(run, netns, !isInstance(name, netns)),
  )
  const observed = new Map<string, ObservedObject>()
  const add = (object: KernelObject): void => {
    observed.set(object.key, { fingerprint: object.fingerprint, object })
  }
  const endsByName = new Map(readings.flatMap((reading) => endsOf(reading)))
  for (const reading of readings) {
    const { netns, links, nft } = reading
    const alias = links?.find(({ ifname }) => ifname === 'lo')?.ifalias
    const stamp = alias?.startsWith(fingerprintMark) ? alias.slice(fingerprintMark.length) : halfBuilt
    const fingerprint = links ? stamp : unmounted
    // The fabric's namespace is made by the launcher; before it is set up there is nothing to replace.
    if (fingerprint !== halfBuilt || netns !== fabricNetns(name)) {
      add({ kind: 'netns', key: netnsKey(netns), fingerprint, netns, sysctls: {} })
    }
    for (const wire of wiresOf(reading, endsByName, isInstance(name, netns))) add(wire)
    for (const { dst, gateway = '', dev, protocol } of reading.routes) {
      if (protocol !== routeProtocol) continue
      const destination = withLength(dst)
      const key = routeKey(netns, destination)
      add({ kind: 'route', key, fingerprint: `${gateway} ${dev}`, netns, destination, via: gateway, dev })
    }
    for (const item of nft) observed.set(item.object.key, item)
  }
  return observed
}

/** One `ip` for three questions; it answers each with one line of JSON. */
const questions = 'address show\nroute show\nneigh show nud permanent\n'
/** `route show` is of one family, and a batch cannot change it. */
export const ipv6Routes = 'ip -6 -j route show'

async function readNetns(run: Runner, netns: string, withTable: boolean): Promise<NetnsReading> {
  const command: Command = {
    step: `read namespace ${netns}`,
    argv: withTable
      ? inNetns(netns, ['sh', '-c', `ip -d -j -batch -; ${ipv6Routes}; nft -j list table ${nftFamily} ${nftTable}`])
      : ['ip', '-n', netns, '-d', '-j', '-batch', '-'],
    input: questions,
    writes: false,
  }
  const result = await run(command)
  const lines = result.stdout.split('\n')
  const [links, routes, neighbours, moreRoutes = '[]'] = lines.filter((line) => line.startsWith('['))
  const nft = lines.find((line) => line.startsWith('{'))
  if (links === undefined || routes === undefined || neighbours === undefined) {
    const error = hostErrorOf(command, result)
    // `Invalid argument` is a plain file that no namespace hangs on; what is gone altogether is gone.
    if (error.errno === 'EINVAL' || error.isNotFound) {
      return { netns, links: undefined, routes: [], neighbours: [], nft: [] }
    }
    throw error
  }
  if (withTable && nft === undefined && !/No such file or directory/.test(result.stderr)) {
    throw hostErrorOf(command, result)
  }
  return {
    netns,
    links: JSON.parse(links) as Link[],
    routes: [...(JSON.parse(routes) as Route[]), ...(JSON.parse(moreRoutes) as Route[])],
    neighbours: JSON.parse(neighbours) as { dev: string }[],
    nft: nft === undefined ? [] : parseNftTable(netns, nft),
  }
}

interface End {
  readonly isUp: boolean
  readonly alias: string
  /** Addresses, routes and neighbours, as in `shapeOf`. */
  readonly shape: readonly [number, number, number]
}

const endName = (netns: string, ifname: string): string => `${netns}/${ifname}`

function endsOf({ netns, links, routes, neighbours }: NetnsReading): (readonly [string, End])[] {
  return (links ?? [])
    .filter(({ linkinfo }) => linkinfo?.info_kind === 'veth')
    .map(({ ifname, flags, ifalias, addr_info }) => [
      endName(netns, ifname),
      {
        isUp: flags.includes('UP'),
        alias: ifalias ?? '',
        shape: [
          // Link-local ones are the kernel's own.
          addr_info.filter(({ family, scope }) => family === 'inet' || scope === 'global').length,
          routes.filter(({ dev, protocol, dst }) => dev === ifname && protocol === 'static' && !dst.includes(':'))
            .length,
          neighbours.filter(({ dev }) => dev === ifname).length,
        ],
      },
    ])
}

/** At least what was stamped: an owner may have put more on an interface of an instance. */
const hasShape = (end: End | undefined, shape: string | undefined): boolean =>
  end?.isUp === true && (shape ?? '').split('.').every((count, i) => (end.shape[i] ?? 0) >= Number(count))

function* wiresOf(
  { netns, links }: NetnsReading,
  ends: ReadonlyMap<string, End>,
  isInstanceNetns: boolean,
): Generator<KernelObject> {
  for (const { ifname } of links ?? []) {
    const end = ends.get(endName(netns, ifname))
    if (!end || end.alias.startsWith(endMark)) continue
    const [, fingerprint = '', shapeA, shapeB, bNetns = '', bIfname = ''] =
      /^fp:([0-9a-f]+):([\d.]+)\/([\d.]+)@([^/]+)\/(.+)$/.exec(end.alias) ?? []
    // A veth without a mark was never finished, unless it is an instance's own: its users may make some.
    if (fingerprint === '' && isInstanceNetns) continue
    const isWhole = hasShape(end, shapeA) && hasShape(ends.get(endName(bNetns, bIfname)), shapeB)
    yield {
      kind: 'wire',
      key: wireKey(netns, ifname),
      fingerprint: fingerprint !== '' && isWhole ? fingerprint : halfBuilt,
      a: bareEnd(netns, ifname),
      b: bareEnd(bNetns, bIfname),
    }
  }
}

/** Enough of an end to delete it. */
const bareEnd = (netns: string, ifname: string): WireEnd => ({
  netns,
  ifname,
  mac: '',
  mtuBytes: 0,
  addresses: [],
  neighbours: [],
  routes: [],
})
