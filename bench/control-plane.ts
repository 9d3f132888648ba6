/**
 * The control plane: endpoints made and described per second, beside moto_server, which records endpoints and moves no packet.
 *
 * Ours verifies every signature, commits every create durably (SQLite, WAL, synchronous=FULL) before it answers, and the real
 * agent brings every one of them to the kernel meanwhile, on the same processors. Moto keeps them in a dictionary. A round
 * asks one, then the other; ratios are within a round.
 *
 * Moto's cost of an endpoint in a full description does not fall with their number, so it is measured at 1,000 and held
 * against both sizes of ours: 10,000 would take it more than a minute to make.
 */
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { Playground } from '../src/cli/demo/playground.ts'
import { createNetwork, publishService, tenantOf, until } from '../src/cli/demo/scenario.ts'
import type { Benchmark, Setting } from './benchmark.ts'
import { createWideSubnet, raiseEndpointQuota } from './many-endpoints.ts'
import { type Moto, startMoto } from './moto.ts'
import { cpuMsWithEndedThreads } from './processes.ts'
import { type Ask, ec2Form, type Order, type Outcome, startRawClient, type Target } from './raw-orders.ts'
import type { Figure } from './report.ts'
import { median, spreadOf } from './statistics.ts'

const few = 1_000
const many = 10_000
/** In a VPC of their own and tagged: what the filters find. */
const marked = 100
const widths = [1, 8] as const
/** Of a round. */
const slices = 4

export const controlPlane: Benchmark = {
  name: 'control-plane',
  async run(setting) {
    const { stage, rounds, quick, log } = setting
    const ask = startRawClient(stage)
    const [ours, moto] = await Promise.all([startOurs(setting), startMoto(stage, ask)])
    if (!moto) {
      log('MOTO IS ABSENT: there is no moto_server on this machine (pip install "moto[server]").')
      log('Nothing is held against it: ratios and promises are left out of the table.')
    }
    const world = new World(ask, ours, moto)

    await world.create('ours', { body: ours.markedBody, count: marked, connections: 8 })
    await world.create('ours', { count: few - marked, connections: 8 })
    if (moto) await world.create('moto', { count: few, connections: 8 })
    await world.untilApplied()
    log(`${few} endpoints are there`)

    const ofFew = await world.describeAll(rounds, log)
    const perSlice = Math.floor((many - few) / rounds / widths.length / slices)
    const motoPerSlice = quick ? 20 : 50
    for (let round = 0; round < rounds; round++) {
      for (const connections of widths) {
        // In slices, in turn, so that a busy moment of the machine meets both.
        const seconds = { ours: 0, moto: 0 }
        const cpu = { ours: 0, moto: 0 }
        const timed = async (who: Who, count: number): Promise<void> => {
          const before = cpuMsWithEndedThreads(world.pids(who))
          seconds[who] += await world.create(who, { count, connections })
          cpu[who] += cpuMsWithEndedThreads(world.pids(who)) - before
        }
        for (let slice = 0; slice < slices; slice++) {
          world.syncs.push(syncMicroseconds(stage.directory))
          if (moto) await timed('moto', motoPerSlice)
          await timed('ours', perSlice)
        }
        const appliedMs = await world.untilApplied()
        const rate = (perSlice * slices) / seconds.ours
        const theirs = moto && (motoPerSlice * slices) / seconds.moto
        world.creates[connections].push({
          rate,
          theirs,
          appliedMs,
          cpuMicroseconds: (cpu.ours / (perSlice * slices)) * 1000,
          theirCpuMicroseconds: (cpu.moto / (motoPerSlice * slices)) * 1000,
        })
        log(
          `round ${round + 1} of ${rounds}, ${connections} at once: ${rate.toFixed(0)}/s${theirs ? `, moto ${theirs.toFixed(0)}/s` : ''}; in the kernel ${appliedMs.toFixed(0)} ms after the last answer`,
        )
      }
    }
    await world.create('ours', { count: many - few - perSlice * slices * rounds * widths.length, connections: 8 })
    await world.untilApplied()
    log(`${many} endpoints are there`)
    const ofMany = await world.describeAll(rounds, log)
    const lookUps = await world.lookUps()

    const absent = moto ? '' : '\nMOTO_SERVER IS ABSENT from this machine: nothing is compared.'
    return [
      {
        title: 'The control plane beside moto_server',
        method:
          `Raw HTTP, kept-alive connections, signed requests. Rounds: ${rounds}, interleaved. Ours: signatures verified, ` +
          `durable commits,\nthe agent applying all of them. Moto: no signatures, in memory, at ${few} and a few more endpoints.${absent}`,
        figures: [
          ...widths.flatMap((connections) => createFigures(connections, world.creates[connections])),
          ...describeFigures(few, ofFew),
          ...describeFigures(many, ofMany),
          ...lookUps,
          { what: 'for comparison: 12 KB written and synced on this disk', unit: 'µs', spread: spreadOf(world.syncs) },
        ],
      },
    ]
  },
}

interface Creates {
  readonly rate: number
  readonly theirs: number | undefined
  /** From the last answer until the kernel had them all. */
  readonly appliedMs: number
  /** Of control and agent together, without the nft and ip that the agent starts. */
  readonly cpuMicroseconds: number
  readonly theirCpuMicroseconds: number
}

/** Microseconds per endpoint. */
interface Described {
  readonly ours: number
  readonly theirs: number | undefined
}

function createFigures(connections: number, creates: readonly Creates[]): Figure[] {
  const name = `CreateVpcEndpoint, ${connections === 1 ? '1 connection' : `${connections} connections`}`
  const ratios = creates.flatMap(({ rate, theirs }) => (theirs === undefined ? [] : [rate / theirs]))
  const theirs = creates.flatMap((each) => each.theirs ?? [])
  return [
    { what: name, unit: '1/s', spread: spreadOf(creates.map(({ rate }) => rate)) },
    { what: `${name}: CPU time of each`, unit: 'µs', spread: spreadOf(creates.map((each) => each.cpuMicroseconds)) },
    {
      what: `${name}: in the kernel after the last answer`,
      unit: 'ms',
      spread: spreadOf(creates.map(({ appliedMs }) => appliedMs)),
    },
    ...(theirs.length > 0
      ? ([
          { what: `${name}: moto`, unit: '1/s', spread: spreadOf(theirs) },
          { what: `${name}: ours / moto`, unit: 'ratio', spread: spreadOf(ratios), promise: { atLeast: 8 } },
          {
            what: `${name}: CPU time, moto / ours`,
            unit: 'ratio',
            spread: spreadOf(creates.map((each) => each.theirCpuMicroseconds / each.cpuMicroseconds)),
          },
        ] satisfies Figure[])
      : []),
  ]
}

function describeFigures(count: number, described: readonly Described[]): Figure[] {
  const name = `full DescribeVpcEndpoints at ${count}`
  const theirs = described.flatMap((each) => each.theirs ?? [])
  const ratios = described.flatMap((each) => (each.theirs === undefined ? [] : [each.theirs / each.ours]))
  return [
    { what: `${name}, per endpoint`, unit: 'µs', spread: spreadOf(described.map(({ ours }) => ours)) },
    ...(theirs.length > 0
      ? ([
          { what: `${name}: moto, per endpoint`, unit: 'µs', spread: spreadOf(theirs) },
          { what: `${name}: moto / ours`, unit: 'ratio', spread: spreadOf(ratios), promise: { atLeast: 10 } },
        ] satisfies Figure[])
      : []),
  ]
}

/** What a durable commit of one request cannot be faster than; median of a few. */
function syncMicroseconds(directory: string): number {
  const file = openSync(join(directory, 'sync'), 'w')
  const bytes = Buffer.alloc(12 * 1024, 1)
  const each = Array.from({ length: 20 }, (_, i) => {
    const begun = performance.now()
    writeSync(file, bytes, 0, bytes.length, (i % 2) * bytes.length)
    fsyncSync(file)
    return (performance.now() - begun) * 1000
  })
  closeSync(file)
  return median(each.slice(2))
}

interface Ours {
  readonly target: Target
  readonly createBody: string
  readonly markedBody: string
  readonly markedVpcId: string
  readonly pids: readonly number[]
}

async function startOurs({ stage }: Setting): Promise<Ours> {
  const playground = await Playground.create('bench')
  stage.later(() => playground.remove())
  await playground.up()
  const caller = playground.caller()
  const owner = tenantOf('', caller)
  await raiseEndpointQuota(owner)
  const provider = await createNetwork(owner, 'a', '10.0.0.0/16')
  const wish = { name: 'bench', listenerPort: 80, targetPort: 80, targets: [], zones: 'a', acceptanceRequired: false }
  const { serviceName } = await publishService(provider, wish)
  const bodyIn = async (
    cidr: string,
    tags: Readonly<Record<string, string>>,
  ): Promise<[vpcId: string, body: string]> => {
    const { vpcId } = await createNetwork(owner, 'a', cidr)
    const { subnetId } = await createWideSubnet(owner, vpcId)
    return [
      vpcId,
      ec2Form('CreateVpcEndpoint', {
        VpcEndpointType: 'Interface',
        VpcId: vpcId,
        'SubnetId.1': subnetId,
        ServiceName: serviceName,
        ...tags,
      }),
    ]
  }
  const [, createBody] = await bodyIn('10.1.0.0/16', {})
  const [markedVpcId, markedBody] = await bodyIn('10.1.0.0/16', {
    'TagSpecification.1.ResourceType': 'vpc-endpoint',
    'TagSpecification.1.Tag.1.Key': 'marked',
    'TagSpecification.1.Tag.1.Value': 'yes',
  })
  const { accessKeyId, secretAccessKey } = caller.credentials
  const target = { port: playground.port, region: caller.region, accessKeyId, secretAccessKey }
  const { processes } = await playground.status()
  return { target, createBody, markedBody, markedVpcId, pids: processes.map(({ pid }) => pid) }
}

type Who = 'ours' | 'moto'

class World {
  readonly #ask: Ask
  readonly #ours: Ours
  readonly #moto: Moto | undefined
  readonly #lastId: { [who in Who]?: string } = {}
  readonly #count = { ours: 0, moto: 0 }
  readonly syncs: number[] = []
  readonly creates: { readonly [Width in (typeof widths)[number]]: Creates[] } = { 1: [], 8: [] }

  constructor(ask: Ask, ours: Ours, moto: Moto | undefined) {
    this.#ask = ask
    this.#ours = ours
    this.#moto = moto
  }

  /** @returns seconds */
  async create(
    who: Who,
    { body, count, connections }: Partial<Order> & Pick<Order, 'count' | 'connections'>,
  ): Promise<number> {
    if (count === 0) return 0
    const side = this.#side(who)
    const { seconds, last } = await this.#send(who, { body: body ?? side.createBody, count, connections })
    this.#lastId[who] = /<vpcEndpointId>([^<]+)</.exec(last)?.[1]
    this.#count[who] += count
    return seconds
  }

  /** Until the last endpoint is `available`, which is said when the kernel has it. @returns ms */
  async untilApplied(): Promise<number> {
    const begun = performance.now()
    const body = ec2Form('DescribeVpcEndpoints', { 'VpcEndpointId.1': this.#lastId.ours ?? '' })
    await until(
      'the last endpoint to be available',
      async () => {
        const { last } = await this.#send('ours', { body, count: 1, connections: 1 })
        return last.includes('<state>available</state>') ? true : undefined
      },
      120_000,
      10,
    )
    return performance.now() - begun
  }

  /** All pages, of a thousand each. */
  async describeAll(rounds: number, log: Setting['log']): Promise<Described[]> {
    const body = ec2Form('DescribeVpcEndpoints', { MaxResults: '1000' })
    const perEndpoint = async (who: Who, count: number): Promise<number> => {
      const { msEach } = await this.#send(who, { body, count, connections: 1, allPages: true })
      return (median(msEach) / this.#count[who]) * 1000
    }
    // Once unmeasured: the first answer of a size pays for the compiler.
    await perEndpoint('ours', 2)
    const described: Described[] = []
    for (let round = 0; round < rounds; round++) {
      const theirs = this.#moto && (await perEndpoint('moto', 1))
      const ours = await perEndpoint('ours', 3)
      described.push({ ours, theirs })
      log(`all described: ${ours.toFixed(1)} µs an endpoint${theirs ? `, moto ${theirs.toFixed(0)} µs` : ''}`)
    }
    return described
  }

  /** One by its id, and by filters. */
  async lookUps(): Promise<Figure[]> {
    const byFilter = (name: string, value: string, more = {}) =>
      ec2Form('DescribeVpcEndpoints', { 'Filter.1.Name': name, 'Filter.1.Value.1': value, ...more })
    const requests: [what: string, body: string][] = [
      ['by id, one', ec2Form('DescribeVpcEndpoints', { 'VpcEndpointId.1': this.#lastId.ours ?? '' })],
      [`by filter vpc-id, ${marked} found`, byFilter('vpc-id', this.#ours.markedVpcId)],
      [`by filter tag:marked, ${marked} found`, byFilter('tag:marked', 'yes')],
      [
        'by filter vpc-endpoint-state, a page of 100',
        byFilter('vpc-endpoint-state', 'available', { MaxResults: '100' }),
      ],
    ]
    const figures: Figure[] = []
    for (const [what, body] of requests) {
      const { msEach } = await this.#send('ours', { body, count: 100, connections: 1 })
      figures.push({ what: `DescribeVpcEndpoints at ${many}, ${what}`, unit: 'ms', spread: spreadOf(msEach.slice(20)) })
    }
    return figures
  }

  pids(who: Who): readonly number[] {
    return this.#side(who).pids
  }

  #side(who: Who): Pick<Ours, 'target' | 'createBody' | 'pids'> {
    const side = who === 'ours' ? this.#ours : this.#moto
    if (!side) throw new Error('moto_server is absent')
    return side
  }

  #send(who: Who, order: Omit<Order, 'target'>): Promise<Outcome> {
    return this.#ask({ target: this.#side(who).target, ...order })
  }
}
