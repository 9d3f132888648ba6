import assert from 'node:assert/strict'
import { test } from 'node:test'
import type * as ec2 from '@aws-sdk/client-ec2'
import type { Operation } from './operation.ts'
import type { Served } from './served.ts'
import { services } from './services.ts'
import { operations } from './table.ts'

const aHandler = <Input, Output>(): Operation<Input, Output> => ({
  action: 'ec2:X',
  kind: 'read',
  handle: () => ({}) as Output,
})

// Checked by tsc. Types of one shape (two Describe operations with only optional members in common) pass for each other:
// the first test below tells those apart.
void [
  { CreateVpc: aHandler<ec2.CreateVpcRequest, ec2.CreateVpcResult>() } satisfies Served<typeof ec2>,
  // @ts-expect-error AWS has no such operation
  { CreateVpcs: aHandler<ec2.CreateVpcRequest, ec2.CreateVpcResult>() } satisfies Served<typeof ec2>,
  // @ts-expect-error another operation's input
  { CreateVpc: aHandler<ec2.CreateSubnetRequest, ec2.CreateVpcResult>() } satisfies Served<typeof ec2>,
  // @ts-expect-error another operation's output
  { CreateVpc: aHandler<ec2.CreateVpcRequest, ec2.DescribeRegionsResult>() } satisfies Served<typeof ec2>,
]

test('every operation names its own IAM action, which begins with its service', () => {
  for (const { signingName } of services) {
    for (const [name, { action }] of Object.entries(operations[signingName])) {
      assert.equal(action, `${signingName}:${name}`)
    }
  }
})

test('every operation is one of the SDK', () => {
  for (const { signingName, sdk } of services) {
    for (const name of Object.keys(operations[signingName])) assert.ok(`${name}$` in sdk, `${signingName} ${name}`)
  }
})

test('what creates takes part in replay, what describes does not', () => {
  for (const table of Object.values(operations)) {
    for (const [name, { kind }] of Object.entries(table)) {
      assert.equal(kind, /^(Describe|List|Get|AssumeRole|Decode|Simulate)/.test(name) ? 'read' : 'write', name)
    }
  }
})
