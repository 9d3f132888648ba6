import { errors } from './errors.ts'

/**
 * The bounds that the service model puts on members. The SDK's schemas do not carry them, so they stand here; AWS
 * reports all that are broken at once, in these words (observed).
 */
export interface Constraint {
  readonly member: string
  readonly min: number
  readonly max: number
  /** Text members only; as AWS prints it. */
  readonly pattern?: string
}

const name = { min: 2, max: 64, pattern: '[\\w+=,.@-]*' }
const policy = { member: 'Policy', min: 1, max: 2048, pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+' }
const mfa: readonly Constraint[] = [
  { member: 'SerialNumber', min: 9, max: 256, pattern: '[\\w+=/:,.@-]*' },
  { member: 'TokenCode', min: 6, max: 6, pattern: '[\\d]*' },
]

export const constraints = {
  assumeRole: [
    { member: 'RoleArn', min: 20, max: 2048 },
    { member: 'RoleSessionName', ...name },
    policy,
    { member: 'DurationSeconds', min: 900, max: 43200 },
    { member: 'ExternalId', min: 2, max: 1224, pattern: '[\\w+=,.@:\\/-]*' },
    { member: 'SourceIdentity', ...name },
    ...mfa,
    { member: 'MinimumSessionTokenSize', min: 0, max: 4096 },
  ],
  getSessionToken: [{ member: 'DurationSeconds', min: 900, max: 129600 }, ...mfa],
  getFederationToken: [
    { member: 'Name', min: 2, max: 32, pattern: '[\\w+=,.@-]*' },
    policy,
    { member: 'DurationSeconds', min: 900, max: 129600 },
  ],
  getAccessKeyInfo: [{ member: 'AccessKeyId', min: 16, max: 128, pattern: '[\\w]*' }],
  decodeAuthorizationMessage: [{ member: 'EncodedMessage', min: 1, max: 10240 }],
} as const satisfies Readonly<Record<string, readonly Constraint[]>>

/** @throws ValidationError that names every broken bound */
export function checkConstraints(input: object, all: readonly Constraint[]): void {
  const broken = all.flatMap((constraint) => {
    const value: unknown = (input as Readonly<Record<string, unknown>>)[constraint.member]
    if (typeof value !== 'string' && typeof value !== 'number') return []
    const name = constraint.member[0]?.toLowerCase() + constraint.member.slice(1)
    return breaches(value, constraint).map(
      (breach) => `Value '${value}' at '${name}' failed to satisfy constraint: Member must ${breach}`,
    )
  })
  if (broken.length > 0) {
    throw errors.validation(
      `${broken.length} validation error${broken.length > 1 ? 's' : ''} detected: ${broken.join('; ')}`,
    )
  }
}

function breaches(value: string | number, { min, max, pattern }: Constraint): readonly string[] {
  const isText = typeof value === 'string'
  const size = isText ? value.length : value
  const what = isText ? 'have length' : 'have value'
  return [
    ...(size < min ? [`${what} greater than or equal to ${min}`] : []),
    ...(size > max ? [`${what} less than or equal to ${max}`] : []),
    ...(isText && pattern && !new RegExp(`^(?:${pattern})$`).test(value)
      ? [`satisfy regular expression pattern: ${pattern}`]
      : []),
  ]
}
