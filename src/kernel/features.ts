/**
 * What this host can do, found out by doing it: in a scratch namespace that lives as long as the probe, or with
 * `nft --check`, which asks the kernel and changes nothing. Kernel versions and configuration files tell less.
 */
import { readFileSync } from 'node:fs'
import { release } from 'node:os'
import type { DataPlane } from '../link/messages.ts'
import type { Runner } from './command.ts'

interface Tool {
  readonly argv: readonly string[]
  readonly debianPackage: string
}

const tools: readonly Tool[] = [
  { argv: ['nft', '--version'], debianPackage: 'nftables' },
  { argv: ['ip', '-V'], debianPackage: 'iproute2' },
  { argv: ['conntrack', '--version'], debianPackage: 'conntrack' },
  { argv: ['nsenter', '--version'], debianPackage: 'util-linux' },
]

interface Feature {
  readonly name: string
  /** Whether a link works without it. */
  readonly required: boolean
  /** A shell command, run in a scratch network namespace, that succeeds where the feature is there. */
  readonly probe: string
  /** What to do where it is missing; by default the kernel's modules are to be loaded. */
  readonly fix?: string
}

const nftCheck = (...lines: string[]): string =>
  `printf '%s\\n' ${['add table inet t', ...lines].map((line) => `'${line}'`).join(' ')} | nft --check --file -`

const features: readonly Feature[] = [
  { name: 'veth', required: true, probe: 'ip link add p0 type veth peer name p1' },
  {
    name: 'nf_tables-nat-maps',
    required: true,
    probe: nftCheck(
      'add map inet t m { type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service; }',
      'add map inet t v { type ipv4_addr . inet_proto . inet_service : verdict; }',
      'add chain inet t n { type nat hook prerouting priority dstnat; }',
      'add rule inet t n dnat ip to ip daddr . meta l4proto . th dport map @m',
      'add rule inet t n ip daddr . meta l4proto . th dport vmap @v',
    ),
  },
  {
    name: 'nf_tables-jhash',
    required: true,
    probe: nftCheck(
      'add chain inet t n { type nat hook prerouting priority dstnat; }',
      'add rule inet t n meta l4proto tcp dnat ip to jhash ip saddr . th sport mod 2 map { 0 : 10.0.0.1 . 1, 1 : 10.0.0.2 . 1 }',
    ),
  },
  {
    name: 'nf_tables-ct',
    required: true,
    probe: nftCheck(
      'add chain inet t f { type filter hook forward priority filter; }',
      'add rule inet t f ct state established ct mark 1 accept',
    ),
  },
  // Listed after the probe above, which loads the module.
  { name: 'conntrack-acct', required: true, probe: '[ -e /proc/sys/net/netfilter/nf_conntrack_acct ]' },
  {
    // Where observe.ts finds the fingerprints of sets.
    name: 'nft-json-comments',
    required: true,
    probe: `nft 'add table inet t; add set inet t s { type ipv4_addr; comment "kept"; }' && nft -j list sets | grep -q kept`,
    fix: 'install nftables 1.0.6 or later (Debian 12 has it)',
  },
  {
    name: 'ct-timeout',
    required: false,
    probe: nftCheck(
      'add ct timeout inet t to { protocol tcp; l3proto ip; policy = { established: 100 }; }',
      'add chain inet t f { type filter hook forward priority filter; }',
      'add rule inet t f meta l4proto tcp ct timeout set "to"',
    ),
  },
  {
    name: 'tproxy',
    required: false,
    probe: nftCheck(
      'add chain inet t p { type filter hook prerouting priority mangle; }',
      'add rule inet t p meta l4proto tcp tproxy ip to :1 accept',
    ),
  },
  {
    name: 'flowtable',
    required: false,
    probe: nftCheck('add flowtable inet t ft { hook ingress priority 0; devices = { lo }; }'),
  },
  { name: 'vxlan', required: false, probe: 'ip link add x0 type vxlan id 1 dstport 4789' },
  { name: 'wireguard', required: false, probe: 'ip link add w0 type wireguard' },
  { name: 'netem', required: false, probe: 'tc qdisc add dev lo root netem delay 1ms' },
  { name: 'clsact', required: false, probe: 'tc qdisc add dev lo clsact' },
  { name: 'bpf', required: false, probe: '[ -e /proc/sys/kernel/unprivileged_bpf_disabled ]' },
  { name: 'ipvs', required: false, probe: '[ -e /proc/net/ip_vs ]' },
  { name: 'ktls', required: false, probe: 'grep -qw tls /proc/sys/net/ipv4/tcp_available_ulp' },
]

/** This host cannot carry a link; the message says what to do about it. */
export class PreflightError extends Error {
  override readonly name = 'PreflightError'
}

/** @throws PreflightError naming every missing requirement and the fix at once */
export async function preflight(run: Runner): Promise<DataPlane> {
  const versions = await Promise.all(tools.map(({ argv }) => run({ step: `look for ${argv[0]}`, argv, writes: false })))
  const missingTools = tools.filter((_, i) => versions[i]?.exitCode === 127)
  if (missingTools.length > 0) {
    const packages = [...new Set(missingTools.map(({ debianPackage }) => debianPackage))].join(' ')
    throw new PreflightError(
      `not installed: ${missingTools.map(({ argv }) => argv[0]).join(', ')}. Run: apt-get install ${packages}`,
    )
  }

  const mode = modeOf(readFileSync('/proc/self/uid_map', 'utf8'))
  const script = features.map(
    ({ name, probe }) => `{ ${probe}; } >/dev/null && echo 'present ${name}' || echo '^ ${name}' >&2`,
  )
  const probed = await run({
    step: 'probe the kernel',
    argv: ['unshare', '--net', 'sh', '-s'],
    input: `${script.join('\n')}\ntrue\n`,
    writes: false,
  })
  if (probed.exitCode !== 0) {
    throw new PreflightError(
      `cannot make a network namespace: ${probed.stderr.trim() || `unshare ended with ${probed.exitCode}`}. ` +
        (mode === 'root'
          ? 'Run as root outside of a restricted container (CAP_SYS_ADMIN and CAP_NET_ADMIN are needed).'
          : 'Run: sysctl -w user.max_net_namespaces=15000'),
    )
  }

  const present = new Set([...probed.stdout.matchAll(/^present (.*)$/gm)].map(([, name]) => name))
  const missingFeatures = features.filter(({ name, required }) => required && !present.has(name))
  if (missingFeatures.length > 0) {
    throw new PreflightError(
      `this host (Linux ${release()}) lacks ${missingFeatures.map(({ name }) => name).join(', ')}: ` +
        `${firstWordsOf(probed.stderr)}. ${missingFeatures[0]?.fix ?? 'Run: modprobe -a veth nf_tables nft_nat nft_hash nft_ct nf_conntrack'}`,
    )
  }
  return {
    mode,
    kernelRelease: release(),
    nftVersion: /v(\d+(?:\.\d+)+)/.exec(versions[0]?.stdout ?? '')?.[1] ?? 'unknown',
    present: features.filter(({ name }) => present.has(name)).map(({ name }) => name),
    missed: features.filter(({ name }) => !present.has(name)).map(({ name }) => name),
  }
}

const firstWordsOf = (stderr: string): string => stderr.split('\n').find((line) => line !== '') ?? 'no reason given'

/** Root of the whole machine maps every user id to itself; inside a user namespace only some are mapped. */
export function modeOf(uidMap: string): DataPlane['mode'] {
  return /^\s*0\s+0\s+4294967295\s*$/.test(uidMap) ? 'root' : 'rootless'
}
