/**
 * Terraform with the real AWS provider against an Underpass of its own: apply, no drift, change in place, import, destroy.
 *
 *     node --test test/conformance/terraform.conformance.ts
 *
 * Minutes, not seconds: the provider's own pauses (30 s for a load balancer, 60 s for a subnet association, 5 s for each
 * endpoint) are most of it. Needs root, terraform on PATH, and the provider in a plugin mirror: TF_PLUGIN_MIRROR, or one of
 * the directories where mirrors usually are. Nothing is downloaded.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { finished } from '../../src/cli/demo/playground.ts'
import { createOrganization, createTenant } from '../../src/cli/demo/scenario.ts'
import { executableOnPath } from '../../src/cli/host-tools.ts'
import { aPlayground, obstacle } from '../support/e2e-underpass.ts'

const configuration = fileURLToPath(new URL('./terraform/', import.meta.url))

/** A directory that holds `registry.terraform.io/hashicorp/aws`. */
function findPluginMirror(): string | undefined {
  const below = (parent: string) =>
    existsSync(parent) ? readdirSync(parent).flatMap((name) => [join(parent, name), join(parent, name, 'plugins')]) : []
  const candidates = [
    process.env.TF_PLUGIN_MIRROR ?? '',
    join(homedir(), '.terraform.d', 'plugins'),
    ...['/usr/local/share', '/usr/share', '/opt'].flatMap(below),
  ]
  return candidates.find((path) => path !== '' && existsSync(join(path, 'registry.terraform.io', 'hashicorp', 'aws')))
}

const terraform = executableOnPath('terraform')
const mirror = findPluginMirror()
const why =
  obstacle() ??
  (terraform ? undefined : 'terraform is not on PATH') ??
  (mirror ? undefined : 'no plugin mirror has hashicorp/aws; name one in TF_PLUGIN_MIRROR')
const name = 'terraform: apply, no drift, change in place, import, destroy'
if (why) console.error(`SKIPPED: ${name}: ${why}`)

/** A step that takes longer waits for something that will not come. */
const stepLimitMs = 280_000

/** Runs terraform in a copy of the configuration and answers what it printed. */
interface Terraform {
  (verb: string, expected: readonly number[], ...more: string[]): Promise<string>
  /** The same in another directory. */
  in(dir: string): Terraform
}

function terraformIn(dir: string, env: Readonly<Record<string, string>>): Terraform {
  const run = async (verb: string, expected: readonly number[], ...more: string[]): Promise<string> => {
    const started = performance.now()
    const child = spawn('terraform', [`-chdir=${dir}`, verb, '-no-color', ...more], {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: stepLimitMs,
      env: { ...process.env, ...env },
    })
    const { code, stdout, stderr } = await finished(child)
    console.error(`terraform ${verb} ${more.join(' ')}: ${((performance.now() - started) / 1000).toFixed(1)} s`)
    assert.ok(expected.includes(code ?? -1), `terraform ${verb} ended with ${code}\n${stdout}\n${stderr}`)
    return stdout
  }
  return Object.assign(run, { in: (other: string) => terraformIn(other, env) })
}

/** Kinds that the provider cannot import: they would be made anew. */
const notImportable: ReadonlySet<string> = new Set([
  'aws_key_pair',
  'aws_lb_target_group_attachment',
  'aws_vpc_endpoint_private_dns',
  'aws_vpc_endpoint_security_group_association',
  'aws_vpc_endpoint_service_allowed_principal',
  'aws_vpc_endpoint_service_private_dns_verification',
  'aws_vpc_endpoint_subnet_association',
])

/** The provider reads a forward action both as an ARN and as a block, and a configuration has one of them. */
const differsAfterImport = ['aws_lb_listener.service']

interface StateResource {
  readonly mode: 'managed' | 'data'
  readonly address: string
  readonly type: string
  readonly values: Readonly<Record<string, string>>
}

/** What `terraform import` takes for an id, where it is not the resource's own. */
function importIdOf({ type, values }: StateResource): string | undefined {
  if (type === 'aws_route_table_association') return `${values.subnet_id}/${values.route_table_id}`
  if (type === 'aws_vpc_dhcp_options_association') return values.vpc_id
  return values.id
}

/** In a directory without state, everything that was applied is there to be imported, as it is configured. */
async function importAll(t: TestContext, applied: string, run: Terraform, change: readonly string[]): Promise<void> {
  const state = JSON.parse(await run('show', [0], '-json')) as {
    values: { root_module: { resources: readonly StateResource[] } }
  }
  const managed = state.values.root_module.resources.filter(({ mode }) => mode === 'managed')
  const importable = managed.filter(({ type }) => !notImportable.has(type))
  const blocks = importable.map((each) => `import {\n to = ${each.address}\n id = "${importIdOf(each)}"\n}\n`)
  const dir = mkdtempSync(join(tmpdir(), 'underpass-terraform-import-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  cpSync(applied, dir, { recursive: true, filter: (path) => !/terraform\.tfstate/.test(path) })
  writeFileSync(join(dir, 'imports.tf'), blocks.join(''))
  const planned = await run.in(dir)('plan', [0], ...change)
  const counts = /Plan: (\d+) to import, (\d+) to add, (\d+) to change, (\d+) to destroy/.exec(planned)?.slice(1)
  const [imported, added, changed, destroyed] = counts?.map(Number) ?? []
  t.diagnostic(`import: ${imported} of ${managed.length} resources; ${added} cannot be imported; ${changed} differ`)
  assert.equal(imported, importable.length, planned)
  assert.equal(added, managed.length - importable.length, planned)
  assert.equal(destroyed, 0, planned)
  const differ = [...planned.matchAll(/# (\S+) will be updated in-place/g)].map(([, address]) => address)
  assert.deepEqual(differ, differsAfterImport, planned)
}

test(name, { skip: why ?? false, timeout: 900_000 }, async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'underpass-terraform-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  cpSync(configuration, dir, { recursive: true })
  const cliConfig = join(dir, 'terraform.rc')
  const installation = `filesystem_mirror {\n path = ${JSON.stringify(mirror)}\n }\n direct {\n exclude = ["*/*"]\n }`
  writeFileSync(cliConfig, `provider_installation {\n ${installation}\n}\n`)

  const playground = await aPlayground(t, 'terraform')
  await playground.up()
  const { endpoint, credentials } = playground.caller()
  const management = playground.caller()
  await createOrganization(management)
  const [provider, consumer] = [await createTenant(management, 'provider'), await createTenant(management, 'consumer')]

  const run = terraformIn(dir, {
    TF_CLI_CONFIG_FILE: cliConfig,
    TF_IN_AUTOMATION: '1',
    CHECKPOINT_DISABLE: '1',
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
    TF_VAR_endpoint: endpoint,
    TF_VAR_provider_account: provider.accountId,
    TF_VAR_consumer_account: consumer.accountId,
  })
  await run('init', [0], '-input=false')
  await run('apply', [0], '-input=false', '-auto-approve')
  // Exit code 2 would mean that something differs from what was just applied.
  await run('plan', [0], '-input=false', '-detailed-exitcode')
  const outputs = JSON.parse(await run('output', [0], '-json'))
  assert.equal(outputs.endpoint_state.value, 'available')
  assert.equal(outputs.endpoint_interfaces.value, 2)

  const change = ['-input=false', '-var=revision=two', '-var=listener_port=81']
  const changed = await run('apply', [0], '-auto-approve', ...change)
  assert.match(changed, /Apply complete! Resources: 0 added, [1-9]\d* changed, 0 destroyed/)
  await run('plan', [0], '-detailed-exitcode', ...change)

  await importAll(t, dir, run, change)

  await run('destroy', [0], '-auto-approve', ...change)
})
