/**
 * What the load balancer and the interface promise, claim by claim, and which tests prove it. Proofs are named as the tests are;
 * `conformance-table.ts` looks each of them up.
 */
import type { Path } from './conformance-stage.ts'

export interface Proof {
  /** From the project's root. */
  readonly file: string
  /** The name of the test; one that ends with `…` is made of parts and begins like this. */
  readonly name: string
}

/** No proof at all is `not proven`. `none`: the path does not carry such a thing. */
type Proofs = readonly Proof[] | 'none'

export interface Claim extends Readonly<Record<Path, Proofs>> {
  readonly claim: string
  /** What is left open, or why. */
  readonly note?: string
}

export interface Chapter {
  readonly title: string
  readonly claims: readonly Claim[]
}

export const rowsFile = 'test/support/conformance-rows.ts'
const row = (name: string): Proof => ({ file: rowsFile, name })
const e2e = (file: string, name: string): Proof => ({ file: `test/e2e/${file}.e2e.ts`, name })
const unit = (file: string, name: string): Proof => ({ file: `src/${file}.test.ts`, name })

const onBoth = (claim: string, name: string, ...more: readonly Proof[]): Claim => ({
  claim,
  kernel: [row(name), ...more],
  relay: [row(name)],
})
const onKernel = (claim: string, ...kernel: readonly Proof[]): Claim => ({ claim, kernel, relay: 'none' })
const onRelay = (claim: string, ...relay: readonly Proof[]): Claim => ({ claim, kernel: 'none', relay })
const unproven = (claim: string, note: string): Claim => ({ claim, kernel: [], relay: [], note })

const proxyTest = 'PROXY protocol v2: the target learns who the client is, through an endpoint and inside the VPC'
const tlsTest = 'TLS ends in the relay: by name, to TCP and TLS targets, with and without a header'
const deathTest = 'connections outlive the agent, and a worker loses only its own; whois tells who they are'
const worker = (name: string): Proof => unit('relay/worker', name)

export const chapters: readonly Chapter[] = [
  {
    title: 'Protocols',
    claims: [
      onBoth('TCP', 'TCP goes there and back, in bulk as well'),
      onBoth('half-closed connections', 'one side ends, the other goes on'),
      onKernel(
        'UDP on IPv4, through PrivateLink',
        row('UDP goes there and back, and the target sees the node'),
        e2e('failover', 'UDP: a flow keeps its target, flows are spread, the target sees the node, reject cuts'),
      ),
      onKernel('TCP_UDP', row('TCP_UDP: one port for both')),
      onRelay('TLS', e2e('relay', tlsTest)),
      onKernel(
        'IPv6 and dual-stack endpoints, services and load balancers; UDP on IPv6 through PrivateLink',
        e2e('ipv6', 'TCP and UDP over IPv6, and IPv4 beside them; the target sees the node'),
        e2e('ipv6', 'a large transfer is not cut up: its segments fit the fabric'),
        e2e('ipv6', 'names have both'),
      ),
      onKernel(
        "AWS's dual-stack restriction on UDP, as an option",
        unit('api/elbv2/dualstack', 'UDP on a dual-stack load balancer: free, or with a prefix as AWS asks'),
      ),
      onRelay(
        'an IPv6 consumer to IPv4 targets, through the relay',
        e2e('ipv6', 'IPv6 clients reach IPv4 targets over TCP, as the node, and wherever they are'),
      ),
    ],
  },
  {
    title: 'Targets',
    claims: [
      onBoth('type instance', 'TCP goes there and back, in bulk as well'),
      onBoth('type ip', 'a target of type ip'),
      onBoth(
        'type alb',
        'a target of type alb: another load balancer, by its address',
        e2e('load-balancer', 'a target of type alb is the address of another load balancer'),
      ),
      onBoth('a port per target', 'one target at two ports, each its own'),
      onBoth('the same target in several groups', 'one target in two groups, and then in one'),
      onBoth(
        'hairpin',
        'a target that is its own client',
        e2e('load-balancer', 'a target reaches itself, whichever of all it is led to'),
      ),
      onBoth(
        'weighted groups',
        'weighted groups, and a weight of nothing',
        e2e('load-balancer', 'weighted groups get their shares'),
      ),
    ],
  },
  {
    title: 'Attributes',
    claims: [
      onBoth(
        'deregistration delay, connection termination',
        'a deregistered target gets no new connection and keeps the old ones, until it is told to end them',
        e2e('failover', 'deregistered: no new connection, the established one lives on'),
      ),
      onBoth('stickiness by source IP', 'stickiness: a client comes to the same target every time'),
      onRelay('PROXY protocol v2', e2e('relay', proxyTest)),
      onBoth(
        'preserve client IP: on inside the VPC, never through PrivateLink',
        "the client's address: kept inside the VPC unless switched off, never through PrivateLink",
      ),
      onBoth('cross-zone balancing per group', 'cross-zone balancing of the group wins over that of the load balancer'),
      onBoth(
        'unhealthy connection termination',
        'a target that turns unhealthy loses its connections, unless the group spares them',
      ),
      onBoth('unhealthy draining interval', 'or after an interval, for which it is unhealthy.draining'),
      onBoth(
        'minimum healthy count for routing',
        'fewer healthy targets than the count for routing: all of them get connections',
      ),
      onBoth(
        'minimum healthy percentage for routing',
        'fewer healthy targets than the percentage for routing: all of them get connections',
      ),
      onKernel(
        'minimum healthy targets for DNS',
        row('too few healthy targets for DNS: the zone leaves the name and comes back'),
      ),
      onKernel(
        'load balancer: cross-zone balancing',
        e2e('failover', 'cross-zone: every zone reaches the targets of all; off again: its own'),
      ),
      onKernel(
        'load balancer: cross-zone balancing leaves out the zones that it is not in',
        row('cross-zone balancing reaches the zones that the load balancer is in, and no other'),
      ),
      onKernel(
        'load balancer: client routing policy, all three',
        e2e('load-balancer', 'client routing by zone: a client is told the address of its own zone'),
        e2e('zone-failure', 'before, nothing fails'),
      ),
      {
        claim: 'load balancer: deletion protection',
        kernel: [],
        relay: 'none',
        note: 'no packet shows it; src/api/elbv2/load-balancer.test.ts has the refusal',
      },
      onBoth('listener: idle timeout', 'idle for too long: the late packet is answered with a RST'),
      onRelay('listener: ALPN', worker('ALPN …')),
    ],
  },
  {
    title: 'Health',
    claims: [
      onKernel('initial', row('initial until the first result: Elb.InitialHealthChecking')),
      onKernel('TCP: a refusal', row('TCP refused: Target.FailedHealthChecks')),
      onKernel(
        'a timeout',
        row('HTTP without an answer: Target.Timeout'),
        e2e('failover', 'stopped: new connections hang until the threshold, then none'),
      ),
      onKernel('HTTP: another code', row('HTTP with another code: Target.ResponseCodeMismatch')),
      onKernel('HTTP: the matcher', row('HTTP with a code that the matcher has: healthy')),
      onKernel(
        'HTTPS',
        row('HTTPS, with a certificate that nobody trusts: healthy'),
        row('HTTPS with another code: Target.ResponseCodeMismatch'),
        row('HTTPS where plain HTTP is spoken: Target.FailedHealthChecks or Target.Timeout'),
      ),
      onKernel('thresholds', row('thresholds: so many failures in a row, so many successes in a row')),
      onKernel(
        'unhealthy.draining',
        e2e('load-balancer', 'or after an interval, for which the target is unhealthy.draining'),
      ),
      {
        claim: 'draining, unused, unavailable',
        kernel: [e2e('failover', 'deregistered: no new connection, the established one lives on')],
        relay: 'none',
        note: 'draining; of `unused` and `unavailable` there is no packet to see',
      },
      onBoth(
        'fail open',
        'no healthy target anywhere: all of them get connections',
        e2e('failover', 'no healthy target anywhere: everybody gets connections'),
      ),
      onKernel(
        'a zone without healthy targets leaves DNS and comes back',
        e2e('names', 'a zone without healthy target leaves; without any, all are back'),
        e2e('zone-failure', 'all targets of a zone die'),
      ),
      onKernel(
        'a target whose port refuses is found within the bound',
        e2e('failover', 'killed: connections fail until the threshold, then none'),
      ),
      {
        claim: 'checks of 10,000 targets cost less than a tenth of a core',
        kernel: [],
        relay: 'none',
        note: 'no benchmark has it; src/health/checker.test.ts shows that they are spread',
      },
    ],
  },
  {
    title: 'Security',
    claims: [
      onBoth(
        "the load balancer's groups, enforced on PrivateLink by the consumer's address, switchable",
        "the load balancer's security groups, enforced on PrivateLink by the client's address, and switched off",
        e2e('load-balancer', "behind an endpoint the client's own address decides, in the consumer's VPC"),
        e2e('load-balancer', 'switched off, endpoints are not asked; clients of the VPC are'),
      ),
      onBoth(
        "the endpoint's groups",
        "an endpoint's security group decides by the client's address",
        e2e('security-group', 'the endpoint interface: no rule, by block, by group, by port'),
      ),
      onBoth(
        "the targets' groups, asked for the node",
        "a target's security group must admit the node, not the consumer",
        e2e('security-group', "a target's group must admit the load balancer's node, not the consumer"),
      ),
      onBoth(
        'network ACLs',
        "a network ACL of the client's subnet denies a port",
        e2e('network-acl', 'the sender is asked too, by protocol and by block'),
      ),
      {
        claim: 'network ACLs: stateless, both directions, ordered',
        kernel: [
          e2e(
            'network-acl',
            'it has no memory: without the way back a connection stalls, and goes on when there is one',
          ),
          e2e('network-acl', 'what enters the subnet of an endpoint, but nothing within it'),
          e2e('network-acl', 'the smallest number decides'),
          e2e('network-acl', 'between a node and its target, with the health checks'),
        ],
        relay: [],
      },
      onBoth(
        'a reason for every drop: no listener, no target, no such address',
        'refused and counted: no such listener, no target, nobody with that address',
      ),
      onKernel(
        'a reason for every drop: spoofed source',
        e2e('isolation', 'what an instance sends from an address that is not its own is dropped and counted'),
      ),
    ],
  },
  {
    title: 'TLS listeners',
    claims: [
      onRelay('termination with certificates from ACM', e2e('relay', tlsTest)),
      {
        claim: 'RequestCertificate, by an authority of the account',
        kernel: 'none',
        relay: [],
        note: 'src/api/acm/certificate.test.ts issues one; no packet has met it',
      },
      onRelay('SNI over several certificates', worker('who asks for …')),
      onRelay('security policies', worker('a policy without TLS 1.2 refuses it; one of 2015 lets TLS 1.0 in')),
      onRelay('TCP to the target', e2e('relay', tlsTest)),
      onRelay(
        'TLS to the target',
        e2e('relay', tlsTest),
        worker('TLS to the target too: the header before it, in the clear'),
      ),
    ],
  },
  {
    title: 'PROXY protocol v2',
    claims: [
      onRelay(
        "AWS's TLV and CRC-32c, byte by byte as in the capture",
        unit('net/proxy-protocol', "the capture of AWS's header is what we write, byte by byte"),
        e2e('relay', proxyTest),
      ),
      onRelay("the consumer's real address", e2e('relay', proxyTest)),
      onRelay('account, VPC and zone, by a tag of ours', e2e('relay', proxyTest)),
      onRelay('`underpass whois`', e2e('relay', deathTest)),
    ],
  },
  {
    title: 'The relay',
    claims: [
      unproven('all cores share the listening port', 'no test counts what each worker got'),
      onRelay('back-pressure', worker('a target that does not read stops the client')),
      onRelay('half-close', row('one side ends, the other goes on')),
      {
        claim: 'bounded memory per connection',
        kernel: 'none',
        relay: [],
        note: 'a benchmark measures it: bench/relay.ts',
      },
      onRelay('idle timeouts end with a RST', row('idle for too long: the late packet is answered with a RST')),
      onRelay(
        'draining on stop',
        worker('draining: who is in goes on, and the worker is done when the last one has ended'),
      ),
      onRelay('a crash of a worker loses only its own connections', e2e('relay', deathTest)),
    ],
  },
  {
    title: 'Limits',
    claims: [
      onBoth(
        'MSS clamp, MTU 8500',
        'segments fit the path, whoever sends: MSS 8,460 at most',
        e2e('limits', 'segments are as large as the path, whichever side sends'),
      ),
      {
        claim: 'ports of an endpoint: counted, a warning, refused visibly',
        kernel: [
          e2e(
            'limits',
            'an endpoint with all its ports in use refuses new connections, visibly, and keeps the ones it has',
          ),
        ],
        relay: [],
      },
    ],
  },
  {
    title: 'Change without breaking',
    claims: [
      {
        claim: 'listeners, targets, groups, subnets and zones come and go',
        kernel: [
          e2e(
            'unbroken',
            'connections live through everything that the API changes around them, and through both processes',
          ),
          e2e('unbroken', 'a load balancer is swapped for another, zones come and go'),
        ],
        relay: [row('a listener goes: nobody new comes in, who is in stays')],
        note: 'by the relay: a listener, a target, a load balancer',
      },
      onBoth('a listener goes', 'a listener goes: nobody new comes in, who is in stays'),
      onBoth(
        'a load balancer is swapped for another',
        'one load balancer of a service is swapped for another: who is in stays',
      ),
      onBoth(
        'a rejected endpoint loses its connections at once, nobody else does',
        'an endpoint is rejected: its connections end, those of another do not',
      ),
      onKernel('stale UDP entries go', row('a UDP flow whose target is gone begins anew with another')),
      onKernel(
        'a zone fails: its targets, or its node',
        e2e('zone-failure', 'all targets of a zone die'),
        e2e('zone-failure', "the load balancer's node in a zone is withdrawn"),
        e2e('zone-outage', 'a zone goes, and comes back'),
      ),
      onKernel(
        'bisection: a refused batch loses its culprit only, which says why',
        e2e('kernel', "one tenant's bad configuration does not keep another's out"),
      ),
    ],
  },
]
