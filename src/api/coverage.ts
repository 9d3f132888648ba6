import { readFileSync, writeFileSync } from 'node:fs'
import type { AnyOperation } from './served.ts'
import { services } from './services.ts'
import { operations } from './table.ts'

/**
 * Writes docs/coverage.md: every operation that AWS's schemas know for the services we answer for, and how far we have it.
 *
 * Nothing is judged by hand. `done` is an operation in the table without `missing`, `partial` one with it, `absent` one
 * that only the schema knows. So the page cannot promise what is not served, and a test fails when it is stale.
 *
 *     node src/api/coverage.ts --write | --check
 */
const page = new URL('../../docs/coverage.md', import.meta.url)

/** Reference 1.1, in its order. */
const privateLink = [
  'CreateVpcEndpoint',
  'ModifyVpcEndpoint',
  'DeleteVpcEndpoints',
  'DescribeVpcEndpoints',
  'DescribeVpcEndpointAssociations',
  'DescribeVpcEndpointServices',
  'CreateVpcEndpointServiceConfiguration',
  'ModifyVpcEndpointServiceConfiguration',
  'DeleteVpcEndpointServiceConfigurations',
  'DescribeVpcEndpointServiceConfigurations',
  'ModifyVpcEndpointServicePermissions',
  'DescribeVpcEndpointServicePermissions',
  'DescribeVpcEndpointConnections',
  'AcceptVpcEndpointConnections',
  'RejectVpcEndpointConnections',
  'StartVpcEndpointServicePrivateDnsVerification',
  'ModifyVpcEndpointServicePayerResponsibility',
  'CreateVpcEndpointConnectionNotification',
  'ModifyVpcEndpointConnectionNotification',
  'DeleteVpcEndpointConnectionNotifications',
  'DescribeVpcEndpointConnectionNotifications',
] as const

const titles: Readonly<Record<(typeof services)[number]['signingName'], string>> = {
  ec2: 'Amazon EC2',
  elasticloadbalancing: 'Elastic Load Balancing v2',
  sts: 'AWS STS',
  iam: 'AWS IAM',
  organizations: 'AWS Organizations',
  acm: 'AWS Certificate Manager',
  servicequotas: 'Service Quotas',
}

/** What holds for every operation, so no operation repeats it. */
const everywhere = [
  'Every request is authorised before its handler runs, for each resource that it touches, by ARN, tags and condition keys (`src/api/authorization/`): identity policies of the user, its groups and the role, permissions boundary, session policies, service control policies; an explicit deny comes first. What a call makes is `TYPE/*`, and tags given on create need the right to tag as well. A read without resources of its own is asked for `*`. Where a call names nothing that can be told, an Allow counts only if it is for every resource, and a Deny whatever it is for.',
  'Condition keys of every request: `aws:PrincipalArn`, `aws:PrincipalAccount`, `aws:PrincipalType`, `aws:PrincipalTag/…`, `aws:PrincipalOrgID`, `aws:PrincipalOrgPaths`, `aws:PrincipalIsAWSService`, `aws:userid`, `aws:username`, `aws:SourceIdentity`, `aws:TokenIssueTime`, `aws:MultiFactorAuthPresent`, `aws:ViaAWSService`, `aws:RequestedRegion`, `aws:CurrentTime`, `aws:EpochTime`, `aws:SourceIp`, `aws:SecureTransport`, `ec2:Region`; of what it touches: `aws:ResourceTag/…`, `aws:RequestTag/…`, `aws:TagKeys`, `aws:ResourceAccount`, `aws:ResourceOrgID`, `aws:ResourceOrgPaths` and the service’s own (`ec2:Vpc`, `ec2:VpceServiceName`, `elasticloadbalancing:ResourceTag/…`, `iam:PolicyARN` …). Others are absent from every request: `aws:SourceVpce` and its like, `aws:UserAgent`, `aws:Referer`, `aws:CalledVia`, `aws:FederatedProvider`.',
  'Not asked for, unlike on AWS: `route53:AssociateVPCWithHostedZone` for an endpoint with a private name, and `iam:CreateServiceLinkedRole`.',
  'PrivateLink: services that AWS itself runs are listed and are not here, so a VPC endpoint to one of them, a gateway to S3 or DynamoDB included, is refused by name (UnsupportedOperation). Gateway Load Balancers, resource configurations and service networks cannot be made, so each ARN of one is answered as that of something that does not exist. Load balancers have IPv4 only, so no service supports IPv6, and an endpoint that asks for it is refused for that reason, as on AWS.',
  'PrivateLink: connection notifications are checked, kept and shown, and their messages are not sent, because Amazon SNS is not served. Payer responsibility is kept and shown, and nobody is billed. How private DNS names are verified is a setting (docs/decisions/0010), and so is the default of every quota (`--quota`).',
  'Ours, not AWS’s: on an endpoint service with the tag `underpass:cut-connections-on-removal` = `true`, ModifyVpcEndpointServicePermissions rejects the connections of those whom no principal on the list stands for any more.',
] as const

interface Row {
  readonly name: string
  readonly status: 'done' | 'partial' | 'absent'
  readonly missing: readonly string[]
}

export function renderCoverage(): string {
  const tables = services.map(({ signingName, sdk }) => ({
    title: titles[signingName],
    rows: rowsOf(sdk, operations[signingName]),
  }))
  const ec2Rows = new Map(tables[0]?.rows.map((row) => [row.name, row]))
  const privateLinkRows = privateLink.map((name): Row => {
    const row = ec2Rows.get(name)
    if (!row) throw new Error(`${name} is in the PrivateLink list and not in the EC2 schemas`)
    return row
  })
  const rest = tables.map(({ title, rows }) => ({
    title,
    rows: rows.filter(({ name }) => title !== titles.ec2 || !privateLinkRows.some((row) => row.name === name)),
  }))
  return [
    '<!-- Generated by `node src/api/coverage.ts --write`; do not edit. -->',
    '# Coverage of the AWS APIs',
    'An operation is **done** when it does what its AWS page says, **partial** when something of that is missing (it is named), and **absent** when it is answered with the error that AWS has for an unknown operation. No operation answers success without doing its work.',
    table(
      ['API', 'operations', 'done', 'partial', 'absent'],
      [{ title: 'PrivateLink, which is part of EC2', rows: privateLinkRows }, ...tables].map(({ title, rows }) => [
        title,
        String(rows.length),
        ...(['done', 'partial', 'absent'] as const).map((status) => String(count(rows, status))),
      ]),
    ),
    '## Everywhere',
    everywhere.map((line) => `- ${line}`).join('\n'),
    '## PrivateLink',
    operationTable(privateLinkRows),
    ...rest.flatMap(({ title, rows }) => section(title, rows)),
  ]
    .join('\n\n')
    .concat('\n')
}

function rowsOf(
  sdk: Readonly<Record<string, unknown>>,
  served: Readonly<Record<string, AnyOperation>>,
): readonly Row[] {
  const known = Object.entries(sdk).flatMap(([name, schema]) =>
    name.endsWith('$') && isOperationSchema(schema) ? [name.slice(0, -1)] : [],
  )
  const unknown = Object.keys(served).find((name) => !known.includes(name))
  if (unknown) throw new Error(`${unknown} is served and not in AWS's schemas`)
  return known.sort().map((name) => {
    const operation = Object.hasOwn(served, name) ? served[name] : undefined
    const missing = (operation?.missing ?? []).map(asSentence)
    return { name, status: !operation ? 'absent' : missing.length > 0 ? 'partial' : 'done', missing }
  })
}

const asSentence = (text: string): string => `${text[0]?.toUpperCase() ?? ''}${text.slice(1).replace(/\.$/, '')}.`

/** Schemas are arrays that begin with their kind; 9 is an operation (@smithy/types, StaticOperationSchema). */
function isOperationSchema(schema: unknown): boolean {
  return Array.isArray(schema) && schema[0] === 9
}

function section(title: string, rows: readonly Row[]): readonly string[] {
  const served = rows.filter(({ status }) => status !== 'absent')
  const absent = rows.filter(({ status }) => status === 'absent').map(({ name }) => name)
  return [
    `## ${title}`,
    ...(served.length > 0 ? [operationTable(served)] : []),
    ...(absent.length > 0 ? [`Absent (${absent.length}):`, wrap(absent)] : []),
  ]
}

const operationTable = (rows: readonly Row[]): string =>
  table(
    ['operation', 'status', 'missing'],
    rows.map(({ name, status, missing }) => [name, status, missing.join(' ')]),
  )

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`.replaceAll(/ +\|$/g, ' |')
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** Lines of at most 120 characters, so that a change of one name is a change of few lines. */
function wrap(names: readonly string[]): string {
  const lines: string[] = []
  for (const [index, name] of names.entries()) {
    const word = index < names.length - 1 ? `${name},` : name
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= 120) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines.join('\n')
}

const count = (rows: readonly Row[], status: Row['status']): number =>
  rows.filter((row) => row.status === status).length

export const isCoverageCurrent = (): boolean => readFileSync(page, 'utf8') === renderCoverage()

if (import.meta.main) {
  const [mode] = process.argv.slice(2)
  if (mode === '--write') writeFileSync(page, renderCoverage())
  else if (mode !== '--check') {
    process.stderr.write('usage: node src/api/coverage.ts --write | --check\n')
    process.exitCode = 2
  } else if (!isCoverageCurrent()) {
    process.stderr.write('docs/coverage.md does not say what is served now. Run: node src/api/coverage.ts --write\n')
    process.exitCode = 1
  }
}
