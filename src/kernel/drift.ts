/**
 * Notices that somebody changed our namespaces behind our back, cheaply enough to look all the time.
 *
 * Two looks of different price. The names in /run/netns and the inodes behind them: no child process, every second, so a
 * deleted or swapped namespace shows at once. Then one namespace after the other from inside, a child each: are our
 * links there and up, our routes, our chains. Neither reads rules or elements (10,000 elements cost 0.4 s); the agent reads
 * everything again now and then, see `fullLookPauseMs`.
 *
 * The pause after a look is a multiple of what it cost, so all of it stays below one percent of a processor, and the more
 * there is to look at, the longer a round takes. A round is every VPC and the fabric, and one instance: the other end of an
 * instance's link is looked at with its VPC.
 */
import { nftFamily, nftTable } from '../plan/names.ts'
import { inNetns, type Runner } from './command.ts'
import { ipv6Routes, ourNamespaces } from './observe.ts'
import { netnsInode } from './processes.ts'
import { endMark, routeProtocol, withLength } from './render-ip.ts'
import { fingerprintMark } from './render-nft.ts'
import { halfBuilt, type KernelState, unmounted } from './run.ts'

/**
 * The pause after a look from inside: 0.7 percent of a processor. What the look cost is reckoned from what it read, not
 * from the time it took, or a busy machine would be looked at more rarely: four short-lived children are 7 ms on one core
 * of 2026, and each 10 kB of chains another one.
 */
export const pauseAfterLookMs = (bytesRead: number): number => (7 + bytesRead / 10_000) / 0.007

const namesEveryMs = 1_000

/** How long to wait before everything is read again, when reading it took this long: 0.3 percent. */
export const fullLookPauseMs = (tookMs: number): number => Math.max(30_000, tookMs / 0.003)

export interface DriftWatch {
  /** Call after every run of ours, and after the state was read anew: what is looked for is taken from it again. */
  settle(): void
  stop(): void
}

export interface DriftOptions {
  readonly run: Runner
  readonly name: string
  readonly state: KernelState
  /** False while a run of ours is under way. */
  isQuiet(): boolean
  /** One line on what is not as we left it. Said once, then nothing until the next `settle`. */
  onDrift(what: string): void
}

export function watchDrift({ run, name, state, isQuiet, onDrift }: DriftOptions): DriftWatch {
  let inodes = new Map<string, number>()
  let expected: Expected | undefined
  /** Counts the runs of ours, so that a look that one overtook is thrown away. */
  let epoch = 0
  let isTold = false
  let nextRouter = 0
  let nextInstance = 0
  const stop = new AbortController()

  const tell = (what: string): void => {
    if (isTold) return
    isTold = true
    onDrift(what)
  }

  async function lookAtNames(): Promise<void> {
    const before = epoch
    const present = new Set(await ourNamespaces(name))
    if (before !== epoch || !isQuiet() || isTold) return
    expected ??= expectedOf(state)
    for (const netns of expected.keys()) {
      const inode = present.has(netns) ? netnsInode(netns) : undefined
      if (inode === undefined) return tell(`namespace ${netns} is gone`)
      const known = inodes.get(netns)
      if (known !== undefined && known !== inode) return tell(`namespace ${netns} is another one than before`)
      inodes.set(netns, inode)
    }
  }

  /** Every namespace that routes, then one that does not, and so on. */
  function nextOf(all: Expected): string | undefined {
    const isRouter = ([, { chains, links }]: readonly [string, ExpectedNetns]): boolean =>
      chains.size > 0 || links.size > 1
    const routers = [...all].filter(isRouter)
    if (nextRouter < routers.length) return routers[nextRouter++]?.[0]
    nextRouter = 0
    const instances = [...all].filter((entry) => !isRouter(entry))
    return (instances[nextInstance++ % Math.max(instances.length, 1)] ?? routers[nextRouter++])?.[0]
  }

  /** @returns how much was read */
  async function lookInside(): Promise<number> {
    if (!isQuiet() || isTold) return 0
    expected ??= expectedOf(state)
    const netns = nextOf(expected)
    const wanted = netns === undefined ? undefined : expected.get(netns)
    if (netns === undefined || !wanted) return 0
    const before = epoch
    const { stdout } = await run({
      step: `look at ${netns}`,
      argv: lookOf(netns, wanted),
      input: questions,
      writes: false,
    })
    const what = before === epoch && isQuiet() ? differenceOf(wanted, stdout) : undefined
    if (what) tell(`namespace ${netns}: ${what}`)
    return stdout.length
  }

  repeat(stop.signal, async () => {
    await lookAtNames()
    return namesEveryMs
  })
  repeat(stop.signal, async () => pauseAfterLookMs(await lookInside()))

  return {
    settle() {
      epoch++
      isTold = false
      inodes = new Map()
      expected = undefined
    },
    stop: () => stop.abort(),
  }
}

/** What no namespace has is not asked for: each question is a child. */
function lookOf(netns: string, wanted: ExpectedNetns): readonly string[] {
  const hasIpv6 = [...wanted.routes].some((destination) => destination.includes(':'))
  const more = [
    ...(hasIpv6 ? [ipv6Routes] : []),
    ...(wanted.chains.size > 0 ? [`nft -j list chains ${nftFamily}`] : []),
  ]
  if (more.length === 0) return ['ip', '-n', netns, '-j', '-batch', '-']
  return inNetns(netns, ['sh', '-c', ['ip -j -batch -', ...more].join('; ')])
}

/** Does `work` again and again, each time after the pause that the last one gave. Keeps no process alive. */
function repeat(signal: AbortSignal, work: () => Promise<number>): void {
  let timer: NodeJS.Timeout
  const again = (afterMs: number): void => {
    if (signal.aborted) return
    timer = setTimeout(async () => {
      // A namespace that vanishes during the look makes the look fail; the next one says what happened.
      again(await work().catch(() => namesEveryMs))
    }, afterMs)
    timer.unref()
  }
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
  again(namesEveryMs)
}

/** `ip` answers each with one line of JSON. */
const questions = 'link show\nroute show\n'

interface ExpectedNetns {
  readonly chains: Set<string>
  readonly links: Set<string>
  /** Destinations of RouteObjects. Those of wires are counted on the wire's stamp. */
  readonly routes: Set<string>
}
type Expected = ReadonlyMap<string, ExpectedNetns>

/** What a look from inside must find, by namespace. What is known to be broken is not looked for. */
export function expectedOf(state: KernelState): Expected {
  const expected = new Map<string, ExpectedNetns>()
  const whole = [...state.observed.values()].filter(
    ({ fingerprint }) => fingerprint !== halfBuilt && fingerprint !== unmounted,
  )
  for (const { object } of whole) {
    if (object.kind === 'netns') expected.set(object.netns, { chains: new Set(), links: new Set(), routes: new Set() })
  }
  for (const { object } of whole) {
    if (object.kind === 'nft-chain') expected.get(object.netns)?.chains.add(object.name)
    if (object.kind === 'route') expected.get(object.netns)?.routes.add(object.destination)
    if (object.kind !== 'wire') continue
    for (const { netns, ifname } of [object.a, object.b]) expected.get(netns)?.links.add(ifname)
  }
  return expected
}

interface Route {
  readonly dst: string
  readonly dev: string
  readonly protocol: string
}

/** @param output one line for each of `questions`, then IPv6 routes and what `nft -j list chains` says, where expected */
export function differenceOf(expected: ExpectedNetns, output: string): string | undefined {
  const lines = output.split('\n')
  const [linksJson = '', routesJson = '', moreRoutesJson = '[]'] = lines.filter((line) => line.startsWith('['))
  const chainsJson = lines.find((line) => line.startsWith('{'))
  const links = new Map(
    (JSON.parse(linksJson) as readonly { ifname: string; flags: readonly string[]; ifalias?: string }[]).map((link) => [
      link.ifname,
      link,
    ]),
  )
  for (const ifname of expected.links) {
    const link = links.get(ifname)
    if (!link) return `link ${ifname} is gone`
    if (!link.flags.includes('UP')) return `link ${ifname} is down`
    const isMarked = link.ifalias?.startsWith(fingerprintMark) || link.ifalias?.startsWith(endMark)
    if (!isMarked) return `link ${ifname} is another one than before`
  }
  const routes = [routesJson, moreRoutesJson].flatMap((json) => JSON.parse(json) as readonly Route[])
  const ours = new Set(routes.flatMap(({ dst, protocol }) => (protocol === routeProtocol ? [withLength(dst)] : [])))
  for (const destination of expected.routes) if (!ours.has(destination)) return `route ${destination} is gone`
  const statics = new Map<string, number>()
  for (const { dev, protocol } of routes) {
    if (protocol === 'static') statics.set(dev, (statics.get(dev) ?? 0) + 1)
  }
  for (const ifname of expected.links) {
    const stamped = stampedRoutes(links.get(ifname)?.ifalias)
    if ((statics.get(ifname) ?? 0) < stamped) return `a route over link ${ifname} is gone`
  }

  if (chainsJson === undefined) return undefined
  const { nftables } = JSON.parse(chainsJson) as {
    readonly nftables: readonly { readonly chain?: { readonly table: string; readonly name: string } }[]
  }
  const chains = new Set(nftables.flatMap(({ chain }) => (chain?.table === nftTable ? [chain.name] : [])))
  if (chains.size === 0) return `table ${nftFamily} ${nftTable} is gone`
  for (const chain of expected.chains) if (!chains.has(chain)) return `chain ${chain} is gone`
  return undefined
}

/** How many routes the stamp of a wire says that its end `a` has. */
const stampedRoutes = (alias = ''): number => Number(/^fp:[0-9a-f]+:\d+\.(\d+)\.\d+\//.exec(alias)?.[1] ?? 0)
