import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anIamAccount, aPolicy, aTrustPolicy, iamAccountId } from '../../../test/support/iam-account.ts'
import { contextKeysOf } from './context-keys.ts'

const user = `arn:aws:iam::${iamAccountId}:user/ann`
const vpc = 'arn:aws:ec2:us-east-1:111111111111:vpc/vpc-1'

test('a custom policy: what is allowed, denied and by which statement', () => {
  const { ask } = anIamAccount()
  const text = `{"Version":"2012-10-17","Statement":[
  {"Effect":"Allow","Action":"ec2:*","Resource":"*"},
  {"Effect":"Deny","Action":"ec2:Delete*","Resource":"${vpc}","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`
  const decide = (ContextEntries: object[]) =>
    ask('SimulateCustomPolicy', {
      PolicyInputList: [text],
      ActionNames: ['ec2:DeleteVpc', 'sts:AssumeRole'],
      ResourceArns: [vpc],
      ContextEntries,
    }).EvaluationResults
  const key = { ContextKeyName: 'aws:SecureTransport', ContextKeyValues: ['false'], ContextKeyType: 'boolean' }
  assert.deepEqual(decide([key]), [
    {
      EvalActionName: 'ec2:DeleteVpc',
      EvalResourceName: vpc,
      EvalDecision: 'explicitDeny',
      MatchedStatements: [
        {
          SourcePolicyId: 'PolicyInputList.1',
          StartPosition: { Line: 3, Column: 3 },
          EndPosition: { Line: 3, Column: 3 + (text.split('\n')[2] ?? '').trimStart().length - 2 },
        },
      ],
      MissingContextValues: [],
    },
    {
      EvalActionName: 'sts:AssumeRole',
      EvalResourceName: vpc,
      EvalDecision: 'implicitDeny',
      MatchedStatements: [],
      MissingContextValues: [],
    },
  ])
  const [unknown] = decide([]) ?? []
  assert.deepEqual([unknown?.EvalDecision, unknown?.MissingContextValues], ['allowed', ['aws:SecureTransport']])
})

test('service control policies and a boundary of the request limit it', () => {
  const { ask } = anIamAccount()
  const [result] =
    ask('SimulateCustomPolicy', {
      PolicyInputList: [aPolicy({})],
      PermissionsBoundaryPolicyInputList: [aPolicy({ Action: 'ec2:*' })],
      OrderedOrganizationPolicyInputList: [{ ServiceControlPolicyInputList: [aPolicy({ Action: 'sts:*' })] }],
      ActionNames: ['ec2:CreateVpc'],
    }).EvaluationResults ?? []
  assert.equal(result?.EvalDecision, 'implicitDeny')
  assert.deepEqual(result?.OrganizationsDecisionDetail, { AllowedByOrganizations: false })
  assert.deepEqual(result?.PermissionsBoundaryDecisionDetail, { AllowedByPermissionsBoundary: true })
})

test('a resource policy allows its own account’s user by itself, and another account’s only with his', () => {
  const { ask } = anIamAccount()
  const decide = (ResourceOwner: string | undefined) =>
    ask('SimulateCustomPolicy', {
      PolicyInputList: [aPolicy({ Action: 'sts:*' })],
      ActionNames: ['sns:Publish'],
      CallerArn: user,
      ResourcePolicy: aPolicy({ Principal: { AWS: user } }),
      ResourceOwner,
    }).EvaluationResults?.[0]?.EvalDecision
  assert.deepEqual([decide(undefined), decide('222222222222')], ['allowed', 'implicitDeny'])
})

test('a principal: own, group and managed policies, and the boundary', () => {
  const { ask } = anIamAccount()
  ask('CreateUser', { UserName: 'ann' })
  ask('CreateGroup', { GroupName: 'ops' })
  ask('AddUserToGroup', { UserName: 'ann', GroupName: 'ops' })
  ask('PutGroupPolicy', { GroupName: 'ops', PolicyName: 'g', PolicyDocument: aPolicy({ Action: 'ec2:CreateVpc' }) })
  ask('AttachUserPolicy', { UserName: 'ann', PolicyArn: 'arn:aws:iam::aws:policy/IAMReadOnlyAccess' })
  const ActionNames = ['ec2:CreateVpc', 'iam:GetUser', 'iam:CreateUser']
  const decide = (PolicySourceArn = user) =>
    ask('SimulatePrincipalPolicy', { PolicySourceArn, ActionNames }).EvaluationResults?.map(
      ({ EvalDecision, MatchedStatements }) => [EvalDecision, MatchedStatements?.[0]?.SourcePolicyType],
    )
  assert.deepEqual(decide(), [
    ['allowed', 'group'],
    ['allowed', 'aws-managed'],
    ['implicitDeny', undefined],
  ])
  assert.deepEqual(decide(`arn:aws:iam::${iamAccountId}:group/ops`)?.[1], ['implicitDeny', undefined])
  ask('PutUserPermissionsBoundary', { UserName: 'ann', PermissionsBoundary: 'arn:aws:iam::aws:policy/IAMFullAccess' })
  assert.equal(decide()?.[0]?.[0], 'implicitDeny')
  ask('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: aTrustPolicy('*') })
  assert.deepEqual(decide(`arn:aws:iam::${iamAccountId}:role/r`)?.[0], ['implicitDeny', undefined])
})

test('pages hold each action with each resource once', () => {
  const { ask } = anIamAccount()
  const seen: string[] = []
  let Marker: string | undefined
  do {
    const page = ask('SimulateCustomPolicy', {
      PolicyInputList: [aPolicy({})],
      ActionNames: ['ec2:A', 'ec2:B', 'ec2:C'],
      ResourceArns: ['*', vpc, user],
      MaxItems: 4,
      Marker,
    })
    for (const each of page.EvaluationResults ?? []) seen.push(`${each.EvalActionName} ${each.EvalResourceName}`)
    Marker = page.Marker
  } while (Marker)
  assert.equal(new Set(seen).size, 9)
  assert.equal(seen.length, 9)
})

test('context keys are those of conditions and of variables', () => {
  const { ask } = anIamAccount()
  const document = aPolicy({
    Resource: `arn:aws:ec2:*:*:vpc/\${aws:username}`,
    Condition: {
      StringLike: { 'aws:PrincipalTag/a': [`\${aws:PrincipalTag/b, 'none'}*`, `\${*}`], 'AWS:UserName': 'x' },
    },
  })
  const ContextKeyNames = ['aws:PrincipalTag/a', 'aws:PrincipalTag/b', 'AWS:UserName']
  assert.deepEqual(ask('GetContextKeysForCustomPolicy', { PolicyInputList: [document] }), { ContextKeyNames })
  ask('CreateUser', { UserName: 'ann' })
  ask('PutUserPolicy', { UserName: 'ann', PolicyName: 'p', PolicyDocument: document })
  assert.deepEqual(ask('GetContextKeysForPrincipalPolicy', { PolicySourceArn: user }), { ContextKeyNames })
  const hostile = JSON.stringify({ Statement: { Resource: `\${a${'${a'.repeat(40_000)}` } })
  assert.deepEqual(contextKeysOf(hostile), [])
})
