/** For tests: the services of all three protocols, and an SDK client of each whose requests never leave the process. */
import * as ec2 from '@aws-sdk/client-ec2'
import * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2'
import * as iam from '@aws-sdk/client-iam'
import * as organizations from '@aws-sdk/client-organizations'
import * as sts from '@aws-sdk/client-sts'
import { type AnswerContext, answerRequest, type WireAnswer, type WireRequest } from './answer.ts'
import type { AwsRequest, AwsService, Credential, Principal } from './service.ts'
import { SigningKeys } from './signature.ts'

export const ec2Service: AwsService = {
  signingName: 'ec2',
  protocol: 'ec2Query',
  version: '2016-11-15',
  xmlNamespace: 'http://ec2.amazonaws.com/doc/2016-11-15/',
  sdk: ec2,
}

export const elbv2Service: AwsService = {
  signingName: 'elasticloadbalancing',
  protocol: 'awsQuery',
  version: '2015-12-01',
  xmlNamespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
  sdk: elbv2,
}

export const stsService: AwsService = {
  signingName: 'sts',
  protocol: 'awsQuery',
  version: '2011-06-15',
  xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  sdk: sts,
}

export const iamService: AwsService = {
  signingName: 'iam',
  protocol: 'awsQuery',
  version: '2010-05-08',
  xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
  sdk: iam,
}

export const organizationsService: AwsService = {
  signingName: 'organizations',
  protocol: 'awsJson1_1',
  version: '2016-11-28',
  xmlNamespace: '',
  targetPrefix: 'AWSOrganizationsV20161128',
  sdk: organizations,
}

export const sampleServices: readonly AwsService[] = [
  ec2Service,
  elbv2Service,
  stsService,
  iamService,
  organizationsService,
]

export const SAMPLE_KEY = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}

export const samplePrincipal: Principal = {
  accountId: '111122223333',
  arn: 'arn:aws:iam::111122223333:user/alice',
  userId: 'AIDAEXAMPLE',
  type: 'User',
}

export interface SampleServer {
  readonly context: AnswerContext
  /** What dispatch received, in order. */
  readonly received: AwsRequest[]
  readonly internalErrors: unknown[]
  answer(request: Partial<WireRequest>): Promise<WireAnswer>
}

/** @param respond  the handler of every operation */
export function sampleServer(
  respond: (request: AwsRequest) => object = () => ({}),
  overrides: Partial<AnswerContext> = {},
): SampleServer {
  const received: AwsRequest[] = []
  const internalErrors: unknown[] = []
  const credential: Credential = { secretAccessKey: SAMPLE_KEY.secretAccessKey, principal: samplePrincipal }
  const context: AnswerContext = {
    services: sampleServices,
    credentials: (accessKeyId) => (accessKeyId === SAMPLE_KEY.accessKeyId ? credential : undefined),
    keys: new SigningKeys(),
    trustAnyCredentials: false,
    defaultRegion: 'us-east-1',
    now: Date.now,
    onInternalError: (error) => internalErrors.push(error),
    dispatch: async (request) => {
      received.push(request)
      return respond(request)
    },
    ...overrides,
  }
  return {
    context,
    received,
    internalErrors,
    answer: (request) =>
      answerRequest(
        {
          method: 'POST',
          path: '/',
          query: '',
          headers: new Map(),
          body: Buffer.alloc(0),
          sourceIp: '127.0.0.1',
          ...request,
        },
        REQUEST_ID,
        context,
      ),
  }
}

export const REQUEST_ID = 'ea966190-f9aa-478e-9ede-cb5a3d6a9c2f'
