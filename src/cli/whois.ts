import { request } from 'node:http'
import type { WhoisAnswer } from '../link/messages.ts'
import { CliError } from './cli-error.ts'
import { type Home, readRecord, refuseForeignOwner } from './home.ts'
import { nextCommand } from './next-command.ts'

const timeoutMs = 15_000

/** `underpass whois ADDRESS:PORT [--vpc VPC]`: who is behind a connection that a target sees. */
export async function whois(
  home: Home,
  address: string,
  options: { readonly vpc?: string; readonly json: boolean },
): Promise<number> {
  refuseForeignOwner(home)
  const record = readRecord(home)
  if (!record) throw new CliError(`Underpass ${home.name} is not running.\nRun: ${nextCommand(home, 'up')}`)
  const path = ['/_underpass/whois', address, ...(options.vpc ? [options.vpc] : [])].join('/')
  const answers = await ask(home, record.port, path)
  console.log(options.json ? JSON.stringify(answers, undefined, 2) : describe(address, answers).join('\n'))
  return answers.length > 0 ? 0 : 1
}

function ask(home: Home, port: number, path: string): Promise<readonly WhoisAnswer[]> {
  return new Promise((resolve, reject) => {
    const query = request(
      { host: '127.0.0.1', port, path, agent: false, signal: AbortSignal.timeout(timeoutMs) },
      (answer) => {
        let text = ''
        answer.setEncoding('utf8')
        answer.on('data', (chunk: string) => {
          text += chunk
        })
        answer.on('end', () => {
          if (answer.statusCode === 200) resolve(JSON.parse(text) as WhoisAnswer[])
          else reject(new CliError(text.trim()))
        })
      },
    )
    query.on('error', (error) =>
      reject(new CliError(`Control does not answer: ${error.message}\nRun: ${nextCommand(home, 'status')}`)),
    )
    query.end()
  })
}

export function describe(address: string, answers: readonly WhoisAnswer[]): readonly string[] {
  if (answers.length === 0) {
    return [
      `Nothing that is tracked comes from ${address}.`,
      'Give the address and port of the peer as the target sees them; the connection must be open, or closed just now.',
    ]
  }
  return answers.flatMap(({ protocol, target, vpcId, loadBalancerArn, endpoint, client, isRelayed }) => [
    `${protocol} ${address} to ${target} in ${vpcId}`,
    ...(endpoint
      ? [
          `  endpoint       ${endpoint.vpcEndpointId} (${endpoint.availabilityZone})`,
          `  account        ${endpoint.ownerId}`,
          `  VPC            ${endpoint.vpcId}`,
        ]
      : ['  endpoint       none: the client is in the same VPC']),
    `  client         ${client ?? 'not tracked any more'}`,
    `  load balancer  ${loadBalancerArn}`,
    `  carried by     ${isRelayed ? 'the relay' : 'the kernel'}`,
  ])
}
