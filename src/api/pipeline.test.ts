import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { AwsError } from '../aws/error.ts'
import type { AwsRequest, Principal } from '../aws/service.ts'
import { Store } from '../state/store.ts'
import { VolatileLog } from '../state/volatile-log.ts'
import { rootPrincipal } from './identity.ts'
import { createDispatch } from './pipeline.ts'
import type { AnyOperation } from './served.ts'
import { services } from './services.ts'
import type { Operations } from './table.ts'

const accountId = '111122223333'

/** Makes a role with the name it is given, and says when. */
const createThing: AnyOperation = {
  action: 'ec2:CreateVpc',
  kind: 'write',
  handle(input, { tx, now, newId }) {
    const roleName = newId('thing')
    tx.put('role', {
      roleId: 'AROA1',
      roleName,
      path: String(input.Name),
      accountId,
      assumeRolePolicyDocument: '{}',
      inlinePolicies: {},
      attachedPolicyArns: [],
      tags: [],
      maxSessionDurationSeconds: 3600,
      createdAt: now.toISOString(),
    })
    if (input.Name === 'refused') throw new AwsError('InvalidParameterValue', 'refused')
    return { Thing: { Name: roleName, At: now, List: [{ At: now }] } }
  },
}
const describeThings: AnyOperation = {
  action: 'ec2:DescribeVpcs',
  kind: 'read',
  handle: (_, { tx }) => ({
    Things: [...tx.all('role')].map(({ path }) => path),
    Vpcs: [...tx.all('vpc')].map(({ ownerId, region }) => `${ownerId} ${region}`),
  }),
}

const operations: Operations = {
  ec2: { CreateVpc: createThing, DescribeVpcs: describeThings },
  elasticloadbalancing: {},
  sts: { GetCallerIdentity: { ...describeThings, action: 'sts:GetCallerIdentity' } },
  iam: {},
  organizations: {},
  acm: {},
  servicequotas: {},
}

async function aPipeline({ trustAnyCredentials = false, withAccount = true } = {}) {
  const store = await Store.open(new VolatileLog())
  if (withAccount) {
    await store.transact((tx) =>
      tx.put('account', {
        accountId,
        name: 'a',
        email: 'a@example.com',
        status: 'ACTIVE',
        joinedMethod: 'INVITED',
        joinedAt: '2026-01-01T00:00:00.000Z',
        isManagement: true,
      }),
    )
  }
  let clock = Date.parse('2026-01-01T00:00:00.000Z')
  const dispatch = createDispatch({
    store,
    observedIn: () => ({
      isConfirmed: () => false,
      isApplied: () => false,
      failureOf: () => undefined,
      targetHealth: () => undefined,
    }),
    operations,
    sessionKey: new Uint8Array(32),
    trustAnyCredentials,
    now: () => {
      clock += 1_000
      return new Date(clock)
    },
  })
  const call = (operation: string, input: Record<string, unknown> = {}, more: Partial<AwsRequest> = {}) =>
    dispatch({
      service: serviceOf('ec2'),
      operation,
      input,
      principal: rootPrincipal(accountId),
      region: 'us-east-1',
      requestId: 'r',
      sourceIp: '127.0.0.1',
      ...more,
    })
  const things = () => store.peek((view) => [...view.all('role')].map(({ path }) => path))
  return { store, call, things }
}

const serviceOf = (name: string) => {
  const service = services.find(({ signingName }) => signingName === name)
  assert.ok(service)
  return service
}
const code =
  (expected: string, status = 400) =>
  (error: unknown) =>
    error instanceof AwsError && error.code === expected && error.status === status

describe('an operation that is not served', () => {
  for (const { service, expected } of [
    { service: 'ec2', expected: 'InvalidAction' },
    { service: 'iam', expected: 'InvalidAction' },
    { service: 'organizations', expected: 'UnknownOperationException' },
  ]) {
    test(`of ${service} answers ${expected} and says where to look`, async () => {
      const { call, store } = await aPipeline()
      await assert.rejects(call('CreateInternetGateway', {}, { service: serviceOf(service) }), (error: AwsError) => {
        assert.match(error.message, /CreateInternetGateway .* docs\/coverage\.md/)
        return code(expected)(error)
      })
      assert.equal(store.count('account-region'), 0)
    })
  }

  test('has no name of an object either', async () => {
    const { call } = await aPipeline()
    await assert.rejects(call('constructor'), code('InvalidAction'))
  })
})

describe('authorisation', () => {
  const role: Principal = {
    accountId,
    arn: `arn:aws:sts::${accountId}:assumed-role/gone/s`,
    userId: 'AROA1:s',
    type: 'AssumedRole',
    roleArn: `arn:aws:iam::${accountId}:role/gone`,
  }

  test('comes before DryRun, and before the region is opened', async () => {
    const { call, store } = await aPipeline()
    await assert.rejects(call('CreateVpc', { DryRun: true }, { principal: role }), code('UnauthorizedOperation', 403))
    assert.equal(store.count('account-region'), 0)
  })

  test('an account that does not exist may do nothing', async () => {
    const { call } = await aPipeline({ withAccount: false })
    await assert.rejects(call('DescribeVpcs'), code('OptInRequired', 403))
  })
})

describe('first use of a region', () => {
  test('makes the default VPC, for a read too, once, and not again after it is deleted', async () => {
    const { call, store } = await aPipeline()
    const first = (await call('DescribeVpcs')) as { Vpcs: string[] }
    assert.deepEqual(first.Vpcs, [`${accountId} us-east-1`])
    await call('DescribeVpcs', {}, { region: 'eu-west-1' })
    assert.equal(store.count('vpc'), 2)

    await store.transact((tx) => {
      for (const { vpcId } of [...tx.all('vpc')]) tx.delete('vpc', vpcId)
    })
    await call('DescribeVpcs')
    assert.equal(store.count('vpc'), 0)
  })

  test('services without networks do not open it', async () => {
    const { call, store } = await aPipeline()
    await call('GetCallerIdentity', {}, { service: serviceOf('sts') })
    assert.equal(store.count('vpc'), 0)
  })

  test('a region that AWS does not have is refused', async () => {
    const { call, store } = await aPipeline()
    await assert.rejects(call('DescribeVpcs', {}, { region: 'mars-1' }), AwsError)
    assert.equal(store.count('account-region'), 0)
  })
})

describe('DryRun', () => {
  test('would have succeeded, and does nothing', async () => {
    const { call, things } = await aPipeline()
    await assert.rejects(call('CreateVpc', { Name: 'a', DryRun: true }), code('DryRunOperation', 412))
    assert.deepEqual(things(), [])
  })

  test('false is no dry run, and leaves a token as it is', async () => {
    const { call, things } = await aPipeline()
    await assert.rejects(call('CreateVpc', { Name: 'a', DryRun: true, ClientToken: 't' }), code('DryRunOperation', 412))
    await call('CreateVpc', { Name: 'a', DryRun: false, ClientToken: 't' })
    await call('CreateVpc', { Name: 'a', ClientToken: 't' })
    assert.deepEqual(things(), ['a'])
  })
})

describe('ClientToken', () => {
  test('the same request again gets the same answer, dates and all, and makes nothing', async () => {
    const { call, things } = await aPipeline()
    const first = await call('CreateVpc', { Name: 'a', Other: { x: 1, y: 2 }, ClientToken: 't' })
    const again = await call('CreateVpc', { ClientToken: 't', Other: { y: 2, x: 1 }, Name: 'a' })
    assert.deepEqual(again, first)
    assert.ok((again as { Thing: { At: unknown; List: { At: unknown }[] } }).Thing.List[0]?.At instanceof Date)
    assert.deepEqual(things(), ['a'])
  })

  test('two at once are one', async () => {
    const { call, things } = await aPipeline()
    const request = { Name: 'a', ClientToken: 't' }
    const [first, second] = await Promise.all([call('CreateVpc', request), call('CreateVpc', request)])
    assert.deepEqual(first, second)
    assert.deepEqual(things(), ['a'])
  })

  test('with other parameters it is refused', async () => {
    const { call, things } = await aPipeline()
    await call('CreateVpc', { Name: 'a', ClientToken: 't' })
    await assert.rejects(call('CreateVpc', { Name: 'b', ClientToken: 't' }), code('IdempotentParameterMismatch'))
    assert.deepEqual(things(), ['a'])
  })

  test('belongs to a region', async () => {
    const { call, things } = await aPipeline()
    await call('CreateVpc', { Name: 'a', ClientToken: 't' })
    await call('CreateVpc', { Name: 'b', ClientToken: 't' }, { region: 'eu-west-1' })
    assert.deepEqual(things(), ['a', 'b'])
  })

  test('of a request that was refused is free', async () => {
    const { call, things } = await aPipeline()
    await assert.rejects(call('CreateVpc', { Name: 'refused', ClientToken: 't' }), code('InvalidParameterValue'))
    await call('CreateVpc', { Name: 'b', ClientToken: 't' })
    assert.deepEqual(things(), ['b'])
  })

  test('is nothing to a read', async () => {
    const { call, store } = await aPipeline()
    await call('DescribeVpcs', { ClientToken: 't' })
    assert.equal(store.count('client-token'), 0)
  })
})

describe('trust mode', () => {
  test('an account comes into being when it is first used, with the role that members have', async () => {
    const { call, store } = await aPipeline({ trustAnyCredentials: true })
    await call('DescribeVpcs', {}, { principal: rootPrincipal('999988887777') })
    store.peek((view) => {
      assert.equal(view.get('account', '999988887777')?.status, 'ACTIVE')
      const role = view.get('role', '999988887777|OrganizationAccountAccessRole')
      assert.match(role?.assumeRolePolicyDocument ?? '', new RegExp(`arn:aws:iam::${accountId}:root`))
    })
    await call('DescribeVpcs', {}, { principal: rootPrincipal('999988887777') })
    assert.equal(store.count('account'), 2)
  })
})
