import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FakeTransaction } from '../../../test/support/fake-context.ts'
import {
  account,
  cases,
  documentOf,
  otherAccount,
  roleArn,
  sometimes,
  vpcArn,
} from '../../../test/support/generated-policies.ts'
import { type Context, type PolicyJson, referenceDecision } from '../../../test/support/reference-policy.ts'
import { AwsError } from '../../aws/error.ts'
import type { Principal } from '../../aws/service.ts'
import { authorize, rootPrincipal, type TouchedResource } from '../identity.ts'

/**
 * The truth table of permissions: generated users, groups, roles, managed policies, boundaries, session policies and
 * service control policies as records in memory, against the plain reading of what should follow from them.
 *
 *     POLICY_CASES=100000 node --test src/api/authorization/truth.test.ts
 */
const subnetArn = `arn:aws:ec2:us-east-1:${account}:subnet/subnet-1`
const keys = [
  'aws:username',
  'aws:PrincipalTag/team',
  'aws:ResourceTag/team',
  'ec2:ResourceTag/team',
  'aws:RequestTag/team',
  'aws:TagKeys',
  'aws:SourceIp',
  'aws:CurrentTime',
  'aws:SecureTransport',
  'ec2:Vpc',
  'aws:TokenIssueTime',
]
const now = new Date('2026-03-04T05:06:07.000Z')

const policy = documentOf('identity', keys)
const policies = fc.array(policy, { minLength: 1, maxLength: 2 })
const full: PolicyJson = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }
/** As organisations are: most levels have everything attached, and some something else beside or instead. */
const level = fc.oneof(
  { weight: 3, arbitrary: fc.constant([full]) },
  { weight: 2, arbitrary: policy.map((more) => [full, more]) },
  { weight: 1, arbitrary: policies },
)

const world = fc.record({
  kind: fc.constantFrom('user', 'user', 'user-session', 'role', 'role', 'federated-user', 'root'),
  inline: fc.array(policy, { maxLength: 2 }),
  managed: fc.array(policy, { maxLength: 2 }),
  groups: fc.array(
    fc.record({ inline: fc.array(policy, { maxLength: 1 }), managed: fc.array(policy, { maxLength: 1 }) }),
    {
      maxLength: 2,
    },
  ),
  boundary: sometimes(1, 3, fc.oneof(fc.constant(full), policy)),
  sessionInline: sometimes(1, 2, policy),
  sessionManaged: fc.array(policy, { maxLength: 1 }),
  /** Root, two organisational units, account. */
  levels: sometimes(1, 2, fc.tuple(level, level, level, level)),
  principalTeam: sometimes(1, 1, fc.constantFrom('ann', 'b', '*')),
  sessionTeam: sometimes(1, 2, fc.constantFrom('ann', 'a*', '10')),
})
type World = typeof world extends fc.Arbitrary<infer Value> ? Value : never

const touchedResource = fc.record({
  resource: fc.constantFrom(vpcArn, vpcArn, subnetArn, `arn:aws:ec2:us-east-1:${account}:vpc/ann`, '*'),
  keys: fc.record(
    {
      'aws:ResourceTag/team': fc.constantFrom('ann', 'b', 'ANN'),
      'ec2:ResourceTag/team': fc.constantFrom('ann', 'b', '1'),
      'aws:RequestTag/team': fc.constantFrom('ann', '10', ''),
      'aws:TagKeys': fc.constantFrom(['ann'], ['ann', 'b'], ['b', '1']),
      'ec2:Vpc': fc.constantFrom(vpcArn, `arn:aws:ec2:us-east-1:${otherAccount}:vpc/vpc-1`),
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<Record<string, string | readonly string[]>>,
  action: sometimes(1, 4, fc.constant('ec2:CreateTags')),
})
const request = fc.record({
  action: fc.constantFrom('ec2:DeleteVpc', 'ec2:DeleteVpc', 'ec2:CreateVpc'),
  sourceIp: fc.constantFrom('10.0.0.9', '192.168.7.7'),
  touched: fc.array(touchedResource, { minLength: 1, maxLength: 3 }),
})
type Request = typeof request extends fc.Arbitrary<infer Value> ? Value : never

const text = (document: PolicyJson) => JSON.stringify(document)
const inlineOf = (documents: readonly PolicyJson[]) =>
  Object.fromEntries(documents.map((document, index) => [`p${index}`, text(document)]))
const tagsOf = (team: string | undefined) => (team === undefined ? [] : [{ key: 'team', value: team }])
const createdAt = now.toISOString()

/** The records, with others beside them that have every right and no say. */
function build(tx: FakeTransaction, made: World): Principal {
  const managed = (name: string, document: PolicyJson): string => {
    const policyArn = `arn:aws:iam::${account}:policy/${name}`
    tx.put('managed-policy', {
      policyId: `ANPA${name}`,
      policyArn,
      policyName: name,
      path: '/',
      accountId: account,
      defaultVersionId: 'v2',
      versions: [
        { versionId: 'v1', document: text(full), createdAt },
        { versionId: 'v2', document: text(document), createdAt },
        { versionId: 'v3', document: text(full), createdAt },
      ],
      createdAt,
      updatedAt: createdAt,
      tags: [],
    })
    return policyArn
  }
  const holder = {
    path: '/',
    accountId: account,
    inlinePolicies: inlineOf(made.inline),
    attachedPolicyArns: made.managed.map((document, index) => managed(`own${index}`, document)),
    ...(made.boundary && { permissionsBoundaryArn: managed('boundary', made.boundary) }),
    createdAt,
    tags: tagsOf(made.principalTeam),
  }
  const powerful = {
    path: '/',
    accountId: account,
    inlinePolicies: { all: text(full) },
    attachedPolicyArns: [],
    createdAt,
  }
  tx.put('user', { ...powerful, userId: 'AIDABOB', userName: 'bob', groupNames: [], tags: [] })
  tx.put('group', { ...powerful, groupId: 'AGPAADMIN', groupName: 'admin' })
  for (const [index, group] of made.groups.entries()) {
    tx.put('group', {
      groupId: `AGPA${index}`,
      groupName: `g${index}`,
      path: '/',
      accountId: account,
      inlinePolicies: inlineOf(group.inline),
      attachedPolicyArns: group.managed.map((document, place) => managed(`group${index}${place}`, document)),
      createdAt,
    })
  }
  const user = { userId: 'AIDAANN', userName: 'ann' }
  tx.put('user', { ...holder, ...user, groupNames: made.groups.map((_, index) => `g${index}`) })
  tx.put('role', {
    ...holder,
    roleId: 'AROAAPP',
    roleName: 'app',
    assumeRolePolicyDocument: '{}',
    maxSessionDurationSeconds: 3600,
  })
  buildOrganization(tx, made.levels)

  const issuedAt = now.getTime()
  const options = {
    issuedAt,
    ...(made.sessionInline && { sessionPolicies: [text(made.sessionInline)] }),
    ...(made.sessionManaged.length > 0 && {
      sessionPolicyArns: made.sessionManaged.map((document, index) => managed(`session${index}`, document)),
    }),
    ...(made.sessionTeam !== undefined && { sessionTags: { team: made.sessionTeam } }),
  }
  const userPrincipal = {
    accountId: account,
    arn: `arn:aws:iam::${account}:user/ann`,
    userId: user.userId,
    type: 'User' as const,
    user,
  }
  switch (made.kind) {
    case 'user':
      return userPrincipal
    case 'user-session':
      return { ...userPrincipal, issuedAt }
    case 'federated-user':
      return {
        accountId: account,
        arn: `arn:aws:sts::${account}:federated-user/f`,
        userId: `${account}:f`,
        type: 'FederatedUser',
        user,
        ...options,
      }
    case 'role':
      return {
        accountId: account,
        arn: `arn:aws:sts::${account}:assumed-role/app/s`,
        userId: 'AROAAPP:s',
        type: 'AssumedRole',
        roleArn,
        ...options,
      }
    default:
      return rootPrincipal(account)
  }
}

function buildOrganization(tx: FakeTransaction, levels: World['levels']): void {
  const common = { status: 'ACTIVE', joinedMethod: 'CREATED', joinedAt: createdAt } as const
  const management = { ...common, accountId: otherAccount, name: 'm', email: 'm@example.com', isManagement: true }
  tx.put('account', management)
  const [root, upper, lower, own] = (levels ?? [[], [], [], []]).map((documents, place) =>
    documents.map((document, index) => {
      const policyId = `p-${place}${index}`
      tx.put('service-control-policy', {
        policyId,
        name: policyId,
        description: '',
        document: text(document),
        tags: [],
      })
      return policyId
    }),
  )
  tx.put('account', {
    ...common,
    accountId: account,
    name: 'a',
    email: 'a@example.com',
    isManagement: false,
    createRequestId: 'car-1',
    ...(levels && { parentId: 'ou-lower', policyIds: own ?? [] }),
  })
  if (!levels) return
  tx.put('organization', {
    organizationId: 'o-example',
    managementAccountId: otherAccount,
    featureSet: 'ALL',
    createdAt,
  })
  const unit = (organizationalUnitId: string, policyIds: readonly string[] = [], parentId?: string) =>
    tx.put('organizational-unit', {
      organizationalUnitId,
      name: organizationalUnitId,
      policyIds,
      tags: [],
      ...(parentId === undefined ? { enabledPolicyTypes: ['SERVICE_CONTROL_POLICY'] } : { parentId }),
    })
  unit('r-root', root)
  unit('ou-upper', upper, 'r-root')
  unit('ou-lower', lower, 'ou-upper')
  // Beside the path: it denies nothing and allows nothing to others.
  unit('ou-other', [], 'r-root')
}

/** What must come of it, said again and plainly. */
function expected(made: World, asked: Request): 'allow' | 'explicit-deny' | 'implicit-deny' {
  const isSession = made.kind === 'role' || made.kind === 'federated-user'
  const isUser = made.kind === 'user' || made.kind === 'user-session' || made.kind === 'federated-user'
  const own = made.kind === 'root' ? [full] : [...made.inline, ...made.managed]
  const identity = isUser ? [...own, ...made.groups.flatMap(({ inline, managed }) => [...inline, ...managed])] : own
  const given = [...(made.sessionInline ? [made.sessionInline] : []), ...made.sessionManaged]
  const isNarrowed = made.kind === 'federated-user' || (made.kind === 'role' && given.length > 0)
  const team = (isSession ? made.sessionTeam : undefined) ?? made.principalTeam
  const arn = { user: 'user/ann', 'user-session': 'user/ann', root: 'root' }[made.kind as 'user'] ?? 'role/app'

  const decisions = asked.touched.map(({ resource, keys: its, action }) => {
    const facts: Record<string, readonly string[]> = {
      'aws:SourceIp': [asked.sourceIp],
      'aws:CurrentTime': [now.toISOString()],
      'aws:SecureTransport': ['false'],
      ...(made.kind === 'user' || made.kind === 'user-session' ? { 'aws:username': ['ann'] } : {}),
      ...(made.kind === 'user' || made.kind === 'root' ? {} : { 'aws:TokenIssueTime': [now.toISOString()] }),
      ...(team !== undefined && made.kind !== 'root' ? { 'aws:PrincipalTag/team': [team] } : {}),
    }
    for (const [key, value] of Object.entries(its)) facts[key] = typeof value === 'string' ? [value] : value
    return referenceDecision(
      {
        principal: { accountId: account, arn: `arn:aws:iam::${account}:${arn}` },
        action: action ?? asked.action,
        resource,
        context: facts as Context,
      },
      {
        identity,
        session: isNarrowed ? given : undefined,
        boundary: made.kind === 'root' ? undefined : made.boundary,
        serviceControl: made.levels,
        resource: undefined,
      },
    )
  })
  if (decisions.includes('explicit-deny')) return 'explicit-deny'
  return decisions.every((decision) => decision === 'allow') ? 'allow' : 'implicit-deny'
}

function actual(made: World, asked: Request): string {
  const tx = new FakeTransaction()
  const principal = build(tx, made)
  try {
    authorize({
      view: tx,
      principal,
      region: 'us-east-1',
      now,
      sourceIp: asked.sourceIp,
      action: asked.action,
      touched: () => asked.touched as readonly TouchedResource[],
    })
    return 'allow'
  } catch (error) {
    assert.ok(error instanceof AwsError, String(error))
    assert.equal(error.code, 'UnauthorizedOperation')
    return error.message.includes('with an explicit deny') ? 'explicit-deny' : 'implicit-deny'
  }
}

test(`who may what agrees with the reference on ${cases} generated accounts`, () => {
  const seen = new Map<string, number>()
  const count = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1)
  fc.assert(
    fc.property(world, request, (made, asked) => {
      const wanted = expected(made, asked)
      count(wanted)
      if (wanted === 'allow') count(`allow ${made.kind}`)
      assert.equal(actual(made, asked), wanted)
    }),
    { seed: 7, numRuns: cases },
  )
  // A generator that reaches one answer only, or lets one kind of principal nothing, would prove nothing.
  for (const decision of ['allow', 'explicit-deny', 'implicit-deny']) {
    assert.ok((seen.get(decision) ?? 0) > cases / 20, `${decision}: ${seen.get(decision)} of ${cases}`)
  }
  for (const kind of ['user', 'user-session', 'role', 'federated-user', 'root']) {
    assert.ok((seen.get(`allow ${kind}`) ?? 0) > cases / 300, `${kind}: ${seen.get(`allow ${kind}`)} of ${cases}`)
  }
})
