import type { WhoisAnswer, WhoisQuestion } from '../link/messages.ts'
import { formatIpv6, parseIpv6 } from '../net/ipv6.ts'
import type { Explanation } from '../plan/explanation.ts'
import { ExplainError, type ExplainQuestion, parseQuestion } from './explain.ts'
import { ResetError } from './reset.ts'

export interface Route {
  readonly status: number
  readonly body?: string
  readonly contentType?: string
}

export interface RoutesOptions {
  readonly trustAnyCredentials: boolean
  readStatus(): Promise<object>
  reset(): Promise<void>
  /** Undefined: no agent answers. */
  whois(question: WhoisQuestion): Promise<readonly WhoisAnswer[] | undefined>
  explain(question: ExplainQuestion): Promise<Explanation>
}

/** The few paths of the port that are ours and not AWS's. It listens on loopback only. */
export function createRoutes(
  options: RoutesOptions,
): (method: string, path: string, query?: string) => Promise<Route | undefined> {
  return async (method, path, query = '') => {
    if (!path.startsWith('/_underpass/')) return undefined
    const asked = /^\/_underpass\/whois\/(\d+\.\d+\.\d+\.\d+|\[[\da-f:]+\]):(\d{1,5})(?:\/(vpc-[0-9a-f]+))?$/.exec(path)
    if (method === 'GET' && asked) return whoisRoute(options, asked)
    switch (`${method} ${path}`) {
      case 'GET /_underpass/status':
        return { status: 200, body: `${JSON.stringify(await options.readStatus())}\n`, contentType: 'application/json' }
      case 'GET /_underpass/explain':
        return explainRoute(options, query)
      case 'POST /_underpass/reset':
        return resetRoute(options)
      default:
        return text(
          404,
          `Nothing is at ${method} ${path}: there are GET /_underpass/status, GET /_underpass/whois/ADDRESS:PORT[/VPC], ` +
            'GET /_underpass/explain?from=INSTANCE&to=ADDRESS&port=PORT and POST /_underpass/reset.',
        )
    }
  }
}

async function whoisRoute({ whois }: RoutesOptions, [, address = '', port, vpcId]: RegExpExecArray): Promise<Route> {
  const ipv6 = address.startsWith('[') ? parseIpv6(address.slice(1, -1)) : undefined
  const ip = ipv6 === undefined ? address : formatIpv6(ipv6)
  const answers = await whois({ ip, port: Number(port), ...(vpcId ? { vpcId } : {}) })
  return answers
    ? { status: 200, body: `${JSON.stringify(answers)}\n`, contentType: 'application/json' }
    : text(503, 'No agent is connected, or it did not answer in time.\nRun: underpass status')
}

async function explainRoute({ explain }: RoutesOptions, query: string): Promise<Route> {
  try {
    const answer = await explain(parseQuestion(query))
    return { status: 200, body: `${JSON.stringify(answer)}\n`, contentType: 'application/json' }
  } catch (error) {
    if (error instanceof ExplainError) return text(400, error.message)
    throw error
  }
}

async function resetRoute({ trustAnyCredentials, reset }: RoutesOptions): Promise<Route> {
  if (!trustAnyCredentials) {
    return text(403, 'Reset is for tests: it works only when Underpass was started with --trust-any-credentials.')
  }
  try {
    await reset()
  } catch (error) {
    if (error instanceof ResetError) return text(503, error.message)
    throw error
  }
  return { status: 204 }
}

function text(status: number, message: string): Route {
  return { status, body: `${message}\n`, contentType: 'text/plain; charset=utf-8' }
}
