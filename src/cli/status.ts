import type { DataPlane, RelayStatus } from '../link/messages.ts'
import { type ControlStatus, problemsOf, readControlStatus } from './control-status.ts'
import { type Home, readRecord, refuseForeignOwner } from './home.ts'
import { entryOf, listNamespaces } from './namespaces.ts'
import { nextCommand } from './next-command.ts'
import { type FoundProcess, findProcesses } from './processes.ts'

/** Exit codes of `underpass status`: a script can ask without reading. */
export const exitCodes = { running: 0, degraded: 1, stopped: 3 } as const

export interface Status {
  readonly state: keyof typeof exitCodes
  readonly name: string
  readonly stateDir: string
  readonly endpoint: string | null
  readonly processes: readonly FoundProcess[]
  /** What is not as it should be, in words. */
  readonly problems: readonly string[]
  /** Of this home, whether or not a process runs. */
  readonly namespaces: number
  readonly accountId: string | null
  readonly region: string | null
  readonly revision: number | null
  /** Resident bytes. */
  readonly memory: { readonly control: number; readonly agent: number | null } | null
  readonly dataPlane: ControlStatus['dataPlane']
  readonly agent: ControlStatus['agent']
}

/** `underpass status [--json]`. */
export async function status(home: Home, options: { readonly json: boolean }): Promise<number> {
  refuseForeignOwner(home)
  const found = await readStatus(home)
  console.log(options.json ? JSON.stringify(found, undefined, 2) : table(found).join('\n'))
  return exitCodes[found.state]
}

/** Puts together what /proc, the namespaces and control say. */
export async function readStatus(home: Home): Promise<Status> {
  const processes = findProcesses(home)
  const record = readRecord(home)
  const runs = (name: FoundProcess['name']): boolean => processes.some((process) => process.name === name)
  const answer = runs('control') && record ? await readControlStatus(record.port) : undefined
  const entry = entryOf(process.getuid?.() ?? 0, processes)
  const namespaces = entry ? listNamespaces(entry, home).length : 0

  const isStopped = !runs('control') && !runs('agent')
  const problems: string[] = []
  if (isStopped && namespaces > 0) {
    problems.push(`no process runs, but its namespaces (${namespaces}) are there and traffic in them goes on`)
  } else if (!isStopped) {
    if (!runs('control')) problems.push('control does not run')
    else if (!answer) problems.push(`control does not answer on port ${record?.port ?? '(unknown)'}`)
    if (!runs('agent')) problems.push('the agent does not run')
    else if (answer) problems.push(...problemsOf(answer))
    if (!entry) problems.push('the holder of the namespaces does not run, so nothing can enter them')
  }
  return {
    state: isStopped ? 'stopped' : problems.length > 0 ? 'degraded' : 'running',
    name: home.name,
    stateDir: home.stateDir,
    endpoint: record ? `http://127.0.0.1:${record.port}` : null,
    processes,
    problems,
    namespaces,
    accountId: answer?.accountId ?? null,
    region: answer?.region ?? record?.region ?? null,
    revision: answer?.revision ?? null,
    memory: answer ? { control: answer.residentMemoryBytes, agent: answer.agent?.residentMemoryBytes ?? null } : null,
    dataPlane: answer?.dataPlane ?? null,
    agent: answer?.agent ?? null,
  }
}

function table(found: Status): readonly string[] {
  const { agent } = found
  const mebibytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MiB`
  return [
    `Underpass ${found.name}: ${found.state}`,
    ...found.problems.map((problem) => `  problem     ${problem}`),
    ...(found.state !== 'running'
      ? [`  ${found.state === 'stopped' ? 'start it' : 'mend it '}    ${nextCommand(found, 'up')}`]
      : []),
    ...(found.endpoint ? [`  endpoint    ${found.endpoint}`] : []),
    ...(found.accountId ? [`  account     ${found.accountId}`] : []),
    ...(found.region ? [`  region      ${found.region}`] : []),
    `  state       ${found.stateDir}`,
    `  namespaces  ${found.namespaces}`,
    ...found.processes.map(({ name, pid }) => `  ${name.padEnd(11)} pid ${pid}`),
    ...describeDataPlane(found.dataPlane ?? undefined).map((line) => `  ${line}`),
    ...(found.memory
      ? [
          `  memory      control ${mebibytes(found.memory.control)}` +
            (found.memory.agent === null ? '' : `, agent ${mebibytes(found.memory.agent)}`),
        ]
      : []),
    ...(agent
      ? [
          `  kernel      revision ${agent.appliedRevision} of ${found.revision}, ${agent.objects} objects, ` +
            `${agent.kernelWrites} writes since ${agent.startedAt}`,
          ...agent.endpoints.map(
            ({ vpcEndpointId, connections, bytes }) =>
              `  endpoint    ${vpcEndpointId}: ${connections} connections, ${bytes} bytes`,
          ),
          ...describeRelay(agent.relay),
          ...agent.drops
            .filter(({ packets }) => packets > 0)
            .map(
              ({ vpcId, reason, packets, bytes }) =>
                `  refused     ${vpcId}: ${packets} packets, ${bytes} bytes: ${reason}`,
            ),
        ]
      : []),
  ]
}

/** The data plane in words: what carries packets here, and what this kernel lacks. */
export function describeDataPlane(dataPlane: DataPlane | undefined): readonly string[] {
  if (!dataPlane) return []
  const { mode, kernelRelease, nftVersion, present, missed } = dataPlane
  return [
    `data plane  ${mode}, Linux ${kernelRelease}, nftables ${nftVersion}`,
    `present     ${present.join(', ') || 'nothing beyond the basics'}`,
    `missed      ${missed.join(', ') || 'nothing'}`,
  ]
}

function describeRelay(relay: RelayStatus | undefined): readonly string[] {
  if (!relay) return []
  const { connections, accepted, workers, restarts, failures, residentMemoryBytes } = relay
  const reasons = Object.entries(failures).map(([reason, count]) => `${count} ${reason}`)
  return [
    `  relay       ${connections} connections of ${accepted}, ${workers} workers` +
      `${restarts > 0 ? `, ${restarts} replaced` : ''}, ${Math.round(residentMemoryBytes / 1024 / 1024)} MiB`,
    ...(reasons.length > 0 ? [`  relay reset ${reasons.join(', ')}`] : []),
  ]
}
