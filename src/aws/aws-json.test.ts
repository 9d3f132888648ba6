import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AwsError } from './error.ts'
import { sampleServer } from './sample-services.ts'

const PREFIX = 'AWSOrganizationsV20161128'

function call(server: ReturnType<typeof sampleServer>, operation: string, body: string | Buffer) {
  const headers = new Map([
    ['x-amz-target', operation.includes('.') ? operation : `${PREFIX}.${operation}`],
    ['content-type', 'application/x-amz-json-1.1'],
  ])
  return server.answer({ headers, body: Buffer.from(body) })
}

async function inputOf(operation: string, body: string): Promise<object | undefined> {
  const server = sampleServer(undefined, { trustAnyCredentials: true })
  await call(server, operation, body)
  return server.received[0]?.input
}

for (const { operation, body, input } of [
  { operation: 'ListAccounts', body: '', input: {} },
  { operation: 'ListAccounts', body: '{}', input: {} },
  { operation: 'DescribeOrganization', body: '{"Colour":"red"}', input: {} },
  {
    operation: 'ListAccounts',
    body: '{"MaxResults":5,"NextToken":null,"__proto__":{"x":1},"constructor":1}',
    input: { MaxResults: 5 },
  },
  {
    operation: 'CreateAccount',
    body: '{"Email":"a@b.c","AccountName":"ü\\ud83d\\ude80","Tags":[{"Key":"k","Value":"v"}]}',
    input: { Email: 'a@b.c', AccountName: 'ü🚀', Tags: [{ Key: 'k', Value: 'v' }] },
  },
]) {
  test(`${operation} ${body}`, async () => assert.deepEqual(await inputOf(operation, body), input))
}

for (const { operation, body, type, message } of [
  {
    operation: 'ListAccounts',
    body: '{',
    type: 'SerializationException',
    message: 'The request body is not valid JSON',
  },
  {
    operation: 'ListAccounts',
    body: '[]',
    type: 'SerializationException',
    message: 'Start of structure expected at the top of the request body',
  },
  {
    operation: 'ListAccounts',
    body: '{"MaxResults":"5"}',
    type: 'SerializationException',
    message: 'STRING_VALUE can not be converted to an Integer',
  },
  {
    operation: 'ListAccounts',
    body: '{"MaxResults":1e999}',
    type: 'SerializationException',
    message: 'DECIMAL_VALUE can not be converted to an Integer',
  },
  {
    operation: 'ListAccounts',
    body: '{"NextToken":[]}',
    type: 'SerializationException',
    message: 'Start of list found where not expected',
  },
  {
    operation: 'CreateAccount',
    body: '{"Email":"a","AccountName":"b","Tags":[1]}',
    type: 'SerializationException',
    message: 'NUMBER_VALUE can not be converted to a Structure',
  },
  {
    operation: 'CreateAccount',
    body: '{"Tags":[{"Key":"k"}]}',
    type: 'ValidationException',
    message:
      "3 validation errors detected: Value null at 'tags.1.member.value' failed to satisfy constraint: Member must not be null; " +
      "Value null at 'email' failed to satisfy constraint: Member must not be null; " +
      "Value null at 'accountName' failed to satisfy constraint: Member must not be null",
  },
  {
    operation: 'Frobnicate',
    body: '{}',
    type: 'UnknownOperationException',
    message: 'The operation Frobnicate is not known',
  },
]) {
  test(`${operation} ${body} answers ${type}`, async () => {
    const answer = await call(sampleServer(undefined, { trustAnyCredentials: true }), operation, body)
    assert.equal(answer.status, 400)
    assert.equal(answer.contentType, 'application/x-amz-json-1.1')
    assert.deepEqual(JSON.parse(answer.body), { __type: type, message })
  })
}

test('a body that is not UTF-8 is refused', async () => {
  const answer = await call(
    sampleServer(undefined, { trustAnyCredentials: true }),
    'ListAccounts',
    Buffer.from([0x7b, 0xff, 0x7d]),
  )
  assert.match(answer.body, /SerializationException/)
})

test('a megabyte of brackets is refused, not followed', async () => {
  const deep = `{"Tags":${'['.repeat(500_000)}${']'.repeat(500_000)}}`
  const server = sampleServer(undefined, { trustAnyCredentials: true })
  const answer = await call(server, 'CreateAccount', deep)
  assert.match(answer.body, /SerializationException/)
  assert.deepEqual(server.internalErrors, [])
})

test('times go out as seconds, and an error in the member of its shape', async () => {
  const created = sampleServer(() => ({ Accounts: [{ Id: '1', JoinedTimestamp: new Date(1500) }] }), {
    trustAnyCredentials: true,
  })
  assert.deepEqual(JSON.parse((await call(created, 'ListAccounts', '{}')).body), {
    Accounts: [{ Id: '1', JoinedTimestamp: 1.5 }],
  })

  const failing = sampleServer(
    () => {
      throw new AwsError('AWSOrganizationsNotInUseException', 'Your account is not a member of an organization.')
    },
    { trustAnyCredentials: true },
  )
  const { body } = await call(failing, 'ListAccounts', '{}')
  assert.deepEqual(JSON.parse(body), {
    __type: 'AWSOrganizationsNotInUseException',
    Message: 'Your account is not a member of an organization.',
  })
})
