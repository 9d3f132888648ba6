/**
 * The SDK's own clients against our codecs: what a client sends must be what the handler gets, and what the handler
 * returns must be what the client gives its caller; for generated values, over the shapes of the SDK's operations.
 *
 * Values are generated from the schemas by the SDK's reading of them (NormalizedSchema), not by ours.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EC2Client } from '@aws-sdk/client-ec2'
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'
import { IAMClient } from '@aws-sdk/client-iam'
import { OrganizationsClient } from '@aws-sdk/client-organizations'
import { STSClient } from '@aws-sdk/client-sts'
import { type HttpRequest, HttpResponse } from '@smithy/core/protocols'
import { NormalizedSchema } from '@smithy/core/schema'
import fc from 'fast-check'
import {
  ec2Service,
  elbv2Service,
  iamService,
  organizationsService,
  SAMPLE_KEY,
  type SampleServer,
  sampleServer,
  stsService,
} from './sample-services.ts'
import { operationNames } from './schema.ts'
import type { AwsService } from './service.ts'

const SEED = 20_261
const RUNS_PER_OPERATION = 1

const EXCEPTIONS: ReadonlyMap<string, string> = new Map([
  ['CopySnapshot', 'the client itself adds a presigned URL to the input'],
  ['AssumeRoleWithSAML', 'clients do not sign it'],
  ['AssumeRoleWithWebIdentity', 'clients do not sign it'],
])

interface Client {
  send(command: unknown): Promise<object>
}

function inProcess(server: SampleServer) {
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle(request: HttpRequest) {
      const query = Object.entries(request.query).map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
      const answer = await server.answer({
        method: request.method,
        path: request.path,
        query: query.join('&'),
        headers: new Map(Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value])),
        body: request.body instanceof Uint8Array ? Buffer.copyBytesFrom(request.body) : Buffer.from(request.body ?? ''),
      })
      const headers = { 'content-type': answer.contentType }
      return { response: new HttpResponse({ statusCode: answer.status, headers, body: Buffer.from(answer.body) }) }
    },
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: characters that no XML document can carry
const UNWRITABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/
const awkward = fc.constantFrom(
  '',
  ' ',
  '  a  b ',
  '&<>"\'',
  ']]>',
  'a+b %20 %zz',
  'a=b&c',
  '\ttab',
  'cr\rlf\r\nx',
  'Zürich 日本 🚀',
  '&amp;#1;',
)
const text = fc
  .oneof(awkward, fc.string({ unit: 'grapheme', maxLength: 12 }))
  // The SDK's parser takes blank text with a newline for layout.
  .filter((value) => value.isWellFormed() && !UNWRITABLE.test(value) && !(value.trim() === '' && value.includes('\n')))
const number = fc.oneof(fc.integer(), fc.constantFrom(0, 1.5, -0.25, 65_535, 4_294_967_295, 1e21))
const date = fc.integer({ min: 0, max: 4_000_000_000_000 }).map((ms) => new Date(ms))

type Member = [name: string, schema: NormalizedSchema]

/** Values of a shape without empty lists and structures: query protocols have no way to write those, see decode tests. */
function valuesOf(schema: NormalizedSchema, depth: number): fc.Arbitrary<unknown> | undefined {
  if (schema.isStringSchema()) return text
  if (schema.isNumericSchema()) return number
  if (schema.isBooleanSchema()) return fc.boolean()
  if (schema.isTimestampSchema()) return date
  if (schema.isBlobSchema()) return fc.uint8Array({ minLength: 1, maxLength: 9 })
  if (depth === 0) return undefined
  if (schema.isListSchema()) {
    const item = valuesOf(schema.getValueSchema(), depth - 1)
    return item && fc.array(item, { minLength: 1, maxLength: 3 })
  }
  if (schema.isMapSchema()) {
    const value = valuesOf(schema.getValueSchema(), depth - 1)
    return (
      value &&
      fc.dictionary(fc.string({ minLength: 1, maxLength: 5 }), value, { minKeys: 1, maxKeys: 3, noNullPrototype: true })
    )
  }
  assert(schema.isStructSchema(), `no generator for ${schema.getName(true)}`)
  const members: [string, fc.Arbitrary<unknown>][] = []
  const filledByClient: string[] = []
  for (const [name, member] of schema.structIterator() as Iterable<Member>) {
    const values = valuesOf(member, depth - 1)
    if (values) members.push([name, values])
    if (member.isIdempotencyToken()) filledByClient.push(name)
  }
  if (members.length === 0) return undefined
  if (schema.isUnionSchema())
    return fc.oneof(...members.map(([name, values]) => values.map((value) => ({ [name]: value }))))
  const required = requiredMembers(schema)
  if (required.some((name) => !members.some(([known]) => known === name))) return undefined
  const [first = ''] = members.map(([name]) => name)
  return fc.record(Object.fromEntries(members), {
    requiredKeys: [...new Set([first, ...required, ...filledByClient])],
    noNullPrototype: true,
  })
}

function requiredMembers(schema: NormalizedSchema): string[] {
  const tuple = schema.getSchema() as readonly unknown[]
  return (tuple[4] as string[]).slice(0, (tuple[6] as number | undefined) ?? 0)
}

async function roundTrip(
  service: AwsService,
  client: Client,
  server: SampleServer,
  reply: { output: object },
  name: string,
) {
  const [, , , , inputSchema, outputSchema] = service.sdk[`${name}$`] as readonly unknown[]
  const Command = service.sdk[`${name}Command`] as new (input: object) => unknown
  const values = fc.tuple(shapeValues(inputSchema), shapeValues(outputSchema))
  await fc.assert(
    fc.asyncProperty(values, async ([input, output]) => {
      reply.output = output
      server.received.length = 0
      const { $metadata: _, ...answer } = (await client.send(new Command(input))) as { $metadata: unknown }
      assert.deepEqual(
        server.received.map(({ operation, input: got }) => ({ operation, got })),
        [{ operation: name, got: input }],
      )
      assert.deepEqual(answer, output)
    }),
    { seed: SEED, numRuns: RUNS_PER_OPERATION },
  )
}

function shapeValues(reference: unknown): fc.Arbitrary<object> {
  const schema = NormalizedSchema.of(reference as Parameters<typeof NormalizedSchema.of>[0])
  const values = schema.isUnitSchema() ? undefined : valuesOf(schema, 6)
  return (values ?? fc.constant({})) as fc.Arbitrary<object>
}

for (const [service, Client] of [
  [ec2Service, EC2Client],
  [elbv2Service, ElasticLoadBalancingV2Client],
  [stsService, STSClient],
  [iamService, IAMClient],
  [organizationsService, OrganizationsClient],
] as const) {
  test(`${service.signingName}: values survive the way to the handler and back`, async () => {
    const reply = { output: {} }
    const server = sampleServer(() => reply.output)
    const client = new Client({
      region: 'eu-central-1',
      endpoint: 'http://127.0.0.1:4747',
      credentials: SAMPLE_KEY,
      maxAttempts: 1,
      requestHandler: inProcess(server),
    }) as unknown as Client
    const names = operationNames(service).filter((name) => !EXCEPTIONS.has(name))
    assert.ok(names.length >= 9, 'the model was found')
    for (const name of names) {
      await roundTrip(service, client, server, reply, name).catch((cause: unknown) => {
        throw new Error(`${name} did not survive`, { cause })
      })
    }
    assert.deepEqual(server.internalErrors, [])
  })
}
