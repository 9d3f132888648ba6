// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how policy variables are written
import fc from 'fast-check'
import type { PolicyJson, StatementJson } from './reference-policy.ts'

/**
 * Policies for the truth tables: small vocabularies, so that actions, ARNs and keys meet often enough to decide, and
 * everything that a statement can hold: wildcards, Not…, variables, conditions of every kind of operator.
 */
export const account = '111111111111'
export const otherAccount = '222222222222'
export const roleArn = `arn:aws:iam::${account}:role/app`
export const sessionArn = `arn:aws:sts::${account}:assumed-role/app/s`
export const userArn = `arn:aws:iam::${account}:user/ann`
export const vpcArn = `arn:aws:ec2:us-east-1:${account}:vpc/vpc-1`

/** POLICY_CASES=100000 for the full table; the default keeps the unit run short. */
export const cases = Number(process.env.POLICY_CASES ?? 700)

export const oneOrMore = <Value>(value: fc.Arbitrary<Value>) =>
  fc.oneof(value, fc.uniqueArray(value, { minLength: 1, maxLength: 3 })) as fc.Arbitrary<Value | Value[]>
export const sometimes = <Value>(present: number, absent: number, value: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: absent, arbitrary: fc.constant(undefined) }, { weight: present, arbitrary: value })
const orNot = (name: string, value: fc.Arbitrary<unknown>) =>
  fc.tuple(fc.constantFrom(name, name, name, `Not${name}`), value).map(([key, content]) => ({ [key]: content }))

const actions = fc.constantFrom(
  '*',
  '*',
  'ec2:*',
  'ec2:*',
  'ec2:Delete*',
  'EC2:deletevpc',
  'ec2:?eleteVpc',
  'ec2:CreateVpc',
  'ec2:Create*',
  'sts:*',
)
const resources = fc.constantFrom(
  '*',
  '*',
  '*',
  vpcArn,
  'arn:aws:ec2:*:*:vpc/*',
  'arn:aws:ec2:*:vpc/*',
  'arn:aws:ec2',
  'arn:aws:ec2:*:*:subnet/*',
  'arn:aws:ec2:us-east-1:111111111111:vpc/vpc-?',
  'arn:aws:ec2:us-east-1:111111111111:vpc/${aws:username}',
  'arn:aws:ec2:${aws:nobody}:111111111111:vpc/*',
)
const principals = oneOrMore(
  fc.constantFrom('*', account, `arn:aws:iam::${account}:root`, roleArn, sessionArn, userArn, otherAccount),
).map((AWS) => ({ AWS }))

const texts = fc.constantFrom('ann', 'a*', '*', 'b', 'ANN', '${aws:username}', '${k:absent}')
const numbers = fc.constantFrom('1', '2.0', '10')
const families = [
  { names: ['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike'], values: texts },
  { names: ['StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase'], values: texts },
  { names: ['NumericEquals', 'NumericLessThan', 'NumericNotEquals', 'NumericGreaterThanEquals'], values: numbers },
  {
    names: ['DateLessThan', 'DateGreaterThanEquals'],
    values: fc.constantFrom('2026-01-01T00:00:00Z', '2026-06-01', '1767225600'),
  },
  { names: ['Bool'], values: fc.constantFrom('true', 'false', 'TRUE') },
  {
    names: ['IpAddress', 'NotIpAddress'],
    values: fc.constantFrom('10.0.0.0/8', '10.0.0.9', '10.0.0.8/31', '0.0.0.0/0', '192.168.0.0/16'),
  },
  {
    names: ['ArnLike', 'ArnNotEquals'],
    values: fc.constantFrom(vpcArn, 'arn:aws:ec2:*:*:vpc/*', 'arn:aws:ec2:*', '*', 'arn:*:ec2:us-east-1:*:*'),
  },
] as const

/** Keys that hold what the operators compare, and some that do not. */
const defaultKeys = ['aws:username', 'k:text', 'k:number', 'k:many', 'k:absent', 'k:date', 'k:bool', 'k:ip', 'k:arn']

const operatorAndValues = fc
  .constantFrom(...families, families[0], families[0], families[2])
  .chain(({ names, values }) =>
    fc.tuple(
      fc
        .tuple(
          fc.constantFrom('', '', 'ForAllValues:', 'ForAnyValue:'),
          fc.constantFrom(...(names as readonly string[])),
          fc.constantFrom('', '', 'IfExists'),
        )
        .map((parts) => parts.join('')),
      oneOrMore(values as fc.Arbitrary<string>),
    ),
  )

function conditionOver(keys: readonly string[]): fc.Arbitrary<object> {
  const key = fc.constantFrom(...keys)
  const compared = fc
    .tuple(operatorAndValues, key)
    .map(([[operator, values], name]) => ({ [operator]: { [name]: values } }))
  const presence = fc.tuple(key, fc.constantFrom('true', 'false')).map(([name, value]) => ({ Null: { [name]: value } }))
  return fc.oneof({ weight: 4, arbitrary: compared }, { weight: 1, arbitrary: presence })
}

export type Use = 'identity' | 'resource' | 'trust'

export function documentOf(use: Use, keys: readonly string[] = defaultKeys): fc.Arbitrary<PolicyJson> {
  const statement = fc
    .tuple(
      sometimes(1, 5, fc.constant('Deny')).map((effect) => effect ?? 'Allow'),
      orNot('Action', oneOrMore(use === 'trust' ? fc.constantFrom('sts:*', 'sts:AssumeRole', 'STS:Tag*') : actions)),
      orNot('Resource', oneOrMore(resources)),
      orNot('Principal', principals),
      sometimes(1, 2, fc.array(conditionOver(keys), { minLength: 1, maxLength: 2 })),
    )
    .map(([effect, action, resource, principal, blocks]): StatementJson => {
      const isForbidden = effect === 'Allow' && 'NotPrincipal' in principal
      return {
        Effect: effect,
        ...action,
        ...(use === 'trust' ? {} : resource),
        ...(use === 'identity' ? {} : isForbidden ? { Principal: '*' } : principal),
        ...(blocks ? { Condition: Object.assign({}, ...blocks) } : {}),
      } as StatementJson
    })
  const statements = fc.array(statement, { minLength: 1, maxLength: 4 })
  return fc
    .tuple(fc.constantFrom('2012-10-17', '2012-10-17', '2008-10-17'), statements)
    .map(([Version, Statement]) => ({ Version, Statement }))
}
