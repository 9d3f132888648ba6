import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AwsError } from '../../aws/error.ts'
import type { Principal } from '../../aws/service.ts'
import { Store } from '../../state/store.ts'
import { VolatileLog } from '../../state/volatile-log.ts'
import { createAccount } from '../account.ts'
import { rootPrincipal } from '../identity.ts'
import { createDispatch, randomText } from '../pipeline.ts'
import type { ServiceName } from '../services.ts'
import { services } from '../services.ts'
import { operations } from '../table.ts'

/** The whole way of a request, with every operation that is served: what a policy says is what happens. */
const accountId = '111111111111'
const now = new Date('2026-01-02T03:04:05.678Z')
const ann: Principal = {
  accountId,
  arn: `arn:aws:iam::${accountId}:user/ann`,
  userId: 'AIDAANN',
  type: 'User',
  user: { userId: 'AIDAANN', userName: 'ann' },
}
const arn = (rest: string) => `arn:aws:ec2:us-east-1:${accountId}:${rest}`

async function aWorld() {
  const store = await Store.open(new VolatileLog())
  await store.transact((tx) => {
    createAccount(tx, { now, randomText }, { name: 'm', email: 'm@example.com', accountId, isManagement: true })
  })
  const dispatch = createDispatch({
    store,
    observedIn: () => ({
      isConfirmed: () => true,
      isApplied: () => true,
      failureOf: () => undefined,
      targetHealth: () => undefined,
    }),
    operations,
    sessionKey: new Uint8Array(32).fill(5),
    trustAnyCredentials: false,
    now: () => now,
  })
  const callAs =
    (principal: Principal) =>
    async (serviceName: ServiceName, operation: string, input: Readonly<Record<string, unknown>> = {}) => {
      const service = services.find(({ signingName }) => signingName === serviceName)
      assert.ok(service)
      const answer = await dispatch({
        service,
        operation,
        input,
        principal,
        region: 'us-east-1',
        requestId: 'r',
        sourceIp: '127.0.0.1',
      })
      return answer as Readonly<Record<string, Record<string, string> & Record<string, string>[]>>
    }
  const allow = (...Statement: object[]) =>
    store.transact((tx) =>
      tx.put('user', {
        userId: 'AIDAANN',
        userName: 'ann',
        path: '/',
        accountId,
        groupNames: [],
        inlinePolicies: { p: JSON.stringify({ Version: '2012-10-17', Statement }) },
        attachedPolicyArns: [],
        createdAt: now.toISOString(),
        tags: [],
      }),
    )
  return { store, root: callAs(rootPrincipal(accountId)), ann: callAs(ann), allow }
}

const code = (expected: string) => (error: unknown) => error instanceof AwsError && error.code === expected

test('a right to one VPC is a right to that one only, and the encoded message says what was missing', async () => {
  const { root, ann: call, allow, store } = await aWorld()
  const one = (await root('ec2', 'CreateVpc', { CidrBlock: '10.0.0.0/16' })).Vpc?.VpcId ?? ''
  const two = (await root('ec2', 'CreateVpc', { CidrBlock: '10.0.0.0/16' })).Vpc?.VpcId ?? ''
  await allow({ Sid: 'One', Effect: 'Allow', Action: 'ec2:DeleteVpc', Resource: arn(`vpc/${one}`) })

  let encoded = ''
  await assert.rejects(call('ec2', 'DeleteVpc', { VpcId: two }), (error: AwsError) => {
    assert.match(error.message, new RegExp(`perform: ec2:DeleteVpc on resource: ${arn(`vpc/${two}`)} because no`))
    encoded = / message: (\S+)$/.exec(error.message)?.[1] ?? ''
    return code('UnauthorizedOperation')(error)
  })
  await assert.rejects(call('ec2', 'DeleteVpc', { VpcId: two, DryRun: true }), code('UnauthorizedOperation'))
  // What does not exist is refused like what is somebody else's.
  await assert.rejects(call('ec2', 'DeleteVpc', { VpcId: 'vpc-0123456789abcdef0' }), code('UnauthorizedOperation'))
  await assert.rejects(call('ec2', 'DescribeVpcs'), code('UnauthorizedOperation'))
  await assert.rejects(call('ec2', 'DeleteVpc', { VpcId: one, DryRun: true }), code('DryRunOperation'))
  await call('ec2', 'DeleteVpc', { VpcId: one })
  assert.equal(
    store.peek((view) => view.get('vpc', one)),
    undefined,
  )
  assert.ok(store.peek((view) => view.get('vpc', two)))

  await assert.rejects(call('sts', 'DecodeAuthorizationMessage', { EncodedMessage: encoded }), code('AccessDenied'))
  const { DecodedMessage } = await root('sts', 'DecodeAuthorizationMessage', { EncodedMessage: encoded })
  const decoded = JSON.parse(String(DecodedMessage))
  assert.equal(decoded.context.resource, arn(`vpc/${two}`))
  assert.deepEqual(decoded.failures.items[1], {
    statementId: 'One',
    statementIndex: 0,
    policy: { kind: 'identity', type: 'user', id: 'p' },
    notMatched: 'resource',
  })
})

test('tags on create need the right to tag, under the condition that it is on create', async () => {
  const { ann: call, allow } = await aWorld()
  const input = {
    CidrBlock: '10.0.0.0/16',
    TagSpecifications: [{ ResourceType: 'vpc', Tags: [{ Key: 'team', Value: 'net' }] }],
  }
  const create = { Effect: 'Allow', Action: 'ec2:CreateVpc', Resource: '*' }
  await allow(create)
  await assert.rejects(call('ec2', 'CreateVpc', input), (error: AwsError) =>
    /perform: ec2:CreateTags/.test(error.message),
  )
  await allow(create, {
    Effect: 'Allow',
    Action: 'ec2:CreateTags',
    Resource: '*',
    Condition: {
      StringEquals: { 'ec2:CreateAction': 'CreateVpc', 'aws:RequestTag/team': 'net' },
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] },
    },
  })
  const vpcId = (await call('ec2', 'CreateVpc', input)).Vpc?.VpcId
  const more = { Resources: [vpcId], Tags: [{ Key: 'team', Value: 'net' }] }
  await assert.rejects(call('ec2', 'CreateTags', more), code('UnauthorizedOperation'))
})

test('a right that hangs on a tag ends with the tag', async () => {
  const { root, ann: call, allow } = await aWorld()
  const VpcId = (await root('ec2', 'CreateVpc', { CidrBlock: '10.0.0.0/16' })).Vpc?.VpcId
  const Condition = { StringEquals: { 'aws:ResourceTag/team': 'net' } }
  await allow({ Effect: 'Allow', Action: 'ec2:ModifyVpcAttribute', Resource: '*', Condition })
  const change = () => call('ec2', 'ModifyVpcAttribute', { VpcId, EnableDnsHostnames: { Value: true } })
  await assert.rejects(change(), code('UnauthorizedOperation'))
  await root('ec2', 'CreateTags', { Resources: [VpcId], Tags: [{ Key: 'team', Value: 'net' }] })
  await change()
  await root('ec2', 'DeleteTags', { Resources: [VpcId], Tags: [{ Key: 'team' }] })
  await assert.rejects(change(), code('UnauthorizedOperation'))
})

test('one resource that is not allowed refuses the whole call, and a deny is named before a missing allow', async () => {
  const { ann: call, allow } = await aWorld()
  await allow(
    { Effect: 'Allow', Action: 'ec2:DeleteVpcEndpoints', Resource: arn('vpc-endpoint/vpce-1') },
    { Effect: 'Deny', Action: '*', Resource: arn('vpc-endpoint/vpce-3') },
  )
  const ids = (...VpcEndpointIds: string[]) => call('ec2', 'DeleteVpcEndpoints', { VpcEndpointIds })
  const { Unsuccessful } = await ids('vpce-1')
  assert.equal(Unsuccessful?.length, 1)
  const says = (pattern: RegExp) => (error: AwsError) => pattern.test(error.message)
  await assert.rejects(ids('vpce-1', 'vpce-2'), says(/vpc-endpoint\/vpce-2 because no identity-based policy/))
  await assert.rejects(ids('vpce-2', 'vpce-3', 'vpce-1'), says(/vpc-endpoint\/vpce-3 with an explicit deny/))
})

test('services that answer in JSON and in query form refuse in their own codes', async () => {
  const { ann: call, allow } = await aWorld()
  await allow()
  for (const [service, operation, input, expected] of [
    ['elasticloadbalancing', 'DescribeLoadBalancers', {}, 'AccessDenied'],
    ['elasticloadbalancing', 'CreateTargetGroup', { Name: 'x' }, 'AccessDenied'],
    ['organizations', 'ListAccounts', {}, 'AccessDeniedException'],
    ['sts', 'GetFederationToken', { Name: 'bob' }, 'AccessDenied'],
  ] as const) {
    await assert.rejects(call(service, operation, input), code(expected), operation)
  }
  await call('sts', 'GetCallerIdentity')
})
