/**
 * What endpoints can run out of: source ports, and room in a connection table.
 *
 * All clients of an endpoint's interface reach its node from the interface's one fabric address, so each connection to one
 * port takes one of its 64,512 source ports. When none is free the kernel drops the packet and counts it nowhere; AWS speaks
 * of 55,000 (reference 2.5), which leaves the search for a free port short. So an interface that has as many is full: the
 * plan lets it refuse new connections, visibly, until some have gone. A node of a load balancer has as many ports towards one
 * target, for all endpoints together: of that there is a warning.
 *
 * Counting every connection in the kernel (`ct count`) walks a list as long as there are connections, for each new one.
 * Instead the tables are looked at: how many entries each has costs a file per VPC; what they lead to is read only where
 * there are enough to matter.
 */
import type { Logger } from 'pino'
import { inNetns, type Runner } from '../kernel/command.ts'
import {
  countPortUse,
  parseConnectionSums,
  parsePortUse,
  readTableFills,
  sumConnections,
  type TableFill,
} from '../kernel/conntrack.ts'
import { vpcNetns } from '../plan/names.ts'
import type { Snapshot } from '../resource/kind.ts'

/** Connections of one endpoint interface to one port of its node. */
export const connectionsPerPort = 55_000
/** A warning from here on. */
const warnFrom = 0.8
/** Full until this much is free again, so that it does not change with every connection. */
const roomAgainBelow = 0.95

const pauseMs = 2_000
/** Of a processor: rarely looked when there is little, and often when it might be full before the next look. */
const shareWhenQuiet = 0.01
const shareWhenBusy = 0.2

export interface CapacityWatch {
  readonly fullInterfaceIds: ReadonlySet<string>
  readonly warnings: readonly string[]
  stop(): void
}

export interface CapacityOptions {
  readonly run: Runner
  readonly name: string
  readonly log: Pick<Logger, 'warn' | 'info'>
  /** Undefined: nothing to look at yet. */
  snapshot(): Snapshot | undefined
  /** Some interface has become full, or is no more. */
  onChange(): void
}

/** One look: what is full now and what will be. */
export interface Capacity {
  readonly fullInterfaceIds: ReadonlySet<string>
  readonly warnings: readonly string[]
  /** There is enough to look closely. */
  readonly isBusy: boolean
}

export const emptyCapacity: Capacity = { fullInterfaceIds: new Set(), warnings: [], isBusy: false }

/** Reads the tables of all VPCs that have an endpoint. */
export async function lookAtCapacity(
  run: Runner,
  name: string,
  snapshot: Snapshot,
  before: Capacity,
): Promise<Capacity> {
  const endpoints = [...snapshot.resources['vpc-endpoint'].values()].filter(({ state }) => state === 'available')
  const loadBalancers = [...snapshot.resources['load-balancer'].values()]
  const vpcIds = [...new Set([...endpoints, ...loadBalancers].map(({ vpcId }) => vpcId))]
  if (vpcIds.length === 0) return emptyCapacity
  const fills = await readTableFills(
    run,
    vpcIds.map((vpcId) => vpcNetns(name, vpcId)),
  )
  const fullInterfaceIds = new Set<string>()
  const warnings: string[] = []
  let isBusy = false
  for (const vpcId of vpcIds) {
    const fill = fills.get(vpcNetns(name, vpcId))
    if (!fill) continue
    if (fill.entries > fill.max * warnFrom) warnings.push(describeTable(vpcId, fill))
    if (fill.entries < connectionsPerPort / 2) continue
    isBusy = true
    const { stdout } = await run({
      step: `sum connections of ${vpcId}`,
      argv: inNetns(vpcNetns(name, vpcId), [
        'sh',
        '-c',
        `${sumConnections}; ${countPortUse(connectionsPerPort * warnFrom)}`,
      ]),
      writes: false,
    })
    const nodeIps = new Map(
      loadBalancers.flatMap(({ loadBalancerName, zones }) =>
        zones.flatMap((zone) =>
          addressesOf(snapshot, zone.networkInterfaceId).map((ip) => [ip, loadBalancerName] as const),
        ),
      ),
    )
    for (const { from, to, connections } of parsePortUse(stdout)) {
      const loadBalancerName = nodeIps.get(from)
      if (loadBalancerName !== undefined) warnings.push(describeNode(loadBalancerName, from, to, connections))
    }
    const sums = parseConnectionSums(stdout)
    for (const { vpcEndpointId, networkInterfaceIds } of endpoints.filter((each) => each.vpcId === vpcId)) {
      for (const id of networkInterfaceIds) {
        const limit = connectionsPerPort * (before.fullInterfaceIds.has(id) ? roomAgainBelow : 1)
        // Each family has ports of its own; an interface that has none left in one takes no more at all.
        for (const ip of addressesOf(snapshot, id)) {
          const inUse = sums.get(ip)?.busiestPort ?? 0
          if (inUse >= limit) fullInterfaceIds.add(id)
          if (inUse >= connectionsPerPort * warnFrom) warnings.push(describeInterface(vpcEndpointId, ip, inUse))
        }
      }
    }
  }
  return { fullInterfaceIds, warnings, isBusy }
}

/** What an endpoint's interface or a node is known by: one address of each family. */
function addressesOf(snapshot: Snapshot, networkInterfaceId: string): readonly string[] {
  const eni = snapshot.resources['network-interface'].get(networkInterfaceId)
  return eni ? [eni.privateIp, ...(eni.ipv6Addresses ?? [])] : []
}

const describeNode = (loadBalancerName: string, from: string, to: string, connections: number): string =>
  `load balancer ${loadBalancerName} has ${connections} connections from ${from} to ${to}, of about ${connectionsPerPort}; the ` +
  'kernel refuses new ones beyond. Register more targets'

const describeTable = (vpcId: string, { entries, max }: TableFill): string =>
  `${vpcId} tracks ${entries} connections of at most ${max}; the kernel refuses new ones beyond. ` +
  `Run: sysctl -w net.netfilter.nf_conntrack_max=${max * 2}`

const describeInterface = (vpcEndpointId: string, ip: string, inUse: number): string =>
  `${vpcEndpointId} has ${inUse} connections through ${ip} to one port, of at most ${connectionsPerPort}; new ones beyond ` +
  'are refused. Spread the clients over further zones or another endpoint'

/** Looks again and again, for as little as it takes. */
export function watchCapacity({ run, name, log, snapshot, onChange }: CapacityOptions): CapacityWatch {
  let capacity = emptyCapacity
  let isStopped = false
  let timer: NodeJS.Timeout | undefined

  const look = async (): Promise<void> => {
    const from = performance.now()
    const present = snapshot()
    try {
      if (present) adopt(await lookAtCapacity(run, name, present, capacity))
    } catch (error) {
      log.warn({ err: error }, 'connections could not be counted; looking again later')
    }
    const tookMs = performance.now() - from
    const share = capacity.isBusy ? shareWhenBusy : shareWhenQuiet
    const afterMs = Math.max(capacity.isBusy ? 0 : pauseMs, tookMs / share)
    if (isStopped) return
    timer = setTimeout(() => void look(), afterMs)
    timer.unref()
  }

  const adopt = (now: Capacity): void => {
    const changed = [...now.fullInterfaceIds, ...capacity.fullInterfaceIds].filter(
      (id) => now.fullInterfaceIds.has(id) !== capacity.fullInterfaceIds.has(id),
    )
    if (now.warnings.length > 0 && capacity.warnings.length === 0) {
      for (const warning of now.warnings) log.warn(warning)
    } else if (now.warnings.length === 0 && capacity.warnings.length > 0)
      log.info('there is room for connections again')
    capacity = now
    if (changed.length > 0 && !isStopped) onChange()
  }

  timer = setTimeout(() => void look(), pauseMs)
  timer.unref()
  return {
    get fullInterfaceIds() {
      return capacity.fullInterfaceIds
    },
    get warnings() {
      return capacity.warnings
    },
    stop() {
      isStopped = true
      clearTimeout(timer)
    },
  }
}
