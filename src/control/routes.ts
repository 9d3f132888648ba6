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
}

/** The few paths of the port that are ours and not AWS's. It listens on loopback only. */
export function createRoutes(options: RoutesOptions): (method: string, path: string) => Promise<Route | undefined> {
  return async (method, path) => {
    if (!path.startsWith('/_underpass/')) return undefined
    switch (`${method} ${path}`) {
      case 'GET /_underpass/status':
        return { status: 200, body: `${JSON.stringify(await options.readStatus())}\n`, contentType: 'application/json' }
      case 'POST /_underpass/reset':
        return resetRoute(options)
      default:
        return text(
          404,
          `Nothing is at ${method} ${path}: there are GET /_underpass/status and POST /_underpass/reset.`,
        )
    }
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
