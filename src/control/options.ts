import { parseArgs } from 'node:util'
import { zonesOf } from '../resource/geography.ts'

export interface ControlOptions {
  readonly stateDir: string
  readonly port: number
  readonly name: string
  readonly region: string
  readonly trustAnyCredentials: boolean
}

/** Text for the operator; the process ends with it. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** @throws UsageError */
export function parseOptions(args: readonly string[]): ControlOptions {
  const values = parse(args)
  const { 'state-dir': stateDir, name, port = '4747', region = 'us-east-1' } = values
  if (!stateDir) throw new UsageError('--state-dir DIR is missing')
  if (!name) throw new UsageError('--name NAME is missing')
  const portNumber = Number(port)
  if (!Number.isInteger(portNumber) || portNumber < 0 || portNumber > 65535) {
    throw new UsageError(`--port ${port} is not a port: give a number up to 65535`)
  }
  if (zonesOf(region).length === 0) throw new UsageError(`--region ${region} is not a region of AWS: try us-east-1`)
  const trustAnyCredentials = values['trust-any-credentials'] ?? false
  return { stateDir, port: portNumber, name, region, trustAnyCredentials }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        'state-dir': { type: 'string' },
        port: { type: 'string' },
        name: { type: 'string' },
        region: { type: 'string' },
        'trust-any-credentials': { type: 'boolean' },
      },
    }).values
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}
