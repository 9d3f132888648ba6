import { errors } from './errors.ts'

/**
 * The bounds that IAM's service model puts on members of requests. A member has the same bounds wherever it occurs, but
 * for the few that the caller overrides: a new user's name is shorter than what a reader may ask for.
 *
 * The SDK's schemas do not carry them. AWS reports all broken lengths, ranges and enumerations at once; characters of
 * names and paths it refuses in words of their own (errors.ts).
 */
interface Constraint {
  /** Of the text or of the list; of the value of a number. */
  readonly min?: number
  readonly max?: number
  readonly values?: readonly string[]
  /** As AWS prints it. */
  readonly pattern?: string
  readonly form?: 'name' | 'path'
}

export type Constraints = Readonly<Record<string, Constraint>>

const name = (max: number): Constraint => ({ min: 1, max, form: 'name' })
const text = (max: number): Constraint => ({ max })
const documentText: Constraint = { min: 1, max: 131072, pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+' }
const arn: Constraint = { min: 20, max: 2048 }
const versionId: Constraint = { pattern: 'v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?' }

const common: Constraints = {
  UserName: name(128),
  NewUserName: name(64),
  GroupName: name(128),
  NewGroupName: name(128),
  RoleName: name(64),
  PolicyName: name(128),
  InstanceProfileName: name(128),
  Path: { min: 1, max: 512, form: 'path' },
  NewPath: { min: 1, max: 512, form: 'path' },
  PathPrefix: { min: 1, max: 512, pattern: '\\u002F[\\u0021-\\u007F]*' },
  PolicyPath: { min: 1, max: 512, form: 'path' },
  PolicyArn: arn,
  PermissionsBoundary: arn,
  PolicySourceArn: arn,
  PolicyDocument: documentText,
  AssumeRolePolicyDocument: documentText,
  Description: text(1000),
  MaxSessionDuration: { min: 3600, max: 43200 },
  VersionId: versionId,
  AccessKeyId: { min: 16, max: 128, pattern: '[\\w]+' },
  AccountAlias: { min: 3, max: 63, pattern: '^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$' },
  Status: { values: ['Active', 'Inactive'] },
  Scope: { values: ['All', 'AWS', 'Local'] },
  PolicyUsageFilter: { values: ['PermissionsPolicy', 'PermissionsBoundary'] },
  EntityFilter: { values: ['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy'] },
  AWSServiceName: { min: 1, max: 128, pattern: '[\\w+=,.@-]+' },
  CustomSuffix: { min: 1, max: 64, pattern: '[\\w+=,.@-]+' },
  DeletionTaskId: { min: 1, max: 1000 },
  Marker: { min: 1, max: 320 },
  MaxItems: { min: 1, max: 1000 },
  Tags: { max: 50 },
  TagKeys: { max: 50 },
}

/** @throws ValidationError */
export function checkConstraints(input: object, overrides: Constraints = {}): void {
  const constraints = { ...common, ...overrides }
  const broken: string[] = []
  for (const [member, value] of Object.entries(input)) {
    const constraint = constraints[member]
    if (!constraint) continue
    for (const breach of breaches(value, constraint)) {
      broken.push(
        `Value '${shown(value)}' at '${memberName(member)}' failed to satisfy constraint: Member must ${breach}`,
      )
    }
  }
  if (broken.length > 0) {
    const count = broken.length === 1 ? '1 validation error' : `${broken.length} validation errors`
    throw errors.validation(`${count} detected: ${broken.join('; ')}`)
  }
  for (const [member, value] of Object.entries(input)) {
    const form = constraints[member]?.form
    if (form === undefined || typeof value !== 'string') continue
    if (form === 'name' && !/^[\w+=,.@-]+$/.test(value)) throw errors.invalidName(memberName(member))
    if (form === 'path' && !/^\/([!-~]+\/)?$/.test(value)) throw errors.invalidPath(memberName(member))
  }
}

function breaches(value: unknown, { min = 0, max, values, pattern }: Constraint): readonly string[] {
  if (typeof value === 'number') {
    return [
      ...(value < min ? [`have value greater than or equal to ${min}`] : []),
      ...(max !== undefined && value > max ? [`have value less than or equal to ${max}`] : []),
    ]
  }
  if (typeof value !== 'string' && !Array.isArray(value)) return []
  return [
    ...(value.length < min ? [`have length greater than or equal to ${min}`] : []),
    ...(max !== undefined && value.length > max ? [`have length less than or equal to ${max}`] : []),
    ...(values && typeof value === 'string' && !values.includes(value)
      ? [`satisfy enum value set: [${values.join(', ')}]`]
      : []),
    ...(pattern && typeof value === 'string' && !new RegExp(`^(?:${pattern})$`).test(value)
      ? [`satisfy regular expression pattern: ${pattern}`]
      : []),
  ]
}

/** `userName`, `AWSServiceName`: as IAM's texts spell members. */
function memberName(member: string): string {
  return /^[A-Z]{2}/.test(member) ? member : `${member[0]?.toLowerCase() ?? ''}${member.slice(1)}`
}

/** A policy document of 100 kB does not belong into an error. */
function shown(value: unknown): string {
  const text = Array.isArray(value) ? `[${value.map((item) => JSON.stringify(item)).join(', ')}]` : String(value)
  return text.length > 1000 ? `${text.slice(0, 1000)}...` : text
}
