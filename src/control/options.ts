import { parseArgs } from 'node:util'
import { quotaKey, quotaTable } from '../api/quota.ts'
import { defaultSettings, type Settings } from '../api/settings.ts'
import { zonesOf } from '../resource/geography.ts'

export interface ControlOptions {
  readonly stateDir: string
  readonly port: number
  readonly name: string
  readonly region: string
  readonly trustAnyCredentials: boolean
  readonly settings: Settings
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
  const settings = {
    privateDnsVerification: parseVerification(values['private-dns-verification']),
    quotas: parseQuotas(values.quota ?? []),
    ...parseUdpOnDualstack(values['udp-on-dualstack']),
  }
  return { stateDir, port: portNumber, name, region, trustAnyCredentials, settings }
}

function parseVerification(
  mode = defaultSettings.privateDnsVerification as string,
): Settings['privateDnsVerification'] {
  if (mode === 'trust' || mode === 'lookup') return mode
  throw new UsageError(`--private-dns-verification ${mode} is neither trust nor lookup`)
}

function parseUdpOnDualstack(mode: string | undefined): Pick<Settings, 'udpOnDualstack'> {
  if (mode === undefined || mode === 'free') return {}
  if (mode === 'as-aws') return { udpOnDualstack: mode }
  throw new UsageError(`--udp-on-dualstack ${mode} is neither free nor as-aws`)
}

/** `vpc/L-29B6F2EB=500`; the last one of a quota holds. */
function parseQuotas(texts: readonly string[]): Settings['quotas'] {
  return new Map(
    texts.map((text) => {
      const [key = '', value = ''] = text.split('=')
      if (!quotaTable.some((quota) => quotaKey(quota) === key)) {
        const known = quotaTable.map((quota) => `  ${quotaKey(quota)}  ${quota.quotaName}`).join('\n')
        throw new UsageError(
          `--quota ${text} names no quota. Write --quota SERVICE/CODE=NUMBER, with one of:\n${known}`,
        )
      }
      if (!/^\d{1,9}$/.test(value)) throw new UsageError(`--quota ${text} has no number: write --quota ${key}=NUMBER`)
      return [key, Number(value)] as const
    }),
  )
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
        'private-dns-verification': { type: 'string' },
        'udp-on-dualstack': { type: 'string' },
        quota: { type: 'string', multiple: true },
      },
    }).values
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}
