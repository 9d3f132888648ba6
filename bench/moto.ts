/** moto_server, the emulator that records endpoints and moves no packet: what the control plane is compared with. */
import { spawnSync } from 'node:child_process'
import { connect, createServer } from 'node:net'
import { until } from '../src/cli/demo/scenario.ts'
import { type Ask, ec2Form, type Target } from './raw-orders.ts'
import type { Stage } from './stage.ts'

const region = 'us-east-1'

/** The body of a CreateVpcEndpoint for a subnet with room, and where to send it. */
export interface Moto {
  readonly target: Target
  readonly createBody: string
  readonly pids: readonly number[]
}

/** Undefined when it is not on this machine. */
export async function startMoto(stage: Stage, ask: Ask): Promise<Moto | undefined> {
  if (spawnSync('moto_server', ['--version'], { stdio: 'ignore' }).error) return undefined
  const port = await freePort()
  const server = stage.start(undefined, ['moto_server', '-H', '127.0.0.1', '-p', String(port)])
  server.stdout?.resume()
  server.stderr?.resume()
  await until('moto_server to listen', () => accepts(port), 60_000, 100)

  const target: Target = { port, region, accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'moto-checks-none' }
  const make = async (
    element: string,
    action: string,
    parameters: Readonly<Record<string, string>>,
  ): Promise<string> => {
    const { last } = await ask({ target, connections: 1, count: 1, body: ec2Form(action, parameters) })
    const id = new RegExp(`<${element}>([^<]+)<`).exec(last)?.[1]
    if (id === undefined) throw new Error(`moto's answer to ${action} has no ${element}`)
    return id
  }
  const vpcId = await make('vpcId', 'CreateVpc', { CidrBlock: '10.1.0.0/16' })
  const subnetId = await make('subnetId', 'CreateSubnet', { VpcId: vpcId, CidrBlock: '10.1.64.0/18' })
  const createBody = ec2Form('CreateVpcEndpoint', {
    VpcEndpointType: 'Interface',
    VpcId: vpcId,
    'SubnetId.1': subnetId,
    ServiceName: `com.amazonaws.vpce.${region}.vpce-svc-0123456789abcdef0`,
  })
  return { target, createBody, pids: server.pid === undefined ? [] : [server.pid] }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (typeof address !== 'object' || !address) throw new Error('no free port')
  return address.port
}

function accepts(port: number): Promise<true | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('error', () => resolve(undefined))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}
