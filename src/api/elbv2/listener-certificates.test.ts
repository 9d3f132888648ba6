import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CreateListenerInput, ModifyListenerInput } from '@aws-sdk/client-elastic-load-balancing-v2'
import { aContext } from '../../../test/support/fake-context.ts'
import {
  aCertificate,
  accounts,
  aListener,
  aLoadBalancer,
  aNetwork,
  aTargetGroup,
  consumer,
  must,
  provider,
  throwsAwsError,
} from '../../../test/support/privatelink.ts'
import type { OperationContext } from '../operation.ts'
import { addListenerCertificates } from './add-listener-certificates.ts'
import { createListener } from './create-listener.ts'
import { describeListenerCertificates } from './describe-listener-certificates.ts'
import { describeListeners } from './describe-listeners.ts'
import { modifyListener } from './modify-listener.ts'
import { modifyListenerAttributes } from './modify-listener-attributes.ts'
import { modifyTargetGroupAttributes } from './modify-target-group-attributes.ts'
import { removeListenerCertificates } from './remove-listener-certificates.ts'

function aWorld(ctx: OperationContext) {
  const { vpcId, subnetIds } = aNetwork(ctx)
  const loadBalancer = aLoadBalancer(ctx, subnetIds)
  const group = aTargetGroup(ctx, vpcId)
  const request: CreateListenerInput = {
    LoadBalancerArn: loadBalancer,
    Protocol: 'TLS',
    Port: 443,
    DefaultActions: [{ Type: 'forward', TargetGroupArn: group }],
  }
  return { vpcId, loadBalancer, group, request }
}

const named = (...arns: readonly string[]) => arns.map((CertificateArn) => ({ CertificateArn }))

function aTlsListener(ctx: OperationContext, certificate: string, more: Partial<CreateListenerInput> = {}) {
  const { request } = aWorld(ctx)
  return must(createListener.handle({ ...request, Certificates: named(certificate), ...more }, ctx).Listeners?.[0])
}

test('a TLS listener as AWS shows it: the default policy unless another is named', () => {
  for (const [more, policy, alpn] of [
    [{}, 'ELBSecurityPolicy-2016-08', undefined],
    [{ SslPolicy: 'ELBSecurityPolicy-TLS13-1-3-2021-06' }, 'ELBSecurityPolicy-TLS13-1-3-2021-06', undefined],
    [{ AlpnPolicy: ['HTTP2Preferred'] }, 'ELBSecurityPolicy-2016-08', ['HTTP2Preferred']],
  ] as const) {
    const ctx = aContext()
    const certificate = aCertificate(ctx)
    const wish = { ...more, AlpnPolicy: 'AlpnPolicy' in more ? [...more.AlpnPolicy] : undefined }
    const listener = aTlsListener(ctx, certificate, wish)
    assert.deepEqual(
      [listener.Certificates, listener.SslPolicy, listener.AlpnPolicy],
      [named(certificate), policy, alpn],
    )
    assert.deepEqual(describeListeners.handle({ ListenerArns: [must(listener.ListenerArn)] }, ctx).Listeners, [
      listener,
    ])
  }
})

test('what a TLS listener refuses', () => {
  const as = accounts()
  const ctx = as(provider)
  const { request, vpcId, group } = aWorld(ctx)
  const encrypted = aTargetGroup(ctx, vpcId, { Name: 'tls', Protocol: 'TLS' })
  const good = aCertificate(ctx)
  const sticky = aTargetGroup(ctx, vpcId, { Name: 'sticky' })
  const Attributes = [{ Key: 'stickiness.enabled', Value: 'true' }]
  modifyTargetGroupAttributes.handle({ TargetGroupArn: sticky, Attributes }, ctx)
  const alb = aTargetGroup(ctx, vpcId, { Name: 'alb', TargetType: 'alb' })
  const foreign = aCertificate(as(consumer))
  const large = aCertificate(ctx, { keyAlgorithm: 'RSA_4096' })
  const ended = aCertificate(ctx, { notAfter: '2026-01-01T00:00:00.000Z' })
  const nameless = aCertificate(ctx, { domainName: '' })
  const cases: readonly (readonly [Partial<CreateListenerInput>, string, string | RegExp])[] = [
    [{ Certificates: [] }, 'ValidationError', 'A certificate must be specified for TLS listeners'],
    [{ Certificates: named(good, good) }, 'ValidationError', 'Exactly one certificate must be specified'],
    [{ Certificates: [{}] }, 'ValidationError', /certificate ARN/],
    [{ Certificates: [{ CertificateArn: good, IsDefault: true }] }, 'ValidationError', /'IsDefault'/],
    [{ Certificates: named(`${good}0`) }, 'CertificateNotFound', `Certificate '${good}0' not found`],
    [{ Certificates: named(foreign) }, 'CertificateNotFound', /not found/],
    [
      { Certificates: named(large) },
      'UnsupportedCertificate',
      `The certificate '${large}' must have a fully-qualified domain name, a supported signature, and a supported key size.`,
    ],
    [{ Certificates: named(ended) }, 'UnsupportedCertificate', /must have/],
    [{ Certificates: named(nameless) }, 'UnsupportedCertificate', /must have/],
    [
      { SslPolicy: 'ELBSecurityPolicy-1999-01' },
      'SSLPolicyNotFound',
      "SSL policy 'ELBSecurityPolicy-1999-01' not found",
    ],
    [{ AlpnPolicy: ['HTTP3'] }, 'ALPNPolicyNotFound', /'HTTP3'/],
    [{ AlpnPolicy: ['HTTP1Only', 'HTTP2Only'] }, 'ValidationError', /Only one ALPN policy/],
    [{ DefaultActions: [{ Type: 'forward', TargetGroupArn: sticky }] }, 'InvalidConfigurationRequest', /stickiness/],
    [{ DefaultActions: [{ Type: 'forward', TargetGroupArn: alb }] }, 'IncompatibleProtocols', /'alb'/],
    [
      {
        DefaultActions: [
          {
            Type: 'forward',
            ForwardConfig: { TargetGroups: [{ TargetGroupArn: group }, { TargetGroupArn: encrypted }] },
          },
        ],
      },
      'InvalidConfigurationRequest',
      /same protocol/,
    ],
  ]
  for (const [wish, code, text] of cases) {
    throwsAwsError(() => createListener.handle({ ...request, Certificates: named(good), ...wish }, ctx), code, text)
  }
  assert.deepEqual([...ctx.tx.all('listener')], [])
})

test('the same call answers the same listener; another certificate or policy is another listener', () => {
  const ctx = aContext()
  const { request } = aWorld(ctx)
  const [one, other] = [aCertificate(ctx), aCertificate(ctx)]
  const create = (more: Partial<CreateListenerInput>) => createListener.handle({ ...request, ...more }, ctx).Listeners
  const first = create({ Certificates: named(one) })
  assert.deepEqual(create({ Certificates: named(one), SslPolicy: 'ELBSecurityPolicy-2016-08' }), first)
  throwsAwsError(() => create({ Certificates: named(other) }), 'DuplicateListener')
  throwsAwsError(
    () => create({ Certificates: named(one), SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06' }),
    'DuplicateListener',
  )
})

test('the SNI list: added once, in order, twice shown when it is the default too, and it outlives a new default', () => {
  const ctx = aContext()
  const [one, two, three] = [aCertificate(ctx), aCertificate(ctx), aCertificate(ctx)]
  const ListenerArn = must(aTlsListener(ctx, one).ListenerArn)
  const shown = () =>
    describeListenerCertificates
      .handle({ ListenerArn }, ctx)
      .Certificates?.map(({ CertificateArn, IsDefault }) => [CertificateArn, IsDefault])
  const add = (arn: string) => addListenerCertificates.handle({ ListenerArn, Certificates: named(arn) }, ctx)
  const remove = (arn: string) => removeListenerCertificates.handle({ ListenerArn, Certificates: named(arn) }, ctx)

  assert.deepEqual(add(two), { Certificates: [{ CertificateArn: two, IsDefault: false }] })
  add(two)
  throwsAwsError(() => remove(one), 'OperationNotPermitted', /default certificate/)
  add(one)
  assert.deepEqual(shown(), [
    [one, true],
    [two, false],
    [one, false],
  ])
  assert.deepEqual(
    ctx.tx.by('listener', 'certificateArn', two).map((listener) => listener.listenerArn),
    [ListenerArn],
  )
  modifyListener.handle({ ListenerArn, Certificates: named(three) }, ctx)
  assert.deepEqual(shown(), [
    [three, true],
    [two, false],
    [one, false],
  ])
  remove(one)
  remove(one)
  remove(two)
  assert.deepEqual(shown(), [[three, true]])
  throwsAwsError(() => add(`${two}0`), 'CertificateNotFound')
  for (let n = 0; n < 25; n++) add(aCertificate(ctx))
  throwsAwsError(() => add(two), 'TooManyCertificates', /25/)

  const first = describeListenerCertificates.handle({ ListenerArn, PageSize: 20 }, ctx)
  const rest = describeListenerCertificates.handle({ ListenerArn, PageSize: 20, Marker: first.NextMarker }, ctx)
  assert.deepEqual([first.Certificates?.length, rest.Certificates?.length, rest.NextMarker], [20, 6, undefined])
  assert.equal(first.Certificates?.[0]?.IsDefault, true)
})

test('certificates go with TLS, the idle timeout with TCP', () => {
  const ctx = aContext()
  const certificate = aCertificate(ctx)
  const { loadBalancer, group } = aWorld(ctx)
  const ListenerArn = aListener(ctx, loadBalancer, group)
  const stored = () => must(ctx.tx.get('listener', ListenerArn))
  const modify = (wish: Partial<ModifyListenerInput>) => modifyListener.handle({ ListenerArn, ...wish }, ctx)
  const Certificates = named(certificate)
  throwsAwsError(() => addListenerCertificates.handle({ ListenerArn, Certificates }, ctx), 'ValidationError', /TCP/)
  assert.deepEqual(describeListenerCertificates.handle({ ListenerArn }, ctx).Certificates, [])

  const Attributes = [{ Key: 'tcp.idle_timeout.seconds', Value: '60' }]
  modifyListenerAttributes.handle({ ListenerArn, Attributes }, ctx)
  throwsAwsError(() => modify({ Protocol: 'TLS' }), 'ValidationError', /certificate/)
  modify({ Protocol: 'TLS', Certificates, AlpnPolicy: ['HTTP2Only'] })
  assert.deepEqual(
    [stored().certificateArns, stored().alpnPolicy, stored().attributes],
    [[certificate], 'HTTP2Only', {}],
  )
  throwsAwsError(
    () => modifyListenerAttributes.handle({ ListenerArn, Attributes }, ctx),
    'InvalidConfigurationRequest',
    /TLS protocol/,
  )
  modify({ SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06' })
  assert.deepEqual(
    [stored().certificateArn, stored().alpnPolicy],
    [certificate, 'HTTP2Only'],
    'what is not named stays',
  )
  modify({ Protocol: 'TCP' })
  assert.deepEqual(
    [stored().certificateArn, stored().certificateArns, stored().sslPolicy, stored().alpnPolicy],
    [undefined, undefined, undefined, undefined],
  )
})

test('stickiness is not for groups that TLS listeners use', () => {
  const ctx = aContext()
  const { request, group } = aWorld(ctx)
  createListener.handle({ ...request, Certificates: named(aCertificate(ctx)) }, ctx)
  throwsAwsError(
    () =>
      modifyTargetGroupAttributes.handle(
        { TargetGroupArn: group, Attributes: [{ Key: 'stickiness.enabled', Value: 'true' }] },
        ctx,
      ),
    'InvalidConfigurationRequest',
    /TLS listeners/,
  )
})
