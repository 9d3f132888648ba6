/**
 * How long `underpass up` takes when 1,000 endpoints are in its state and nothing is in the kernel, until everything is
 * applied; and what the two processes weigh then.
 */
import { fileURLToPath } from 'node:url'
import type { Playground } from '../src/cli/demo/playground.ts'
import type { Benchmark } from './benchmark.ts'
import { createEndpointsApart } from './many-endpoints.ts'
import { residentMegabytes } from './processes.ts'
import type { Stage } from './stage.ts'
import { spreadOf } from './statistics.ts'
import { createProvider, startPlayground } from './world.ts'

const vpcs = 20
/** AWS's default quota of interface endpoints per VPC. */
const perVpc = 50
const promisedSeconds = 5
const promisedMegabytes = 400

export const start: Benchmark = {
  name: 'start',
  async run({ stage, rounds, log }) {
    const playground = await startPlayground(stage)
    const provider = await createProvider(playground, '111111111111')
    await createEndpointsApart(playground, '222222222222', provider, vpcs, perVpc)
    log(`${vpcs * perVpc} endpoints are there`)

    const seconds: number[] = []
    const megabytes = { control: [] as number[], agent: [] as number[], both: [] as number[] }
    for (let round = 0; round < rounds; round++) {
      await down(stage, playground)
      const begun = performance.now()
      await playground.up('--trust-any-credentials')
      seconds.push((performance.now() - begun) / 1000)
      const { processes } = await playground.status()
      const [control = 0, agent = 0] = ['control', 'agent'].map((name) =>
        residentMegabytes(processes.find((process) => process.name === name)?.pid ?? 0),
      )
      megabytes.control.push(control)
      megabytes.agent.push(agent)
      megabytes.both.push(control + agent)
      log(`up after ${seconds.at(-1)?.toFixed(2)} s; control ${control.toFixed(0)} MB, agent ${agent.toFixed(0)} MB`)
    }
    return [
      {
        title: `Start with ${vpcs * perVpc} endpoints in ${vpcs} VPCs`,
        method: `From \`underpass up\` to its end, the command included: everything applied. Rounds: ${rounds}, each after \`down\`.`,
        figures: [
          { what: 'time', unit: 's', spread: spreadOf(seconds), promise: { atMost: promisedSeconds } },
          {
            what: 'memory, both processes',
            unit: 'MB',
            spread: spreadOf(megabytes.both),
            promise: { atMost: promisedMegabytes },
          },
          { what: 'memory, control', unit: 'MB', spread: spreadOf(megabytes.control) },
          { what: 'memory, agent', unit: 'MB', spread: spreadOf(megabytes.agent) },
        ],
      },
    ]
  },
}

async function down(stage: Stage, { home }: Playground): Promise<void> {
  const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))
  await stage.run(undefined, [process.execPath, main, 'down', '--name', home.name, '--state-dir', home.stateDir])
}
