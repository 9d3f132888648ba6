// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how policy variables are written
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  account,
  cases,
  documentOf,
  roleArn,
  sessionArn,
  sometimes,
  userArn,
  vpcArn,
} from '../../test/support/generated-policies.ts'
import {
  type PolicyJson,
  type ReferencePolicies,
  type ReferenceRequest,
  referenceDecision,
} from '../../test/support/reference-policy.ts'
import { type PolicyUse, parsePolicy } from './document.ts'
import { type AppliedPolicies, evaluate } from './evaluate.ts'
import { conditionContext } from './match.ts'

const role = roleArn
const session = { accountId: account, arn: sessionArn, roleArn: role }
const user = { accountId: account, arn: userArn }
const vpc = vpcArn

const allow = (more: object = {}) => ({ Effect: 'Allow', Action: '*', Resource: '*', ...more })
const deny = (more: object = {}) => ({ ...allow(more), Effect: 'Deny' })
const policy = (use: PolicyUse, ...statements: object[]) =>
  parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }), use)
const grant = (principal: unknown) => policy('resource', allow({ Principal: principal }))
const trust = (principal: unknown) => ({
  document: policy('trust', { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: principal }),
  isTrustPolicy: true,
})

function decide(policies: AppliedPolicies, more: Partial<Parameters<typeof evaluate>[0]> = {}) {
  const context = conditionContext({ 'aws:username': 'ann' })
  return evaluate({ principal: session, action: 'ec2:DeleteVpc', resource: vpc, context, ...more }, policies)
}

const all = policy('identity', allow())
const nothing = policy('identity')
const noVpc = policy('identity', deny({ Action: 'ec2:*Vpc', Sid: 'noVpc' }), allow())

for (const { why, policies, principal, action, decision, by } of [
  { why: 'no policy', policies: { identity: [] }, decision: 'implicit-deny', by: 'identity' },
  { why: 'one of several allows', policies: { identity: [nothing, all] }, decision: 'allow', by: 'identity' },
  { why: 'a deny beats any allow', policies: { identity: [all, noVpc] }, decision: 'explicit-deny', by: 'identity' },
  {
    why: 'session policies limit',
    policies: { identity: [all], session: [nothing] },
    decision: 'implicit-deny',
    by: 'session',
  },
  {
    why: 'session policies give nothing',
    policies: { identity: [nothing], session: [all] },
    decision: 'implicit-deny',
    by: 'identity',
  },
  {
    why: 'several session policies',
    policies: { identity: [all], session: [nothing, all] },
    decision: 'allow',
    by: 'identity',
  },
  {
    why: 'a boundary limits',
    policies: { identity: [all], boundary: nothing },
    decision: 'implicit-deny',
    by: 'boundary',
  },
  {
    why: 'every level of service control must allow',
    policies: { identity: [all], serviceControl: [[all], [nothing]] },
    decision: 'implicit-deny',
    by: 'service-control',
  },
  {
    why: 'a resource policy of the same account is enough',
    policies: { identity: [], resource: { document: grant({ AWS: role }), accountId: account, isTrustPolicy: false } },
    decision: 'allow',
    by: 'resource',
  },
  {
    why: 'one that names the role stays within the session policies',
    policies: {
      identity: [],
      session: [nothing],
      resource: { document: grant({ AWS: role }), accountId: account, isTrustPolicy: false },
    },
    decision: 'implicit-deny',
    by: 'session',
  },
  {
    why: 'one that names the session does not',
    policies: {
      identity: [],
      session: [nothing],
      resource: { document: grant({ AWS: session.arn }), accountId: account, isTrustPolicy: false },
    },
    decision: 'allow',
    by: 'resource',
  },
  {
    why: 'one that names the account leaves it to identity policies',
    policies: {
      identity: [],
      resource: { document: grant({ AWS: account }), accountId: account, isTrustPolicy: false },
    },
    decision: 'implicit-deny',
    by: 'identity',
  },
  {
    why: 'between accounts both sides must allow: not the resource',
    policies: {
      identity: [all],
      resource: { document: grant({ AWS: '333333333333' }), accountId: '222222222222', isTrustPolicy: false },
    },
    decision: 'implicit-deny',
    by: 'resource',
  },
  {
    why: 'between accounts both sides must allow: not the identity',
    policies: {
      identity: [],
      resource: { document: grant({ AWS: role }), accountId: '222222222222', isTrustPolicy: false },
    },
    decision: 'implicit-deny',
    by: 'identity',
  },
  {
    why: 'a trust policy that is silent refuses within the account too',
    policies: { identity: [all], resource: { ...trust({ AWS: user.arn }), accountId: account } },
    action: 'sts:AssumeRole',
    decision: 'implicit-deny',
    by: 'resource',
  },
  {
    why: 'a trust policy that names the user is enough within the account',
    policies: { identity: [], resource: { ...trust({ AWS: user.arn }), accountId: account } },
    principal: user,
    action: 'sts:AssumeRole',
    decision: 'allow',
    by: 'resource',
  },
  {
    why: 'a service principal is nobody here',
    policies: { identity: [all], resource: { ...trust({ Service: 'ec2.amazonaws.com' }), accountId: account } },
    action: 'sts:AssumeRole',
    decision: 'implicit-deny',
    by: 'resource',
  },
] as const satisfies readonly {
  why: string
  policies: AppliedPolicies
  principal?: typeof user
  action?: string
  decision: string
  by: string
}[] as readonly {
  why: string
  policies: AppliedPolicies
  principal?: typeof user
  action?: string
  decision: string
  by: string
}[]) {
  test(why, () => {
    const found = decide(policies, { ...(principal ? { principal } : {}), ...(action ? { action } : {}) })
    assert.deepEqual([found.decision, found.by], [decision, by])
  })
}

test('the answer names the statement that decided', () => {
  const found = decide({ identity: [all, noVpc] })
  assert.ok(found.decision === 'explicit-deny')
  assert.equal(found.statement.sid, 'noVpc')
})

test('where the resources are unknown, an allow must be for all and a deny may be for any', () => {
  const resource = undefined
  const limited = policy('identity', allow({ Resource: vpc }))
  const excepted = policy('identity', { Effect: 'Allow', Action: '*', NotResource: vpc })
  assert.equal(decide({ identity: [all] }, { resource }).decision, 'allow')
  assert.equal(decide({ identity: [limited] }, { resource }).decision, 'implicit-deny')
  assert.equal(decide({ identity: [excepted] }, { resource }).decision, 'implicit-deny')
  assert.equal(
    decide({ identity: [all, policy('identity', deny({ Resource: vpc }))] }, { resource }).decision,
    'explicit-deny',
  )
})

test('policy variables in resources', () => {
  const bucket = 'arn:aws:s3:::home/ann/x'
  const home = policy('identity', allow({ Resource: 'arn:aws:s3:::home/${aws:username}/*' }))
  assert.equal(decide({ identity: [home] }, { resource: bucket }).decision, 'allow')
  assert.equal(decide({ identity: [home] }, { resource: bucket, context: new Map() }).decision, 'implicit-deny')
})

// Generated policies, against the plain reading in test/support/reference-policy.ts.

const documents = fc.array(documentOf('identity'), { minLength: 1, maxLength: 3 })
const resourcePolicy = fc.boolean().chain((isTrustPolicy) =>
  fc.record({
    document: documentOf(isTrustPolicy ? 'trust' : 'resource'),
    accountId: fc.constantFrom(account, account, '222222222222'),
    isTrustPolicy: fc.constant(isTrustPolicy),
  }),
)
const policiesArbitrary: fc.Arbitrary<ReferencePolicies> = fc.record({
  identity: documents,
  session: sometimes(1, 3, documents),
  boundary: sometimes(1, 5, documentOf('identity')),
  serviceControl: sometimes(1, 5, fc.array(documents, { maxLength: 3 })),
  resource: sometimes(1, 1, resourcePolicy),
})
const requestArbitrary: fc.Arbitrary<ReferenceRequest> = fc.record({
  principal: fc.constantFrom(session, user, { accountId: account, arn: `arn:aws:iam::${account}:root` }),
  action: fc.constantFrom('ec2:DeleteVpc', 'ec2:DeleteVpc', 'ec2:CreateVpc', 'sts:AssumeRole'),
  resource: fc.constantFrom(vpc, vpc, `arn:aws:ec2:eu-west-1:${account}:vpc/ann`, '*', undefined),
  context: fc.record(
    {
      'aws:username': fc.constantFrom(['ann'], ['vpc-1'], ['*']),
      'k:text': fc.constantFrom(['ann'], ['b'], ['']),
      'k:number': fc.constantFrom(['1'], ['2'], ['10']),
      'k:many': fc.constantFrom(['ann', 'b'], ['1', '2'], [], ['10.0.0.9', vpc]),
      'k:date': fc.constantFrom(['2026-01-01T00:00:00Z'], ['2025-12-31T23:59:59Z'], ['1780272000']),
      'k:bool': fc.constantFrom(['true'], ['false']),
      'k:ip': fc.constantFrom(['10.0.0.9'], ['192.168.1.1']),
      'k:arn': fc.constantFrom([vpc], ['arn:aws:ec2:eu-west-1:111111111111:subnet/s']),
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<Record<string, readonly string[]>>,
})

const parsed = (use: PolicyUse) => (json: PolicyJson) => parsePolicy(JSON.stringify(json), use)

function parseAll({ identity, session, boundary, serviceControl, resource }: ReferencePolicies): AppliedPolicies {
  const identityPolicy = parsed('identity')
  return {
    identity: identity.map(identityPolicy),
    ...(session ? { session: session.map(identityPolicy) } : {}),
    ...(boundary ? { boundary: identityPolicy(boundary) } : {}),
    ...(serviceControl ? { serviceControl: serviceControl.map((level) => level.map(identityPolicy)) } : {}),
    ...(resource
      ? {
          resource: { ...resource, document: parsed(resource.isTrustPolicy ? 'trust' : 'resource')(resource.document) },
        }
      : {}),
  }
}

test(`evaluation agrees with the reference on ${cases} generated cases`, () => {
  const seen = new Map<string, number>()
  fc.assert(
    fc.property(requestArbitrary, policiesArbitrary, (request, policies) => {
      const expected = referenceDecision(request, policies)
      const actual = evaluate({ ...request, context: conditionContext(request.context) }, parseAll(policies))
      seen.set(expected, (seen.get(expected) ?? 0) + 1)
      assert.equal(actual.decision, expected)
    }),
    { seed: 6, numRuns: cases },
  )
  // A generator that reaches one answer only would prove nothing.
  for (const decision of ['allow', 'explicit-deny', 'implicit-deny']) {
    assert.ok((seen.get(decision) ?? 0) > cases / 20, `${decision}: ${seen.get(decision)} of ${cases}`)
  }
})
