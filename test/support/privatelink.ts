/**
 * A provider and a consumer for tests of the API, made by the operations themselves, so that what they start from is what
 * callers of AWS's API would have.
 */

import assert from 'node:assert/strict'
import type {
  CreateListenerInput,
  CreateLoadBalancerInput,
  CreateTargetGroupInput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { createSubnet } from '../../src/api/ec2/create-subnet.ts'
import { createVpc } from '../../src/api/ec2/create-vpc.ts'
import { createVpcEndpointServiceConfiguration } from '../../src/api/ec2/create-vpc-endpoint-service-configuration.ts'
import { runInstances } from '../../src/api/ec2/run-instances.ts'
import { createListener } from '../../src/api/elbv2/create-listener.ts'
import { createLoadBalancer } from '../../src/api/elbv2/create-load-balancer.ts'
import { createTargetGroup } from '../../src/api/elbv2/create-target-group.ts'
import type { OperationContext } from '../../src/api/operation.ts'
import { AwsError } from '../../src/aws/error.ts'
import { type Certificate, certificateArnOf } from '../../src/resource/certificate.ts'
import type { ContextOptions } from './fake-context.ts'
import { aContext, FakeTransaction } from './fake-context.ts'

export const provider = '111111111111'
export const consumer = '222222222222'
export const stranger = '333333333333'

/** A value that must be there. */
export function must<T>(value: T | undefined): T {
  assert.notEqual(value, undefined)
  return value as T
}

/** Asserts the code of the AwsError that `run` throws, and its text where one is given. */
export function throwsAwsError(run: () => unknown, code: string, message?: string | RegExp): void {
  assert.throws(run, (error) => {
    assert.ok(error instanceof AwsError, `not an AwsError: ${error}`)
    assert.equal(error.code, code, error.message)
    if (typeof message === 'string') assert.equal(error.message, message)
    else if (message) assert.match(error.message, message)
    return true
  })
}

/** Contexts of several accounts over one state. */
export function accounts(options: ContextOptions = {}): (accountId: string) => OperationContext {
  const tx = options.tx ?? new FakeTransaction()
  const contexts = new Map<string, OperationContext>()
  return (accountId) => {
    const ctx = contexts.get(accountId) ?? aContext({ ...options, tx, accountId })
    contexts.set(accountId, ctx)
    return ctx
  }
}

/** A VPC 10.0.0.0/16 with a subnet 10.0.N.0/24 in each of the zones, in their order. */
export function aNetwork(ctx: OperationContext, letters = 'ab') {
  const vpcId = must(createVpc.handle({ CidrBlock: '10.0.0.0/16' }, ctx).Vpc?.VpcId)
  const subnetIds = [...letters].map((letter, index) =>
    must(
      createSubnet.handle(
        { VpcId: vpcId, CidrBlock: `10.0.${index + 1}.0/24`, AvailabilityZone: `${ctx.region}${letter}` },
        ctx,
      ).Subnet?.SubnetId,
    ),
  )
  return { vpcId, subnetIds, subnetId: must(subnetIds[0]) }
}

export function anInstance(ctx: OperationContext, subnetId: string): string {
  const request = { ImageId: 'ami-0123456789abcdef0', MinCount: 1, MaxCount: 1, SubnetId: subnetId }
  return must(runInstances.handle(request, ctx).Instances?.[0]?.InstanceId)
}

export function aLoadBalancer(ctx: OperationContext, subnetIds: readonly string[], name = 'web'): string {
  const request: CreateLoadBalancerInput = { Name: name, Type: 'network', Scheme: 'internal', Subnets: [...subnetIds] }
  return must(createLoadBalancer.handle(request, ctx).LoadBalancers?.[0]?.LoadBalancerArn)
}

export function aTargetGroup(ctx: OperationContext, vpcId: string, more: Partial<CreateTargetGroupInput> = {}): string {
  const request: CreateTargetGroupInput = { Name: 'web', Protocol: 'TCP', Port: 8080, VpcId: vpcId, ...more }
  return must(createTargetGroup.handle(request, ctx).TargetGroups?.[0]?.TargetGroupArn)
}

export function aListener(ctx: OperationContext, loadBalancerArn: string, targetGroupArn: string, port = 80): string {
  const request: CreateListenerInput = {
    LoadBalancerArn: loadBalancerArn,
    Protocol: 'TCP',
    Port: port,
    DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
  }
  return must(createListener.handle(request, ctx).Listeners?.[0]?.ListenerArn)
}

/** A certificate that a listener can name; its PEM texts are none, so nothing can be terminated with it. */
export function aCertificate(ctx: OperationContext, more: Partial<Certificate> = {}): string {
  const domainName = more.domainName ?? 'www.example.com'
  const certificateArn = certificateArnOf(ctx.region, ctx.accountId, ctx.randomText(32))
  ctx.tx.put('certificate', {
    certificateArn,
    accountId: ctx.accountId,
    region: ctx.region,
    type: 'IMPORTED',
    certificatePem: '',
    privateKeyPem: '',
    keyAlgorithm: 'EC_prime256v1',
    domainName,
    subjectAlternativeNames: [domainName],
    notBefore: ctx.now.toISOString(),
    notAfter: new Date(ctx.now.getTime() + 86_400_000).toISOString(),
    createdAt: ctx.now.toISOString(),
    tags: [],
    ...more,
  })
  return certificateArn
}

export function aService(ctx: OperationContext, loadBalancerArn: string, acceptanceRequired = true) {
  const { ServiceConfiguration: service } = createVpcEndpointServiceConfiguration.handle(
    { NetworkLoadBalancerArns: [loadBalancerArn], AcceptanceRequired: acceptanceRequired },
    ctx,
  )
  return { serviceId: must(service?.ServiceId), serviceName: must(service?.ServiceName) }
}
