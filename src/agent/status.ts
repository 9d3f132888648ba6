import { inNetns, type Runner } from '../kernel/command.ts'
import {
  parseConnectionSums,
  parseTableFill,
  printTableFill,
  sumConnections,
  type TableFill,
  type TrackedConnections,
} from '../kernel/conntrack.ts'
import { inParallel } from '../kernel/parallel.ts'
import { parseNftCounters } from '../kernel/parse-nft.ts'
import type { AgentStatus } from '../link/messages.ts'
import { dropReasons, nftFamily, nftTable, vpcNetns } from '../plan/names.ts'
import type { Snapshot } from '../resource/kind.ts'
import { connectionsPerPort } from './capacity.ts'

/** What was read of one VPC's namespace. */
interface VpcReading {
  readonly vpcId: string
  readonly drops: AgentStatus['drops']
  /** By original destination. */
  readonly connections: ReadonlyMap<string, TrackedConnections>
  readonly table: TableFill | undefined
}

async function readVpc(run: Runner, name: string, vpcId: string): Promise<VpcReading> {
  const { stdout } = await run({
    step: `read counters of ${vpcId}`,
    argv: inNetns(vpcNetns(name, vpcId), [
      'sh',
      '-c',
      `nft -j list counters table ${nftFamily} ${nftTable}; printf '\\001'; ${sumConnections}; ${printTableFill}`,
    ]),
    writes: false,
  })
  const [counters = '', connections = ''] = stdout.split('\u0001')
  const byName = counters.trim() === '' ? new Map<string, never>() : parseNftCounters(counters)
  return {
    vpcId,
    drops: Object.entries(dropReasons).flatMap(([reason, counter]) => {
      const count = byName.get(counter)
      return count && count.packets > 0 ? [{ vpcId, reason, ...count }] : []
    }),
    connections: parseConnectionSums(connections),
    table: parseTableFill(connections),
  }
}

/**
 * Refusals and connections, read from the kernel at the time of asking: one child per VPC that has a namespace. What
 * was refused counts from the making of the table.
 */
export async function readTraffic(
  run: Runner,
  name: string,
  snapshot: Snapshot,
  hasNetns: (netns: string) => boolean,
): Promise<Pick<AgentStatus, 'drops' | 'endpoints' | 'connectionTables'>> {
  const { vpc: vpcs, 'vpc-endpoint': endpoints, 'network-interface': interfaces } = snapshot.resources
  const vpcIds = [...vpcs.keys()].filter((vpcId) => hasNetns(vpcNetns(name, vpcId)))
  const readings = new Map(
    (await inParallel(vpcIds, (vpcId) => readVpc(run, name, vpcId))).map((reading) => [reading.vpcId, reading]),
  )
  return {
    drops: [...readings.values()].flatMap(({ drops }) => drops),
    connectionTables: [...readings.values()].flatMap(({ vpcId, table }) => (table ? [{ vpcId, ...table }] : [])),
    endpoints: [...endpoints.values()].map(({ vpcEndpointId, vpcId, networkInterfaceIds }) => {
      const tracked = networkInterfaceIds.flatMap((id) => {
        const eni = interfaces.get(id)
        const addresses = eni ? [eni.privateIp, ...(eni.ipv6Addresses ?? [])] : []
        return addresses.flatMap((ip) => readings.get(vpcId)?.connections.get(ip) ?? [])
      })
      return {
        vpcEndpointId,
        connections: tracked.reduce((sum, { connections }) => sum + connections, 0),
        bytes: tracked.reduce((sum, { bytes }) => sum + bytes, 0),
        portsInUse: Math.max(0, ...tracked.map(({ busiestPort }) => busiestPort)),
        portLimit: connectionsPerPort,
      }
    }),
  }
}
