import type { CreateTargetGroupInput, ModifyTargetGroupInput } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { HealthCheckSettings, TargetGroup } from '../../resource/target-group.ts'
import * as errors from './errors.ts'

/** The members that CreateTargetGroup and ModifyTargetGroup share. */
type HealthCheckInput = Pick<
  CreateTargetGroupInput & ModifyTargetGroupInput,
  | 'HealthCheckProtocol'
  | 'HealthCheckPort'
  | 'HealthCheckPath'
  | 'HealthCheckEnabled'
  | 'HealthCheckIntervalSeconds'
  | 'HealthCheckTimeoutSeconds'
  | 'HealthyThresholdCount'
  | 'UnhealthyThresholdCount'
  | 'Matcher'
>

/** Defaults of network load balancers (reference 2.4); the time-out is 6 seconds for HTTP and 10 for the others. */
const defaults = { port: 'traffic-port', intervalSeconds: 30, healthyThresholdCount: 5, unhealthyThresholdCount: 2 }

/**
 * The health check settings that a request asks for, checked (reference 2.4).
 *
 * @param old  settings to be modified; a change of protocol brings that protocol's path, matcher and time-out
 */
export function parseHealthCheck(
  input: HealthCheckInput,
  targetType: TargetGroup['targetType'],
  old?: HealthCheckSettings,
): HealthCheckSettings {
  if (input.HealthCheckEnabled === false) {
    throw errors.validationError(`Health checks must be enabled for target groups with target type '${targetType}'`)
  }
  const defaultProtocol = targetType === 'alb' ? 'HTTP' : 'TCP'
  const protocol = parseProtocol(input.HealthCheckProtocol ?? old?.protocol ?? defaultProtocol, targetType)
  const sameProtocol = old !== undefined && old.protocol === protocol
  const intervalSeconds = inRange(
    'Health check interval',
    input.HealthCheckIntervalSeconds ?? old?.intervalSeconds ?? defaults.intervalSeconds,
    5,
    300,
  )
  // Nobody who asks only for a short interval should have to know the default time-out: it follows.
  const defaultTimeout = Math.min(protocol === 'HTTP' ? 6 : 10, intervalSeconds)
  const timeoutSeconds = inRange(
    'Health check timeout',
    input.HealthCheckTimeoutSeconds ?? (sameProtocol ? old.timeoutSeconds : defaultTimeout),
    2,
    120,
  )
  if (timeoutSeconds > intervalSeconds) {
    throw errors.validationError(
      `Health check timeout '${timeoutSeconds}' must be smaller than or equal to the interval '${intervalSeconds}'`,
    )
  }
  return {
    protocol,
    port: parsePort(input.HealthCheckPort ?? old?.port ?? defaults.port),
    intervalSeconds,
    timeoutSeconds,
    healthyThresholdCount: inRange(
      'Healthy threshold count',
      input.HealthyThresholdCount ?? old?.healthyThresholdCount ?? defaults.healthyThresholdCount,
      2,
      10,
    ),
    unhealthyThresholdCount: inRange(
      'Unhealthy threshold count',
      input.UnhealthyThresholdCount ?? old?.unhealthyThresholdCount ?? defaults.unhealthyThresholdCount,
      2,
      10,
    ),
    ...parseHttp(input, protocol, sameProtocol ? old : undefined),
  }
}

function parseProtocol(protocol: string, targetType: TargetGroup['targetType']): HealthCheckSettings['protocol'] {
  if (protocol === 'HTTP' || protocol === 'HTTPS') return protocol
  if (protocol === 'TCP' && targetType !== 'alb') return protocol
  if (['TCP', 'UDP', 'TCP_UDP', 'TLS', 'QUIC', 'TCP_QUIC', 'GENEVE'].includes(protocol)) {
    const allowed = targetType === 'alb' ? 'HTTP, HTTPS' : 'HTTP, HTTPS, TCP'
    throw errors.validationError(`Health check protocol '${protocol}' must be one of '${allowed}'`)
  }
  throw errors.notInEnum(protocol, 'healthCheckProtocol', ['HTTP', 'HTTPS', 'TCP'])
}

function parsePort(port: string): string {
  if (port === 'traffic-port' || (/^[1-9]\d{0,4}$/.test(port) && Number(port) <= 65535)) return port
  throw errors.validationError(`Health check port '${port}' must be 'traffic-port' or a port number from 1 to 65535`)
}

function inRange(what: string, value: number, from: number, to: number): number {
  if (Number.isInteger(value) && value >= from && value <= to) return value
  throw errors.validationError(`${what} '${value}' must be between ${from} and ${to}`)
}

function parseHttp(
  input: HealthCheckInput,
  protocol: HealthCheckSettings['protocol'],
  old: HealthCheckSettings | undefined,
): Pick<HealthCheckSettings, 'path' | 'matcherHttpCode'> {
  if (protocol === 'TCP') {
    if (input.HealthCheckPath !== undefined) {
      throw errors.invalidConfigurationRequest('Health check paths are not supported for TCP health checks')
    }
    if (input.Matcher !== undefined) {
      throw errors.invalidConfigurationRequest('Health check matchers are not supported for TCP health checks')
    }
    return {}
  }
  const path = input.HealthCheckPath ?? old?.path ?? '/'
  // Spaces and control characters would end the request line that the check writes.
  if (!/^\/[\x21-\x7e]{0,1023}$/.test(path)) {
    throw errors.validationError(
      `Health check path '${path}' must begin with '/' and have at most 1024 printable characters`,
    )
  }
  if (input.Matcher?.GrpcCode !== undefined) {
    throw errors.invalidConfigurationRequest(
      'A gRPC matcher is not supported by target groups of network load balancers',
    )
  }
  return { path, matcherHttpCode: parseMatcher(input.Matcher?.HttpCode ?? old?.matcherHttpCode ?? '200-399') }
}

/** `200`, `200,301` or `200-399`, every code from 200 to 599. */
function parseMatcher(matcher: string): string {
  const ranges = matcher.split(',').map((part) => part.split('-'))
  const isValid = ranges.every(
    ([from = '', to = from, ...rest]) =>
      rest.length === 0 && /^[2-5]\d\d$/.test(from) && /^[2-5]\d\d$/.test(to) && Number(from) <= Number(to),
  )
  if (isValid) return matcher
  throw errors.validationError(
    `Health check matcher HTTP code '${matcher}' must be within '200-599' inclusive, as a value, a list or a range`,
  )
}
