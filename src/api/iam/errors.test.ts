import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anIamAccount, aPolicy, aTrustPolicy, iamAccountId, refusalOf } from '../../../test/support/iam-account.ts'
import type { iamOperations } from './operations.ts'

const own = (name: string) => `arn:aws:iam::${iamAccountId}:policy/${name}`
const document = aPolicy({})
const trust = aTrustPolicy('*')
const long = 'x'.repeat(129)
const constraint = (value: string, member: string, text: string) =>
  `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must ${text}`
const badName = (member: string) =>
  `The specified value for ${member} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`
const badPath = (member: string) =>
  `The specified value for ${member} is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.`
const notFound = (kind: string, name: string) => `The ${kind} with name ${name} cannot be found.`

/** In an account with the user, group, role, profile and policy `here`. */
const cases: readonly (readonly [keyof typeof iamOperations, object, string, number, string | RegExp])[] = [
  ['CreateUser', { UserName: 'HERE' }, 'EntityAlreadyExists', 409, 'User with name HERE already exists.'],
  ['CreateUser', { UserName: 'a b' }, 'ValidationError', 400, badName('userName')],
  ['CreateUser', { UserName: '' }, 'ValidationError', 400, /have length greater than or equal to 1$/],
  [
    'CreateUser',
    { UserName: 'x'.repeat(65) },
    'ValidationError',
    400,
    constraint('x'.repeat(65), 'userName', 'have length less than or equal to 64'),
  ],
  ['CreateUser', { UserName: 'x', Path: 'x' }, 'ValidationError', 400, badPath('path')],
  ['CreateUser', { UserName: 'x', Path: '/x' }, 'ValidationError', 400, badPath('path')],
  [
    'CreateUser',
    { UserName: 'x', PermissionsBoundary: own('none') },
    'NoSuchEntity',
    404,
    `Policy ${own('none')} does not exist or is not attachable.`,
  ],
  [
    'CreateUser',
    {
      UserName: 'x',
      Tags: [
        { Key: 'a', Value: '' },
        { Key: 'A', Value: '' },
      ],
    },
    'InvalidInput',
    400,
    'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
  ],
  ['CreateUser', { UserName: 'x', Tags: [{ Key: 'aws:a', Value: '' }] }, 'InvalidInput', 400, /reserved/],
  ['CreateUser', { UserName: 'x', Tags: [{ Key: '', Value: '' }] }, 'ValidationError', 400, /tags\.1\.member\.key/],
  ['GetUser', { UserName: 'none' }, 'NoSuchEntity', 404, notFound('user', 'none')],
  ['UpdateUser', { UserName: 'here', NewUserName: 'THERE' }, 'EntityAlreadyExists', 409, /THERE already exists/],
  ['DeleteUser', { UserName: long }, 'ValidationError', 400, /less than or equal to 128/],
  [
    'ListUsers',
    { MaxItems: 0 },
    'ValidationError',
    400,
    constraint('0', 'maxItems', 'have value greater than or equal to 1'),
  ],
  ['ListUsers', { MaxItems: 1001 }, 'ValidationError', 400, /less than or equal to 1000$/],
  ['ListUsers', { Marker: 'nonsense!' }, 'ValidationError', 400, 'Invalid Marker.'],
  ['ListUsers', { PathPrefix: 'x' }, 'ValidationError', 400, /regular expression pattern: \\u002F/],
  ['CreateAccessKey', { UserName: 'none' }, 'NoSuchEntity', 404, notFound('user', 'none')],
  ['DeleteAccessKey', { AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA' }, 'NoSuchEntity', 404, /^The Access Key with id AKIAA/],
  [
    'UpdateAccessKey',
    { AccessKeyId: 'x', Status: 'On' },
    'ValidationError',
    400,
    /^2 validation errors detected: .*; .*\[Active, Inactive\]$/,
  ],
  ['CreateGroup', { GroupName: 'Here' }, 'EntityAlreadyExists', 409, 'Group with name Here already exists.'],
  ['GetGroup', { GroupName: 'none' }, 'NoSuchEntity', 404, notFound('group', 'none')],
  ['AddUserToGroup', { GroupName: 'here', UserName: 'none' }, 'NoSuchEntity', 404, notFound('user', 'none')],
  [
    'CreateRole',
    { RoleName: 'here', AssumeRolePolicyDocument: trust },
    'EntityAlreadyExists',
    409,
    'Role with name here already exists.',
  ],
  [
    'CreateRole',
    { RoleName: 'x', AssumeRolePolicyDocument: document },
    'MalformedPolicyDocument',
    400,
    /^AssumeRole policy may only specify STS/,
  ],
  [
    'CreateRole',
    { RoleName: 'x', AssumeRolePolicyDocument: '{' },
    'MalformedPolicyDocument',
    400,
    /^This policy contains invalid Json/,
  ],
  [
    'CreateRole',
    { RoleName: 'x', AssumeRolePolicyDocument: trust, MaxSessionDuration: 60 },
    'ValidationError',
    400,
    constraint('60', 'maxSessionDuration', 'have value greater than or equal to 3600'),
  ],
  [
    'CreateRole',
    { RoleName: 'x', AssumeRolePolicyDocument: trust, Path: '/aws-service-role/' },
    'ValidationError',
    400,
    /reserved/,
  ],
  [
    'CreateRole',
    {
      RoleName: 'x',
      AssumeRolePolicyDocument: trust.replace(
        '"*"',
        JSON.stringify(Array.from({ length: 200 }, (_, i) => `${222222222222 + i}`)),
      ),
    },
    'LimitExceeded',
    409,
    'Cannot exceed quota for ACLSizePerRole: 2048',
  ],
  ['DeleteRole', { RoleName: 'none' }, 'NoSuchEntity', 404, notFound('role', 'none')],
  [
    'CreatePolicy',
    { PolicyName: 'here', PolicyDocument: document },
    'EntityAlreadyExists',
    409,
    'A policy called here already exists. Duplicate names are not allowed.',
  ],
  [
    'CreatePolicy',
    { PolicyName: 'x', PolicyDocument: aPolicy({ Principal: '*' }) },
    'MalformedPolicyDocument',
    400,
    /^Policy document should not specify a principal\./,
  ],
  [
    'CreatePolicy',
    { PolicyName: 'x', PolicyDocument: aPolicy({ Action: 'create' }) },
    'MalformedPolicyDocument',
    400,
    /^Actions\/Conditions must be prefaced by a vendor/,
  ],
  [
    'CreatePolicy',
    { PolicyName: 'x', PolicyDocument: aPolicy({ Action: Array.from({ length: 700 }, (_, i) => `ec2:A${i}`) }) },
    'LimitExceeded',
    409,
    'Cannot exceed quota for PolicySize: 6144',
  ],
  ['GetPolicy', { PolicyArn: 'arn:aws:iam::nonsense' }, 'InvalidInput', 400, 'ARN arn:aws:iam::nonsense is not valid.'],
  ['GetPolicy', { PolicyArn: own('none') }, 'NoSuchEntity', 404, `Policy ${own('none')} was not found.`],
  [
    'GetPolicyVersion',
    { PolicyArn: own('here'), VersionId: 'v9' },
    'NoSuchEntity',
    404,
    `Policy ${own('here')} version v9 does not exist or is not attachable.`,
  ],
  ['GetPolicyVersion', { PolicyArn: own('here'), VersionId: '9' }, 'ValidationError', 400, /v\[1-9\]/],
  [
    'AttachUserPolicy',
    { UserName: 'here', PolicyArn: own('none') },
    'NoSuchEntity',
    404,
    `Policy ${own('none')} does not exist or is not attachable.`,
  ],
  [
    'GetInstanceProfile',
    { InstanceProfileName: 'none' },
    'NoSuchEntity',
    404,
    'Instance Profile none cannot be found.',
  ],
  [
    'CreateInstanceProfile',
    { InstanceProfileName: 'here' },
    'EntityAlreadyExists',
    409,
    'Instance Profile here already exists.',
  ],
  ['CreateAccountAlias', { AccountAlias: '-x-' }, 'ValidationError', 400, /'accountAlias' failed to satisfy/],
  [
    'CreateAccountAlias',
    { AccountAlias: 'taken' },
    'EntityAlreadyExists',
    409,
    'The account alias taken already exists.',
  ],
  ['DeleteAccountAlias', { AccountAlias: 'none' }, 'NoSuchEntity', 404, /none cannot be found/],
  ['GetLoginProfile', { UserName: 'here' }, 'NoSuchEntity', 404, 'Login Profile for User here cannot be found.'],
  ['CreateServiceLinkedRole', { AWSServiceName: 'no.amazonaws.com' }, 'InvalidInput', 400, /no\.amazonaws\.com/],
  ['DeleteServiceLinkedRole', { RoleName: 'here' }, 'InvalidInput', 400, /not a service-linked role/],
  ['GetServiceLinkedRoleDeletionStatus', { DeletionTaskId: 'task/x' }, 'NoSuchEntity', 404, /cannot be found/],
  ['GetAccountAuthorizationDetails', { Filter: ['Key'] }, 'ValidationError', 400, /enum value set/],
  [
    'SimulateCustomPolicy',
    { PolicyInputList: ['{'], ActionNames: ['ec2:CreateVpc'] },
    'InvalidInput',
    400,
    /^Invalid Entity Policy Document/,
  ],
  [
    'SimulateCustomPolicy',
    { PolicyInputList: [document], ActionNames: ['ec2:*'] },
    'InvalidInput',
    400,
    /^Invalid action name: ec2:\*/,
  ],
  [
    'SimulatePrincipalPolicy',
    { PolicySourceArn: `arn:aws:iam::${iamAccountId}:user/none`, ActionNames: ['ec2:CreateVpc'] },
    'NoSuchEntity',
    404,
    notFound('user', 'none'),
  ],
  [
    'SimulatePrincipalPolicy',
    { PolicySourceArn: 'arn:aws:iam::222222222222:user/none', ActionNames: ['ec2:CreateVpc'] },
    'InvalidInput',
    400,
    /is not valid\.$/,
  ],
]

for (const [index, [name, input, code, status, text]] of cases.entries()) {
  test(`${index + 1}. ${name} ${JSON.stringify(input).slice(0, 80)}: ${code}`, () => {
    const { ask } = anIamAccount()
    for (const UserName of ['here', 'there']) ask('CreateUser', { UserName })
    ask('CreateGroup', { GroupName: 'here' })
    ask('CreateRole', { RoleName: 'here', AssumeRolePolicyDocument: trust })
    ask('CreateInstanceProfile', { InstanceProfileName: 'here' })
    ask('CreatePolicy', { PolicyName: 'here', PolicyDocument: document })
    ask('CreateAccountAlias', { AccountAlias: 'taken' })
    const found = refusalOf(() => ask(name, input))
    assert.deepEqual(found.slice(0, 2), [code, status], found[2])
    if (typeof text === 'string') assert.equal(found[2], text)
    else assert.match(found[2], text)
  })
}
