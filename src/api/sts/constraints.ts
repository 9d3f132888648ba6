import type { AssumeRoleRequest } from '@aws-sdk/client-sts'
import { errors } from './errors.ts'

/**
 * The bounds that the service model puts on members of AssumeRole. The SDK's schemas do not carry them, so they stand
 * here; AWS reports all that are broken at once, in these words (observed).
 */
interface Constraint {
  readonly member: keyof AssumeRoleRequest & string
  readonly min: number
  readonly max: number
  /** Text members only; as AWS prints it. */
  readonly pattern?: string
}

const constraints: readonly Constraint[] = [
  { member: 'RoleArn', min: 20, max: 2048 },
  { member: 'RoleSessionName', min: 2, max: 64, pattern: '[\\w+=,.@-]*' },
  { member: 'Policy', min: 1, max: 2048, pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+' },
  { member: 'DurationSeconds', min: 900, max: 43200 },
  { member: 'ExternalId', min: 2, max: 1224, pattern: '[\\w+=,.@:\\/-]*' },
  { member: 'SourceIdentity', min: 2, max: 64, pattern: '[\\w+=,.@-]*' },
  { member: 'SerialNumber', min: 9, max: 256, pattern: '[\\w+=/:,.@-]*' },
  { member: 'TokenCode', min: 6, max: 6, pattern: '[\\d]*' },
  { member: 'MinimumSessionTokenSize', min: 0, max: 4096 },
]

/** @throws ValidationError that names every broken bound */
export function checkConstraints(input: AssumeRoleRequest): void {
  const broken = constraints.flatMap((constraint) => {
    const value = input[constraint.member]
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
