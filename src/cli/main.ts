import { Command, InvalidArgumentError } from 'commander'
import { CliError } from './cli-error.ts'
import { type Home, resolveHome } from './home.ts'
import { currentSurroundings } from './next-command.ts'
import type { UpWishes } from './up.ts'

/**
 * The commands. Each one's module is loaded only when it runs: `underpass exec` is typed often and should not wait for
 * the rest.
 */
interface HomeOptions {
  readonly name?: string
  readonly stateDir?: string
}

const homeOf = (options: HomeOptions): Home => resolveHome(options, currentSurroundings())

const program = new Command('underpass')
  .description("PrivateLink for networks you own: AWS's own APIs, real packets through the Linux kernel.")
  .version('0.1.0')
  .enablePositionalOptions()
  .showHelpAfterError('(underpass --help, or underpass COMMAND --help)')
  .addHelpText('after', () =>
    examples([
      ['underpass up', 'start it'],
      ['eval "$(underpass env)"', 'let this shell talk to it'],
      ['aws ec2 describe-vpcs', 'any AWS client works from here on'],
      ['underpass down', 'stop it, keep its state'],
    ]),
  )

/** A command of ours: all of them take the same two options. */
function command(usage: string, summary: string, lines: readonly (readonly [string, string])[]): Command {
  return program
    .command(usage)
    .description(summary)
    .option('--name <name>', 'which Underpass: 1 to 20 of a-z, 0-9 and - (default: "default")')
    .option(
      '--state-dir <dir>',
      'where it keeps everything (default: as root /var/lib/underpass/NAME, else ~/.local/state/underpass/NAME)',
    )
    .addHelpText('after', () => examples(lines))
}

function examples(lines: readonly (readonly [string, string])[]): string {
  const width = Math.max(...lines.map(([line]) => line.length))
  return ['', 'Examples:', ...lines.map(([line, what]) => `  ${line.padEnd(width)}   # ${what}`)].join('\n')
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (port < 1 || port > 65535) throw new InvalidArgumentError('a port is a number from 1 to 65535')
  return port
}

function parseAddress(text: string): string {
  if (!/^\d{1,3}(\.\d{1,3}){3}:\d{1,5}$/.test(text))
    throw new InvalidArgumentError('give ADDRESS:PORT, as in 10.0.1.4:41234')
  return text
}

command('up', 'Start it and wait until it works; when it runs already, say where.', [
  ['underpass up', 'http://127.0.0.1:4747, name default'],
  ['underpass up --name ci --port 4800', 'a second one beside it'],
  ['underpass up --trust-any-credentials', 'for CI: no signature check, the key id is the account'],
])
  .option('--port <port>', 'of 127.0.0.1 for the API (default: that of the last up, else 4747)', parsePort)
  .option('--region <region>', 'AWS region it plays (default: that of the last up, else us-east-1)')
  .option('--trust-any-credentials', 'no signature check; a 12-digit access key id is the account')
  .option(
    '--private-dns-verification <how>',
    'of a service\'s private name: "trust", or "lookup" of its TXT record (default: that of the last up, else trust)',
  )
  .option(
    '--udp-on-dualstack <how>',
    '"free", or "as-aws": UDP listeners of dual-stack load balancers need EnablePrefixForIpv6SourceNat (default: free)',
  )
  .option('--quota <service/code=number...>', 'a default of Service Quotas, e.g. vpc/L-29B6F2EB=500; may be repeated')
  .action(async (options: HomeOptions & UpWishes) => {
    const { up } = await import('./up.ts')
    await up(homeOf(options), options)
  })

command('down', 'Stop it and remove its namespaces; its state stays.', [
  ['underpass down', 'the next up finds everything as it was'],
  ['underpass down --purge', 'and forget it all'],
])
  .option('--purge', 'remove the state directory too', false)
  .action(async (options: HomeOptions & { purge: boolean }) => {
    const { down } = await import('./down.ts')
    await down(homeOf(options), options)
  })

command('status', 'Say how it is. Exit code: 0 it works, 1 it is degraded, 3 it does not run.', [
  ['underpass status', 'for people'],
  ['underpass status --json | jq .agent.kernelWrites', 'for programs'],
])
  .option('--json', 'as JSON', false)
  .action(async (options: HomeOptions & { json: boolean }) => {
    const { status } = await import('./status.ts')
    process.exitCode = await status(homeOf(options), options)
  })

command('env', 'Print the lines that point a shell at it, as its management account.', [
  ['eval "$(underpass env)"', 'sets AWS_ENDPOINT_URL, the region and the keys'],
  ['aws sts get-caller-identity', 'answered by Underpass from here on'],
]).action(async (options: HomeOptions) => {
  const { env } = await import('./env.ts')
  env(homeOf(options))
})

command('exec', "Run a command inside an instance: its network namespace, its resolv.conf. A VPC's id works too.", [
  ['underpass exec i-0123456789abcdef0 -- curl -s http://10.0.1.50', 'exit code and signals are those of the command'],
  ['underpass exec --name ci i-0123456789abcdef0 -- ip -brief address', 'inside another Underpass'],
  ['underpass exec vpc-0123456789abcdef0 -- nft list table inet underpass', "look at a VPC's router"],
])
  .argument('<instance-id>', 'as RunInstances answered it')
  .argument('<command...>', 'and its arguments; put -- before it')
  .passThroughOptions()
  .action(async (instanceId: string, argv: string[], options: HomeOptions) => {
    const { exec } = await import('./exec.ts')
    // commander leaves the `--` that separates the command from our own options.
    const command = argv[0] === '--' ? argv.slice(1) : argv
    if (command.length === 0) throw new CliError('No command was given after --.')
    exec(homeOf(options), instanceId, command)
  })

command('whois', 'Say who is behind a connection that a target sees: endpoint, account, VPC, address.', [
  ['underpass whois 10.0.1.4:41234', 'the peer, as the server logs it'],
  ['underpass whois 10.0.1.4:41234 --vpc vpc-0123456789abcdef0', 'when several VPCs use this address'],
  ['curl -s 127.0.0.1:4747/_underpass/whois/10.0.1.4:41234', 'the same, for programs'],
])
  .argument('<address:port>', 'of the peer, as the target sees it', parseAddress)
  .option('--vpc <vpc-id>', "the target's")
  .option('--json', 'as JSON', false)
  .action(async (address: string, options: HomeOptions & { vpc?: string; json: boolean }) => {
    const { whois } = await import('./whois.ts')
    process.exitCode = await whois(homeOf(options), address, options)
  })

command('explain', 'Say whether a connection gets through, step by step, and what mends it. Exit code: 0 yes, 1 no.', [
  ['underpass explain i-0123456789abcdef0 10.0.1.50:443', 'TCP to an address, as the instance dials it'],
  ['underpass explain i-0123456789abcdef0 api.example.com:443', "a name, as the VPC's resolver answers it"],
  ['underpass explain i-0123456789abcdef0 10.0.1.50:53 --udp', 'UDP'],
  ['underpass explain i-0123456789abcdef0 10.0.1.50:443 --json | jq .next', 'for programs'],
])
  .argument('<instance-id>', 'who sends')
  .argument('<destination>', 'ADDRESS:PORT or NAME:PORT')
  .option('--udp', 'instead of TCP', false)
  .option('--json', 'as JSON', false)
  .addHelpText(
    'after',
    '\nExit code: 0 every way connects, 1 not every way, 2 the question is wrong, 3 it does not run.\n' +
      'A refusal comes with the AWS CLI command that mends it, and the account whose it is to type it.',
  )
  // 1 means that it does not connect.
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .action(async (from: string, to: string, options: HomeOptions & { udp: boolean; json: boolean }) => {
    const { explain } = await import('./explain.ts')
    process.exitCode = await explain(homeOf(options), from, to, options)
  })

program
  .command('demo')
  .description("A private link's whole life in under a minute, told with what is measured; leaves nothing behind.")
  .addHelpText('after', () => examples([['underpass demo', 'needs no other Underpass; Ctrl-C removes what it made']]))
  .action(async () => {
    const { demo } = await import('./demo/story.ts')
    await demo()
  })

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof CliError)) throw error
  console.error(`underpass: ${error.message}`)
  process.exitCode = error.exitCode
}
